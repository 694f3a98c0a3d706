/**
 * Running a scenario under many schedules, until one breaks a property or there are no more.
 *
 * `simulate` is for tests: it succeeds with what was searched, and fails with the smallest schedule that breaks a
 * property, printed for people. `search` is the same for whoever wants to look at the failure.
 */
import { Cause, Effect, Exit } from "effect"
import type { Finished, Oracle, Scenario } from "./Scenario.ts"
import type { Chooser } from "./kernel/Chooser.ts"
import { NotByCall } from "./kernel/Client.ts"
import { replay } from "./kernel/Replay.ts"
import type { Ended } from "./kernel/Run.ts"
import { Stage } from "./kernel/Stage.ts"

/** What is wrong with a run: which property, and a sentence. */
export interface Violation {
  readonly oracle: string
  readonly sentence: string
}

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
  /** The seed of the search by chance that found it; undefined for one that left nothing to chance. */
  readonly seed: string | undefined
  /** How many schedules had been run when it was found. */
  readonly found: number
  /** The smallest choices that break the same property. */
  readonly choices: ReadonlyArray<number>
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

const judge = <S, R>(stage: Stage<S, R>, oracles: ReadonlyArray<Oracle<S, R>>, ended: Ended): Violation | undefined => {
  if (ended.endless) return { oracle: "Liveness", sentence: "the run does not come to an end" }
  const [stuck] = ended.stuck
  if (stuck !== undefined)
    return { oracle: "Liveness", sentence: `${stuck} waits for something that is not in the world` }
  const run: Finished<S, R> = {
    scene: stage.scene,
    history: ended.recorder,
    answers: ended.answers,
    faults: ended.faults,
    ask: stage.ask,
    restart: stage.restart,
    advance: stage.advance
  }
  for (const [client, exit] of ended.answers) {
    const defect = exit === undefined || Exit.isSuccess(exit) ? undefined : exit.cause.reasons.find(Cause.isDieReason)
    if (defect !== undefined) return { oracle: "No defect", sentence: `${client}: ${String(defect.defect)}` }
  }
  for (const { judge: judgeRun, name } of oracles) {
    const sentence = judgeRun(run)
    if (sentence !== undefined) return { oracle: name, sentence }
  }
  return undefined
}

/** Runs schedules until one breaks a property or the chooser has no more. */
export const search = Effect.fnUntraced(function* <S, R>(scenario: Scenario<S, R>, choosing: () => Chooser) {
  const once = (remembers: boolean) =>
    Effect.flatMap(Stage.make(scenario, { traced: false, remembers }), (stage) =>
      Effect.gen(function* () {
        const chooser = choosing()
        const limit = Error.stackTraceLimit
        let current = stage
        let schedules = 0
        let abandoned = 0
        try {
          // An error that is an answer has no use for a stack, and there are millions of them.
          Error.stackTraceLimit = 0
          do {
            if (scenario.rebuilds === true && schedules + abandoned > 0) {
              current = yield* Stage.make(scenario, { traced: false, remembers: false })
            }
            const found = current.perform(chooser, (ended) => {
              if (ended.abandoned) {
                abandoned++
                return undefined
              }
              schedules++
              const violation = judge(current, scenario.oracles, ended)
              return violation === undefined ? undefined : { violation, choices: ended.choices }
            })
            if (found !== undefined) return { schedules, abandoned, found }
          } while (chooser.next())
        } finally {
          Error.stackTraceLimit = limit
        }
        return { schedules, abandoned, found: undefined }
      })
    )
  const { abandoned, found, schedules } = yield* once(scenario.rebuilds !== true).pipe(
    // A scenario whose clients look into the world by other ways than calls is run as it is, more slowly.
    Effect.catchDefect((defect) => (defect instanceof NotByCall ? once(false) : Effect.die(defect)))
  )
  const report = { scenario: scenario.name, schedules, abandoned }
  if (found === undefined) return { ...report, failure: undefined } satisfies Report
  const smallest = yield* again(scenario, found.choices)
  const failure: Failure = {
    scenario: scenario.name,
    violation: smallest.violation ?? found.violation,
    seed: undefined,
    found: schedules,
    choices: smallest.choices,
    ended: smallest.ended
  }
  return { ...report, failure } satisfies Report
})

/** One schedule again, with its moments for people, and what is wrong with it. */
export const again = Effect.fnUntraced(function* <S, R>(scenario: Scenario<S, R>, choices: ReadonlyArray<number>) {
  const stage = yield* Stage.make(scenario, { traced: true, remembers: false })
  return stage.perform(replay(choices), (ended): Again => {
    const violation = judge(stage, scenario.oracles, ended)
    return { violation, choices: ended.choices, ended }
  })
})
