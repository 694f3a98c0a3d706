/** What OAuth 2.0 asks of every provider and no other file of clauses has. RFC 6749, RFC 7009, RFC 7636, RFC 9700. */
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import type { Browser } from "../clients/Browser.ts"
import { makeUser, password } from "../workerd/Fixtures.ts"
import { type RunningProvider, startProvider } from "../workerd/Provider.ts"
import { answered, metadataOf, newBrowser, register, type RelyingParty } from "./RelyingParty.ts"

let provider: RunningProvider
let browser: Browser
let rp: RelyingParty

beforeAll(async () => {
  provider = await startProvider()
  rp = await register(provider, "rp")
  await provider.run(makeUser("alice"))
  browser = newBrowser()
  await rp.authorize(browser)
}, 60_000)
afterAll(() => provider?.close())

describe("RFC 6749 §4.1.1: the authorization request", () => {
  test("response_type and client_id are enough with one registered redirect_uri; state comes back", async () => {
    const query = new URLSearchParams({ response_type: "code", client_id: rp.id, scope: "email", state: "s" })
    const page = await browser.open(`${provider.issuer}/authorize?${query}`)
    const answer = answered(
      page.url.pathname === "/consent" ? await browser.submit(page, { decision: "approve" }) : page
    )
    expect(answer).toMatchObject({ state: "s", code: expect.any(String) })
  })
})

describe("RFC 7009 §2.2: the answer to a revocation", () => {
  test.each(["", "unknown", "a.b.c", "1-1.x"])(
    "a token that is none (%j) is 200 or names the missing token",
    async (token) => {
      const answer = await rp.revoke(token)
      expect([answer.status, answer.body["error"]]).toEqual(token === "" ? [400, "invalid_request"] : [200, undefined])
    }
  )

  test("revoked once, revoked twice: 200, and the token is dead", async () => {
    const { access_token } = await rp.tokens(browser)
    expect((await rp.revoke(access_token)).status).toBe(200)
    expect((await rp.revoke(access_token)).status).toBe(200)
    expect((await rp.userinfo(access_token)).status).toBe(401)
  })
})

describe("RFC 7636 §4.3: the challenge", () => {
  test.each([
    ["plain", { code_challenge: "c".repeat(43), code_challenge_method: "plain" }],
    ["no method, which means plain", { code_challenge: "c".repeat(43) }],
    ["an unknown method", { code_challenge: "c".repeat(43), code_challenge_method: "S512" }],
    ["a challenge that is no SHA-256", { code_challenge: "short", code_challenge_method: "S256" }]
  ])("%s: invalid_request", async (_title, form) => {
    expect(answered(await rp.ask(browser, form))).toMatchObject({ error: "invalid_request" })
  })
})

describe("RFC 9700 §2.4: no password grant", () => {
  test("it is not known at the token endpoint, and not in the metadata", async () => {
    const answer = await rp.post("/token", { grant_type: "password", username: "alice", password })
    expect([answer.status, answer.body["error"]]).toEqual([400, "unsupported_grant_type"])
    expect((await metadataOf(provider))["grant_types_supported"]).not.toContain("password")
  })
})
