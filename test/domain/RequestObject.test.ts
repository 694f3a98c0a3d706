/** What a request object has to say, and what it may not. RFC 9101 §4, §6, §10; OIDC Core §6. */
import { describe, expect, it } from "@effect/vitest"
import { Effect, Result, Schema } from "effect"
import { Client } from "../../src/domain/Client.ts"
import { type ClientMetadata, defaultMetadata } from "../../src/domain/ClientMetadata.ts"
import { rulesOf } from "../../src/domain/ClientRules.ts"
import { ClientId } from "../../src/domain/Ids.ts"
import { judge, mayComeFrom, type RequestObject } from "../../src/domain/RequestObject.ts"

const issuer = "https://id.example"
const now = 1_800_000_000_000
const seconds = now / 1000

const client = (metadata: Partial<ClientMetadata> = { jwks: { keys: [] } }) =>
  new Client({
    id: ClientId.make("rp"),
    metadata: { ...defaultMetadata, ...metadata },
    secrets: [],
    version: 1,
    createdAt: 0,
    updatedAt: 0
  })

interface Shown {
  readonly header?: Readonly<Record<string, unknown>>
  readonly claims?: Readonly<Record<string, unknown>>
}

const good = { iss: "rp", aud: issuer, client_id: "rp", response_type: "code" }

const judged = ({ claims, header }: Shown, of = client()) =>
  judge(
    { header: { alg: "RS256", ...header }, claims: { ...good, ...claims } },
    { client: of, rules: rulesOf(of, { requirePushedRequests: false }), issuer, now }
  )

/** What is wrong, or "taken". */
const verdict = (shown: Shown, of = client()): string => {
  const result = judged(shown, of)
  return Result.isFailure(result) ? result.failure : "taken"
}

const objectOf = (claims: Readonly<Record<string, unknown>>): RequestObject => {
  const result = judged({ claims })
  if (Result.isFailure(result)) throw new Error(result.failure)
  return result.success
}

describe("a request object", () => {
  it.each<[string, Shown, string]>([
    ["is taken as it should be", {}, "taken"],
    ["RFC 9101 §10.8: typ oauth-authz-req+jwt", { header: { typ: "oauth-authz-req+jwt" } }, "taken"],
    ["as a media type, in any case", { header: { typ: "application/OAuth-AuthZ-Req+JWT" } }, "taken"],
    ["RFC 7519 §5.1: typ JWT", { header: { typ: "JWT" } }, "taken"],
    ["RFC 9101 §10.8: an access token", { header: { typ: "at+jwt" } }, "typ"],
    ["a proof of possession", { header: { typ: "dpop+jwt" } }, "typ"],
    ["a logout token", { header: { typ: "logout+jwt" } }, "typ"],
    ["an assertion", { header: { typ: "client-authentication+jwt" } }, "typ"],
    ["a typ that is no text", { header: { typ: 1 } }, "typ"],
    ["RFC 7515 §4.1.11: crit", { header: { crit: ["b64"], b64: false } }, "crit"],
    ["attack 19: alg none, of a client with keys", { header: { alg: "none" } }, "alg"],
    ["RFC 8725 §3.1: HS256", { header: { alg: "HS256" } }, "alg"],
    ["an unknown alg", { header: { alg: "RS1" } }, "alg"],
    ["no alg", { header: { alg: undefined } }, "alg"],
    ["a kid that is no text", { header: { kid: {} } }, "kid"],
    ["attack 19: another client_id", { claims: { client_id: "other" } }, "client_id"],
    ["a client_id that is no text", { claims: { client_id: ["rp"] } }, "client_id"],
    ["RFC 9101 §4: another issuer", { claims: { iss: "other" } }, "iss"],
    ["RFC 9101 §10.8: sub is the client", { claims: { sub: "rp" } }, "sub"],
    ["another audience", { claims: { aud: "https://other.example" } }, "aud"],
    ["several audiences, one of them ours", { claims: { aud: ["https://other.example", issuer] } }, "taken"],
    ["several audiences, none of them ours", { claims: { aud: [] } }, "aud"],
    ["OIDC Core §6.1: neither iss nor aud", { claims: { iss: undefined, aud: undefined } }, "taken"],
    ["attack 19: a nested request", { claims: { request: "e30.e30." } }, "request"],
    ["attack 19: a nested request_uri", { claims: { request_uri: "https://rp.example/r" } }, "request_uri"],
    ["a nested request that is empty", { claims: { request: "" } }, "request"],
    ["expired by 5 minutes", { claims: { exp: seconds - 300 } }, "exp"],
    ["expired just now, by a clock that is behind", { claims: { exp: seconds - 5 } }, "taken"],
    ["an exp that is no number", { claims: { exp: "soon" } }, "exp"],
    ["FAPI 2.0: nbf 8 s ahead", { claims: { nbf: seconds + 8 } }, "taken"],
    ["FAPI 2.0: nbf more than 60 s ahead", { claims: { nbf: seconds + 61 } }, "nbf"],
    ["an iat that is no number", { claims: { iat: {} } }, "iat"],
    ["unknown claims", { claims: { cnf: { jkt: "x" }, jti: "j", other: null } }, "taken"]
  ])("%s", (_title, shown, expected) => {
    expect(verdict(shown)).toBe(expected)
  })

  it.each<[string, Partial<ClientMetadata>, string, string]>([
    ["OIDC Dynamic Registration §2: the registered alg", { request_object_signing_alg: "ES256" }, "ES256", "taken"],
    ["another than the registered alg", { request_object_signing_alg: "ES256" }, "RS256", "alg"],
    ["none, of a client that registered an alg", { request_object_signing_alg: "ES256" }, "none", "alg"],
    ["OIDC Core §6.1: none, of a client that registered it", { request_object_signing_alg: "none" }, "none", "taken"],
    ["signed, of a client that registered none", { request_object_signing_alg: "none" }, "RS256", "alg"],
    [
      "RFC 9101 §10.5: none, though the object has to be signed",
      { request_object_signing_alg: "none", require_signed_request_object: true },
      "none",
      "alg"
    ],
    ["FAPI 2.0 §5.4.1: none", { request_object_signing_alg: "none", profile: "fapi2" }, "none", "alg"],
    ["FAPI 2.0 §5.4.1: RS256", { profile: "fapi2" }, "RS256", "alg"],
    ["FAPI 2.0 §5.4.1: PS256", { profile: "fapi2" }, "PS256", "taken"]
  ])("%s", (_title, metadata, alg, expected) => {
    expect(verdict({ header: { alg } }, client(metadata))).toBe(expected)
  })

  it("OIDC Core §6.1: says what a form would say: claims as an object, max_age as a number", () => {
    const claims = { id_token: { email: { essential: true } } }
    const { parameters } = objectOf({ claims, max_age: 60, state: "s", nonce: null, scope: "" })
    expect(JSON.parse(parameters.get("claims") ?? "")).toEqual(claims)
    expect(["max_age", "state", "nonce", "scope"].map((name) => parameters.get(name))).toEqual([
      "60",
      "s",
      undefined,
      undefined
    ])
    expect(parameters.repeated).toEqual([])
  })

  it("RFC 8707 §2: resource may be one or several", () => {
    const several = ["https://a.example", "https://b.example"]
    expect(objectOf({ resource: several }).parameters.all("resource")).toEqual(several)
    expect(objectOf({ resource: several[0] }).parameters.all("resource")).toEqual([several[0]])
  })

  it("RFC 7519 §4.1: what the JWT says of itself is no parameter", () => {
    const { parameters } = objectOf({ exp: seconds + 60, nbf: seconds, iat: seconds, jti: "j", sub: "alice" })
    for (const name of ["iss", "aud", "exp", "nbf", "iat", "jti", "sub"]) expect(parameters.get(name)).toBe(undefined)
  })

  it("is for clients that have keys, or registered what they send", () => {
    expect(mayComeFrom(client({}))).toBe(false)
    expect(mayComeFrom(client({ jwks: { keys: [] } }))).toBe(true)
    expect(mayComeFrom(client({ jwks_uri: "https://rp.example/jwks" }))).toBe(true)
    expect(mayComeFrom(client({ request_object_signing_alg: "none" }))).toBe(true)
  })

  it.effect.prop(
    "any header and any claims are judged; nothing throws",
    [Schema.Record(Schema.String, Schema.Json), Schema.Record(Schema.String, Schema.Json)],
    ([header, claims]) =>
      Effect.sync(() => {
        expect(verdict({ header, claims })).toMatch(/^[a-z_]+$/)
      })
  )
})
