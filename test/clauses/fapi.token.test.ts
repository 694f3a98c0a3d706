/** The FAPI 2.0 Security Profile as one switch, at the endpoints that clients call. FAPI 2.0 §5.3.2, §5.4.1. */
import { createLocalJWKSet, decodeJwt, decodeProtectedHeader, jwtVerify } from "jose"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import type { Browser } from "../clients/Browser.ts"
import { makeKey } from "../clients/Signing.ts"
import { makeUser } from "../workerd/Fixtures.ts"
import { type RunningProvider, startProvider } from "../workerd/Provider.ts"
import { DpopKey, inSeconds, userinfoWith } from "./DpopKey.ts"
import { type FapiParty, registerFapi } from "./FapiParty.ts"
import { answered, answerOf, goThrough, later, metadataOf, newBrowser, register } from "./RelyingParty.ts"

let provider: RunningProvider
let browser: Browser
let fapi: FapiParty
let other: FapiParty

const invalidClient = { status: 401, body: { error: "invalid_client" } }
const invalidGrant = { status: 400, body: { error: "invalid_grant" } }
const offline = { scope: "openid offline_access", prompt: "consent" }

beforeAll(async () => {
  provider = await startProvider()
  fapi = await registerFapi(provider, "fapi")
  other = await registerFapi(provider, "other", { alg: "ES256", metadata: { id_token_signed_response_alg: "ES256" } })
  await provider.run(makeUser("alice"))
  browser = newBrowser()
}, 60_000)
afterAll(() => provider?.close())

describe("FAPI 2.0 Security Profile §5.3.2.1: the provider", () => {
  test("the metadata say what the profile asks for", async () => {
    expect(await metadataOf(provider)).toMatchObject({
      authorization_response_iss_parameter_supported: true,
      pushed_authorization_request_endpoint: `${provider.issuer}/par`,
      code_challenge_methods_supported: ["S256"],
      dpop_signing_alg_values_supported: expect.arrayContaining(["PS256", "ES256", "EdDSA"]),
      token_endpoint_auth_signing_alg_values_supported: expect.arrayContaining(["PS256", "ES256", "EdDSA"])
    })
  })

  test.each(["PS256", "ES256", "EdDSA"])("a whole sign-in whose ID token is signed with %s (§5.4.1)", async (alg) => {
    const party = await registerFapi(provider, `all-${alg}`, { alg, metadata: { id_token_signed_response_alg: alg } })
    const state = "s".repeat(512)
    const nonce = "n".repeat(512)
    const back = await party.bringsBack(browser, { ...offline, state, nonce })
    expect(back).toMatchObject({ state, iss: provider.issuer })
    const { body, headers, status } = await party.redeemWith(back["code"] ?? "")
    expect([status, body["token_type"], headers.get("cache-control")]).toEqual([200, "DPoP", "no-store"])
    const keys = createLocalJWKSet(
      (await answerOf(await fetch(`${provider.issuer}/.well-known/jwks.json`))).body as never
    )
    const { payload, protectedHeader } = await jwtVerify(body["id_token"], keys, { audience: party.id })
    expect([protectedHeader.alg, payload["nonce"], payload.iss]).toEqual([alg, nonce, provider.issuer])
    expect((await party.key.userinfo(provider, body["access_token"])).body["sub"]).toBe(payload.sub)
  })

  test("only confidential clients, by private_key_jwt: no secret and no name alone", async () => {
    const { body } = await fapi.pushWith()
    expect(body).toHaveProperty("request_uri")
    const proof = await fapi.key.shownAt(provider, "/par")
    expect(await fapi.post("/par", fapi.request, proof)).toMatchObject(invalidClient)
    expect(await fapi.post("/par", { ...fapi.request, client_secret: "x".repeat(43) }, proof)).toMatchObject(
      invalidClient
    )
  })

  test("a client of the profile that has a secret all the same cannot use it", async () => {
    const signing = await makeKey("PS256")
    const metadata = { profile: "fapi2", jwks: { keys: [signing.jwk] } }
    const both = await register(provider, "both", { ...metadata, token_endpoint_auth_method: "client_secret_basic" })
    expect(await both.push({})).toMatchObject(invalidClient)
  })

  test.each([
    ["the token endpoint as audience", { aud: "TOKEN" }],
    ["the PAR endpoint as audience", { aud: "PAR" }],
    ["several audiences", { aud: ["ISSUER"] }],
    ["no subject", { sub: undefined }],
    ["another subject", { sub: "other" }],
    ["another issuer", { iss: "other" }],
    ["no jti", { jti: undefined }],
    ["no expiry", { exp: undefined }],
    ["expired five minutes ago", { exp: inSeconds(-300) }],
    ["not yet valid for a minute and more", { nbf: inSeconds(90) }]
  ])("an assertion with %s is refused", async (_name, changed) => {
    const audiences = { TOKEN: `${provider.issuer}/token`, PAR: `${provider.issuer}/par`, ISSUER: provider.issuer }
    const text = JSON.stringify(changed, (_key, value) => (value === undefined ? null : value))
    const made = JSON.parse(text, (_key, value) => audiences[value as keyof typeof audiences] ?? value)
    const clean = Object.fromEntries(Object.entries(made).map(([key, value]) => [key, value ?? undefined]))
    expect(await fapi.pushWith({}, { assertion: await fapi.assertion(clean) })).toMatchObject(invalidClient)
  })

  test("an assertion from 8 s ahead is accepted, and each is good once", async () => {
    const assertion = await fapi.assertion({ nbf: inSeconds(8), iat: inSeconds(8) })
    expect((await fapi.pushWith({}, { assertion })).status).toBe(201)
    expect(await fapi.pushWith({}, { assertion })).toMatchObject(invalidClient)
  })

  test("RS256 signs no assertion of the profile (§5.4.1)", async () => {
    const rs = await registerFapi(provider, "rs", { alg: "RS256" })
    expect(await rs.pushWith()).toMatchObject(invalidClient)
  })

  test("refresh tokens are not rotated: the same one works again, with a new key too", async () => {
    const { body } = await fapi.redeemWith(await fapi.fapiCode(browser, offline))
    const first = await fapi.refreshWith(body["refresh_token"])
    expect(first.body["refresh_token"] ?? body["refresh_token"]).toBe(body["refresh_token"])
    const key = await DpopKey.make("EdDSA")
    const second = await fapi.refreshWith(body["refresh_token"], { key })
    expect(decodeJwt(second.body["access_token"])["cnf"]).toEqual({ jkt: key.jkt })
    await provider.evictObjects()
    expect((await fapi.refreshWith(body["refresh_token"])).status).toBe(200)
  })

  test("a refresh without client authentication, without a proof, or by another client is refused", async () => {
    const { body } = await fapi.redeemWith(await fapi.fapiCode(browser, offline))
    const form = { grant_type: "refresh_token", refresh_token: body["refresh_token"] }
    expect(await fapi.post("/token", form, await fapi.key.shownAt(provider, "/token"))).toMatchObject(invalidClient)
    expect((await fapi.refreshWith(body["refresh_token"], { key: null })).status).toBe(400)
    expect(await other.refreshWith(body["refresh_token"])).toMatchObject(invalidGrant)
    expect((await fapi.refreshWith(body["refresh_token"])).status).toBe(200)
  })

  test("an access token is refused as a bearer token, and with another key's proof", async () => {
    const { body } = await fapi.redeemWith(await fapi.fapiCode(browser))
    const token = body["access_token"]
    expect((await userinfoWith(provider, { authorization: `Bearer ${token}` })).status).toBe(401)
    expect((await other.key.userinfo(provider, token)).status).toBe(401)
    expect((await fapi.key.userinfo(provider, token)).status).toBe(200)
  })
})

describe("FAPI 2.0 Security Profile §5.3.2.2: the authorization endpoint", () => {
  test("PAR answers 201 with an expires_in of at least 5 and under 600 seconds", async () => {
    const { body, status } = await fapi.pushWith()
    expect(status).toBe(201)
    expect(body["expires_in"]).toBeGreaterThanOrEqual(5)
    expect(body["expires_in"]).toBeLessThan(600)
  })

  test("what was pushed wins over the address: a state only there is not returned", async () => {
    const url = fapi.pushedUrl(await fapi.requestUri({}), { state: "mine", scope: "openid email", nonce: "no" })
    const back = answered(await goThrough(browser, await browser.open(url)))
    expect(back).not.toHaveProperty("state")
    expect(back).toHaveProperty("code")
  })

  test.each(["PUT", "GET", "DELETE"])("%s at the PAR endpoint is 405", async (method) => {
    expect((await fetch(`${provider.issuer}/par`, { method })).status).toBe(405)
  })

  test("request_uri: visited twice before it is answered, bound to its client, never used again", async () => {
    const uri = await fapi.requestUri({ prompt: "login" })
    const visitor = newBrowser()
    await visitor.open(fapi.pushedUrl(uri))
    const again = await visitor.open(fapi.pushedUrl(uri))
    expect(again.url.pathname).toBe("/login")
    expect((await newBrowser().open(other.pushedUrl(uri))).status).toBe(400)
    expect(answered(await goThrough(visitor, again))).toHaveProperty("code")
    expect(await visitor.open(fapi.pushedUrl(uri))).toMatchObject({ status: 400 })
  })
})

describe("FAPI 2.0 Security Profile §5.4.1: proofs", () => {
  test("PS256, ES256 and EdDSA, never RS256: at PAR, at the token endpoint and at userinfo", async () => {
    const ps256 = await DpopKey.make("PS256")
    const rs256 = await DpopKey.of(ps256, "RS256")
    const refused = { status: 400, body: { error: "invalid_dpop_proof" } }
    expect(await fapi.pushWith({}, { key: rs256 })).toMatchObject(refused)
    const code = await fapi.fapiCode(browser, {}, { key: ps256 })
    expect(await fapi.redeemWith(code, {}, { key: rs256 })).toMatchObject(refused)
    const { body } = await fapi.redeemWith(code, {}, { key: ps256 })
    expect((await ps256.userinfo(provider, body["access_token"])).status).toBe(200)
    expect((await rs256.userinfo(provider, body["access_token"])).status).toBe(401)
  })
})

describe("FAPI 2.0 Security Profile §5.3.2.1: codes", () => {
  test("a missing or wrong verifier, another client: invalid_grant, and its own client still redeems it", async () => {
    const code = await fapi.fapiCode(browser)
    expect(await fapi.redeemWith(code, { code_verifier: "" })).toMatchObject(invalidGrant)
    expect(await fapi.redeemWith(code, { code_verifier: "w".repeat(43) })).toMatchObject(invalidGrant)
    expect(await other.redeemWith(code)).toMatchObject(invalidGrant)
    expect((await fapi.redeemWith(code, {}, { key: null })).status).toBe(400)
    expect((await fapi.redeemWith(code)).status).toBe(200)
  })

  test("reuse after a second: invalid_grant, and the token is revoked", async () => {
    const code = await fapi.fapiCode(browser)
    const { body } = await fapi.redeemWith(code)
    await later(1_000)
    expect(await fapi.redeemWith(code)).toMatchObject(invalidGrant)
    expect((await fapi.key.userinfo(provider, body["access_token"])).status).toBe(401)
  })

  test("the access token is at+jwt, signed with the client's algorithm", async () => {
    const { body } = await other.redeemWith(await other.fapiCode(browser))
    expect(decodeProtectedHeader(body["access_token"])).toMatchObject({ typ: "at+jwt", alg: "ES256" })
  })
})
