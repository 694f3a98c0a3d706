/**
 * Whole providers, and crowds over one thing, under schedules by chance, with several faults in a run.
 *
 * The seeds are fixed, so that the same schedules are run each time; `npm run sim` runs others for as long as one
 * likes.
 */
import { Effect } from "effect"
import { expect, it } from "vitest"
import { pct } from "../../src/layers/test/kernel/Pct.ts"
import { random } from "../../src/layers/test/kernel/Random.ts"
import type { Report } from "../../src/layers/test/Simulate.ts"
import { floors } from "./Floors.ts"
import { scenarios } from "./Scenarios.ts"

const swarms = scenarios.filter(({ how }) => how === "sampled")
const reports: Array<Report> = []

/** Of each, as many by chance as by priorities; of a crowd more than of a swarm, but not by its whole weight. */
const runsOf = (weight: number) => (weight === 1 ? floors.swarm : floors.crowd) / 2

const choosers = [
  { by: "chance", choosing: (runs: number) => random({ runs, seed: "hapax" }) },
  { by: "priorities", choosing: (runs: number) => pct({ runs, seed: "hapax", depth: 3, moments: 200 }) }
]

it.each(swarms.flatMap((swarm) => choosers.map((chooser) => ({ ...chooser, ...swarm }))))(
  "$name, by $by",
  async ({ choosing, search, weight }) => {
    const report = await Effect.runPromise(search(() => choosing(runsOf(weight))))
    reports.push(report)
    expect(report.failure?.violation).toBeUndefined()
  },
  120_000
)

it("together with the races, the tests run a hundred thousand schedules", () => {
  const total = reports.reduce((sum, { schedules }) => sum + schedules, 0)
  expect(floors.races + total).toBeGreaterThanOrEqual(100_000)
})
