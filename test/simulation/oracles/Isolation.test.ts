/** Isolation: whatever an answer is made of, what is another's is found in it. */
import { Exit, Redacted } from "effect"
import { describe, expect, it } from "@effect/vitest"
import { isolation } from "../../../src/layers/test/oracles/Isolation.ts"
import type { Finished } from "../../../src/layers/test/Scenario.ts"
import { did, finished, hungUp, ofActions, type Outcome } from "./Histories.ts"

const { judge } = isolation({
  secrets: () => ({ first: ["ada@example.org", "both"], second: ["bob@example.org", "both"] })
})

const told = (answer: Outcome): Finished<unknown, never> => ofActions(did("first", "ask", { ended: 4 }, answer))

class Answer extends Error {
  readonly of = "bob@example.org"
}

describe("Isolation", () => {
  it("one's own is no secret to oneself", () => {
    expect(judge(told(Exit.succeed({ email: "ada@example.org" })))).toBe(undefined)
  })

  it("what is also one's own is not another's", () => {
    expect(judge(told(Exit.succeed("both")))).toBe(undefined)
  })

  it.each([
    ["a text", "bob@example.org"],
    ["a part of a text", "<p>bob@example.org</p>"],
    ["a field, however deep", { a: [{ b: "bob@example.org" }] }],
    ["the name of a field", { "bob@example.org": 1 }],
    ["a map", new Map([["x", "bob@example.org"]])],
    ["a set", new Set(["bob@example.org"])],
    ["bytes", new TextEncoder().encode("{bob@example.org}")],
    ["an address", new URL("https://rp.example/?email=bob@example.org")],
    ["what is redacted for the log", Redacted.make("bob@example.org")],
    ["what goes round in circles", Object.assign({ x: {} }, { y: "bob@example.org" })]
  ])("another's in %s is found", (_what, value) => {
    expect(judge(told(Exit.succeed(value)))).toBe("first was told bob@example.…, which is second's (ask, moment 4)")
  })

  it("another's in an error is found: in its message, in its fields, in a defect", () => {
    expect(judge(told(Exit.fail(new Error("no bob@example.org here"))))).toContain("was told")
    expect(judge(told(Exit.fail(new Answer())))).toContain("was told")
    expect(judge(told(Exit.die(new Error("bob@example.org"))))).toContain("was told")
  })

  it("a value that contains itself is read to its end", () => {
    const value: Record<string, unknown> = { email: "ada@example.org" }
    value["self"] = value
    expect(judge(told(Exit.succeed(value)))).toBe(undefined)
    value["other"] = "bob@example.org"
    expect(judge(told(Exit.succeed(value)))).toContain("was told")
  })

  it("what nobody heard told nobody", () => {
    expect(judge(told(hungUp))).toBe(undefined)
  })

  it("the last answer of a client's program is read too", () => {
    const run = finished({}, { answers: new Map([["second", Exit.succeed("ada@example.org")]]) })
    expect(judge(run)).toBe("second was told ada@example.…, which is first's (its last answer)")
  })

  it("a client without secrets of its own must not hear any", () => {
    const run = finished({}, { answers: new Map([["third", Exit.succeed("both")]]) })
    expect(judge(run)).toBe("third was told both, which is first's (its last answer)")
  })
})
