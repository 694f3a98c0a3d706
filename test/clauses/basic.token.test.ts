/** The token endpoint and what it gives. OIDC Core §2, §3.1.3; RFC 6749 §4.1.3, §5; RFC 7636; RFC 9068. */
import { createHash, randomBytes } from "node:crypto"
import { createRemoteJWKSet, decodeJwt, decodeProtectedHeader, jwtVerify } from "jose"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import type { Browser } from "../clients/Browser.ts"
import { makeUser } from "../workerd/Fixtures.ts"
import { type RunningProvider, startProvider } from "../workerd/Provider.ts"
import { type Answer, later, newBrowser, register, RelyingParty } from "./RelyingParty.ts"

let provider: RunningProvider
let rp: RelyingParty
let other: RelyingParty
let browser: Browser
const all = "openid profile email address phone"

beforeAll(async () => {
  provider = await startProvider()
  rp = await register(provider, "rp")
  other = await register(provider, "other")
  await provider.run(makeUser("alice"))
  browser = newBrowser()
  await rp.authorize(browser, { scope: `${all} offline_access` })
  await other.authorize(browser, { scope: `${all} offline_access` })
}, 60_000)
afterAll(() => provider?.close())

const invalidGrant = (answer: Answer) => {
  expect(answer).toMatchObject({ status: 400, body: { error: "invalid_grant" } })
  isError(answer)
}

/** RFC 6749 §5.2: no-store, and nothing in it but what may be in it. */
const isError = (answer: Answer) => {
  expect(answer.headers.get("cache-control")).toBe("no-store")
  expect(answer.headers.get("pragma")).toBe("no-cache")
  expect(answer.headers.get("content-type")).toMatch(/^application\/json/)
  expect(Object.keys(answer.body).toSorted()).toEqual(["error", "error_description"])
  expect(answer.body["error_description"]).toMatch(/^[\x20-\x21\x23-\x5b\x5d-\x7e]+$/)
}

describe("RFC 6749 §5.1: the answer", () => {
  test("no-store, Bearer, expires_in, and the code had at least 128 bits", async () => {
    const code = await rp.code(browser)
    expect(Buffer.from(code.split(".").at(-1) ?? "", "base64url").length * 8).toBeGreaterThanOrEqual(128)
    const answer = await rp.redeem(code)
    expect(answer.status).toBe(200)
    expect(answer.headers.get("cache-control")).toBe("no-store")
    expect(answer.headers.get("pragma")).toBe("no-cache")
    expect(answer.headers.get("content-type")).toMatch(/^application\/json/)
    expect(answer.headers.get("x-content-type-options")).toBe("nosniff")
    expect(answer.body).toMatchObject({ token_type: "Bearer", scope: "openid" })
    expect(answer.body["expires_in"]).toBeGreaterThan(0)
    expect(Object.keys(answer.body).toSorted()).toEqual([
      "access_token",
      "expires_in",
      "id_token",
      "scope",
      "token_type"
    ])
  })

  test("every code and every token is another one", async () => {
    const answers = await Promise.all([1, 2, 3].map(() => rp.tokens(browser, { scope: "openid offline_access" })))
    for (const name of ["access_token", "id_token", "refresh_token"]) {
      expect(new Set(answers.map((answer) => answer[name])).size).toBe(3)
    }
  })

  test("RFC 6749 §3.3: without openid there is no ID token, and scope says what was given", async () => {
    const answer = await rp.tokens(browser, { scope: "email nothing-known" })
    expect(answer).not.toHaveProperty("id_token")
    expect(answer).toMatchObject({ scope: "email" })
  })
})

describe("RFC 6749 §2.3.1: client authentication", () => {
  test("client_secret_basic", async () => {
    expect((await rp.redeem(await rp.code(browser))).status).toBe(200)
  })

  test("client_secret_post", async () => {
    const form = { grant_type: "authorization_code", code: await rp.code(browser), redirect_uri: rp.redirectUri }
    const answer = await rp.post("/token", { ...form, client_id: rp.id, client_secret: rp.secret ?? "" }, {})
    expect(answer.status).toBe(200)
  })

  test("a client registered strictly for one method is held to it", async () => {
    const strict = await register(provider, "strict", {
      token_endpoint_auth_method: "client_secret_post",
      auth_method_strict: true
    })
    const code = await strict.code(browser)
    expect(await strict.redeem(code)).toMatchObject({ status: 401, body: { error: "invalid_client" } })
    const credentials = { client_id: strict.id, client_secret: strict.secret ?? "" }
    const form = { grant_type: "authorization_code", code, redirect_uri: strict.redirectUri, ...credentials }
    expect((await strict.post("/token", form, {})).status).toBe(200)
  })

  test("RFC 6749 §5.2: failed authentication is 401 with a challenge for Basic", async () => {
    const wrong = new RelyingParty(provider, "rp", "wrong")
    const answer = await wrong.redeem(await rp.code(browser))
    expect(answer).toMatchObject({ status: 401, body: { error: "invalid_client" } })
    expect(answer.headers.get("www-authenticate")).toMatch(/^Basic realm="/)
    isError(answer)
  })
})

describe("OIDC Core §2, §3.1.3.7: the ID token", () => {
  test("exact iss, aud, exp, iat, nonce, sub, at_hash, signature and kid", async () => {
    const asked = Math.floor(Date.now() / 1000)
    const answer = await rp.tokens(browser, { nonce: "n-0S6_WzA2Mj" })
    const header = decodeProtectedHeader(answer["id_token"])
    const jwks = createRemoteJWKSet(new URL(`${provider.issuer}/.well-known/jwks.json`))
    const { payload } = await jwtVerify(answer["id_token"], jwks)
    expect(header).toEqual({ alg: "RS256", typ: "JWT", kid: expect.stringMatching(/^.{10,}$/) })
    expect(payload).toMatchObject({ iss: provider.issuer, aud: "rp", nonce: "n-0S6_WzA2Mj" })
    expect(payload.sub).toMatch(/^[\x21-\x7e]{1,255}$/)
    expect(payload.iat).toBeGreaterThanOrEqual(asked)
    expect(payload.exp).toBeGreaterThan(payload.iat ?? 0)
    const hash = createHash("sha256").update(answer["access_token"]).digest()
    expect(payload["at_hash"]).toBe(hash.subarray(0, 16).toString("base64url"))
    const userinfo = await rp.userinfo(answer["access_token"])
    expect(userinfo.body["sub"]).toBe(payload.sub)
  })

  test("§5.4: it carries no name, e-mail or other claim of a scope, for there is an access token", async () => {
    const { id_token } = await rp.tokens(browser, { scope: all })
    const members = ["acr", "amr", "at_hash", "aud", "auth_time", "exp", "iat", "iss", "sid", "sub"]
    expect(Object.keys(decodeJwt(id_token)).toSorted()).toEqual(members)
  })

  test("§3.1.2.1: without a nonce in the request there is none in it", async () => {
    expect(decodeJwt((await rp.tokens(browser))["id_token"])).not.toHaveProperty("nonce")
  })

  test("a client registered for ES256 gets ES256", async () => {
    const elliptic = await register(provider, "elliptic", { id_token_signed_response_alg: "ES256" })
    const { id_token } = await elliptic.tokens(browser)
    expect(decodeProtectedHeader(id_token).alg).toBe("ES256")
    const jwks = createRemoteJWKSet(new URL(`${provider.issuer}/.well-known/jwks.json`))
    await jwtVerify(id_token, jwks, { issuer: provider.issuer, audience: "elliptic", algorithms: ["ES256"] })
  })
})

describe("RFC 9068 §2: the access token", () => {
  test("typ is at+jwt, and iss, exp, aud, sub, client_id, iat, jti are there", async () => {
    const answer = await rp.tokens(browser, { scope: "openid email" })
    const jwks = createRemoteJWKSet(new URL(`${provider.issuer}/.well-known/jwks.json`))
    const expected = { issuer: provider.issuer, audience: provider.issuer, typ: "at+jwt", algorithms: ["RS256"] }
    const { payload } = await jwtVerify(answer["access_token"], jwks, expected)
    expect(payload).toMatchObject({ client_id: "rp", scope: "openid email", auth_time: expect.any(Number) })
    expect(payload.sub).toBe(decodeJwt(answer["id_token"]).sub)
    expect(payload.jti).toMatch(/.{16,}/)
    expect((payload.exp ?? 0) - (payload.iat ?? 0)).toBe(answer["expires_in"])
    expect(payload, "no claims of a person in what travels to every resource").not.toHaveProperty("email")
  })
})

describe("RFC 6749 §4.1.2: the client MUST NOT use the authorization code more than once", () => {
  test("used twice at once: 400 invalid_grant", async () => {
    const code = await rp.code(browser)
    const answers = await Promise.all([rp.redeem(code), rp.redeem(code)])
    expect(answers.filter(({ status }) => status === 200).length).toBe(1)
    invalidGrant(answers.find(({ status }) => status !== 200)!)
  })

  test("used again later: 400 invalid_grant, and the first access token stops working", async () => {
    const code = await rp.code(browser, { scope: "openid offline_access" })
    const { body } = await rp.redeem(code)
    expect((await rp.userinfo(body["access_token"])).status).toBe(200)
    await later(1000)
    invalidGrant(await rp.redeem(code))
    expect((await rp.userinfo(body["access_token"])).status).toBe(401)
    invalidGrant(await rp.refresh(body["refresh_token"]))
  })
})

describe("RFC 6749 §5.2: invalid_grant", () => {
  test("another client's code", async () => invalidGrant(await other.redeem(await rp.code(browser))))

  test("another redirect_uri, and none", async () => {
    const code = await rp.code(browser)
    invalidGrant(await rp.redeem(code, { redirect_uri: "https://rp.example/other" }))
    invalidGrant(await rp.post("/token", { grant_type: "authorization_code", code }))
    expect((await rp.redeem(code)).status, "a refused redemption does not burn the code").toBe(200)
  })

  test("something that is no code", async () => {
    for (const code of ["x", "a.b", `1-0.${"a".repeat(22)}.${"b".repeat(43)}`]) invalidGrant(await rp.redeem(code))
  })
})

describe("RFC 6749 §5.2: the other errors", () => {
  const cases: ReadonlyArray<[string, Record<string, string>, string]> = [
    ["grant_type missing", {}, "invalid_request"],
    ["grant_type password", { grant_type: "password", username: "alice" }, "unsupported_grant_type"],
    ["code missing", { grant_type: "authorization_code" }, "invalid_request"],
    ["refresh_token missing", { grant_type: "refresh_token" }, "invalid_request"],
    [
      "a code_verifier that cannot be one",
      { grant_type: "authorization_code", code: "x.y", code_verifier: "short" },
      "invalid_grant"
    ]
  ]
  test.each(cases)("%s", async (_title, form, error) => {
    const answer = await rp.post("/token", form)
    expect(answer).toMatchObject({ status: 400, body: { error } })
    isError(answer)
  })

  test("a grant_type that the client is not registered for: unauthorized_client", async () => {
    const once = await register(provider, "once", { grant_types: ["authorization_code"] })
    const answer = await once.post("/token", { grant_type: "refresh_token", refresh_token: "x" })
    expect(answer).toMatchObject({ status: 400, body: { error: "unauthorized_client" } })
    isError(answer)
  })

  test("a parameter sent twice: invalid_request", async () => {
    const body = "grant_type=authorization_code&grant_type=refresh_token"
    const headers = { ...rp.credentials, "content-type": "application/x-www-form-urlencoded" }
    const response = await fetch(`${provider.issuer}/token`, { method: "POST", headers, body })
    expect([response.status, await response.json()]).toMatchObject([400, { error: "invalid_request" }])
  })
})

describe("OIDC Core §12, RFC 6749 §6: refreshing", () => {
  test("200, no-store, Bearer, and a new ID token: same iss, sub, aud, auth_time; new iat", async () => {
    const first = await rp.tokens(browser, { scope: "openid offline_access", nonce: "n" })
    await later(1000)
    const answer = await rp.refresh(first["refresh_token"])
    expect(answer).toMatchObject({ status: 200, body: { token_type: "Bearer", scope: "openid offline_access" } })
    expect(answer.headers.get("cache-control")).toBe("no-store")
    const [before, after] = [decodeJwt(first["id_token"]), decodeJwt(answer.body["id_token"])]
    for (const name of ["iss", "sub", "aud", "auth_time"]) expect(after[name]).toEqual(before[name])
    expect(after.iat).toBeGreaterThan(before.iat ?? Infinity)
    expect(after["nonce"]).toBe(undefined)
    expect((await rp.userinfo(answer.body["access_token"])).status).toBe(200)
    expect((await rp.userinfo(first["access_token"])).status, "the first one lives on").toBe(200)
  })

  test("another client's refresh token: 400 invalid_grant, and nothing has happened to it", async () => {
    const { refresh_token } = await rp.tokens(browser, { scope: "openid offline_access" })
    invalidGrant(await other.refresh(refresh_token))
    expect((await rp.refresh(refresh_token)).status).toBe(200)
  })

  test("RFC 6749 §6: a narrower scope is given, a wider one is invalid_scope", async () => {
    const { refresh_token } = await rp.tokens(browser, { scope: "openid email offline_access" })
    const wider = await rp.refresh(refresh_token, { scope: "openid email phone" })
    expect(wider).toMatchObject({ status: 400, body: { error: "invalid_scope" } })
    const narrower = await rp.refresh(refresh_token, { scope: "openid" })
    expect(narrower.body).toMatchObject({ scope: "openid" })
    expect((await rp.userinfo(narrower.body["access_token"])).body).not.toHaveProperty("email")
    const again = await rp.refresh(narrower.body["refresh_token"])
    expect(again.body, "the grant is as wide as before").toMatchObject({ scope: "openid email offline_access" })
  })
})

describe("RFC 7636: PKCE S256", () => {
  const verifier = randomBytes(32).toString("base64url")
  const code_challenge = createHash("sha256").update(verifier).digest("base64url")
  const challenged = { code_challenge, code_challenge_method: "S256" }

  test("§4.6: the verifier redeems, of 43 and of 128 characters", async () => {
    expect((await rp.redeem(await rp.code(browser, challenged), { code_verifier: verifier })).status).toBe(200)
    const long = "aZ0-._~".repeat(19).slice(0, 128)
    const challenge = createHash("sha256").update(long).digest("base64url")
    const code = await rp.code(browser, { ...challenged, code_challenge: challenge })
    expect((await rp.redeem(code, { code_verifier: long })).status).toBe(200)
  })

  test("a public client redeems without a secret, and only with PKCE", async () => {
    const spa = await register(provider, "spa", { token_endpoint_auth_method: "none" })
    const code = await spa.code(browser, challenged)
    expect((await spa.redeem(code, { code_verifier: verifier })).status).toBe(200)
    const without = await spa.authorize(browser)
    expect(without).toMatchObject({ error: "invalid_request", error_description: "code_challenge is required" })
  })
})
