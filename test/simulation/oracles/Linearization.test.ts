/** The linearizability checker against one that tries every order: they say the same of every small history. */
import { expect, it } from "@effect/vitest"
import { Arbitrary, Effect, Exit, Schema } from "effect"
import { type Interval, Linearization } from "../../../src/layers/test/oracles/Linearization.ts"
import { type Ask, empty, isExplained, register } from "./Registers.ts"

const small = Schema.Literals([0, 1, 2])
const moment = Schema.Literals([0, 1, 2, 3, 4, 5, 6])

const Operation = Schema.Struct({
  does: Schema.Literals(["read", "write", "take", "increment"]),
  value: small,
  from: moment,
  lasts: small,
  /** What it really answers with; `any` stands for whatever a defect would. */
  answers: Schema.Literals(["truly", "truly again", "truly once more", "any", "unknown"]),
  any: small,
  takesEffect: small
})
const Operations = Schema.Array(Operation).pipe(Schema.check(Schema.isMaxLength(5)))
type Operations = typeof Operations.Type

const asks = new Map<string, Ask>()

/** Equal requests are one, as they are where a client is asked again in the next schedule. */
const askOf = (does: Ask["does"], value: number): Ask => {
  const name = `${does} ${value}`
  const known = asks.get(name) ?? { does, value }
  asks.set(name, known)
  return known
}

/** A history that some register made, but for the answers that are whatever they are. */
const historyOf = (operations: Operations): ReadonlyArray<Interval<Ask>> => {
  const order = operations
    .map((operation) => ({ operation, at: operation.from + Math.min(operation.takesEffect, operation.lasts) }))
    .sort((a, b) => a.at - b.at)
  let state = 0
  return order.map(({ operation: { answers, any, does, from, lasts, value } }) => {
    const request = askOf(does, value)
    const [next, answer] = register.apply(state, request, 0)
    const isUnknown = answers === "unknown"
    // Every other one of which nobody heard never happened.
    if (!isUnknown || any !== 0) state = next
    const said = does === "write" ? Exit.succeed(undefined) : any === 0 ? empty : Exit.succeed(any)
    return {
      request,
      origin: request,
      began: from,
      ended: isUnknown ? undefined : from + lasts,
      answer: isUnknown ? undefined : answers === "any" ? said : answer,
      now: 0,
      likely: any === 2 ? Number.POSITIVE_INFINITY : from
    }
  })
}

/** One for all histories, as an oracle has one for all schedules. */
const checker = new Linearization(register, "toy")

it.effect.prop(
  "of every small history it says what the one that tries every order says",
  { operations: Operations },
  ({ operations }) =>
    Effect.sync(() => {
      const history = historyOf(operations)
      expect(checker.explains(history)).toBe(isExplained(history))
    }),
  { arbitrary: { runs: 1_000 } }
)

it.effect("both verdicts are common among these histories, and so are unknown outcomes", () =>
  Effect.gen(function* () {
    const count = { explained: 0, not: 0, explainedWithUnknown: 0, notWithUnknown: 0 }
    const samples = yield* Arbitrary.sampleEffect(Arbitrary.schema(Operations), { count: 500, seed: 3, size: 20 })
    for (const operations of samples) {
      const history = historyOf(operations)
      const isUnknown = history.some(({ ended }) => ended === undefined)
      const verdict = isExplained(history)
      expect(checker.explains(history)).toBe(verdict)
      count[isUnknown ? (verdict ? "explainedWithUnknown" : "notWithUnknown") : verdict ? "explained" : "not"]++
    }
    for (const [verdict, times] of Object.entries(count)) expect(times, verdict).toBeGreaterThan(30)
  })
)

it("of a history that no order explains each configuration is looked at once, not each order", () => {
  let looked = 0
  const overlapping = Array.from({ length: 9 }, (_, index): Interval<Ask> => ({
    get request() {
      looked++
      return askOf("increment", 0)
    },
    origin: { index },
    began: 0,
    ended: undefined,
    answer: undefined,
    now: 0,
    likely: index
  }))
  const request = askOf("read", 0)
  const answer = Exit.succeed(99)
  const last: Interval<Ask> = { request, origin: {}, began: 5, ended: 6, answer, now: 0, likely: 5 }
  expect(checker.explains([...overlapping, last])).toBe(false)
  // 2⁹ sets of those that happened, each with at most nine that may be next; there are 9! orders of them.
  expect(looked).toBeGreaterThan(9)
  expect(looked).toBeLessThanOrEqual(2 ** 9 * 9)
})
