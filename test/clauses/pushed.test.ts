/** Pushed authorization requests, over HTTP. RFC 9126, FAPI 2.0 Security Profile §5.3.2.2. */
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { updateClient } from "../../src/services/flows/operator/UpdateClient.ts"
import { type Page, textOf } from "../clients/Browser.ts"
import { makeUser, password } from "../workerd/Fixtures.ts"
import { type RunningProvider, startProvider } from "../workerd/Provider.ts"
import { answered, goThrough, metadataOf, newBrowser, register, type RelyingParty } from "./RelyingParty.ts"

let provider: RunningProvider
let rp: RelyingParty
let other: RelyingParty
let spa: RelyingParty
let pushing: RelyingParty

beforeAll(async () => {
  provider = await startProvider()
  rp = await register(provider, "rp", { redirect_uris: ["https://rp.example/cb", "https://rp.example/cb?tenant=1"] })
  other = await register(provider, "other")
  spa = await register(provider, "spa", { token_endpoint_auth_method: "none" })
  pushing = await register(provider, "pushing", { require_pushed_authorization_requests: true })
  await provider.run(makeUser("alice"))
}, 60_000)
afterAll(() => provider?.close())

const uriOf = async (of: RelyingParty, parameters: Record<string, string> = {}) => {
  const { body, status } = await of.push(parameters)
  expect([status, body]).toEqual([201, { request_uri: expect.any(String), expires_in: expect.any(Number) }])
  return String(body["request_uri"])
}

/** The page says that the request_uri is good for nothing, and nobody is sent anywhere. */
const isRefused = (page: Page) => {
  expect([page.status, textOf(page, "error"), textOf(page, "error-parameter")]).toEqual([
    400,
    "invalid_request_uri",
    "request_uri"
  ])
  expect(page.headers.get("location")).toBe(null)
}

describe("the pushed authorization request endpoint", () => {
  test("RFC 9126 §2.2: 201 with request_uri and expires_in, and it is not stored", async () => {
    const { body, headers, status } = await rp.push()
    expect(status).toBe(201)
    expect(body["request_uri"]).toMatch(/^urn:ietf:params:oauth:request_uri:[0-9]+-[0-9]+\.[A-Za-z0-9_-]{22}$/)
    expect(body["expires_in"]).toBeGreaterThanOrEqual(5)
    expect(body["expires_in"]).toBeLessThan(600)
    expect(headers.get("cache-control")).toBe("no-store")
    expect(headers.get("content-type")).toBe("application/json")
  })

  test("RFC 9126 §5: the metadata name it", async () => {
    expect(await metadataOf(provider)).toMatchObject({
      pushed_authorization_request_endpoint: `${provider.issuer}/par`,
      require_pushed_authorization_requests: false
    })
  })

  test("RFC 9126 §2.3: no other method than POST: 405", async () => {
    for (const method of ["GET", "PUT", "DELETE", "PATCH"]) {
      const body = method === "GET" ? null : new URLSearchParams({ client_id: "spa" })
      const answer = await fetch(`${provider.issuer}/par`, { method, body })
      expect([answer.status, answer.headers.get("allow")]).toEqual([405, "POST"])
    }
  })

  test("RFC 9126 §2: the client is authenticated as at the token endpoint", async () => {
    expect(await rp.push({}, {})).toMatchObject({ status: 401, body: { error: "invalid_client" } })
    const wrong = { authorization: `Basic ${btoa("rp:wrong")}` }
    const refused = await rp.push({}, wrong)
    expect(refused).toMatchObject({ status: 401, body: { error: "invalid_client" } })
    expect(refused.headers.get("www-authenticate")).toMatch(/^Basic/)
    expect(await rp.push({ client_id: "other" })).toMatchObject({ status: 401, body: { error: "invalid_client" } })
  })

  const refused: ReadonlyArray<[string, Record<string, string>, string]> = [
    ["RFC 9126 §2.1: request_uri is not among the parameters", { request_uri: "urn:x" }, "invalid_request"],
    ["FAPI 2.0 §5.3.2.2: no redirect_uri", { redirect_uri: "" }, "invalid_request"],
    ["an unregistered redirect_uri", { redirect_uri: "https://rp.example/other" }, "invalid_request"],
    [
      "a registered redirect_uri with more in its query",
      { redirect_uri: "https://rp.example/cb?a=1" },
      "invalid_request"
    ],
    ["no response_type", { response_type: "" }, "invalid_request"],
    ["an unknown response_type", { response_type: "token" }, "unsupported_response_type"],
    ["a response_type that is not the client's", { response_type: "code id_token" }, "unauthorized_client"],
    ["no scope that the client may ask for", { scope: "admin" }, "invalid_scope"],
    ["RFC 7636 §4.4.1: plain", { code_challenge: "a".repeat(43), code_challenge_method: "plain" }, "invalid_request"],
    ["RFC 8707 §2: a resource that is no URI", { resource: "none" }, "invalid_target"],
    ["RFC 9449 §10: a dpop_jkt that is no thumbprint", { dpop_jkt: "x" }, "invalid_request"],
    ["a state too long to be carried", { state: "s".repeat(10_000) }, "invalid_request"],
    ["a state too long as an address writes it", { state: "é".repeat(2_000) }, "invalid_request"]
  ]
  test.each(refused)("RFC 9126 §2.3: %s is told at once", async (_title, parameters, error) => {
    const answer = await rp.push(parameters)
    expect(answer).toMatchObject({ status: 400, body: { error } })
    expect(answer.headers.get("cache-control")).toBe("no-store")
    expect(answer.body["error_description"]).toMatch(/^[\x20-\x21\x23-\x5b\x5d-\x7e]+$/)
  })

  test("RFC 6749 §3.2: a repeated parameter, and a body that is no form: invalid_request", async () => {
    const body = `${new URLSearchParams({ client_id: "rp", scope: "openid" })}&scope=openid`
    const headers = { ...rp.credentials, "content-type": "application/x-www-form-urlencoded" }
    const twice = await fetch(`${provider.issuer}/par`, { method: "POST", headers, body })
    expect([twice.status, await twice.json()]).toMatchObject([400, { error: "invalid_request" }])
    const json = { ...rp.credentials, "content-type": "application/json" }
    const strange = await fetch(`${provider.issuer}/par`, { method: "POST", headers: json, body: "{}" })
    expect([strange.status, await strange.json()]).toMatchObject([400, { error: "invalid_request" }])
  })

  test("RFC 7636, RFC 9700 §2.1.1: a public client pushes with a challenge, and not without", async () => {
    expect(await spa.push()).toMatchObject({ status: 400, body: { error: "invalid_request" } })
    await uriOf(spa, { code_challenge: "a".repeat(43), code_challenge_method: "S256" })
  })
})

describe("beginning with a pushed request", () => {
  test("RFC 9126 §4: the browser brings client_id and request_uri, and gets a code", async () => {
    const browser = newBrowser()
    const uri = await uriOf(rp, { state: "s", nonce: "n", scope: "openid email" })
    const answer = answered(await goThrough(browser, await browser.open(rp.pushedUrl(uri))))
    expect(answer).toMatchObject({ code: expect.any(String), state: "s", iss: provider.issuer })
    const tokens = await rp.redeem(answer["code"] ?? "")
    expect(tokens).toMatchObject({ status: 200, body: { scope: "openid email" } })
  })

  test("RFC 9126 §4: what was pushed counts, whatever else the address says", async () => {
    const browser = newBrowser()
    const uri = await uriOf(rp, { redirect_uri: "https://rp.example/cb?tenant=1" })
    const url = rp.pushedUrl(uri, {
      state: "only in the address",
      redirect_uri: "https://rp.example/cb",
      response_type: "code id_token",
      prompt: "none",
      scope: "admin",
      request: "e30.e30."
    })
    const page = await goThrough(browser, await browser.open(url))
    expect(page.headers.get("location")).toMatch(/^https:\/\/rp\.example\/cb\?tenant=1&code=/)
    expect(answered(page)).not.toHaveProperty("state")
  })

  test("FAPI 2.0: a long state and nonce come back as they were", async () => {
    const browser = newBrowser()
    const state = "Aé %/".repeat(200)
    const uri = await uriOf(rp, { state, nonce: "n".repeat(1_000) })
    const answer = answered(await goThrough(browser, await browser.open(rp.pushedUrl(uri))))
    expect(answer["state"]).toBe(state)
    const tokens = await rp.redeem(answer["code"] ?? "")
    const [, claims = ""] = String(tokens.body["id_token"]).split(".")
    expect(JSON.parse(atob(claims.replaceAll("-", "+").replaceAll("_", "/")))["nonce"]).toBe("n".repeat(1_000))
  })

  test("the person cancels: access_denied, and the request is used up by it", async () => {
    const browser = newBrowser()
    const uri = await uriOf(rp)
    const login = await browser.open(rp.pushedUrl(uri))
    const cancelled = await browser.submit(login, { decision: "deny" })
    expect(answered(cancelled)).toMatchObject({ error: "access_denied", iss: provider.issuer })
    isRefused(await browser.open(rp.pushedUrl(uri)))
  })

  test("prompt=none without a session: login_required, and the request is used up by it", async () => {
    const browser = newBrowser()
    const uri = await uriOf(rp, { prompt: "none" })
    expect(answered(await browser.open(rp.pushedUrl(uri)))).toMatchObject({ error: "login_required" })
    isRefused(await browser.open(rp.pushedUrl(uri)))
  })

  test("RFC 6749 §3.1.2.3: a redirect_uri that is registered no more is not redirected to", async () => {
    const moved = await register(provider, "moved")
    const uri = await uriOf(moved)
    await provider.run(updateClient({ id: "moved", metadata: { redirect_uris: ["https://rp.example/new"] } }))
    const page = await newBrowser().open(moved.pushedUrl(uri))
    expect([page.status, textOf(page, "error-parameter")]).toEqual([400, "redirect_uri"])
  })
})

describe("clients that have to push", () => {
  test("RFC 9126 §6: an authorization request that was not pushed: invalid_request", async () => {
    expect(answered(await pushing.ask(newBrowser(), { state: "s" }))).toMatchObject({
      error: "invalid_request",
      state: "s",
      iss: provider.issuer
    })
    const nowhere = await pushing.ask(newBrowser(), { redirect_uri: "https://evil.example/" })
    expect([nowhere.status, textOf(nowhere, "error-parameter")]).toEqual([400, "redirect_uri"])
  })

  test("and one that was pushed goes its way", async () => {
    const browser = newBrowser()
    const page = await browser.open(pushing.pushedUrl(await uriOf(pushing)))
    expect(answered(await goThrough(browser, page))).toHaveProperty("code")
  })
})

describe("attack 21: PAR request_uri of another client; after completion; expired", () => {
  test("of another client: invalid_request_uri, and its own client can still use it", async () => {
    const browser = newBrowser()
    const uri = await uriOf(rp)
    isRefused(await browser.open(other.pushedUrl(uri)))
    const page = await browser.open(rp.pushedUrl(uri))
    expect(answered(await goThrough(browser, page))).toHaveProperty("code")
  })

  test("after completion: invalid_request_uri, for the same browser and for every other", async () => {
    const browser = newBrowser()
    const uri = await uriOf(rp)
    expect(answered(await goThrough(browser, await browser.open(rp.pushedUrl(uri))))).toHaveProperty("code")
    isRefused(await browser.open(rp.pushedUrl(uri)))
    isRefused(await newBrowser().open(rp.pushedUrl(uri)))
  })

  test("unknown, of no shard, malformed: invalid_request_uri, and no object comes to be", async () => {
    const urn = "urn:ietf:params:oauth:request_uri:"
    for (const id of ["", "x", `1-0.${"A".repeat(22)}`, `9-9.${"A".repeat(22)}`, `1-99999.${"A".repeat(22)}`]) {
      isRefused(await newBrowser().open(rp.pushedUrl(urn + id)))
    }
  })

  test("two tabs at the consent page: one has an answer for the client, the other an error page", async () => {
    const browser = newBrowser()
    const uri = await uriOf(rp, { prompt: "consent" })
    const login = await browser.open(rp.pushedUrl(uri))
    const tabs = [await browser.submit(login, { login: "alice", password }), await browser.open(rp.pushedUrl(uri))]
    expect(tabs.map(({ url }) => url.pathname)).toEqual(["/consent", "/consent"])
    const pages = await Promise.all(tabs.map((tab) => browser.submit(tab, { decision: "approve" })))
    expect(pages.map(({ status }) => status).sort()).toEqual([303, 400])
    isRefused(pages.find(({ status }) => status === 400) as Page)
  })
})

describe("attack 22: PAR request_uri reloaded before login is done", () => {
  test("the login page again, as often as it takes, in any browser; then the login still leads to a code", async () => {
    const browser = newBrowser()
    const uri = await uriOf(rp, { prompt: "login" })
    for (let visit = 0; visit < 3; visit++) {
      expect((await browser.open(rp.pushedUrl(uri))).url.pathname).toBe("/login")
    }
    expect((await newBrowser().open(rp.pushedUrl(uri))).url.pathname).toBe("/login")
    const login = await browser.open(rp.pushedUrl(uri))
    expect(answered(await goThrough(browser, login))).toHaveProperty("code")
  })
})
