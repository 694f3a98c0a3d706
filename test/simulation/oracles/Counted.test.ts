/** Counter and Limit: values that go up, and never more than so many. */
import { Effect, Exit } from "effect"
import { describe, expect, it } from "@effect/vitest"
import { counter } from "../../../src/layers/test/oracles/Counter.ts"
import { limit } from "../../../src/layers/test/oracles/Limit.ts"
import { after, did, hungUp, ofActions, type Outcome, unknown } from "./Histories.ts"

describe("Counter", () => {
  const of = ({ action }: ReturnType<typeof did>) => {
    const [key, value] = action.split(" ")
    return key === undefined || value === undefined ? undefined : { key, value: Number(value) }
  }
  const { judge } = counter({ of })

  it("values that go up are as they should be", () => {
    expect(judge(ofActions(did("a", "K 5", { ended: 1 }), did("b", "K 6", { began: 2 })))).toBe(undefined)
  })

  it("one that goes down is not", () => {
    expect(judge(ofActions(did("a", "K 6", { ended: 1 }), did("b", "K 5", { began: 2 })))).toBe(
      "the counter of K went down from 6 to 5 (moments 1 and 2)"
    )
  })

  it("two that overlap are in the order that suits", () => {
    expect(judge(ofActions(did("a", "K 6", { began: 1, ended: 3 }), did("b", "K 5", { began: 2, ended: 4 })))).toBe(
      undefined
    )
  })

  it("0 to 0 is allowed: some authenticators do not count", () => {
    expect(judge(ofActions(did("a", "K 0", { ended: 1 }), did("b", "K 0", { began: 2 })))).toBe(undefined)
  })

  it("back to 0 is down", () => {
    expect(judge(ofActions(did("a", "K 5", { ended: 1 }), did("b", "K 0", { began: 2 })))).toContain("from 5 to 0")
  })

  it("the same value above 0 twice is an assertion accepted twice, in whatever order", () => {
    expect(judge(ofActions(did("a", "K 5", { began: 1, ended: 3 }), did("b", "K 5", { began: 2, ended: 4 })))).toBe(
      "the counter of K was accepted twice with 5 (moments 3 and 4)"
    )
  })

  it("another key counts for itself", () => {
    expect(judge(ofActions(did("a", "K 6", { ended: 1 }), did("b", "L 5", { began: 2 })))).toBe(undefined)
  })

  it.each([
    ["was refused", Exit.fail("counter")],
    ["has an unknown outcome", unknown],
    ["nobody heard of", hungUp]
  ])("what %s was not accepted", (_what, outcome) => {
    expect(judge(ofActions(did("a", "K 6", { ended: 1 }, outcome), did("b", "K 5", { began: 2 })))).toBe(undefined)
  })

  it("what is stored is not below what was acknowledged: the blind update of the slower one shows there", () => {
    const overlapping = ofActions(did("a", "K 6", { began: 1, ended: 3 }), did("b", "K 5", { began: 2, ended: 4 }))
    expect(counter({ of, stored: () => Effect.succeed(6) }).judge(overlapping)).toBe(undefined)
    expect(counter({ of, stored: () => Effect.succeed(5) }).judge(overlapping)).toBe(
      "the counter of K was accepted with 6, and 5 is stored"
    )
    expect(counter({ of, stored: () => Effect.fail("gone") }).judge(overlapping)).toBe(
      "nobody could say what the counter of K is: gone"
    )
  })
})

describe("Limit", () => {
  const { judge } = limit({ of: after("try"), most: 2, windowMillis: 1_000 })
  const at = (time: number, outcome?: Outcome, endedAt = time) =>
    did(`at ${time}`, "try A", { ended: time, executedAt: time, endedAt }, outcome)

  it("as many as may be are not too many", () => {
    expect(judge(ofActions(at(0), at(10)))).toBe(undefined)
  })

  it("one more in the window is", () => {
    expect(judge(ofActions(at(0), at(10), at(999)))).toBe(
      "3 were admitted for A in 1000 ms, where 2 may be: at 0, at 10 and at 999 (moments 0, 10 and 999)"
    )
  })

  it("exactly at its end it is over", () => {
    expect(judge(ofActions(at(0), at(10), at(1_000)))).toBe(undefined)
  })

  it("the window may begin anywhere", () => {
    expect(judge(ofActions(at(0), at(900), at(1_000), at(1_100)))).toContain("3 were admitted")
  })

  it("one that reaches out of the window may have been admitted outside of it", () => {
    expect(judge(ofActions(at(0), at(10), at(999, Exit.void, 1_000)))).toBe(undefined)
  })

  it.each([
    ["was turned away", Exit.fail("limited")],
    ["has an unknown outcome", unknown],
    ["nobody heard of", hungUp]
  ])("what %s was not admitted", (_what, outcome) => {
    expect(judge(ofActions(at(0), at(10), at(20, outcome)))).toBe(undefined)
  })

  it("another's limit is another's", () => {
    expect(judge(ofActions(at(0), at(10), did("x", "try B", { ended: 20, executedAt: 20 })))).toBe(undefined)
  })
})
