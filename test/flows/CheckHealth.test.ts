/** /health: each store is asked, the public learns which and no more, and nobody can load the stores by asking. */
import { readdirSync } from "node:fs"
import { expect, it } from "@effect/vitest"
import { Effect, Fiber } from "effect"
import { TestClock } from "effect/testing"
import { newestMigration, shown, statusOf, stores } from "../../src/domain/Health.ts"
import { MemoryProvider } from "../../src/layers/test/MemoryProvider.ts"
import { checkHealth } from "../../src/services/flows/CheckHealth.ts"
import { Around } from "../../src/services/storage/Consistency.ts"
import { NotExecuted } from "../../src/services/storage/StorageError.ts"

/** Runs with some operations failing, or never answering; counts all calls of stores. */
const whileBroken = (broken: (operation: string) => "fails" | "hangs" | undefined, asked: Array<string> = []) =>
  Effect.provideService(Around, (call, run) => {
    if (call.operation === "Health.last" || call.operation === "Health.keep") return run
    asked.push(call.operation)
    const how = broken(call.operation)
    if (how === "hangs") return Effect.never
    // As a store would: others run meanwhile.
    if (how === undefined) return Effect.andThen(Effect.yieldNow, run)
    const problem = { operation: call.operation, reason: "unavailable" as const, detail: "secret internals" }
    return Effect.fail(new NotExecuted(problem) as never)
  })

it.effect("a check of each store: all pass", () =>
  Effect.gen(function* () {
    const report = yield* checkHealth()
    expect(statusOf(report)).toBe("pass")
    expect(report.checks.map(({ store }) => store)).toEqual(stores)
    expect(shown(report).checks["accounts"]).toEqual({ status: "pass", latency: "fast" })
  }).pipe(Effect.provide(MemoryProvider))
)

const operations = {
  accounts: "Health.accounts",
  tickets: "Health.tickets",
  limits: "Health.limits",
  keys: "SigningKey.ring",
  database: "Health.database",
  cache: "Health.cache",
  archive: "Health.archive"
}

for (const [store, operation] of Object.entries(operations)) {
  it.effect(`a store that fails is named, and nothing of why: ${store}`, () =>
    Effect.gen(function* () {
      const report = yield* checkHealth().pipe(whileBroken((asked) => (asked === operation ? "fails" : undefined)))
      expect(statusOf(report)).toBe("fail")
      expect(report.checks.filter(({ passed }) => !passed).map((check) => check.store)).toEqual([store])
      expect(JSON.stringify(shown(report))).not.toContain("internals")
    }).pipe(Effect.provide(MemoryProvider))
  )
}

it.effect("a store that never answers fails after two seconds, and holds up no other", () =>
  Effect.gen(function* () {
    const asking = yield* Effect.forkChild(
      checkHealth().pipe(whileBroken((operation) => (operation === "Health.cache" ? "hangs" : undefined)))
    )
    yield* TestClock.adjust("2 seconds")
    const report = yield* Fiber.join(asking)
    expect(shown(report).checks["cache"]).toEqual({ status: "fail", latency: "very slow" })
    expect(shown(report).checks["database"]).toEqual({ status: "pass", latency: "fast" })
  }).pipe(Effect.provide(MemoryProvider))
)

it.effect("it cannot be used to load the stores: 100 requests in ten seconds ask each store once", () =>
  Effect.gen(function* () {
    const asked: Array<string> = []
    const reports = yield* Effect.forEach(Array.from({ length: 100 }), () => checkHealth(), {
      concurrency: "unbounded"
    }).pipe(whileBroken(() => undefined, asked))
    expect(asked.toSorted()).toEqual(Object.values(operations).toSorted())
    // Whoever comes while the first one of an isolate asks is told that nobody knows yet.
    expect(new Set(reports.map(statusOf))).toEqual(new Set(["pass", "unknown"]))
    yield* TestClock.adjust("10 seconds")
    const later = yield* Effect.all([checkHealth(), checkHealth()], { concurrency: 2 }).pipe(
      whileBroken(() => undefined, asked)
    )
    expect(later.map(statusOf)).toEqual(["pass", "pass"])
    expect(asked).toHaveLength(2 * Object.keys(operations).length)
  }).pipe(Effect.provide(MemoryProvider))
)

it.effect("a store that fell over is told of within ten seconds, and so is one that stands again", () =>
  Effect.gen(function* () {
    yield* checkHealth()
    yield* TestClock.adjust("9999 millis")
    const broken = whileBroken((operation) => (operation === "Health.database" ? "fails" : undefined))
    expect(statusOf(yield* checkHealth().pipe(broken))).toBe("pass")
    yield* TestClock.adjust("1 millis")
    expect(statusOf(yield* checkHealth().pipe(broken))).toBe("fail")
    yield* TestClock.adjust("10 seconds")
    expect(statusOf(yield* checkHealth())).toBe("pass")
  }).pipe(Effect.provide(MemoryProvider))
)

it("the newest migration that the code needs is the last file in migrations/", () => {
  const files = readdirSync(new URL("../../migrations/", import.meta.url)).toSorted()
  expect(newestMigration).toBe(Number.parseInt(files.at(-1) ?? "", 10))
})
