/** A scenario as the test run, the command line and the mutants take it: by its name, whatever its scene is. */
import type { Effect } from "effect"
import type { Chooser } from "../../src/layers/test/kernel/Chooser.ts"
import type { Fault } from "../../src/layers/test/kernel/Fault.ts"
import type { Scenario } from "../../src/layers/test/Scenario.ts"
import { again, type Again, type Report, search, type SearchOptions } from "../../src/layers/test/Simulate.ts"

export interface Entry {
  readonly name: string
  /**
   * `exhaustive`: small enough that every schedule is run. `sampled`: a swarm, of which some are run by chance and some
   * by priorities.
   */
  readonly how: "exhaustive" | "sampled"
  /** What may befall it. */
  readonly faults: ReadonlyArray<Fault>
  /** Of schedules by chance, how many of this one are run for one of a scenario of weight 1. */
  readonly weight: number
  readonly search: (choosing: () => Chooser, options?: SearchOptions) => Effect.Effect<Report>
  /** One schedule again, with its moments, without the clients that it does not take. */
  readonly again: (choices: ReadonlyArray<number>, without?: ReadonlyArray<string>) => Effect.Effect<Again>
}

export const entry = <S, R>(scenario: Scenario<S, R>, how: Entry["how"], weight = 1): Entry => ({
  name: scenario.name,
  how,
  faults: scenario.faults ?? [],
  weight,
  search: (choosing, options) => search(scenario, choosing, options),
  again: (choices, without) => again(scenario, choices, without)
})
