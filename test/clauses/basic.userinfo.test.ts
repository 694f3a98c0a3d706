/** Userinfo: claims by scope and by name, and how a token may be brought. OIDC Core §5.3, §5.4, §5.5; RFC 6750. */
import { decodeJwt } from "jose"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import type { Browser } from "../clients/Browser.ts"
import { fullProfile, makeUser } from "../workerd/Fixtures.ts"
import { type RunningProvider, startProvider } from "../workerd/Provider.ts"
import { type Answer, answerOf, metadataOf, newBrowser, register, type RelyingParty } from "./RelyingParty.ts"

let provider: RunningProvider
let rp: RelyingParty
let browser: Browser
const all = "openid profile email address phone"

beforeAll(async () => {
  provider = await startProvider()
  rp = await register(provider, "rp")
  await provider.run(makeUser("alice"))
  browser = newBrowser()
  await rp.authorize(browser, { scope: all })
}, 60_000)
afterAll(() => provider?.close())

const ask = async (init: RequestInit, path = "/userinfo"): Promise<Answer> =>
  answerOf(await fetch(provider.issuer + path, init))

const token = async (scope = all): Promise<string> => (await rp.tokens(browser, { scope }))["access_token"]

/** The claims that a scope asks for. OIDC Core §5.4. */
const byScope: Record<string, ReadonlyArray<string>> = {
  profile: [
    "name",
    "given_name",
    "family_name",
    "middle_name",
    "nickname",
    "preferred_username",
    "profile",
    "picture",
    "website",
    "gender",
    "birthdate",
    "zoneinfo",
    "locale",
    "updated_at"
  ],
  email: ["email", "email_verified"],
  address: ["address"],
  phone: ["phone_number", "phone_number_verified"]
}

describe("OIDC Core §5.3.1: the token may be brought", () => {
  const form = { "content-type": "application/x-www-form-urlencoded" }

  test("by GET with the header, by POST with the header, by POST with a form body: one answer", async () => {
    const access_token = await token()
    const authorization = `Bearer ${access_token}`
    const answers = await Promise.all([
      ask({ headers: { authorization } }),
      ask({ method: "POST", headers: { authorization } }),
      ask({ method: "POST", headers: { authorization, ...form }, body: "" }),
      ask({ method: "POST", headers: form, body: new URLSearchParams({ access_token }) }),
      ask({ headers: { authorization: `bearer ${access_token}` } })
    ])
    for (const answer of answers) {
      expect(answer.status).toBe(200)
      expect(answer.headers.get("content-type")).toMatch(/^application\/json/)
      expect(answer.headers.get("cache-control")).toBe("no-store")
      expect(answer.body).toEqual(answers[0]?.body)
    }
  })

  test("RFC 9700 §4.3.2: never in the query", async () => {
    expect((await ask({}, `/userinfo?access_token=${await token()}`)).status).toBe(401)
  })

  test("RFC 6750 §2: a client MUST NOT use more than one method: invalid_request", async () => {
    const access_token = await token()
    const headers = { ...form, authorization: `Bearer ${access_token}` }
    const both = await ask({ method: "POST", headers, body: new URLSearchParams({ access_token }) })
    expect(both).toMatchObject({ status: 400, body: { error: "invalid_request" } })
    const body = `access_token=${access_token}&access_token=${access_token}`
    const twice = await ask({ method: "POST", headers: form, body })
    expect(twice).toMatchObject({ status: 400, body: { error: "invalid_request" } })
  })
})

describe("RFC 6750 §3: the WWW-Authenticate response header field", () => {
  test("§3.1: a request without authentication information gets no error code", async () => {
    for (const headers of [{}, { authorization: "Basic cnA6c2VjcmV0" }, { authorization: "Negotiate x" }]) {
      const answer = await ask({ headers })
      expect([answer.status, answer.text]).toEqual([401, ""])
      expect(answer.headers.get("www-authenticate")).toMatch(/^Bearer realm="hapax", DPoP algs="[\w ]+"$/)
      expect(answer.headers.get("cache-control")).toBe("no-store")
    }
  })

  test("§3.1: a token that is malformed or not ours is 401 invalid_token", async () => {
    const good = await token()
    const idToken = (await rp.tokens(browser))["id_token"]
    const cut = good.slice(0, -4)
    for (const bad of ["x", "a.b.c", cut, `${good}x`, idToken, `${good.split(".").slice(0, 2).join(".")}.`]) {
      const answer = await rp.userinfo(bad)
      expect(answer).toMatchObject({ status: 401, body: { error: "invalid_token" } })
      expect(answer.headers.get("www-authenticate")).toMatch(/^Bearer realm="hapax", error="invalid_token", error_desc/)
      expect(answer.headers.get("cache-control")).toBe("no-store")
      expect(Object.keys(answer.body).toSorted()).toEqual(["error", "error_description"])
    }
  })

  test("§3.1: a header that is no bearer token is 400 invalid_request, with the challenge", async () => {
    for (const authorization of ["Bearer", "Bearer ", "Bearer ###", "Bearer a b"]) {
      const answer = await ask({ headers: { authorization } })
      expect(answer).toMatchObject({ status: 400, body: { error: "invalid_request" } })
      expect(answer.headers.get("www-authenticate")).toMatch(/^Bearer realm="hapax", error="invalid_request"/)
    }
  })

  test("§3.1: a token without the scope is 403 insufficient_scope", async () => {
    const answer = await rp.userinfo(await token("email"))
    expect(answer).toMatchObject({ status: 403, body: { error: "insufficient_scope" } })
    expect(answer.headers.get("www-authenticate")).toMatch(/error="insufficient_scope"/)
  })
})

describe("OIDC Core §5.4: claims by scope", () => {
  test("openid alone: sub, and nothing else", async () => {
    const answer = await rp.userinfo(await token("openid"))
    expect(Object.keys(answer.body)).toEqual(["sub"])
  })

  test.each(Object.entries(byScope))("scope %s: exactly its claims", async (scope, names) => {
    const { body } = await rp.userinfo(await token(`openid ${scope}`))
    expect(Object.keys(body).toSorted()).toEqual(["sub", ...names].toSorted())
    expect(body).toMatchObject(Object.fromEntries(Object.entries(fullProfile).filter(([name]) => names.includes(name))))
  })

  test("all scopes at once: every standard claim, address an object, updated_at a number of seconds", async () => {
    const { body } = await rp.userinfo(await token(all))
    expect(body).toMatchObject(fullProfile)
    expect(body["address"]).toEqual(fullProfile.address)
    expect(Math.abs(body["updated_at"] - Date.now() / 1000)).toBeLessThan(3600)
    expect(body["email_verified"]).toBe(true)
    expect(body["phone_number_verified"]).toBe(false)
  })

  test("scopes_supported and claims_supported list them all", async () => {
    const metadata = await metadataOf(provider)
    expect(metadata["scopes_supported"]).toEqual(expect.arrayContaining([...all.split(" "), "offline_access"]))
    expect(metadata["claims_supported"]).toEqual(expect.arrayContaining(["sub", ...Object.values(byScope).flat()]))
  })

  test("a claim without a value is left out, never null or empty (§5.3.2)", async () => {
    await provider.run(makeUser("bare", {}))
    const person = newBrowser()
    const { access_token } = await rp.tokens(person, { scope: all }, "bare")
    const { body } = await rp.userinfo(access_token)
    expect(Object.keys(body).toSorted()).toEqual(["email", "preferred_username", "sub", "updated_at"])
  })
})

describe("OIDC Core §5.5: the claims parameter", () => {
  const withClaims = async (claims: unknown) => {
    const answer = await rp.tokens(browser, { claims: JSON.stringify(claims) })
    const userinfo = await rp.userinfo(answer["access_token"])
    return { idToken: decodeJwt(answer["id_token"]), userinfo: userinfo.body }
  }

  test("an essential name for userinfo is there, and not in the ID token", async () => {
    const { idToken, userinfo } = await withClaims({ userinfo: { name: { essential: true } } })
    expect(userinfo).toEqual({ sub: idToken.sub, name: "Alice Example" })
    expect(idToken).not.toHaveProperty("name")
  })

  test("a claim for the ID token is there, and not in userinfo", async () => {
    const { idToken, userinfo } = await withClaims({ id_token: { email: null } })
    expect(idToken).toMatchObject({ email: "alice@example.com" })
    expect(userinfo).toEqual({ sub: idToken.sub })
  })

  test("§5.5: members that are not understood are ignored, and claims of nobody tell nothing", async () => {
    const odd = { passwordHash: null, status: null, constructor: null, "name#ja": { essential: true } }
    const { userinfo } = await withClaims({ userinfo: odd, other: { x: 1 }, id_token: null })
    expect(Object.keys(userinfo)).toEqual(["sub"])
  })

  test("iss, aud, exp and sub of the ID token are never taken from the request", async () => {
    const values = { iss: { value: "https://evil.example" }, aud: { value: "x" }, exp: { value: 1 } }
    const { idToken } = await withClaims({ id_token: values })
    expect(idToken).toMatchObject({ iss: provider.issuer, aud: "rp" })
    expect(idToken.exp).toBeGreaterThan(1)
  })

  test("auth_time and acr for the ID token are there without anybody being asked", async () => {
    const claims = JSON.stringify({ id_token: { auth_time: { essential: true }, acr: null } })
    const answer = await rp.tokens(browser, { prompt: "none", claims })
    expect(decodeJwt(answer["id_token"])).toMatchObject({ auth_time: expect.any(Number), acr: "1" })
  })
})

describe("Fetch: what scripts of other origins may read", () => {
  test("client endpoints answer every origin, without credentials; pages and /authorize none", async () => {
    const headers = { origin: "https://spa.example" }
    const metadata = await metadataOf(provider)
    for (const name of ["userinfo_endpoint", "token_endpoint", "jwks_uri", "revocation_endpoint"]) {
      const preflight = await fetch(metadata[name], { method: "OPTIONS", headers })
      expect([name, preflight.status, preflight.headers.get("access-control-allow-origin")]).toEqual([name, 204, "*"])
      expect(preflight.headers.get("access-control-allow-credentials")).toBe(null)
    }
    for (const path of ["/authorize", "/login", "/consent", "/logout", "/logout/confirm", "/"]) {
      for (const method of ["OPTIONS", "GET", "POST"]) {
        const answer = await fetch(provider.issuer + path, { method, headers, redirect: "manual" })
        expect([path, method, answer.headers.get("access-control-allow-origin")]).toEqual([path, method, null])
      }
    }
  })
})
