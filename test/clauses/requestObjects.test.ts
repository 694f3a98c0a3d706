/** Request objects by value and by reference, over HTTP, with keys and documents on a client's own server. RFC 9101. */
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import type { JWTPayload } from "jose"
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest"
import { type Page, textOf } from "../clients/Browser.ts"
import * as Signing from "../clients/Signing.ts"
import { makeUser } from "../workerd/Fixtures.ts"
import { type RunningProvider, startProvider } from "../workerd/Provider.ts"
import { hashOf } from "./DpopKey.ts"
import { answered, callback, goThrough, newBrowser, register, type RelyingParty } from "./RelyingParty.ts"

let provider: RunningProvider
let keyed: RelyingParty
let plain: RelyingParty
let strict: RelyingParty
let none: RelyingParty
let origin: string
/** What the client's server answers, by path, and what it was asked. */
const documents = new Map<string, string>()
let asked: Array<string> = []

const server = createServer((request, response) => {
  asked.push(request.url ?? "")
  const document = documents.get(request.url ?? "")
  response.writeHead(document === undefined ? 404 : 200).end(document)
})

let key: Signing.SigningKey
let other: Signing.SigningKey

/** Paths of the client's server that are registered as request_uris; the fragment of one is known beforehand. */
const paths = ["/signed", "/plain", "/huge", "/gone"]

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  provider = await startProvider({ ALLOW_LOOPBACK: "true" })
  ;[key, other] = [await Signing.makeKey("ES256", "own"), await Signing.makeKey("ES256", "own")]
  documents.set("/jwks", JSON.stringify({ keys: [key.jwk] }))
  const request_uris = [
    ...paths.map((path) => origin + path),
    `${origin}/hashed#${hashOf("fixed")}`,
    "https://10.0.0.1/r"
  ]
  keyed = await register(provider, "keyed", {
    jwks_uri: `${origin}/jwks`,
    request_uris,
    redirect_uris: [callback, "https://rp.example/other"]
  })
  strict = await register(provider, "strict", { jwks: { keys: [key.jwk] }, require_signed_request_object: true })
  none = await register(provider, "none", { request_object_signing_alg: "none", request_uris })
  plain = await register(provider, "plain")
  await provider.run(makeUser("alice"))
}, 60_000)
beforeEach(() => {
  asked = []
})
afterAll(async () => {
  await provider?.close()
  server.close()
})

const claimsOf = (rp: RelyingParty, claims: JWTPayload = {}): JWTPayload => ({
  iss: rp.id,
  aud: provider.issuer,
  client_id: rp.id,
  response_type: "code",
  redirect_uri: rp.redirectUri,
  scope: "openid email",
  state: "inside",
  ...claims
})

const sign = (rp: RelyingParty, claims?: JWTPayload, by = key, typ = "oauth-authz-req+jwt") =>
  Signing.sign(by, claimsOf(rp, claims), { typ })

const unsigned = (rp: RelyingParty, claims?: JWTPayload) => Signing.makeUp({ alg: "none" }, claimsOf(rp, claims))

const isPage = (page: Page, error: string, parameter: string) => {
  expect(page.headers.get("location")).toBe(null)
  expect([page.status, textOf(page, "error"), textOf(page, "error-parameter")]).toEqual([400, error, parameter])
}

describe("a request object by value", () => {
  test("RFC 9101 §5, §6.2: signed by a key behind jwks_uri, it is the request, state and scope", async () => {
    const browser = newBrowser()
    const page = await keyed.ask(browser, { state: "beside", request: await sign(keyed) })
    const answer = answered(await goThrough(browser, page))
    expect(answer).toMatchObject({ code: expect.any(String), state: "inside", iss: provider.issuer })
    expect((await keyed.redeem(answer["code"] ?? "")).body["scope"]).toBe("openid email")
  })

  test("OIDC Core §6.1: claims as an object and max_age as a number", async () => {
    const browser = newBrowser()
    const claims = { id_token: { email: { essential: true } } }
    const request = await sign(keyed, { claims, max_age: 10_000 })
    const answer = answered(await goThrough(browser, await keyed.ask(browser, { request })))
    const tokens = await keyed.redeem(answer["code"] ?? "")
    const [, middle = ""] = String(tokens.body["id_token"]).split(".")
    const idToken = JSON.parse(Buffer.from(middle, "base64url").toString())
    expect(idToken).toMatchObject({ email: "alice@example.com", auth_time: expect.any(Number) })
  })

  test("OIDC Core §3.1.2.1: a redirect_uri in the object wins, and an unregistered one is an error page", async () => {
    const registered = await sign(keyed, { redirect_uri: "https://rp.example/other", prompt: "none" })
    const page = await keyed.ask(newBrowser(), { request: registered })
    expect(page.headers.get("location")).toMatch(/^https:\/\/rp\.example\/other\?error=login_required/)
    const strange = await sign(keyed, { redirect_uri: "https://evil.example/" })
    isPage(await keyed.ask(newBrowser(), { request: strange }), "invalid_request", "redirect_uri")
  })

  test("RFC 9101 §10.5: require_signed_request_object: an object, and only what it says", async () => {
    const request = await sign(strict, { state: undefined, prompt: "none" })
    const answer = answered(await strict.ask(newBrowser(), { state: "beside", scope: "openid", request }))
    expect(answer).toMatchObject({ error: "login_required" })
    expect(answer).not.toHaveProperty("state")
    expect(answered(await strict.ask(newBrowser(), { state: "s" }))).toMatchObject({ error: "invalid_request" })
    expect(await strict.push()).toMatchObject({ status: 400, body: { error: "invalid_request" } })
  })

  test("OIDC Core §3.1.2.6: request_not_supported for a client without keys, where it pushes too", async () => {
    expect(answered(await plain.ask(newBrowser(), { request: unsigned(plain) }))).toMatchObject({
      error: "request_not_supported"
    })
    const pushed = await plain.push({ request: unsigned(plain) })
    expect(pushed).toMatchObject({ status: 400, body: { error: "request_not_supported" } })
  })

  test("OIDC Core §6.1: unsigned, of a client that registered none: processed", async () => {
    const answer = answered(await none.ask(newBrowser(), { request: unsigned(none, { prompt: "none" }) }))
    expect(answer).toMatchObject({ error: "login_required", state: "inside" })
  })

  test("RFC 9126 §3: pushed, its values are the request", async () => {
    const browser = newBrowser()
    const body = { client_id: "keyed", request: await sign(keyed) }
    const pushed = await keyed.post("/par", body)
    expect(pushed.status).toBe(201)
    const page = await browser.open(keyed.pushedUrl(String(pushed.body["request_uri"])))
    expect(answered(await goThrough(browser, page))).toMatchObject({ code: expect.any(String), state: "inside" })
  })
})

describe("attack 19: request object: client_id mismatch, nested request_uri, alg none", () => {
  const refused: ReadonlyArray<[string, () => string | Promise<string>]> = [
    ["another client_id inside", () => sign(keyed, { client_id: "plain" })],
    ["a nested request_uri", () => sign(keyed, { request_uri: "https://rp.example/r" })],
    ["a nested request", () => sign(keyed, { request: "e30.e30." })],
    ["alg none", () => unsigned(keyed)],
    ["somebody else's key under the same kid", () => sign(keyed, {}, other)],
    ["another audience", () => sign(keyed, { aud: "https://other.example" })],
    ["expired", () => sign(keyed, { exp: 1_000_000_000 })],
    ["RFC 9101 §10.8: typ at+jwt", () => sign(keyed, {}, key, "at+jwt")],
    ["RFC 9101 §10.8: sub is the client", () => sign(keyed, { sub: "keyed" })],
    ["five parts, as encrypted", () => "a.b.c.d.e"]
  ]
  test.each(refused)("%s: invalid_request_object, by redirect and where it pushes", async (_title, request) => {
    const text = await request()
    const told = answered(await keyed.ask(newBrowser(), { state: "beside", request: text }))
    expect(told).toMatchObject({ error: "invalid_request_object", state: "beside", iss: provider.issuer })
    const pushed = await keyed.push({ request: text })
    expect(pushed).toMatchObject({ status: 400, body: { error: "invalid_request_object" } })
    const alone = `${provider.issuer}/authorize?${new URLSearchParams({ client_id: "keyed", request: text })}`
    isPage(await newBrowser().open(alone), "invalid_request_object", "request")
  })

  test("attack 18: jku, jwk and x5u in the header: nothing is fetched, nothing believed", async () => {
    const evil = await Signing.makeKey("ES256", "own")
    const header = { jku: `${origin}/evil`, jwk: evil.jwk, x5u: `${origin}/evil` }
    const request = await Signing.sign(evil, claimsOf(keyed), header)
    expect(answered(await keyed.ask(newBrowser(), { request }))).toMatchObject({ error: "invalid_request_object" })
    expect(asked).not.toContain("/evil")
  })
})

describe("a request object by reference", () => {
  const ask = (rp: RelyingParty, request_uri: string) => rp.ask(newBrowser(), { state: "beside", request_uri })

  test("OIDC Core §6.2, RFC 9101 §5.2: what is behind a registered address is the request", async () => {
    documents.set("/signed", await sign(keyed, { prompt: "none" }))
    const told = answered(await ask(keyed, `${origin}/signed`))
    expect(told).toMatchObject({ error: "login_required", state: "inside" })
    documents.set("/plain", unsigned(none, { prompt: "none" }))
    expect(answered(await ask(none, `${origin}/plain`))).toMatchObject({ error: "login_required", state: "inside" })
  })

  test("OIDC Core §6.2: the fragment is the hash of the content, or nothing is taken", async () => {
    documents.set("/hashed", "fixed")
    const fixed = answered(await ask(keyed, `${origin}/hashed#${hashOf("fixed")}`))
    // The content is what it should be, and no request object.
    expect(fixed).toMatchObject({ error: "invalid_request_object", state: "beside" })
    const another = answered(await ask(keyed, `${origin}/hashed#${hashOf("other")}`))
    expect(another).toMatchObject({ error: "invalid_request_uri" })
  })

  // Redirects, and servers that are slow: test/remote/RemoteFetch.test.ts. Here it is Node that sends what workerd asks
  // to be sent, and it would follow them by itself.
  test("attack 20: request_uri unregistered, huge, gone, private: invalid_request_uri", async () => {
    documents.set("/huge", "x".repeat(100_000))
    documents.set("/other", await sign(keyed))
    for (const uri of [`${origin}/other`, `${origin}/signed?a=1`, `${origin}/signed#x`, `${origin}/SIGNED`]) {
      expect(answered(await ask(keyed, uri))).toMatchObject({ error: "invalid_request_uri", state: "beside" })
    }
    expect(asked).toEqual([])
    for (const uri of [`${origin}/huge`, `${origin}/gone`, "https://10.0.0.1/r"]) {
      expect(answered(await ask(keyed, uri))).toMatchObject({ error: "invalid_request_uri", state: "beside" })
    }
    expect(asked).toEqual(["/huge", "/gone"])
  })

  test("RFC 9101 §5: request beside request_uri: invalid_request", async () => {
    const page = await keyed.ask(newBrowser(), { request: await sign(keyed), request_uri: `${origin}/signed` })
    expect(answered(page)).toMatchObject({ error: "invalid_request" })
  })

  test("OIDC Core §3.1.2.6: request_uri_not_supported for a client without keys, and nothing is read", async () => {
    expect(answered(await ask(plain, `${origin}/signed`))).toMatchObject({ error: "request_uri_not_supported" })
    expect(asked).toEqual([])
  })
})

test("OIDC Core §10.1.1: the client rotates its key: an unknown kid has jwks_uri read again", async () => {
  const next = await Signing.makeKey("ES256", "next")
  documents.set("/jwks2", JSON.stringify({ keys: [] }))
  const rotating = await register(provider, "rotating", { jwks_uri: `${origin}/jwks2` })
  documents.set("/jwks2", JSON.stringify({ keys: [next.jwk] }))
  const request = await Signing.sign(next, claimsOf(rotating, { prompt: "none" }))
  expect(answered(await rotating.ask(newBrowser(), { request }))).toMatchObject({ error: "login_required" })
})
