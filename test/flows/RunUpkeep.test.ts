/** What the cron sets off: jobs one after the other, none in the way of the next. */
import { describe, expect, it } from "@effect/vitest"
import { Effect, Exit, Fiber } from "effect"
import { MemoryProvider } from "../../src/layers/test/MemoryProvider.ts"
import { runJobs } from "../../src/services/flows/upkeep/RunUpkeep.ts"

describe("RunUpkeep", () => {
  it.effect("runs its jobs in their order, and says what each did and how long it took", () =>
    Effect.gen(function* () {
      const order: Array<string> = []
      const job = (name: string, amount: number) => ({
        name,
        run: Effect.sync(() => {
          order.push(name)
          return { amount }
        })
      })
      const reports = yield* runJobs([job("first", 1), job("second", 2)])
      expect(order).toEqual(["first", "second"])
      expect(reports).toEqual([
        { name: "first", did: { amount: 1 }, took: 0 },
        { name: "second", did: { amount: 2 }, took: 0 }
      ])
    }).pipe(Effect.provide(MemoryProvider))
  )

  it.effect("a job that fails or dies is told as failed, and the next one runs", () =>
    Effect.gen(function* () {
      const reports = yield* runJobs([
        { name: "fails", run: Effect.fail("no storage") },
        { name: "dies", run: Effect.die("a defect") },
        { name: "works", run: Effect.succeed({ rows: 3 }) }
      ])
      expect(reports.map(({ did }) => did)).toEqual([null, null, { rows: 3 }])
    }).pipe(Effect.provide(MemoryProvider))
  )

  it.effect("whoever ends the run ends it: no next job begins", () =>
    Effect.gen(function* () {
      let began = false
      const next = {
        name: "next",
        run: Effect.sync(() => {
          began = true
          return {}
        })
      }
      const fiber = yield* Effect.forkChild(runJobs([{ name: "hangs", run: Effect.never }, next]))
      yield* Effect.yieldNow
      yield* Fiber.interrupt(fiber)
      expect(Exit.hasInterrupts(yield* Fiber.await(fiber))).toBe(true)
      expect(began).toBe(false)
    }).pipe(Effect.provide(MemoryProvider))
  )
})
