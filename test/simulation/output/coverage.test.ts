/** Which calls in conflict were seen in both orders: counted, and said. */
import { describe, expect, it } from "@effect/vitest"
import { Effect } from "effect"
import type { Chooser } from "../../../src/layers/test/kernel/Chooser.ts"
import { exhaustive } from "../../../src/layers/test/kernel/Exhaustive.ts"
import { replay } from "../../../src/layers/test/kernel/Replay.ts"
import { Coverage, coverageText, nothingSeen, together } from "../../../src/layers/test/report/Coverage.ts"
import { search } from "../../../src/layers/test/Simulate.ts"
import { sound } from "./Toy.ts"

const faults = sound.faults ?? []

const seenBy = (choosing: () => Chooser) =>
  Effect.gen(function* () {
    const coverage = new Coverage(faults)
    const report = yield* search(sound, choosing, { observe: coverage.observe, ended: coverage.ended })
    return { ...coverage.seen(), schedules: report.schedules }
  })

describe("coverage", () => {
  it.effect("of all schedules: both orders, and every fault", () =>
    Effect.gen(function* () {
      const seen = yield* seenBy(() => exhaustive())
      expect(seen.runs).toBe(seen.schedules)
      expect(seen.pairs).toHaveLength(1)
      const [pair] = seen.pairs
      expect(pair).toMatchObject({ first: "Shelf.take", second: "Shelf.take" })
      expect(pair?.forward).toBeGreaterThan(0)
      expect(pair?.backward).toBeGreaterThan(0)
      expect(pair?.faults.toSorted()).toEqual(["disconnect", "late execution", "lost reply"])
      expect(coverageText(seen)).toContain("Both orders of 1 of 1 pairs")
      expect(coverageText(seen)).not.toContain("→")
      expect(coverageText(seen)).toContain("all 3")
    })
  )

  it.effect("of one schedule: the order that was not seen is pointed at", () =>
    Effect.gen(function* () {
      const seen = yield* seenBy(() => replay([0]))
      const only = { first: "Shelf.take", second: "Shelf.take", forward: 1, backward: 0, faults: [], possible: faults }
      expect(seen.pairs).toEqual([only])
      expect(coverageText(seen)).toContain("→ only one order of 1")
      expect(coverageText(seen)).toMatch(/^→ Shelf\.take {2}Shelf\.take/m)
      expect(coverageText(seen)).toContain("0 of 3, without disconnect, late execution, lost reply")
    })
  )

  it.effect("of two searches is that of both", () =>
    Effect.gen(function* () {
      const one = yield* seenBy(() => replay([0]))
      const other = yield* seenBy(() => replay([1]))
      const both = together(one, other)
      expect(both.pairs).toMatchObject([{ forward: 1, backward: 1 }])
      expect(both.runs).toBe(2)
      expect(together(nothingSeen, one)).toEqual({ ...nothingSeen, ...one, schedules: undefined })
    })
  )

  it("says of how many schedules it is a sample", () => {
    const coverage = new Coverage([])
    for (let run = 0; run < 2_000; run++) coverage.ended({ faults: [] }, true)
    const seen = coverage.seen()
    expect(seen.runs).toBe(2_000)
    expect(seen.sampled).toBeLessThan(1_100)
    expect(coverageText(seen)).toContain(`Counted in ${seen.sampled.toLocaleString("en-US")} of 2,000 schedules`)
  })
})
