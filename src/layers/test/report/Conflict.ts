/** Whether two calls touch the same data, and one of them writes it: then their order may make a difference. */
import { type Access, conflicts, ends } from "../kernel/Access.ts"

/** Where only so many faults may happen, they conflict with each other, and ends of actions do, but not about data. */
const isData = (name: string): boolean => name !== "faults" && !name.startsWith(ends)

/** A call's access to data alone: neither to the number of faults nor to the clock, nor to who had ended before. */
export const dataOf = ({ reads, scans, writes }: Access): Access => ({
  reads: reads.filter(isData),
  writes: writes.filter(isData),
  scans: scans.filter(isData),
  movesClock: false
})

export const conflict = (a: Access, b: Access): boolean => conflicts(dataOf(a), dataOf(b))
