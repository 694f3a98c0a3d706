/** The decisions about refresh token families. RFC 6749 §6, RFC 9700 §4.14.2. */
import { describe, expect, it } from "@effect/vitest"
import { Option, Result, Schema } from "effect"
import { issue, redeem } from "../../src/domain/AuthorizationCode.ts"
import type { Grant } from "../../src/domain/Grant.ts"
import { AttemptId, GrantId, Jkt } from "../../src/domain/Ids.ts"
import { parse, rotate, type Rotated, type Rotation, untagged } from "../../src/domain/RefreshToken.ts"
import {
  around,
  changed,
  consent,
  hash,
  issuance,
  other,
  redemption,
  rotation,
  type session,
  start,
  user
} from "./Grants.ts"

const redeemed = redeem(Result.getOrThrow(issue(issuance, around, start)), redemption, around, start)
if (redeemed._tag !== "Given") throw new Error(redeemed._tag)
const family = redeemed.grant

const jkt = (letter: string) => Jkt.make(letter.repeat(43))

const outcome = (decided: Rotated): string => (decided._tag === "Refused" ? decided.reason : decided._tag)
const step = (stored: Grant, change: Partial<Rotation>, now: number, world = around) =>
  rotate(stored, { ...rotation, ...change }, world, now)
const rotated = (): Grant => {
  const decided = step(family, {}, start)
  if (decided._tag !== "Rotated") throw new Error(decided._tag)
  return decided.grant
}

describe("rotation", () => {
  it("replaces the head", () => {
    expect(rotated().generation).toBe(2)
  })

  it("within the grace time the preceding token gets the same successor again", () => {
    const decided = step(rotated(), { attempt: other.attempt }, start + rotation.grace)
    expect(decided).toMatchObject({ _tag: "SameSuccessor", grant: { generation: 2 } })
  })

  it("RFC 9700 §4.14.2: after it, the family is revoked", () => {
    const decided = step(rotated(), { attempt: other.attempt }, start + rotation.grace + 1)
    expect(decided).toMatchObject({ _tag: "Reused", grant: { revokedBecause: "refresh_reused" } })
  })

  it("the attempt that rotated gets its answer again at any time", () => {
    expect(step(rotated(), {}, start + 10 * rotation.grace)._tag).toBe("SameSuccessor")
  })

  it("a token two generations old ends the family, in the grace time too", () => {
    const third = changed(rotated(), { generation: 3 })
    expect(step(third, { attempt: other.attempt }, start)._tag).toBe("Reused")
  })

  it.each<[string, Partial<Rotation>, string]>([
    ["another family's secret", { familyHash: hash("g") }, "unknown"],
    ["a generation that was never given", { generation: 2 }, "unknown"],
    ["another client", { clientId: other.client }, "client"],
    ["RFC 6749 §6: a wider scope", { scopes: ["openid", "email"] }, "scope"]
  ])("%s changes nothing", (_name, change, reason) => {
    expect(outcome(step(family, change, start))).toBe(reason)
  })

  it("FAPI 2.0 §5.3.2.1: a token that is kept is its own successor; one that was replaced before is reused", () => {
    expect(step(family, { keeps: true }, start)).toEqual({ _tag: "Kept", grant: family })
    const late = start + rotation.grace + 1
    expect(step(rotated(), { keeps: true, attempt: other.attempt }, late)._tag).toBe("Reused")
  })

  it.each([
    ["its own key", jkt("k"), "Rotated"],
    ["another key", jkt("l"), "dpop_key"],
    ["no key", undefined, "dpop_key"]
  ])("RFC 9449 §5: a token that is bound to a key, with %s: %s", (_name, shown, expected) => {
    const bound = changed(family, { refreshJkt: jkt("k") })
    const change = shown === undefined ? {} : { jkt: shown }
    expect(outcome(step(bound, change, start))).toBe(expected)
    // What was replaced long ago ends the family of whoever has the key, and of nobody else.
    const third = changed(bound, { generation: 3 })
    const old = outcome(step(third, { ...change, attempt: other.attempt }, start))
    expect(old).toBe(expected === "Rotated" ? "Reused" : "dpop_key")
  })

  it("a narrower scope is accepted and the grant keeps all", () => {
    const decided = step(family, { scopes: ["openid"] }, start)
    expect(decided._tag === "Rotated" && decided.grant.scopes).toEqual(family.scopes)
  })

  it.each([
    ["the user is disabled", { ...around, user: { ...user, status: "disabled" } as typeof user }, "user"],
    ["consent was withdrawn", { ...around, consent: undefined as never }, "consent"],
    [
      "consent was withdrawn and given anew",
      { ...around, consent: { ...consent, since: GrantId.make("1-0.CCCCCCCCCCCCCCCCCCCCCC") } as typeof consent },
      "consent"
    ]
  ])("refused once %s", (_name, world, reason) => {
    expect(outcome(step(family, {}, start, world))).toBe(reason)
  })

  it("OIDC Core §11: offline access outlives the session", () => {
    expect(step(family, {}, start, { ...around, session: undefined as unknown as typeof session })._tag).toBe("Rotated")
  })

  it("the absolute end is not moved by rotation", () => {
    expect(rotated().expiresAt).toBe(family.expiresAt)
    expect(outcome(step(family, {}, family.expiresAt))).toBe("expired")
  })

  const Move = Schema.Struct({ back: Schema.Literals([0, 1, 2, 3]), later: Schema.Literals([0, 1, 29_999, 60_000]) })

  it.prop("in any history the head only grows, and after a reuse nothing is given", [Schema.Array(Move)], ([moves]) => {
    let stored = family
    let now = start
    return moves.every(({ back, later }, index) => {
      now += later
      const before = stored
      const attempt = AttemptId.make(`move ${index}`)
      const decided = step(stored, { attempt, generation: stored.generation - back }, now)
      if (decided._tag !== "Refused") stored = decided.grant
      const grows = stored.generation >= before.generation && stored.generation <= before.generation + 1
      const dead = before.revokedAt === null || decided._tag === "Refused"
      return grows && dead
    })
  })
})

describe("the token as text", () => {
  const parts = { grantId: family.id, generation: 12, familySecret: "s".repeat(43) }

  it("is read as it was written", () => {
    expect(parse(`${untagged(parts)}.${"t".repeat(43)}`)).toEqual(Option.some({ ...parts, tag: "t".repeat(43) }))
  })

  it.prop("nothing else is read, and nothing throws", [Schema.String], ([text]) => Option.isNone(parse(text)))
})
