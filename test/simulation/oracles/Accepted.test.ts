/** Revocation, Family and Keys: what is good is accepted, what was revoked is not. */
import { Effect, Exit } from "effect"
import { describe, expect, it } from "@effect/vitest"
import { family } from "../../../src/layers/test/oracles/Family.ts"
import { keys } from "../../../src/layers/test/oracles/Keys.ts"
import { revocation } from "../../../src/layers/test/oracles/Revocation.ts"
import { after, did, finished, hungUp, ofActions, unknown } from "./Histories.ts"

describe("Revocation of a Strong read", () => {
  const { judge } = revocation({ revoked: after("revoke"), accepted: after("accept") })

  it("an acceptance that was executed after the revocation had ended is one too many", () => {
    const run = ofActions(did("first", "revoke A", { ended: 3 }), did("second", "accept A", { began: 4, ended: 6 }))
    expect(judge(run)).toBe(
      "second had A accepted (accept A, moment 6) after first was told that it is revoked (revoke A, moment 3)"
    )
  })

  it.each([
    ["before it", { began: 1, ended: 2 }],
    ["while it goes on", { began: 2, ended: 5 }],
    ["at the moment of its end", { began: 3, ended: 5 }]
  ])("one that was executed %s is not", (_when, when) => {
    const run = ofActions(did("first", "revoke A", { began: 2, ended: 3 }), did("second", "accept A", when))
    expect(judge(run)).toBe(undefined)
  })

  it("that its client began before means nothing, as long as nothing was executed", () => {
    const accepted = did("second", "accept A", { began: 0, executed: 4, ended: 4 })
    expect(judge(ofActions(did("first", "revoke A", { ended: 3 }), accepted))).toContain("had A accepted")
  })

  it("an acceptance from memory alone counts from where it began", () => {
    const later = did("second", "accept A", { began: 4, executed: null, ended: 4 })
    expect(judge(ofActions(did("first", "revoke A", { ended: 3 }), later))).toContain("had A accepted")
    const overlapping = did("second", "accept A", { began: 3, executed: null, ended: 4 })
    expect(judge(ofActions(did("first", "revoke A", { ended: 3 }), overlapping))).toBe(undefined)
    const own = did("first", "accept A", { began: 3, executed: null, ended: 3 })
    expect(judge(ofActions(did("first", "revoke A", { ended: 3 }), own))).toContain("had A accepted")
  })

  it.each([
    ["that has an unknown outcome", unknown],
    ["whose client hung up", hungUp],
    ["that was refused", Exit.fail("invalid_client")]
  ])("a revocation %s was never acknowledged", (_what, outcome) => {
    const run = ofActions(did("first", "revoke A", { ended: 3 }, outcome), did("second", "accept A", { began: 4 }))
    expect(judge(run)).toBe(undefined)
  })

  it.each([
    ["was refused", Exit.fail("invalid_grant")],
    ["has an unknown outcome", unknown],
    ["nobody heard of", hungUp]
  ])("what %s was not accepted", (_what, outcome) => {
    const run = ofActions(did("first", "revoke A", { ended: 3 }), did("second", "accept A", { began: 4 }, outcome))
    expect(judge(run)).toBe(undefined)
  })

  it("another thing may still be accepted", () => {
    const run = ofActions(did("first", "revoke A", { ended: 3 }), did("second", "accept B", { began: 4 }))
    expect(judge(run)).toBe(undefined)
  })
})

describe("Revocation of an Eventual read", () => {
  const { judge } = revocation({ revoked: after("revoke"), accepted: after("accept"), boundMillis: 60_000 })
  const revoked = did("first", "revoke A", { ended: 3, endedAt: 1_000 })

  it("exactly at the bound it may still be accepted; a millisecond later it may not", () => {
    const at = (executedAt: number) => ofActions(revoked, did("second", "accept A", { began: 9, ended: 9, executedAt }))
    expect(judge(at(61_000))).toBe(undefined)
    expect(judge(at(61_001))).toBe(
      "second had A accepted (accept A, moment 9, 60001 ms later) after first was told that it is revoked " +
        "(revoke A, moment 3)"
    )
  })

  it("an acceptance that asked nobody counts from its end", () => {
    const at = (endedAt: number) =>
      ofActions(revoked, did("second", "accept A", { began: 9, executed: null, ended: 9, endedAt }))
    expect(judge(at(61_000))).toBe(undefined)
    expect(judge(at(61_001))).toContain("had A accepted")
  })
})

describe("Family", () => {
  const judged = (live: ReadonlyArray<string>, reused: ReadonlyArray<string>) =>
    family({
      tokens: () => ["F.1", "F.2", "F.2", "G.1"].map((token) => ({ family: token.slice(0, 1), token })),
      isLive: (token) => Effect.succeed(live.includes(token)),
      reused: () => reused
    }).judge(finished({}))

  it("one live head a family is as it should be", () => {
    expect(judged(["F.2", "G.1"], [])).toBe(undefined)
  })

  it("two are one too many", () => {
    expect(judged(["F.1", "F.2"], [])).toBe("the family F has 2 live tokens: F.1 and F.2")
  })

  it("none is no violation of this", () => {
    expect(judged([], [])).toBe(undefined)
  })

  it("after reuse there must be none", () => {
    expect(judged(["F.2", "G.1"], ["F"])).toBe("a token of the family F was used again, and F.2 is still live")
    expect(judged(["G.1"], ["F"])).toBe(undefined)
  })

  it("a token of which nobody can say is not taken for dead", () => {
    const { judge } = family({ tokens: () => [{ family: "F", token: "F.1" }], isLive: () => Effect.fail("closed") })
    expect(judge(finished({}))).toBe("nobody could say whether the token F.1 is live: closed")
  })
})

describe("Keys", () => {
  /** A token is the name of its key; a JWKS is a list of names. */
  const verifies = (token: string, jwks: unknown) => (jwks as ReadonlyArray<string>).includes(token)
  const spec = {
    tokens: after("sign"),
    jwks: ({ action, result }: ReturnType<typeof did>) =>
      action === "fetch" && result !== undefined && Exit.isSuccess(result) ? result.value : undefined,
    verifies
  }
  const signed = (endedAt: number, outcome?: Exit.Exit<unknown, unknown>) =>
    did("first", "sign new", { ended: endedAt / 10, endedAt }, outcome)
  const fetched = (endedAt: number, ...names: ReadonlyArray<string>) =>
    did("second", "fetch", { ended: endedAt / 10, endedAt }, Exit.succeed(names))

  it("a token that verifies with every JWKS is as it should be", () => {
    expect(keys(spec).judge(ofActions(fetched(10, "old", "new"), signed(20), fetched(30, "new")))).toBe(undefined)
  })

  it("one that was signed with a key that a client's older JWKS lacks is not", () => {
    expect(keys(spec).judge(ofActions(fetched(10, "old"), signed(20)))).toBe(
      "the token new of first (moment 2) does not verify with the keys that second was given (moment 1)"
    )
  })

  it("nor one whose key is published no more", () => {
    expect(keys(spec).judge(ofActions(signed(20), fetched(30, "next")))).toContain("does not verify")
  })

  it("exactly as long as it may be held a JWKS must do; a millisecond later it need not", () => {
    const { judge } = keys({ ...spec, heldMillis: 100 })
    expect(judge(ofActions(fetched(10, "old"), signed(110)))).toContain("does not verify")
    expect(judge(ofActions(fetched(10, "old"), signed(111)))).toBe(undefined)
  })

  it("a token that had expired before the JWKS was there need not verify", () => {
    const { judge } = keys({ ...spec, expired: (_token, now) => now >= 50 })
    expect(judge(ofActions(signed(20), fetched(50, "next")))).toBe(undefined)
    expect(judge(ofActions(signed(20), fetched(49, "next")))).toContain("does not verify")
  })

  it("a token that nobody heard of need not verify", () => {
    expect(keys(spec).judge(ofActions(fetched(10, "old"), signed(20, unknown)))).toBe(undefined)
  })
})
