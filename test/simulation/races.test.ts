/**
 * Every race of two clients over one thing, in every order and with every fault: nothing breaks a property.
 *
 * `npm run sim` prints the same for people. The numbers change with each refactoring, so only a floor is asserted: a
 * scenario of a handful of schedules is one whose clients do not meet.
 */
import { Effect } from "effect"
import { afterAll, expect, it } from "vitest"
import { exhaustive } from "../../src/layers/test/kernel/Exhaustive.ts"
import type { Report } from "../../src/layers/test/Simulate.ts"
import { floors } from "./Floors.ts"
import { scenarios } from "./Scenarios.ts"

/** Fewer, and the clients hardly meet. */
const fewest = 10

const reports: Array<Report> = []

const races = scenarios.filter(({ how }) => how === "exhaustive")

it("no two scenarios have one name", () => {
  expect(new Set(scenarios.map(({ name }) => name)).size).toBe(scenarios.length)
})

it.each(races.map((race) => [race.name, race] as const))(
  "%s",
  async (_name, { search }) => {
    const report = await Effect.runPromise(search(() => exhaustive()))
    reports.push(report)
    expect(report.failure?.violation).toBeUndefined()
    expect(report.schedules).toBeGreaterThan(fewest)
    // Generous: the largest one has tens of thousands of schedules, and no test depends on speed.
  },
  300_000
)

it("all of them were searched to their end, in as many schedules as the tests promise", () => {
  expect(reports).toHaveLength(races.length)
  expect(total()).toBeGreaterThanOrEqual(floors.races)
})

const total = () => reports.reduce((sum, { schedules }) => sum + schedules, 0)

afterAll(() => {
  const lines = reports.map(({ scenario, schedules }) => `${String(schedules).padStart(7)}  ${scenario}`)
  console.info([...lines, `${String(total()).padStart(7)}  schedules of ${reports.length} races`].join("\n"))
})
