/** The decisions about authorization codes. RFC 6749 §4.1, RFC 7636 §4.6. */
import { describe, expect, it } from "@effect/vitest"
import { Result, Schema } from "effect"
import { AccessTarget, provider } from "../../src/domain/AccessTarget.ts"
import { issue, redeem, type Redeemed, type Redemption } from "../../src/domain/AuthorizationCode.ts"
import { Consent } from "../../src/domain/Consent.ts"
import { gaveTokens, givesCode, type Grant } from "../../src/domain/Grant.ts"
import { AttemptId, Jkt } from "../../src/domain/Ids.ts"
import { CodeChallenge } from "../../src/domain/Pkce.ts"
import { around, changed, consent, hash, issuance, other, redemption, session, start, user } from "./Grants.ts"

const grant = Result.getOrThrow(issue(issuance, around, start))
const challenge = CodeChallenge.make("x".repeat(43))
const key = Jkt.make("k".repeat(43))
const withKey = changed(grant, { dpopJkt: key })
const withChallenge = changed(grant, { codeChallenge: challenge })

const outcome = (decided: Redeemed): string => (decided._tag === "Refused" ? decided.reason : decided._tag)
const redeemed = (): Grant => {
  const decided = redeem(grant, redemption, around, start + 1)
  if (decided._tag !== "Given") throw new Error(decided._tag)
  return decided.grant
}

describe("issuing", () => {
  const refusal = (change: Partial<typeof issuance>, world: Parameters<typeof issue>[1] = around, now = start) => {
    const decided = issue({ ...issuance, ...change }, world, now)
    return Result.isFailure(decided) ? decided.failure._tag : "issued"
  }

  it("a live session and a sufficient consent give a code", () => {
    expect(refusal({})).toBe("issued")
  })

  it("keeps nothing of the request that is not the grant's", () => {
    expect(Object.keys(grant)).not.toContain("authenticatedSince")
    expect(Object.keys(grant)).not.toContain("grantId")
  })

  it("OIDC Core §3.1.2.1 max_age: an older login is not enough", () => {
    expect(refusal({ authenticatedSince: session.authentication.authTime })).toBe("issued")
    expect(refusal({ authenticatedSince: session.authentication.authTime + 1 })).toBe("LoginRequired")
  })

  it("OIDC Core §3.1.2.1 id_token_hint: another user than the one meant has to sign in", () => {
    expect(refusal({ subject: user.id })).toBe("issued")
    expect(refusal({ subject: "1-0.someone-else" })).toBe("LoginRequired")
  })

  it.each([
    ["no session", { ...around, session: undefined }],
    ["an unknown user", { ...around, user: undefined }]
  ])("%s: login required", (_name, world) => {
    expect(refusal({}, world)).toBe("LoginRequired")
  })

  it("a session ends at its absolute end and when nobody uses it", () => {
    expect(refusal({}, around, start + session.idle - 1)).toBe("issued")
    expect(refusal({}, around, start + session.idle)).toBe("LoginRequired")
  })

  it.each([
    ["no consent", {}, { ...around, consent: undefined }],
    ["a scope more than was allowed", { scopes: ["openid", "email"] }, around],
    ["prompt=consent", { askAgain: true }, around]
  ])("%s: consent required", (_name, change, world) => {
    expect(refusal(change, world)).toBe("ConsentRequired")
  })
})

describe("tokens at once", () => {
  const given = (change: Partial<typeof issuance>) =>
    Result.getOrThrow(issue({ ...issuance, ...change }, around, start))
  const alone = given({ codeLifetime: 0, atOnceLifetime: 600_000 })

  it("OIDC Core §3.2.2.5: a grant without a code gives tokens, and is never redeemed, not even at once", () => {
    expect(gaveTokens(alone)).toBe(true)
    expect(givesCode(alone)).toBe(false)
    expect(outcome(redeem(alone, redemption, around, start))).toBe("expired")
    expect(alone.expiresAt).toBe(start + 600_000)
  })

  it("OIDC Core §3.3.2.5: a code beside an access token is redeemed in its own time", () => {
    const both = given({ atOnceLifetime: 600_000 })
    expect(gaveTokens(both) && givesCode(both)).toBe(true)
    expect(both.expiresAt).toBe(start + 600_000)
    expect(outcome(redeem(both, redemption, around, start + 59_999))).toBe("Given")
    expect(outcome(redeem(both, redemption, around, start + 60_000))).toBe("expired")
  })

  it("a code alone has given no tokens until it is redeemed", () => {
    expect(gaveTokens(grant)).toBe(false)
    expect(gaveTokens(redeemed())).toBe(true)
  })
})

describe("redeeming", () => {
  it("gives tokens once; RFC 6749 §4.1.2: a second use revokes what the first gave", () => {
    const given = redeemed()
    expect(given.redeemedAt).toBe(start + 1)
    const again = redeem(given, { ...redemption, attempt: other.attempt }, around, start + 2)
    expect(again._tag).toBe("Reused")
    expect(again._tag === "Reused" && again.grant.revokedAt).toBe(start + 2)
  })

  it("the same attempt asked again gets its own answer again", () => {
    expect(redeem(redeemed(), redemption, around, start + 2)._tag).toBe("GivenBefore")
  })

  it("a revoked grant gives nothing, not even to its own attempt", () => {
    expect(redeem(changed(redeemed(), { revokedAt: 1 }), redemption, around, start + 2)._tag).toBe("Reused")
  })

  it.each<[string, Partial<Redemption>, Grant, string]>([
    ["another code", { codeHash: hash("z") }, grant, "unknown"],
    ["RFC 6749 §4.1.3: another client", { clientId: other.client }, grant, "client"],
    ["another redirect_uri", { redirectUri: "https://rp.example/" }, grant, "redirect_uri"],
    ["no redirect_uri where one was named", { redirectUri: null }, grant, "redirect_uri"],
    ["RFC 7636 §4.6: no verifier", {}, withChallenge, "code_verifier"],
    ["a wrong verifier", { codeChallenge: CodeChallenge.make("y".repeat(43)) }, withChallenge, "code_verifier"],
    ["RFC 9700 §2.1.1: a verifier where no challenge was", { codeChallenge: challenge }, grant, "code_verifier"],
    ["RFC 9449 §10: no key where it is bound to one", {}, withKey, "dpop_key"],
    ["another key", { jkt: Jkt.make("l".repeat(43)) }, withKey, "dpop_key"],
    ["after its time", {}, changed(grant, { expiresAt: start + 1 }), "expired"]
  ])("%s is refused", (_name, change, stored, reason) => {
    expect(outcome(redeem(stored, { ...redemption, ...change }, around, start + 1))).toBe(reason)
  })

  it("RFC 9449 §10, §5: its own key is accepted; refresh tokens are bound to it if they should be", () => {
    const proven = { ...redemption, jkt: key }
    expect(redeem(withKey, proven, around, start + 1)._tag).toBe("Given")
    expect(redeem(grant, proven, around, start + 1)).not.toHaveProperty("grant.refreshJkt")
    const binding = redeem(grant, { ...proven, bindsRefresh: true }, around, start + 1)
    expect(binding).toMatchObject({ _tag: "Given", grant: { refreshJkt: key } })
    const nothing = redeem(grant, { ...redemption, bindsRefresh: true }, around, start + 1)
    expect(nothing).not.toHaveProperty("grant.refreshJkt")
  })

  it("the right verifier is accepted", () => {
    expect(redeem(withChallenge, { ...redemption, codeChallenge: challenge }, around, start + 1)._tag).toBe("Given")
  })

  it("without offline access there is no family, and the grant lives as long as an access token", () => {
    const online = changed(grant, { scopes: ["openid"] })
    const decided = redeem(online, redemption, around, start)
    expect(decided._tag === "Given" && decided.grant).toMatchObject({
      familyHash: null,
      expiresAt: start + redemption.accessTokenLifetime
    })
  })

  it.prop(
    "a request that is not the client's own never changes anything, whatever else it says",
    [Schema.NullOr(Schema.String), Schema.Int, Schema.Boolean],
    ([redirectUri, later, done]) => {
      const stored = done ? redeemed() : grant
      const foreign = { ...redemption, clientId: other.client, redirectUri }
      return redeem(stored, foreign, around, start + later)._tag === "Refused"
    }
  )

  it.prop("of any number of attempts at most one is given", [Schema.Array(Schema.String)], ([attempts]) => {
    let stored = grant
    const given = attempts.filter((attempt) => {
      const decided = redeem(stored, { ...redemption, attempt: AttemptId.make(attempt) }, around, start)
      if (decided._tag !== "Refused") stored = decided.grant
      return decided._tag === "Given"
    })
    return given.length <= 1
  })
})

describe("RFC 8707: what a grant is for", () => {
  const target = (audience: string, lifetime: number) =>
    new AccessTarget({ audience, scopes: ["read"], format: "jwt", lifetime })
  const [api, vault] = [target("https://api.example", 60_000), target("https://vault.example", 3_600_000)]
  const forBoth = changed(grant, { targets: [api, vault], scopes: ["read"] })

  it("§3: what is allowed at the provider is allowed nowhere else, and is not asked for again in its name", () => {
    const own = provider("https://id.example", 600_000)
    const asked = (targets: ReadonlyArray<AccessTarget>, scopes = ["openid"]) => {
      const allowed = new Consent({ ...consent, scopes: ["openid", "read"] })
      const decided = issue({ ...issuance, scopes, targets }, { ...around, consent: allowed }, start)
      return Result.isFailure(decided) ? decided.failure._tag : "issued"
    }
    expect(asked([own])).toBe("issued")
    expect(asked([api], ["read"])).toBe("ConsentRequired")
    expect(asked([own, api], ["openid", "read"])).toBe("ConsentRequired")
  })

  it("§3: a scope that was allowed at one resource server is not allowed at another", () => {
    const wide = new AccessTarget({ ...api, scopes: ["read", "write"] })
    const resources = [{ resource: api.audience, scopes: ["read"] }]
    const allowed = new Consent({ ...consent, scopes: ["read", "write"], resources })
    const asked = (scopes: ReadonlyArray<string>) =>
      Result.isSuccess(issue({ ...issuance, scopes, targets: [wide] }, { ...around, consent: allowed }, start))
    expect([asked(["read"]), asked(["read", "write"]), asked(["write"])]).toEqual([true, false, false])
  })

  it("§2.2: a resource that was not granted, or none where nobody can say, spends nothing", () => {
    expect(outcome(redeem(forBoth, redemption, around, start + 1))).toBe("resource")
    const elsewhere = { ...redemption, resource: "https://else.example" }
    expect(outcome(redeem(forBoth, elsewhere, around, start + 1))).toBe("resource")
    expect(outcome(redeem(forBoth, { ...redemption, resource: api.audience }, around, start + 1))).toBe("Given")
  })

  it.each([
    ["shorter", api],
    ["longer", vault]
  ])("a grant without refresh tokens lives as long as its access token does, here %s", (_, { audience, lifetime }) => {
    const decided = redeem(forBoth, { ...redemption, resource: audience }, around, start + 1)
    expect(decided).toMatchObject({ _tag: "Given", grant: { expiresAt: start + 1 + lifetime } })
  })

  it("one that gave tokens at once lives no shorter for a shorter token later", () => {
    const atOnce = changed(forBoth, { atOnce: true, expiresAt: start + 600_000 })
    const decided = redeem(atOnce, { ...redemption, resource: api.audience }, around, start + 1)
    expect(decided).toMatchObject({ _tag: "Given", grant: { expiresAt: start + 600_000 } })
  })
})
