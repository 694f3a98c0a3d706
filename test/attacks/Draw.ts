/** Drawing the same for the same seed (mulberry32), so that what a run found can be found again. */
export interface Draw {
  /** A whole number from 0 to below `limit`. */
  readonly below: (limit: number) => number
  readonly of: <A>(all: ReadonlyArray<A>) => A
  /** True in so many of a hundred cases. */
  readonly maybe: (percent: number) => boolean
}

export const makeDraw = (seed: number): Draw => {
  let state = seed
  const below = (limit: number): number => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) % limit
  }
  return {
    below,
    of: <A>(all: ReadonlyArray<A>): A => all[below(all.length)] as A,
    maybe: (percent) => below(100) < percent
  }
}
