/** A part of the search that one thread does by itself: a scenario, and the choosers of its schedules. */
import { Effect } from "effect"
import type { Chooser } from "../../../src/layers/test/kernel/Chooser.ts"
import { exhaustive } from "../../../src/layers/test/kernel/Exhaustive.ts"
import { pct } from "../../../src/layers/test/kernel/Pct.ts"
import { random } from "../../../src/layers/test/kernel/Random.ts"
import { Coverage, type Seen } from "../../../src/layers/test/report/Coverage.ts"
import { printFailure } from "../../../src/layers/test/report/PrintFailure.ts"
import { sequenceDiagram } from "../../../src/layers/test/report/SequenceDiagram.ts"
import type { Entry } from "../Entry.ts"

export interface Job {
  readonly scenario: string
  /** All schedules; or so many by chance, or by priorities. */
  readonly how: "exhaustive" | "random" | "pct"
  readonly runs: number
  readonly seed: string
}

export interface Outcome {
  readonly schedules: number
  readonly abandoned: number
  readonly seen: Seen
  readonly failure: { readonly text: string; readonly html: string } | undefined
}

/** How many orderings a defect may need that is looked for by priorities. */
const depth = 3

/** So many schedules are told of at once. */
const told = 256

/** Does it, and tells now and then how many schedules were run. */
export const perform = (job: Job, entry: Entry, ran: (schedules: number) => void): Effect.Effect<Outcome> =>
  Effect.gen(function* () {
    const chooser = chooserOf(job, job.how === "pct" ? yield* lengthOf(entry) : 0)
    const coverage = new Coverage(entry.faults)
    let untold = 0
    const { abandoned, failure, schedules } = yield* entry.search(() => chooser, {
      observe: coverage.observe,
      ended: (ended, counts) => {
        coverage.ended(ended, counts)
        if (counts) untold++
        if (untold < told) return
        ran(untold)
        untold = 0
      }
    })
    ran(untold)
    return {
      schedules,
      abandoned,
      seen: coverage.seen(),
      failure: failure && { text: printFailure(failure), html: sequenceDiagram(failure) }
    }
  })

/** How many moments a run has, about. */
const lengthOf = (entry: Entry): Effect.Effect<number> =>
  Effect.map(entry.again([]), ({ ended }) => ended.recorder.moments.at(-1)?.step ?? 1)

const chooserOf = ({ how, runs, seed }: Job, moments: number): Chooser => {
  switch (how) {
    case "exhaustive":
      return exhaustive()
    case "random":
      return random({ runs, seed })
    case "pct":
      return pct({ runs, seed, depth, moments })
  }
}
