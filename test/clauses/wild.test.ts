/** Ordinary clients as they are in the wild: what sixteen of them do, and a provider has to bear. */
import { createHash, randomBytes } from "node:crypto"
import { decodeJwt, decodeProtectedHeader } from "jose"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { makeClient, makeUser } from "../workerd/Fixtures.ts"
import { type RunningProvider, startProvider } from "../workerd/Provider.ts"
import {
  answered,
  answerOf,
  goThrough,
  metadataOf,
  newBrowser,
  register,
  RelyingParty,
  sentTo
} from "./RelyingParty.ts"

let provider: RunningProvider
let rp: RelyingParty
const browser = newBrowser()

beforeAll(async () => {
  provider = await startProvider()
  rp = await register(provider, "rp")
  await provider.run(makeUser("alice"))
  await rp.authorize(browser, { scope: "openid offline_access" })
}, 60_000)
afterAll(() => provider?.close())

const inBody = (client: RelyingParty) => ({ client_id: client.id, client_secret: client.secret ?? "" })

describe("what a client reads", () => {
  test("RS256 ID tokens unless a client registered otherwise; a kid that the JWKS has", async () => {
    const { id_token } = await rp.tokens(browser)
    const { alg, kid } = decodeProtectedHeader(id_token)
    const { body } = await answerOf(await fetch(`${provider.issuer}/.well-known/jwks.json`))
    expect(alg).toBe("RS256")
    expect(body["keys"].find((key: { kid: string }) => key.kid === kid)).toMatchObject({ kty: "RSA", alg: "RS256" })
  })

  test("no key type in the JWKS that breaks libraries: RSA and EC P-256 alone", async () => {
    const { body } = await answerOf(await fetch(`${provider.issuer}/.well-known/jwks.json`))
    const types = body["keys"].map(({ crv, kty }: { crv?: string; kty: string }) => crv ?? kty)
    expect(types.toSorted()).toEqual(["P-256", "RSA"])
  })

  test("expires_in always, and a number; token_type is Bearer with a capital letter", async () => {
    const first = await rp.tokens(browser, { scope: "openid offline_access" })
    const second = (await rp.refresh(first["refresh_token"])).body
    for (const answer of [first, second]) expect(answer).toMatchObject({ expires_in: 600, token_type: "Bearer" })
  })

  test("issuer is identical to the character: in metadata, redirects and tokens", async () => {
    const { issuer } = await metadataOf(provider)
    const { code = "", iss } = await rp.authorize(browser)
    const { access_token, id_token } = (await rp.redeem(code)).body
    expect([issuer, iss, decodeJwt(id_token).iss, decodeJwt(access_token).iss]).toEqual(
      Array.from({ length: 4 }, () => provider.issuer)
    )
  })

  test("aud of the ID token is a string, which the simplest clients compare", async () => {
    expect(decodeJwt((await rp.tokens(browser))["id_token"]).aud).toBe("rp")
  })
})

describe("how a client authenticates", () => {
  test("Basic for the code and the body for the refresh", async () => {
    const { refresh_token } = await rp.tokens(browser, { scope: "openid offline_access" })
    const form = { grant_type: "refresh_token", refresh_token, ...inBody(rp) }
    expect((await rp.post("/token", form, {})).status).toBe(200)
  })

  test("client_id in the body beside Basic", async () => {
    expect((await rp.redeem(await rp.code(browser), { client_id: "rp" })).status).toBe(200)
  })

  test("Basic with a scheme in lower case", async () => {
    const authorization = (rp.credentials["authorization"] ?? "").replace("Basic", "basic")
    const form = { grant_type: "authorization_code", code: await rp.code(browser), redirect_uri: rp.redirectUri }
    expect((await rp.post("/token", form, { authorization })).status).toBe(200)
  })

  test("RFC 6749 §2.3.1: id and secret are form-encoded first; many clients do not encode", async () => {
    const secret = "p%s+w: ö/=&?"
    await provider.run(makeClient("odd client:1", secret, { redirect_uris: ["https://rp.example/cb"] }))
    const odd = new RelyingParty(provider, "odd client:1", secret)
    const encoded = await odd.redeem(await odd.code(browser))
    expect(encoded.status).toBe(200)
    await provider.run(makeClient("plain", "50%-off:+s/e%41cret=", { redirect_uris: ["https://rp.example/cb"] }))
    const plain = new RelyingParty(provider, "plain", "50%-off:+s/e%41cret=")
    const authorization = `Basic ${btoa(`${plain.id}:${plain.secret}`)}`
    const form = { grant_type: "authorization_code", code: await plain.code(browser), redirect_uri: plain.redirectUri }
    expect((await plain.post("/token", form, { authorization })).status).toBe(200)
  })

  test("a content type with a charset", async () => {
    const form = { grant_type: "authorization_code", code: await rp.code(browser), redirect_uri: rp.redirectUri }
    const headers = { ...rp.credentials, "content-type": "application/x-www-form-urlencoded; charset=UTF-8" }
    const body = new URLSearchParams(form).toString()
    expect((await fetch(`${provider.issuer}/token`, { method: "POST", headers, body })).status).toBe(200)
  })
})

describe("what a client sends besides", () => {
  test("PKCE is not demanded of a confidential client, and enforced once begun; of a public one always", async () => {
    expect((await rp.redeem(await rp.code(browser))).status).toBe(200)
    const verifier = randomBytes(32).toString("base64url")
    const code_challenge = createHash("sha256").update(verifier).digest("base64url")
    const code = await rp.code(browser, { code_challenge, code_challenge_method: "S256" })
    expect((await rp.redeem(code)).body).toMatchObject({ error: "invalid_grant" })
    expect((await rp.redeem(code, { code_verifier: verifier })).status).toBe(200)
    const app = await register(provider, "app", { token_endpoint_auth_method: "none" })
    expect(await app.authorize(browser)).toMatchObject({ error: "invalid_request" })
  })

  test("a client registered for PKCE is held to it", async () => {
    const careful = await register(provider, "careful", { require_pkce: true })
    expect(await careful.authorize(browser)).toMatchObject({ error: "invalid_request" })
  })

  test("scope beside a refresh token is accepted, scope beside a code is ignored, unknown parameters too", async () => {
    const scope = "openid offline_access"
    const first = await rp.redeem(await rp.code(browser, { scope }), { scope: "everything", access_type: "offline" })
    expect(first).toMatchObject({ status: 200, body: { scope } })
    const second = await rp.refresh(first.body["refresh_token"], { scope, access_type: "offline", audience: "x" })
    expect(second).toMatchObject({ status: 200, body: { scope } })
  })

  test("access_type, approval_prompt and other parameters of other providers at /authorize are ignored", async () => {
    const answer = await rp.authorize(browser, { access_type: "offline", approval_prompt: "force", audience: "api" })
    expect(answer).toHaveProperty("code")
  })

  test("an empty parameter is none (RFC 6749 §3.1)", async () => {
    const answer = await rp.authorize(browser, { prompt: "", max_age: "", nonce: "", claims: "", request: "" })
    expect(answer).toHaveProperty("code")
  })
})

describe("redirect URIs are kept exactly", () => {
  test.each([
    ["without a path", "https://rp.example"],
    ["with a slash alone", "https://rp.example/"],
    ["with a query", "https://rp.example/cb?a=1&b=%2F"],
    ["with a port", "https://rp.example:8443/cb"],
    ["with capital letters and percent-encoding in the path", "https://rp.example/CB/%7Euser"]
  ])("%s", async (title, redirectUri) => {
    const client = await register(provider, `exact ${title}`, { redirect_uris: [redirectUri] })
    const page = await goThrough(browser, await client.ask(browser))
    const joint = redirectUri.includes("?") ? "&" : "?"
    expect(page.headers.get("location")?.startsWith(`${redirectUri}${joint}code=`)).toBe(true)
    expect((await client.redeem(answered(page)["code"] ?? "")).status).toBe(200)
  })

  test("RFC 8252 §7.1: an application's own scheme; the consent page names it", async () => {
    const native = await register(provider, "native", { redirect_uris: ["com.example.app:/cb"] })
    browser.stopAt = "com.example.app:"
    const consent = await native.ask(browser)
    expect(consent.body).toContain("<strong><bdi>com.example.app</bdi></strong>")
    const page = await browser.submit(consent, { decision: "approve" })
    browser.stopAt = "https://"
    expect(sentTo(page).href).toMatch(/^com\.example\.app:\/cb\?code=/)
    expect((await native.redeem(answered(page)["code"] ?? "")).status).toBe(200)
  })

  test("RFC 8252 §7.3: a loopback redirect on whatever port is free", async () => {
    const tool = await register(provider, "tool", { redirect_uris: ["http://127.0.0.1/cb"] })
    browser.stopAt = "http://127.0.0.1"
    const presented = "http://127.0.0.1:51004/cb"
    const page = await goThrough(browser, await tool.ask(browser, { redirect_uri: presented }))
    browser.stopAt = "https://"
    expect(sentTo(page).href).toMatch(/^http:\/\/127\.0\.0\.1:51004\/cb\?code=/)
    const code = answered(page)["code"] ?? ""
    expect((await tool.redeem(code)).body, "the one that was presented counts").toMatchObject({
      error: "invalid_grant"
    })
    expect((await tool.redeem(code, { redirect_uri: presented })).status).toBe(200)
  })
})

describe("two tabs of one browser", () => {
  test("both signed in at once: the page left open in the first is asked anew, and both arrive", async () => {
    const person = newBrowser()
    const fresh = await register(provider, "fresh")
    const first = await fresh.ask(person)
    const second = await fresh.ask(person)
    const consent = await person.submit(first, { login: "alice", password: "correct horse battery staple" })
    expect(consent.url.pathname).toBe("/consent")
    expect(answered(await goThrough(person, second))).toHaveProperty("code")
    const late = await person.submit(consent, { decision: "approve" })
    expect(answered(late), "consent was given in the other tab meanwhile").toHaveProperty("code")
  })
})

describe("logout without a hint", () => {
  test("ask, end the session, stay here", async () => {
    const person = newBrowser()
    await rp.authorize(person)
    const page = await person.open(`${provider.issuer}/logout?post_logout_redirect_uri=https://rp.example/`)
    const done = await person.submit(page)
    expect([done.status, done.headers.get("location")]).toEqual([200, null])
    expect(answered(await rp.ask(person, { prompt: "none" }))).toMatchObject({ error: "login_required" })
  })
})
