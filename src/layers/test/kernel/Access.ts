/**
 * What one moment of a run touched: two moments that touch nothing in common may change places, and nothing is lost by
 * looking at one of their orders only.
 */

/** The cells a moment read and wrote, by name. */
export interface Access {
  readonly reads: ReadonlyArray<string>
  readonly writes: ReadonlyArray<string>
  /** Prefixes of names under which it looked for whatever is there. */
  readonly scans: ReadonlyArray<string>
  /** Whether it moved the clock so far that decisions about time may change. */
  readonly movesClock: boolean
}

/**
 * Whether one action had ended before another did anything is what oracles ask, so it is kept when moments change
 * places: that an action ends conflicts with the first call of another client's. What operations ended before others
 * is not: among operations on one row it follows from what they touch.
 */
export const ends = "ends of actions/"

/** An access that is still being made. */
export class AccessLog implements Access {
  readonly reads: Array<string> = []
  readonly writes: Array<string> = []
  readonly scans: Array<string> = []
  movesClock = false
}

/** Whether their order can make a difference. */
export const conflicts = (a: Access, b: Access): boolean =>
  a.movesClock ||
  b.movesClock ||
  intersect(a.writes, b.writes) ||
  intersect(a.writes, b.reads) ||
  intersect(a.reads, b.writes) ||
  isUnder(a.writes, b.scans) ||
  isUnder(b.writes, a.scans)

const intersect = (some: ReadonlyArray<string>, others: ReadonlyArray<string>): boolean => {
  for (const one of some) if (others.includes(one)) return true
  return false
}

const isUnder = (names: ReadonlyArray<string>, prefixes: ReadonlyArray<string>): boolean => {
  for (const prefix of prefixes) for (const name of names) if (name.startsWith(prefix)) return true
  return false
}
