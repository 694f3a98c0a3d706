/**
 * Admitting requests by permits that an isolate holds. The issue: "They do not add a call to the hot paths: … permits
 * leased to an isolate in blocks that are taken off N when leased"; OWASP ASVS 5.0 §2.4.1.
 */
import { describe, expect, it } from "@effect/vitest"
import { Effect, Layer, Result } from "effect"
import { TestClock } from "effect/testing"
import { unchangedLimits } from "../../src/domain/LimitSettings.ts"
import { TooMany } from "../../src/domain/RateLimit.ts"
import { allowanceLife, requestLimits, shareOf } from "../../src/domain/RequestLimit.ts"
import { permitMemory } from "../../src/layers/cloudflare/PermitMemory.ts"
import { MemoryPermits } from "../../src/layers/test/MemoryPermits.ts"
import { admit, Standings } from "../../src/services/flows/limits/Admit.ts"
import { HeldPermits } from "../../src/services/ports/HeldPermits.ts"
import { LimitsInForce } from "../../src/services/ports/LimitsInForce.ts"
import { Around } from "../../src/services/storage/Consistency.ts"
import { NotExecuted } from "../../src/services/storage/StorageError.ts"
import { World } from "./World.ts"

const window = 60_000
const small = { ...unchangedLimits, clients: { most: 20, window } }
const { allowance } = shareOf(requestLimits.clients.most)

/** Counts the leases, of which some may fail. */
const watched = (fails: (lease: number) => NotExecuted | undefined = () => undefined) => {
  const calls: Array<string> = []
  const around = Effect.provideService(Around, (call, run) => {
    if (call.operation !== "Limit.lease") return run
    calls.push(String((call.request[0] as { readonly limit: string }).limit))
    const failure = fails(calls.length)
    return failure === undefined ? run : Effect.andThen(run, Effect.fail(failure as never))
  })
  return { calls, around }
}

const times = (count: number, subject: string) =>
  Effect.replicateEffect(Effect.result(admit("clients", subject)), count)

const admittedOf = (results: ReadonlyArray<Result.Result<unknown, unknown>>) => results.filter(Result.isSuccess).length

/** Another isolate over the same objects. */
const isolate = Effect.provide(MemoryPermits)

describe("no call on the hot paths", () => {
  it.effect(
    "whoever comes a few times a minute costs none, whatever network they are of: one call in five minutes",
    () => {
      const { around, calls } = watched()
      return Effect.gen(function* () {
        for (let network = 0; network < 50; network++) yield* times(allowance, `network ${network}`)
        expect(calls).toEqual(["isolates"])
        yield* TestClock.adjust(allowanceLife / 2 - 1)
        yield* times(1, "network 0")
        expect(calls).toHaveLength(1)
        yield* TestClock.adjust(1)
        yield* times(1, "network 1")
        expect(calls).toHaveLength(2)
      }).pipe(around, isolate, Effect.provide(World))
    }
  )

  it.effect("whoever comes more often costs one call a block, which grows: 1,000 requests are 8 calls", () => {
    const { around, calls } = watched()
    return Effect.gen(function* () {
      expect(admittedOf(yield* times(1_000, "busy"))).toBe(1_000)
      expect(calls.filter((name) => name === "clients")).toHaveLength(8)
    }).pipe(around, isolate, Effect.provide(World))
  })

  it.effect("where an operator sets a limit so low that nothing can be lent, the first request leases", () => {
    const { around, calls } = watched()
    return Effect.gen(function* () {
      expect(admittedOf(yield* times(2, "network"))).toBe(2)
      expect(calls).toEqual(["clients"])
    }).pipe(Effect.provideService(LimitsInForce, small), around, isolate, Effect.provide(World))
  })
})

describe("never more than N admitted in a window, whichever isolates are asked", () => {
  it.effect("one isolate admits all of N, and others none; then, when all is over, N again", () =>
    Effect.gen(function* () {
      expect(admittedOf(yield* times(30, "network").pipe(isolate))).toBe(20)
      const others = yield* times(5, "network").pipe(isolate)
      expect(admittedOf(others)).toBe(0)
      expect(others.every((one) => Result.isFailure(one) && one.failure instanceof TooMany)).toBe(true)
      expect(admittedOf(yield* times(5, "another network").pipe(isolate))).toBe(5)
      yield* TestClock.adjust(window + window / 6)
      expect(admittedOf(yield* times(30, "network").pipe(isolate))).toBe(20)
    }).pipe(Effect.provideService(LimitsInForce, small), Effect.provide(World))
  )

  it.effect("all at once in one isolate, and in five: exactly N", () =>
    Effect.gen(function* () {
      const atOnce = (count: number, subject: string) =>
        Effect.all(
          Array.from({ length: count }, () => Effect.result(admit("clients", subject))),
          { concurrency: "unbounded" }
        )
      expect(admittedOf(yield* atOnce(50, "one").pipe(isolate))).toBe(20)
      const five = yield* Effect.all(
        Array.from({ length: 5 }, () => atOnce(10, "five").pipe(isolate)),
        { concurrency: "unbounded" }
      )
      // What one isolate leased and did not need is nobody else's, so there may be less than N, and never more.
      expect(admittedOf(five.flat())).toBeLessThanOrEqual(20)
      expect(admittedOf(five.flat())).toBeGreaterThanOrEqual(15)
    }).pipe(Effect.provideService(LimitsInForce, small), Effect.provide(World))
  )

  it.effect("more isolates than there are allowances for: those that have none lease from the first request on", () => {
    const { around, calls } = watched()
    return Effect.gen(function* () {
      const { most } = requestLimits.isolates
      for (let made = 0; made < most; made++) yield* times(1, "network").pipe(isolate)
      expect(calls).toHaveLength(most)
      yield* times(1, "network").pipe(isolate)
      expect(calls.slice(most)).toEqual(["isolates", "clients"])
    }).pipe(around, Effect.provide(World))
  })
})

describe("storage that does not answer", () => {
  const turnedAway = new NotExecuted({ operation: "Limit.lease", reason: "overloaded", detail: "overloaded" })

  it.effect("a request that nobody knows may be admitted is not: it fails, and the next asks again", () => {
    let isDown = true
    const { around } = watched(() => (isDown ? turnedAway : undefined))
    return Effect.gen(function* () {
      const refused = yield* Effect.flip(admit("clients", "network"))
      expect(refused).toMatchObject({ _tag: "NotExecuted", operation: "Limit.lease" })
      isDown = false
      yield* admit("clients", "network")
    }).pipe(Effect.provideService(LimitsInForce, small), around, isolate, Effect.provide(World))
  })

  it.effect("an allowance goes on until it is over, though it cannot be asked for again", () => {
    let isDown = false
    const { around } = watched(() => (isDown ? turnedAway : undefined))
    return Effect.gen(function* () {
      yield* admit("clients", "network")
      isDown = true
      yield* TestClock.adjust(allowanceLife - 1)
      yield* admit("clients", "network")
      yield* TestClock.adjust(1)
      expect(yield* Effect.flip(admit("clients", "network"))).toMatchObject({ _tag: "NotExecuted" })
    }).pipe(around, isolate, Effect.provide(World))
  })
})

describe("what an isolate remembers", () => {
  const remembering = (most: number) => {
    const now = { millis: 0 }
    return {
      now,
      layer: Layer.succeed(
        HeldPermits,
        permitMemory(() => now.millis, most)
      )
    }
  }

  it.effect("is of a bounded size, and what has no room there is counted all the same", () => {
    const { around, calls } = watched()
    const { layer } = remembering(10)
    return Effect.gen(function* () {
      for (let network = 0; network < 10; network++) yield* admit("clients", `network ${network}`)
      expect(calls).toEqual(["isolates"])
      // An eleventh is not remembered: each of its requests is leased by itself.
      yield* times(3, "eleventh")
      expect(calls.slice(1)).toEqual(["clients", "clients", "clients"])
      yield* times(allowance - 1, "network 3")
      expect(calls).toHaveLength(4)
    }).pipe(around, Effect.provide(layer), Effect.provide(World))
  })

  it.effect("makes room when something is over", () => {
    const { around, calls } = watched()
    const { layer, now } = remembering(10)
    return Effect.gen(function* () {
      for (let network = 0; network < 10; network++) yield* admit("clients", `network ${network}`)
      yield* TestClock.adjust(window)
      now.millis = window
      yield* times(allowance, "eleventh")
      expect(calls).toEqual(["isolates"])
    }).pipe(around, Effect.provide(layer), Effect.provide(World))
  })
})

describe("how a request stands", () => {
  it.effect("is told of each limit that counted it, refused or not", () => {
    const standings: Array<unknown> = []
    return Effect.gen(function* () {
      yield* admit("clients", "network")
      yield* times(25, "network")
      expect(standings[0]).toEqual({ limit: "clients", most: 20, window, remaining: 19, retryAt: undefined })
      expect(standings.at(-1)).toEqual({ limit: "clients", most: 20, window, remaining: 0, retryAt: 70_000 })
    }).pipe(
      Effect.provideService(Standings, standings as never),
      Effect.provideService(LimitsInForce, small),
      isolate,
      Effect.provide(World)
    )
  })
})
