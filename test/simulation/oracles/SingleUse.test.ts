/** Once and No burn: of all who use one thing, one succeeds; not two, and not nobody. */
import { Exit } from "effect"
import { describe, expect, it } from "@effect/vitest"
import { noBurn } from "../../../src/layers/test/oracles/NoBurn.ts"
import { once } from "../../../src/layers/test/oracles/Once.ts"
import { after, did, hungUp, interrupted, notExecuted, ofActions, unknown } from "./Histories.ts"

const refusal = Exit.fail("invalid_grant")
const key = "1-0.AAAAAAAAAAAAAAAAAAAAAA.BBBBBBBBBBBBBBBBBBBB"

describe("Once", () => {
  const { judge } = once({ thing: "code", of: after("use") })

  it("one success and one refusal is as it should be", () => {
    expect(judge(ofActions(did("first", "use A", { ended: 3 }), did("second", "use A", { ended: 7 }, refusal)))).toBe(
      undefined
    )
  })

  it("two successes are one too many, and the sentence says whose, when, and not the whole secret", () => {
    const sentence = judge(
      ofActions(did("first", `use ${key}`, { ended: 3 }), did("second", `use ${key}`, { ended: 7 }))
    )
    expect(sentence).toBe("first and second both succeeded with the code 1-0.AAAAAAAA… (moments 3 and 7)")
  })

  it("one who succeeds twice is one too many as well", () => {
    expect(judge(ofActions(did("first", "use A", { ended: 3 }), did("first", "use A", { ended: 5 })))).toBe(
      "first succeeded 2 times with the code A (moments 3 and 5)"
    )
  })

  it("three are named", () => {
    const actions = ["a", "b", "c"].map((client, index) => did(client, "use A", { ended: index }))
    expect(judge(ofActions(...actions))).toBe("a, b and c all succeeded with the code A (moments 0, 1 and 2)")
  })

  it("two of three who succeed, one of them twice, are not both", () => {
    const actions = ["a", "b", "b"].map((client, index) => did(client, "use A", { ended: index }))
    expect(judge(ofActions(...actions))).toBe("a and b succeeded 3 times with the code A (moments 0, 1 and 2)")
  })

  it("two things are two things", () => {
    expect(judge(ofActions(did("first", "use A", { ended: 3 }), did("second", "use B", { ended: 7 })))).toBe(undefined)
  })

  it.each([
    ["an unknown outcome", unknown],
    ["a call that was not executed", notExecuted],
    ["a client that hung up", hungUp],
    ["an interruption", interrupted],
    ["a defect", Exit.die("defect")]
  ])("%s is not a success", (_what, outcome) => {
    expect(judge(ofActions(did("first", "use A", { ended: 3 }), did("second", "use A", { ended: 7 }, outcome)))).toBe(
      undefined
    )
  })

  it("what is no use of the thing is not looked at", () => {
    expect(judge(ofActions(did("first", "use A", { ended: 3 }), did("second", "look", { ended: 7 })))).toBe(undefined)
  })
})

describe("No burn", () => {
  const { judge } = noBurn({ thing: "code", of: after("use"), refused: (error) => error === "invalid_grant" })

  it("everybody refused and nobody served is a burn", () => {
    const run = ofActions(did("first", "use A", { ended: 3 }, refusal), did("second", "use A", { ended: 7 }, refusal))
    expect(judge(run)).toBe("first and second were all refused with the code A, and nobody succeeded (moments 3 and 7)")
  })

  it("one alone can burn it", () => {
    expect(judge(ofActions(did("first", "use A", { ended: 3 }, refusal)))).toBe(
      "first was refused with the code A, and nobody succeeded (moment 3)"
    )
  })

  it("a thing that nobody used is not burnt", () => {
    expect(judge(ofActions())).toBe(undefined)
  })

  it("a success acquits, whenever it was", () => {
    const run = ofActions(did("first", "use A", { ended: 3 }, refusal), did("second", "use A", { ended: 7 }))
    expect(judge(run)).toBe(undefined)
  })

  it("a success with another thing does not", () => {
    const run = ofActions(did("first", "use A", { ended: 3 }, refusal), did("second", "use B", { ended: 7 }))
    expect(judge(run)).toContain("the code A")
  })

  it.each([
    ["an unknown outcome", unknown],
    ["a call that was not executed", notExecuted],
    ["another error", Exit.fail("invalid_request")],
    ["a client that hung up", hungUp],
    ["an interruption", interrupted]
  ])("%s acquits: whoever got it may have what the others were refused, or may try again", (_what, outcome) => {
    const run = ofActions(did("first", "use A", { ended: 3 }, refusal), did("second", "use A", { ended: 7 }, outcome))
    expect(judge(run)).toBe(undefined)
  })

  it("where refusing is right, it is no burn", () => {
    const expired = noBurn({ thing: "code", of: after("use"), refused: () => true, unless: () => true })
    expect(expired.judge(ofActions(did("first", "use A", { ended: 3 }, refusal)))).toBe(undefined)
    const fresh = noBurn({ thing: "code", of: after("use"), refused: () => true, unless: () => false })
    expect(fresh.judge(ofActions(did("first", "use A", { ended: 3 }, refusal)))).toContain("was refused")
  })
})
