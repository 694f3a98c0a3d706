/**
 * A simulation as a test: it succeeds with what was searched, and fails with the smallest schedule that breaks a
 * property, printed; so whatever runs the test shows the table.
 */
import { Context, Data, Effect } from "effect"
import type { Chooser } from "../layers/test/kernel/Chooser.ts"
import { exhaustive } from "../layers/test/kernel/Exhaustive.ts"
import { printFailure } from "../layers/test/report/PrintFailure.ts"
import { commandOf } from "../layers/test/report/Schedule.ts"
import type { Scenario } from "../layers/test/Scenario.ts"
import { type Failure, type Report, search } from "../layers/test/Simulate.ts"

/** A property was broken. The message is the schedule as a table; `failure` is the same as data. */
export class SimulationFailed extends Data.TaggedError("SimulationFailed")<{ readonly message: string }> {
  // Not a field that can be enumerated: a test runner would print a whole history below the table.
  readonly #failure: Failure

  constructor(failure: Failure) {
    // The command line knows the scenarios of this repository; a test has its own, and replays them itself.
    super({ message: printFailure(failure).replace(commandOf(failure), replayOf(failure)) })
    this.#failure = failure
  }

  get failure(): Failure {
    return this.#failure
  }
}

/** No property was broken, but not every schedule was run: what was asked for is not known. */
export class NotExhaustive extends Data.TaggedError("NotExhaustive")<{ readonly message: string }> {}

/** As many runs as fit into a test. */
export const mostRuns = 100_000

/**
 * Runs a scenario under every schedule, or under those that a chooser wants: `() => random({ runs: 100, seed: "a" })`.
 * Nothing of the test that it runs in (its clock, its layers) reaches into it.
 */
export const simulate = <S, R>(
  scenario: Scenario<S, R>,
  choosing?: () => Chooser
): Effect.Effect<Report, SimulationFailed | NotExhaustive> =>
  Effect.gen(function* () {
    let isCut = false
    const all = () => upTo(mostRuns, exhaustive(), () => (isCut = true))
    const report = yield* search(scenario, choosing ?? all)
    if (report.failure !== undefined) return yield* new SimulationFailed(report.failure)
    if (isCut) return yield* new NotExhaustive({ message: notExhaustive(scenario.name) })
    return report
  }).pipe(Effect.updateContext(() => Context.empty()))

const replayOf = ({ choices, without }: Failure) => {
  const clients = without.map((client) => `, ${JSON.stringify(client)}`).join("")
  const scenario = without.length === 0 ? "scenario" : `leaving(scenario, [${clients.slice(2)}])`
  return `simulate(${scenario}, () => replay([${choices.join(", ")}]))`
}

const upTo = (most: number, chooser: Chooser, onCut: () => void): Chooser => {
  let runs = 0
  return {
    ...chooser,
    next: () => {
      if (!chooser.next()) return false
      if (++runs < most) return true
      onCut()
      return false
    }
  }
}

const notExhaustive = (scenario: string) =>
  `${scenario}: ${mostRuns} runs broke nothing, and that was not all of them. Fewer clients, fewer steps or fewer ` +
  "faults can be searched to the end; simulate(scenario, () => random({ runs, seed })) leaves it to chance, and says so"
