/** What the cron does every few minutes, over a provider in memory: bounded, harmless twice, and never in the way. */
import { describe, expect, it } from "@effect/vitest"
import { Clock, Effect, Exit, Fiber } from "effect"
import { TestClock } from "effect/testing"
import type { Identifier } from "../../src/domain/Identifier.ts"
import { allOf } from "../../src/domain/Locator.ts"
import { MemoryWorld } from "../../src/layers/test/Memory.ts"
import { MemoryDatabase } from "../../src/layers/test/MemoryDatabase.ts"
import { MemoryProvider, testProvider } from "../../src/layers/test/MemoryProvider.ts"
import { Provider, ProviderConfig } from "../../src/services/ports/ProviderConfig.ts"
import { createUser } from "../../src/services/flows/operator/CreateUser.ts"
import { setSettings } from "../../src/services/flows/operator/SetSettings.ts"
import { cleanDatabase } from "../../src/services/flows/upkeep/CleanDatabase.ts"
import { wakeShards } from "../../src/services/flows/upkeep/WakeShards.ts"
import { Around, type Call } from "../../src/services/storage/Consistency.ts"
import { freshEvent, freshName, freshUserId } from "../../src/services/storage/Fresh.laws.ts"
import { Identifiers } from "../../src/services/storage/Identifiers.ts"
import { NotExecuted } from "../../src/services/storage/StorageError.ts"
import { Users } from "../../src/services/storage/Users.ts"

const day = 86_400_000

/** A name that somebody reserved and never came back for. */
const abandoned = Effect.gen(function* () {
  const userId = yield* freshUserId
  const identifier = yield* freshName
  const now = yield* Clock.currentTimeMillis
  const event = yield* freshEvent({ type: "identifier.reserved", userId })
  yield* Identifiers.reserve({ userId, identifiers: [identifier], now }, event)
  return { identifier, userId }
})

const isReserved = (identifier: Identifier) => Effect.map(Identifiers.resolve(identifier), (userId) => userId !== null)

describe("clean.d1", () => {
  it.effect("a reservation without a home is freed after a day, its home can never be made, and the audit knows", () =>
    Effect.gen(function* () {
      const { identifier, userId } = yield* abandoned
      yield* TestClock.adjust(day - 1)
      expect(yield* cleanDatabase()).toEqual({ tokens: 0, tombstones: 0, names: 0 })
      yield* TestClock.adjust(1)
      expect(yield* cleanDatabase()).toEqual({ tokens: 0, tombstones: 0, names: 1 })
      expect(yield* isReserved(identifier)).toBe(false)
      const late = yield* Effect.exit(Users.create({ userId, profile: {}, passwordHash: null }))
      expect(Exit.isFailure(late)).toBe(true)
      const { auditLog } = yield* MemoryDatabase
      expect(auditLog.values().map(({ type }) => type)).toContain("identifier.released")
      expect(yield* cleanDatabase()).toEqual({ tokens: 0, tombstones: 0, names: 0 })
    }).pipe(Effect.provide(MemoryProvider))
  )

  it.effect("the names of a user whom the mirror has not heard of stay", () =>
    Effect.gen(function* () {
      const { identifiers } = yield* MemoryDatabase
      yield* createUser({ username: "alice" })
      yield* TestClock.adjust(2 * day)
      expect((yield* cleanDatabase()).names).toBe(0)
      expect(identifiers.size).toBe(1)
    }).pipe(Effect.provide(MemoryProvider))
  )

  it.effect("bounded work a run: 50 names, and the next run goes on", () =>
    Effect.gen(function* () {
      for (let n = 0; n < 51; n++) yield* abandoned
      yield* TestClock.adjust(day)
      expect((yield* cleanDatabase()).names).toBe(50)
      expect((yield* cleanDatabase()).names).toBe(1)
    }).pipe(Effect.provide(MemoryProvider))
  )

  it.effect("two runs at once free a name once, and fail neither", () =>
    Effect.gen(function* () {
      yield* abandoned
      yield* TestClock.adjust(2 * day)
      yield* Effect.all([cleanDatabase(), cleanDatabase()], { concurrency: "unbounded" })
      const { auditLog, identifiers } = yield* MemoryDatabase
      expect(identifiers.size).toBe(0)
      expect(auditLog.values().filter(({ type }) => type === "identifier.released").length).toBe(1)
    }).pipe(Effect.provide(MemoryProvider))
  )
})

describe("wake.shards", () => {
  /** A provider with two generations of users' shards. */
  const grown = new Provider({ ...testProvider, accountGenerations: [16, 64], limiterGenerations: [3] })

  /** What was woken, in the order in which it was. */
  const watching = (woken: Array<string>, isDown: (call: Call) => boolean = () => false) =>
    Effect.provideService(Around, (call, run) => {
      if (!call.operation.startsWith("Waking.")) return run
      const [asked] = call.request as ReadonlyArray<{ readonly id: string } | undefined>
      woken.push(`${call.operation} ${asked?.id ?? ""}`)
      const failure = new NotExecuted({ operation: call.operation, reason: "unavailable", detail: "down" })
      return (isDown(call) ? Effect.fail(failure) : Effect.void) as never
    })

  it.effect("wakes every shard of every generation once an hour, some in each run", () =>
    Effect.gen(function* () {
      const woken: Array<string> = []
      const runs: Array<number> = []
      for (let run = 0; run < 12; run++) {
        const { woken: count } = yield* wakeShards().pipe(Effect.provideService(ProviderConfig, grown), watching(woken))
        runs.push(count)
        yield* TestClock.adjust("5 minutes")
      }
      const accounts = allOf([16, 64]).map((locator) => `Waking.accounts ${locator}.`)
      const others = [
        "Waking.tickets 1-0",
        "Waking.tickets 1-1",
        "Waking.limits 1-0",
        "Waking.limits 1-1",
        "Waking.limits 1-2"
      ]
      const all = [...accounts, ...others.map((one) => `${one}.`), "Waking.keys "]
      expect(woken.toSorted()).toEqual(all.toSorted())
      expect(Math.max(...runs)).toBeLessThanOrEqual(10)
    }).pipe(Effect.provide(MemoryProvider))
  )

  it.effect("one that does not answer does not keep the next one asleep, and is counted", () =>
    Effect.gen(function* () {
      const woken: Array<string> = []
      const isDown = ({ operation }: Call) => operation === "Waking.accounts"
      const run = yield* Effect.forkChild(wakeShards().pipe(watching(woken, isDown)))
      yield* TestClock.adjust("1 minute")
      expect(yield* Fiber.join(run)).toEqual({ woken: 3, asleep: 1 })
    }).pipe(Effect.provide(MemoryProvider))
  )

  it.effect("tells the shards how long the operator keeps ended sessions", () =>
    Effect.gen(function* () {
      const { accounts } = yield* MemoryWorld
      const told = () =>
        [...accounts.objects.values()].flatMap(({ rows: tables }) => tables.get("retention")?.values() ?? [])
      yield* wakeShards()
      expect(told()).toMatchObject([{ of: "sessions", grace: day }])
      // And again when that was changed.
      yield* setSettings({ change: { retention: { sessionGraceDays: 3 } } })
      yield* wakeShards()
      expect(told()).toMatchObject([{ of: "sessions", grace: 3 * day }])
    }).pipe(Effect.provide(MemoryProvider))
  )
})
