/**
 * Running a scenario under many schedules, until one breaks a property or there are no more.
 *
 * What is found is made smaller before it is shown. `again` is one schedule once more, with every moment written down.
 */
import { Effect } from "effect"
import type { Scenario } from "./Scenario.ts"
import type { Chooser } from "./kernel/Chooser.ts"
import { NotByCall } from "./kernel/Client.ts"
import { judge, type Violation } from "./kernel/Judge.ts"
import { lastPromise } from "./kernel/RealPromise.ts"
import { replay } from "./kernel/Replay.ts"
import type { Ended } from "./kernel/Plan.ts"
import { isRunTwice, sameTwice } from "./kernel/SameTwice.ts"
import { Stage, type StageOptions } from "./kernel/Stage.ts"
import { leaving, smallest } from "./Smallest.ts"

export type { Violation } from "./kernel/Judge.ts"

/** One schedule run again: its choices, its moments, and what is wrong with it if anything is. */
export interface Again {
  readonly violation: Violation | undefined
  readonly choices: ReadonlyArray<number>
  readonly ended: Ended
}

/** A run that broke a property, and how to have it again. */
export interface Failure {
  readonly scenario: string
  readonly violation: Violation
  /** The seed of the run by chance that found it; undefined for one that left nothing to chance. */
  readonly seed: string | undefined
  /** How many schedules had been run when it was found. */
  readonly found: number
  /** The smallest choices that break the same property. */
  readonly choices: ReadonlyArray<number>
  /** The clients that it does not take to break it: they were left out of the run. */
  readonly without: ReadonlyArray<string>
  /** The run with these choices, with its moments. */
  readonly ended: Ended
}

export interface Report {
  readonly scenario: string
  /** Runs that came to an end. */
  readonly schedules: number
  /** Runs that were given up, because they were going where others had been. */
  readonly abandoned: number
  readonly failure: Failure | undefined
}

export interface SearchOptions {
  /** Hears of every call that was executed. */
  readonly observe?: StageOptions["observe"]
  /** Hears of the end of every run, and whether it counts: it was neither given up nor run twice. */
  readonly ended?: (ended: Ended, counts: boolean) => void
}

/** What a search found, before it is made smaller. */
interface Found {
  readonly violation: Violation
  readonly choices: ReadonlyArray<number>
  readonly faults: number
  readonly seed: string | undefined
  /** Whether the schedule does the same every time; if it does not, nothing can be made smaller. */
  readonly isSame: boolean
}

interface Searched {
  readonly schedules: number
  readonly abandoned: number
  readonly found: Found | undefined
}

/** Runs schedules until one breaks a property or the chooser has no more. */
export const search = Effect.fnUntraced(function* <S, R>(
  scenario: Scenario<S, R>,
  choosing: () => Chooser,
  { ended: hear, observe }: SearchOptions = {}
) {
  const options = (remembers: boolean) => ({ traced: false, remembers, ...(observe && { observe }) })
  const { abandoned, found, schedules } = yield* runAll(
    scenario,
    choosing(),
    options(scenario.rebuilds !== true),
    hear
  ).pipe(
    // A scenario whose clients look into the world by other ways than calls is run as it is, more slowly.
    Effect.catchDefect((defect) =>
      defect instanceof NotByCall ? runAll(scenario, choosing(), options(false), hear) : Effect.die(defect)
    )
  )
  const report = { scenario: scenario.name, schedules, abandoned }
  if (found === undefined) return { ...report, failure: undefined } satisfies Report
  const { choices, without } = found.isSame
    ? yield* smallest(scenario, found.violation.oracle, found)
    : { choices: found.choices, without: [] }
  const last = yield* again(scenario, choices, without)
  const failure: Failure = {
    scenario: scenario.name,
    violation: (found.isSame ? last.violation : undefined) ?? found.violation,
    seed: found.seed,
    found: schedules,
    choices,
    without,
    ended: last.ended
  }
  return { ...report, failure } satisfies Report
})

/** All runs of a chooser, without a stack for each of their errors: an answer has no use for one. */
const runAll = <S, R>(
  scenario: Scenario<S, R>,
  chooser: Chooser,
  options: StageOptions,
  hear: SearchOptions["ended"]
): Effect.Effect<Searched> =>
  Effect.gen(function* () {
    const rebuilds = scenario.rebuilds === true
    let stage = yield* Stage.make(scenario, options)
    let schedules = 0
    let abandoned = 0
    do {
      if (rebuilds && schedules + abandoned > 0) stage = yield* Stage.make(scenario, options)
      const [ended, violation] = stage.perform(chooser, (run) => [
        run,
        run.abandoned ? undefined : judge(scenario.oracles, run, stage)
      ])
      hear?.(ended, !ended.abandoned)
      if (ended.abandoned) {
        abandoned++
        continue
      }
      schedules++
      if (violation === undefined && !isRunTwice(schedules)) continue
      const twice = rebuilds ? yield* Stage.make(scenario, options) : stage
      const change = sameTwice(
        ended,
        twice.perform(replay(ended.choices), (run) => {
          hear?.(run, false)
          return run
        }),
        rebuilds
      )
      const wrong = change ?? violation
      if (wrong === undefined) continue
      const { choices, faults } = ended
      const seed = chooser.seed?.()
      const found = { violation: wrong, choices, faults: faults.length, seed, isSame: change === undefined }
      return { schedules, abandoned, found }
    } while (chooser.next())
    return { schedules, abandoned, found: undefined }
  })

/** One schedule again, with its moments for people, and what is wrong with it. */
export const again = Effect.fnUntraced(function* <S, R>(
  scenario: Scenario<S, R>,
  choices: ReadonlyArray<number>,
  without: ReadonlyArray<string> = []
) {
  const stage = yield* Stage.make(leaving(scenario, without), { traced: true, remembers: false })
  const perform = () =>
    stage.perform(replay(choices), (ended): Again => ({
      violation: judge(scenario.oracles, ended, stage),
      choices: ended.choices,
      ended
    }))
  const done = perform()
  const [stuck] = done.ended.stuck
  if (stuck === undefined) return done
  const promise = lastPromise(() => void perform())
  if (promise === undefined) return done
  const sentence = `${stuck} waits for a real promise, made in ${promise}: its order is the host's and nobody's choice`
  return { ...done, violation: { oracle: "Liveness", sentence } }
})
