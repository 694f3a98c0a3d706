/** What the simulator found once does not come back. */
import { Effect } from "effect"
import { expect, it } from "vitest"
import { scenarios } from "../Scenarios.ts"
import { regressions } from "./Regressions.ts"

it.each(regressions)("no longer: $wrong", async ({ choices, scenario }) => {
  const found = scenarios.find(({ name }) => name === scenario)
  if (found === undefined) throw new Error(`there is no scenario ${scenario}`)
  expect(found.how).toBe("exhaustive")
  const { violation } = await Effect.runPromise(found.again(choices))
  expect(violation).toBeUndefined()
})
