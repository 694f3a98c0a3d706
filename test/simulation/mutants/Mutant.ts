/** A defect put back on purpose, and what must find it. A mutant that survives is a defect of the simulator. */
import type { Entry } from "../Entry.ts"

export interface Mutant {
  /** Its number in the audit's table of defects, or the wrong repair that it is; and what it does. */
  readonly name: string
  /** The scenario with the defect put back, searched exhaustively unless it says otherwise. */
  readonly entry: Entry
  /** The oracle that finds it. */
  readonly killedBy: string
  /** Within how many schedules. */
  readonly within: number
  /** The committed file with its smallest schedule, next to this one. */
  readonly schedule: string
}
