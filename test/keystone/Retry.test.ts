/** Asking again: how often, how soon, after what, and with which attempt. Time and chance are the test's. */
import { describe, expect, it } from "@effect/vitest"
import { Clock, Effect, Exit, Fiber, Random, Schema } from "effect"
import { TestClock } from "effect/testing"
import { fake } from "../../src/layers/test/Fake.ts"
import type { AttemptId, Call, Strong } from "../../src/services/storage/Consistency.ts"
import { retried, retriedIfNotExecuted } from "../../src/services/storage/Retry.ts"
import { NotExecuted, OutcomeUnknown, type StorageError } from "../../src/services/storage/StorageError.ts"
import { CodeRefused, Codes, listening } from "./Ledger.ts"

const attempt = "attempt" as AttemptId
const operation = "Codes"

/** Every way in which storage can fail to answer, and a refusal, which is an answer. */
const failures = {
  unavailable: new NotExecuted({ operation, reason: "unavailable", detail: "" }),
  overloaded: new NotExecuted({ operation, reason: "overloaded", detail: "" }),
  schema: new NotExecuted({ operation, reason: "schema", detail: "" }),
  unknown: new OutcomeUnknown({ operation, detail: "" }),
  refused: new CodeRefused({ reason: "used" })
}
type Failure = keyof typeof failures
const Failure = Schema.Literals(["unavailable", "overloaded", "schema", "unknown", "refused"])

type Retried = Effect.Effect<string, CodeRefused | StorageError, Strong<"Codes.redeem"> | Strong<"Codes.count">>

const repeatable: Retried = retried(Codes.redeem)({ code: "c", attempt })
const cautious: Retried = retriedIfNotExecuted(Codes.redeem)({ code: "c", attempt })
const counted: Retried = retriedIfNotExecuted(Codes.count)("c")

interface Asked {
  readonly exit: Exit.Exit<string, CodeRefused | StorageError>
  /** Milliseconds between one asking and the next. */
  readonly delays: ReadonlyArray<number>
  readonly calls: ReadonlyArray<Call>
}

/** Runs a retried call against a storage that fails in this way, one failure after the other, and then answers. */
const ask = (call: Retried, fails: ReadonlyArray<Failure>): Effect.Effect<Asked> =>
  Effect.gen(function* () {
    const times: Array<number> = []
    const calls: Array<Call> = []
    const answer = Effect.gen(function* () {
      times.push(yield* Clock.currentTimeMillis)
      const failure = fails[times.length - 1]
      return failure === undefined ? "answer" : yield* Effect.fail(failures[failure])
    })
    const layer = fake(Codes, { redeem: () => answer, count: () => answer as Effect.Effect<string, StorageError> })
    const fiber = yield* Effect.forkChild(call.pipe(Effect.provide(layer), listening(calls)))
    yield* TestClock.adjust("1 minute")
    const exit = yield* Fiber.await(fiber)
    return { exit, calls, delays: times.slice(1).map((time, n) => time - (times[n] ?? 0)) }
  })

/** What must come of it: after how many askings, and with which end. */
const expected = (fails: ReadonlyArray<Failure>, harmless: ReadonlyArray<Failure>) => {
  const most = 4
  const last = fails.findIndex((failure, n) => !harmless.includes(failure) || n === most - 1)
  const failure = fails[last]
  if (failure === undefined) return { askings: fails.length + 1, exit: Exit.succeed("answer") }
  // That the last try was not executed says nothing about one before it whose outcome is unknown.
  const mayHaveBeen = failure !== "refused" && fails.slice(0, last).includes("unknown")
  return { askings: last + 1, exit: Exit.fail(failures[mayHaveBeen ? "unknown" : failure]) }
}

describe("retried", () => {
  it.effect.prop("asks again after what may be repeated, at most three times", [Schema.Array(Failure)], ([fails]) =>
    Effect.gen(function* () {
      const { exit, calls } = yield* ask(repeatable, fails)
      expect({ askings: calls.length, exit }).toEqual(expected(fails, ["unavailable", "unknown"]))
    })
  )

  it.effect.each([
    ["unavailable", 4],
    ["unknown", 4],
    ["overloaded", 1],
    ["schema", 1],
    ["refused", 1]
  ] as const)("that always ends %s is asked %i times", ([failure, askings]) =>
    Effect.gen(function* () {
      const { exit, calls } = yield* ask(
        repeatable,
        Array.from({ length: 9 }, () => failure)
      )
      expect(calls).toHaveLength(askings)
      expect(exit).toEqual(Exit.fail(failures[failure]))
    })
  )

  it.effect.each([["overloaded"], ["schema"]] as const)(
    "does not say NotExecuted after OutcomeUnknown: %s",
    ([failure]) =>
      Effect.gen(function* () {
        const { exit } = yield* ask(repeatable, ["unknown", "unavailable", failure])
        expect(exit).toEqual(Exit.fail(failures.unknown))
      })
  )

  it.effect("sends the same attempt every time, so that storage knows its own answer again", () =>
    Effect.gen(function* () {
      const { calls } = yield* ask(repeatable, ["unknown", "unavailable", "unknown"])
      expect(calls.map((call) => call.request)).toEqual(Array.from({ length: 4 }, () => [{ code: "c", attempt }]))
    })
  )

  it.effect("does not ask again what dies: a defect stays one", () =>
    Effect.gen(function* () {
      const calls: Array<Call> = []
      const layer = fake(Codes, { redeem: () => Effect.die("broken"), count: () => Effect.die("broken") })
      yield* Effect.exit(repeatable.pipe(Effect.provide(layer), listening(calls)))
      expect(calls).toHaveLength(1)
    })
  )
})

describe("the delays", () => {
  const always = Array.from({ length: 9 }, (): Failure => "unavailable")

  it.effect.prop("of the n-th repetition lie within 80 and 120 % of min(25 ms · 2ⁿ, 1 s)", [Schema.String], ([seed]) =>
    Effect.gen(function* () {
      const { delays } = yield* ask(repeatable, always).pipe(Random.withSeed(seed))
      expect(delays).toHaveLength(3)
      for (const [n, delay] of delays.entries()) {
        const middle = Math.min(25 * 2 ** n, 1000)
        expect(delay).toBeGreaterThanOrEqual(Math.floor(0.8 * middle))
        expect(delay).toBeLessThanOrEqual(Math.ceil(1.2 * middle))
      }
    })
  )

  it.effect.each([
    [0, [20, 40, 80]],
    [0.5, [25, 50, 100]],
    [1, [30, 60, 120]]
  ] as const)("are made of chance: with %d they are %j", ([chance, delays]) =>
    Effect.gen(function* () {
      const asked = ask(repeatable, always).pipe(
        Effect.provideService(Random.Random, { nextDoubleUnsafe: () => chance, nextIntUnsafe: () => 0 })
      )
      expect((yield* asked).delays).toEqual(delays)
    })
  )
})

describe("retriedIfNotExecuted", () => {
  for (const [name, call] of Object.entries({ "a consume": cautious, "an increment": counted })) {
    it.effect.prop(`asks ${name} again only if storage did nothing`, [Schema.Array(Failure)], ([fails]) =>
      Effect.gen(function* () {
        const { exit, calls } = yield* ask(call, fails)
        expect({ askings: calls.length, exit }).toEqual(expected(fails, ["unavailable"]))
      })
    )
  }

  it.effect("never asks again when the outcome is unknown", () =>
    Effect.gen(function* () {
      const { exit, calls } = yield* ask(counted, ["unknown"])
      expect(calls).toHaveLength(1)
      expect(exit).toEqual(Exit.fail(failures.unknown))
    })
  )
})
