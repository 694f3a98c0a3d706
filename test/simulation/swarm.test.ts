/**
 * Whole providers under schedules by chance: users, relying parties and an operator, with several faults in a run.
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

/** Of each swarm, as many by chance, and as many by priorities. */
const runs = Math.ceil(floors.swarms / swarms.length / 2)

const choosers = [
  { by: "chance", choosing: () => random({ runs, seed: "hapax" }) },
  { by: "priorities", choosing: () => pct({ runs, seed: "hapax", depth: 3, moments: 200 }) }
]

it.each(swarms.flatMap((swarm) => choosers.map((chooser) => ({ ...chooser, ...swarm }))))(
  "$name, by $by",
  async ({ choosing, search }) => {
    const report = await Effect.runPromise(search(choosing))
    reports.push(report)
    expect(report.failure?.violation).toBeUndefined()
  },
  120_000
)

it("together with the races, the tests run a hundred thousand schedules", () => {
  const total = reports.reduce((sum, { schedules }) => sum + schedules, 0)
  expect(total).toBeGreaterThanOrEqual(floors.swarms)
  expect(floors.races + floors.swarms).toBeGreaterThanOrEqual(100_000)
})
