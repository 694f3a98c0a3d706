/**
 * Schedules by priorities: whoever has the highest goes on, and at `depth - 1` moments by chance it falls below all.
 *
 * A defect that needs `d` orderings is found in one run with a probability of at least 1 / (n * k^(d-1)), for n
 * processes and k moments. Burckhardt, Kothari, Musuvathi, Nagarakatte: A Randomized Scheduler with Probabilistic
 * Guarantees of Finding Bugs (ASPLOS 2010).
 */
import { RandomStream } from "../RandomStream.ts"
import type { Chooser, Option } from "./Chooser.ts"
import { pickFairly } from "./Random.ts"

export const pct = (options: {
  readonly runs: number
  readonly seed: string
  /** How many orderings a defect needs: 1 is none but the priorities. */
  readonly depth: number
  /** How many moments a run has, about. */
  readonly moments: number
}): Chooser => {
  const stream = new RandomStream(`${options.seed}/0`)
  let run = 0
  let moment = 0
  let lowest = 0
  let priorities = new Map<number, number>()
  let changes = new Set<number>()

  const begin = () => {
    stream.restart(`${options.seed}/${run}`)
    moment = 0
    lowest = 0
    priorities = new Map()
    changes = new Set(Array.from({ length: options.depth - 1 }, () => stream.below(options.moments)))
  }
  begin()

  const priorityOf = (process: number): number => {
    const known = priorities.get(process)
    if (known !== undefined) return known
    const made = 1 + stream.below(1_000_000)
    priorities.set(process, made)
    return made
  }

  const highest = (all: ReadonlyArray<Option>): number => {
    let best = 0
    for (let index = 1; index < all.length; index++) {
      if (priorityOf((all[index] as Option).process) > priorityOf((all[best] as Option).process)) best = index
    }
    return best
  }

  return {
    seed: () => `${options.seed}/${run}`,
    pick: (all) => {
      // Faults come by chance: a priority would make one process suffer all of them.
      const fair = pickFairly(all, stream)
      if (all[fair]?.fault !== undefined) return fair
      const quiet = all.filter(({ fault }) => fault === undefined)
      if (changes.has(moment++)) priorities.set((quiet[highest(quiet)] as Option).process, --lowest)
      return highest(quiet)
    },
    happened: () => {},
    value: (count) => stream.below(count),
    next: () => {
      run++
      begin()
      return run < options.runs
    }
  }
}
