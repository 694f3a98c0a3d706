/** Schedules by chance: each run has its own seed, so that one of a million can be had again by itself. */
import { RandomStream } from "../RandomStream.ts"
import type { Chooser, Option } from "./Chooser.ts"

/** One in so many moments is a fault, where one may happen. */
const quietness = 8

export const random = ({ runs, seed }: { readonly runs: number; readonly seed: string }): Chooser => {
  const stream = new RandomStream(`${seed}/0`)
  let run = 0
  return {
    seed: () => `${seed}/${run}`,
    pick: (options) => pickFairly(options, stream),
    happened: () => {},
    value: (count) => stream.below(count),
    next: () => {
      stream.restart(`${seed}/${++run}`)
      return run < runs
    }
  }
}

/** A fault now and then; otherwise anybody. There may be many more faults than moments, and none should hide them. */
export const pickFairly = (options: ReadonlyArray<Option>, stream: RandomStream): number => {
  const faulty = options.findIndex(({ fault }) => fault !== undefined)
  const quiet = faulty < 0 ? options.length : faulty
  if (quiet < options.length && (quiet === 0 || stream.below(quietness) === 0)) {
    return quiet + stream.below(options.length - quiet)
  }
  return stream.below(quiet)
}
