/** docs/consistency.md is what the types of this repository say, and nothing in it fails the report. */
import { expect, it } from "vitest"
import { runReport } from "../../src/cli/Report.ts"

it("docs/consistency.md is up to date: npx hapax report", async () => {
  expect(await runReport({ check: true })).toBe(0)
})
