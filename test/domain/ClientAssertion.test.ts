/** What an assertion has to say: every row of RFC 7523 §3 and of FAPI 2.0 §5.3.2.1, and the edges of its times. */
import { describe, expect, it } from "@effect/vitest"
import { Result, Schema } from "effect"
import { type AssertionDemands, claimedClient, judge } from "../../src/domain/ClientAssertion.ts"
import { fapiAlgs } from "../../src/domain/ClientRules.ts"
import { ahead, behind } from "../../src/domain/ClockSkew.ts"

const now = 1_800_000_000_000
const seconds = now / 1000
const issuer = "https://id.example"
const endpoints = [`${issuer}/token`, `${issuer}/par`]

const ordinary: AssertionDemands = {
  clientId: "rp",
  issuer,
  endpoints,
  rules: { clientAlgs: null, issuerAudienceOnly: false },
  registeredAlg: undefined,
  now
}
const fapi: AssertionDemands = { ...ordinary, rules: { clientAlgs: fapiAlgs, issuerAudienceOnly: true } }

const header = { alg: "PS256", kid: "1", typ: "JWT" }
const claims = { iss: "rp", sub: "rp", aud: issuer, exp: seconds + 60, iat: seconds, jti: "a" }

/** What is wrong with an assertion that differs in some members; "right" if nothing is. */
const defect = (
  changed: { readonly header?: Record<string, unknown>; readonly claims?: Record<string, unknown> },
  demands = ordinary
): string => {
  const without = (members: Record<string, unknown>) =>
    Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined))
  const jwt = {
    header: without({ ...header, ...changed.header }),
    claims: without({ ...claims, ...changed.claims })
  }
  return Result.match(judge(jwt, demands), { onSuccess: () => "right", onFailure: (wrong) => wrong })
}

const everybody = [ordinary, fapi]

describe("RFC 7523 §3", () => {
  it("an assertion with all that it needs is right, and is remembered until its end", () => {
    for (const demands of everybody) {
      expect(Result.getOrThrow(judge({ header, claims }, demands))).toEqual({
        alg: "PS256",
        kid: "1",
        method: "private_key_jwt",
        jti: "a",
        expiresAt: now + 60_000 + behind
      })
    }
    const bySecret = Result.getOrThrow(judge({ header: { alg: "HS256" }, claims }, ordinary))
    expect(bySecret).toMatchObject({ method: "client_secret_jwt", kid: undefined })
  })

  it.each(["iss", "sub", "aud", "exp", "jti"] as const)("it needs %s, of the right type", (name) => {
    for (const value of [undefined, null, 7, "", {}, [], true, ["x"], "another"]) {
      if (name === "jti" && value === "another") continue
      for (const demands of everybody) {
        const given = name === "exp" && value === 7 ? "7" : value
        expect([given, defect({ claims: { [name]: given } }, demands)]).toEqual([given, name])
      }
    }
  })

  it("§3 (3): iss and sub are both the client", () => {
    expect(defect({ claims: { iss: "other", sub: "other" } })).toBe("iss")
    expect(claimedClient({ header, claims: { ...claims, sub: "other" } })).toBe("other")
    expect(claimedClient({ header, claims: { ...claims, sub: undefined } })).toBe(undefined)
  })

  it("§3 (3): of an ordinary client the issuer, the token endpoint or the endpoint asked, also in a list", () => {
    for (const aud of [issuer, ...endpoints, [issuer], ["https://other.example", endpoints[0]]]) {
      expect([aud, defect({ claims: { aud } })]).toEqual([aud, "right"])
    }
    for (const aud of [
      `${issuer}/`,
      `${issuer}/userinfo`,
      "https://other.example",
      ["https://other.example"],
      [[issuer]]
    ]) {
      expect([aud, defect({ claims: { aud } })]).toEqual([aud, "aud"])
    }
  })

  it("FAPI 2.0 §5.3.2.1: the issuer alone, as a string", () => {
    for (const aud of [...endpoints, [issuer], [issuer, endpoints[0]], `${issuer}/`]) {
      expect([aud, defect({ claims: { aud } }, fapi)]).toEqual([aud, "aud"])
    }
  })
})

describe("times", () => {
  it("§3 (4): expired by more than a clock may be behind is refused; so is what would live longer than a day", () => {
    for (const [exp, expected] of [
      [seconds - behind / 1000 + 0.001, "right"],
      [seconds - behind / 1000, "exp"],
      [seconds - 300, "exp"],
      [0, "exp"],
      [-1, "exp"],
      [seconds + 86_400 - behind / 1000, "right"],
      [seconds + 86_400, "exp"],
      [1e300, "exp"],
      [Number.POSITIVE_INFINITY, "exp"],
      [Number.NaN, "exp"]
    ] as const) {
      expect([exp, defect({ claims: { exp } })]).toEqual([exp, expected])
    }
  })

  it.each(["iat", "nbf"] as const)("%s may be 10 s ahead, not more than 60 s, and need not be there", (name) => {
    for (const [moment, expected] of [
      [undefined, "right"],
      [seconds - 1e6, "right"],
      [seconds + 8, "right"],
      [seconds + 10, "right"],
      [seconds + ahead / 1000, "right"],
      [seconds + ahead / 1000 + 0.001, name],
      [seconds + 61, name],
      ["now", name],
      [null, name],
      [Number.NaN, name]
    ] as const) {
      for (const demands of everybody) {
        expect([moment, defect({ claims: { [name]: moment } }, demands)]).toEqual([moment, expected])
      }
    }
  })
})

describe("the header", () => {
  it("RFC 8725 §3.1: any known algorithm, but for none; of the profile's clients PS256, ES256 and EdDSA", () => {
    for (const alg of ["RS256", "PS512", "ES384", "EdDSA", "HS256"]) expect(defect({ header: { alg } })).toBe("right")
    for (const alg of ["none", "None", "", undefined, 7, "RS1", "toString"]) {
      for (const demands of everybody) expect([alg, defect({ header: { alg } }, demands)]).toEqual([alg, "alg"])
    }
    for (const alg of fapiAlgs) expect(defect({ header: { alg } }, fapi)).toBe("right")
    for (const alg of ["RS256", "PS384", "HS256"]) expect(defect({ header: { alg } }, fapi)).toBe("alg")
  })

  it("OIDC Dynamic Registration §2: with token_endpoint_auth_signing_alg, that one alone", () => {
    const registered = { ...ordinary, registeredAlg: "ES256" as const }
    expect(defect({ header: { alg: "ES256" } }, registered)).toBe("right")
    for (const alg of ["PS256", "HS256", "ES384"]) expect(defect({ header: { alg } }, registered)).toBe("alg")
    // What the profile forbids is not allowed by registering it.
    expect(defect({ header: { alg: "RS256" } }, { ...fapi, registeredAlg: "RS256" })).toBe("alg")
  })

  it("RFC 8725 §3.11: a JWT of another type is no assertion", () => {
    for (const typ of [undefined, "JWT", "jwt", "application/jwt", "client-authentication+jwt"]) {
      expect([typ, defect({ header: { typ } })]).toEqual([typ, "right"])
    }
    for (const typ of ["dpop+jwt", "at+jwt", "oauth-authz-req+jwt", "logout+jwt", "", 7, null]) {
      expect([typ, defect({ header: { typ } })]).toEqual([typ, "typ"])
    }
  })

  it("RFC 7515 §4.1.11: nothing critical is understood; a kid is a text", () => {
    for (const crit of [["exp"], [], "b64"]) expect(defect({ header: { crit } })).toBe("crit")
    for (const kid of [7, null, {}, []]) expect(defect({ header: { kid } })).toBe("kid")
    expect(defect({ header: { kid: undefined, jku: "https://evil.example/", jwk: {}, x5u: "x" } })).toBe("right")
  })
})

describe("every JWT", () => {
  const Members = Schema.Record(Schema.String, Schema.Unknown)

  it.prop("is answered, and none is right without all of its claims", [Members, Members], ([someHeader, someClaims]) =>
    Result.isFailure(judge({ header: someHeader, claims: someClaims }, ordinary))
  )
})
