/** Whether two calls touch the same data, and one of them writes it: then their order may make a difference. */
import { type Access, conflicts } from "../kernel/Access.ts"

/** Where only so many faults may happen, they conflict with each other, but not about data. */
const bookkeeping = "faults"

/** A call's access to data alone: neither to the number of faults nor to the clock. */
export const dataOf = ({ reads, scans, writes }: Access): Access => ({
  reads: reads.filter((cell) => cell !== bookkeeping),
  writes: writes.filter((cell) => cell !== bookkeeping),
  scans,
  movesClock: false
})

export const conflict = (a: Access, b: Access): boolean => conflicts(dataOf(a), dataOf(b))
