/** Introspection and revocation. RFC 7662, RFC 7009. */
import { decodeJwt } from "jose"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import type { Browser } from "../clients/Browser.ts"
import { makeUser } from "../workerd/Fixtures.ts"
import { type RunningProvider, startProvider } from "../workerd/Provider.ts"
import { newBrowser, register, type RelyingParty } from "./RelyingParty.ts"

let provider: RunningProvider
let rp: RelyingParty
let other: RelyingParty
let browser: Browser

beforeAll(async () => {
  provider = await startProvider()
  rp = await register(provider, "rp")
  other = await register(provider, "other")
  await provider.run(makeUser("alice"))
  browser = newBrowser()
  await rp.authorize(browser, { scope: "openid email offline_access" })
}, 60_000)
afterAll(() => provider?.close())

const tokens = () => rp.tokens(browser, { scope: "openid email offline_access" })

describe("RFC 7662: introspection", () => {
  test("§2.2: an access token, with what it says", async () => {
    const { access_token } = await tokens()
    const answer = await rp.introspect(access_token)
    expect(answer.status).toBe(200)
    expect(answer.headers.get("content-type")).toMatch(/^application\/json/)
    expect(answer.headers.get("cache-control")).toBe("no-store")
    const { aud, client_id, exp, iat, iss, jti, scope, sub } = decodeJwt(access_token)
    expect(answer.body).toMatchObject({ active: true, aud, client_id, exp, iat, iss, jti, scope, sub })
    expect(answer.body).toMatchObject({ token_type: "Bearer", username: "alice" })
  })

  test("§2.2: a refresh token, as long as it is the live one", async () => {
    const { refresh_token } = await tokens()
    const { body } = await rp.introspect(refresh_token)
    expect(body).toMatchObject({ active: true, client_id: "rp", iss: provider.issuer })
    expect(body["exp"]).toBeGreaterThan(body["iat"])
    await rp.refresh(refresh_token)
    expect((await rp.introspect(refresh_token)).body).toEqual({ active: false })
  })

  test("§2.2: of a token that is unknown, and of another client's, only active: false", async () => {
    const { access_token, id_token, refresh_token } = await tokens()
    for (const token of ["x", "a.b.c", id_token, `${access_token}x`, refresh_token.slice(0, -1)]) {
      expect(await rp.introspect(token)).toMatchObject({ status: 200, text: '{"active":false}' })
    }
    for (const token of [access_token, refresh_token]) {
      expect(await other.introspect(token)).toMatchObject({ status: 200, text: '{"active":false}' })
    }
  })

  test("§2.1: token_type_hint is a hint, a wrong one too; parameters that are not known are ignored", async () => {
    const { access_token, refresh_token } = await tokens()
    for (const token of [access_token, refresh_token]) {
      for (const token_type_hint of ["access_token", "refresh_token", "unknown"]) {
        const answer = await rp.post("/introspect", { token, token_type_hint, extra: "x" })
        expect(answer.body).toMatchObject({ active: true })
      }
    }
  })

  test("§2.1: the client is authenticated; a public one cannot be", async () => {
    const { access_token: token } = await tokens()
    const spa = await register(provider, "spa", { token_endpoint_auth_method: "none" })
    for (const answer of [
      await rp.post("/introspect", { token }, {}),
      await rp.post("/introspect", { token, client_id: "rp" }, {}),
      await rp.post("/introspect", { token }, { authorization: `Basic ${btoa("rp:wrong")}` }),
      await spa.introspect(token)
    ]) {
      expect(answer).toMatchObject({ status: 401, body: { error: "invalid_client" } })
      expect(answer.headers.get("www-authenticate")).toMatch(/^Basic /)
      expect(answer.headers.get("cache-control")).toBe("no-store")
    }
  })

  test("§2.1: token is REQUIRED, and once", async () => {
    expect(await rp.post("/introspect", {})).toMatchObject({ status: 400, body: { error: "invalid_request" } })
    const headers = { ...rp.credentials, "content-type": "application/x-www-form-urlencoded" }
    const twice = await fetch(`${provider.issuer}/introspect`, { method: "POST", headers, body: "token=a&token=b" })
    expect(twice.status).toBe(400)
  })

  test("§2.1: GET is not answered, so that no token ends in a log", async () => {
    const { access_token } = await tokens()
    const url = `${provider.issuer}/introspect?token=${access_token}`
    expect((await fetch(url, { headers: rp.credentials })).status).toBe(405)
  })
})

describe("RFC 7009: revocation", () => {
  test("§2.1: an access token ends alone", async () => {
    const { access_token, refresh_token } = await tokens()
    const answer = await rp.revoke(access_token)
    expect(answer).toMatchObject({ status: 200, text: "" })
    expect(answer.headers.get("cache-control")).toBe("no-store")
    expect((await rp.introspect(access_token)).body).toEqual({ active: false })
    expect((await rp.userinfo(access_token)).status).toBe(401)
    expect((await rp.refresh(refresh_token)).status).toBe(200)
  })

  test("§2.1: a refresh token ends with its family and the access tokens it gave", async () => {
    const first = await tokens()
    const second = (await rp.refresh(first["refresh_token"])).body
    expect((await rp.revoke(second["refresh_token"])).status).toBe(200)
    for (const token of [first["access_token"], second["access_token"], second["refresh_token"]]) {
      expect((await rp.introspect(token)).body).toEqual({ active: false })
    }
    expect((await rp.refresh(second["refresh_token"])).body).toMatchObject({ error: "invalid_grant" })
  })

  test("§2.1: a refresh token that was replaced already still ends its family", async () => {
    const first = await tokens()
    const second = (await rp.refresh(first["refresh_token"])).body
    expect((await rp.revoke(first["refresh_token"])).status).toBe(200)
    expect((await rp.refresh(second["refresh_token"])).body).toMatchObject({ error: "invalid_grant" })
  })

  test("§2.2: invalid tokens do not cause an error response, nor does a second revocation", async () => {
    const { access_token, id_token } = await tokens()
    for (const token of ["x", "a.b.c", id_token, access_token, access_token]) {
      expect(await rp.revoke(token)).toMatchObject({ status: 200, text: "" })
    }
  })

  test("§2.1: a client that cannot be authenticated: 401; token missing: 400", async () => {
    const { access_token: token } = await tokens()
    const wrong = { authorization: `Basic ${btoa("rp:wrong")}` }
    expect(await rp.post("/revoke", { token }, wrong)).toMatchObject({ status: 401, body: { error: "invalid_client" } })
    expect((await rp.userinfo(token)).status).toBe(200)
    expect(await rp.post("/revoke", {})).toMatchObject({ status: 400, body: { error: "invalid_request" } })
  })

  test("§5: a public client revokes its own tokens by its client_id", async () => {
    const app = await register(provider, "app", { token_endpoint_auth_method: "none" })
    const challenge = { code_challenge: "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM", code_challenge_method: "S256" }
    const code = await app.code(browser, challenge)
    const { body } = await app.redeem(code, { code_verifier: "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk" })
    expect((await rp.revoke(body["access_token"])).status, "another's").toBe(200)
    expect((await app.userinfo(body["access_token"])).status).toBe(200)
    expect((await app.revoke(body["access_token"])).status).toBe(200)
    expect((await app.userinfo(body["access_token"])).status).toBe(401)
  })
})
