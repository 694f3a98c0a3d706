/** The code flow answered by a form. OAuth 2.0 Form Post Response Mode 1.0; the profile "Form Post OP". */
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import type { Page } from "../clients/Browser.ts"
import { makeUser, password } from "../workerd/Fixtures.ts"
import { type RunningProvider, startProvider } from "../workerd/Provider.ts"
import { answered, goThrough, newBrowser, postedTo, register, type RelyingParty, sentTo } from "./RelyingParty.ts"

let provider: RunningProvider
let rp: RelyingParty
const browser = newBrowser()
const callback = "https://rp.example/cb?tenant=1&x=%2F"

beforeAll(async () => {
  provider = await startProvider()
  await provider.run(makeUser("alice"))
  rp = await register(provider, "rp", { redirect_uris: [callback] })
  await goThrough(browser, await rp.ask(browser))
}, 60_000)
afterAll(() => provider?.close())

const ask = (parameters: Record<string, string>, by = browser) =>
  rp.ask(by, { response_mode: "form_post", ...parameters })

const directives = (page: Page) =>
  Object.fromEntries(
    (page.headers.get("content-security-policy") ?? "").split("; ").map((one) => [one.split(" ")[0], one] as const)
  )

describe("Form Post Response Mode §2", () => {
  test("the answer is a page with a form that posts it to the redirect URI, query and all", async () => {
    const page = await ask({ state: "s" })
    expect([page.status, page.headers.get("location")]).toEqual([200, null])
    expect(page.headers.get("content-type")).toBe("text/html; charset=utf-8")
    expect(postedTo(page)).toMatchObject({ method: "post" })
    expect(postedTo(page)?.action.href).toBe(callback)
    expect(Object.keys(answered(page)).toSorted()).toEqual(["code", "iss", "session_state", "state"])
    expect((await rp.redeem(answered(page)["code"] ?? "")).status).toBe(200)
  })

  test("the page is kept by nobody, framed by nobody, and told to nobody (RFC 9700 §4.2, §4.16)", async () => {
    const page = await ask({})
    expect(page.headers.get("cache-control")).toBe("no-store")
    expect(page.headers.get("referrer-policy")).toBe("no-referrer")
    expect(page.headers.get("x-frame-options")).toBe("DENY")
    expect(directives(page)).toMatchObject({
      "default-src": "default-src 'none'",
      "script-src": expect.stringMatching(/^script-src 'sha256-[A-Za-z0-9+/]{43}='$/),
      "frame-ancestors": "frame-ancestors 'none'",
      "base-uri": "base-uri 'none'"
    })
  })

  test("a person without scripts sees a plain button", async () => {
    expect((await ask({})).body).toMatch(/<button [^>]*type="submit"[^>]*>Continue<\/button>/)
  })

  test("after a login too, as the answer to the posted form", async () => {
    const other = newBrowser()
    const login = await ask({ state: "s" }, other)
    const page = await other.submit(login, { login: "alice", password })
    expect(Object.keys(answered(page)).toSorted()).toEqual(["code", "iss", "session_state", "state"])
    const silent = await ask({ prompt: "none" }, other)
    expect(answered(silent)["code"]).toBeDefined()
  })

  test("OIDC Core §3.1.2.6: errors are posted too", async () => {
    const page = await ask({ prompt: "none", state: "s" }, newBrowser())
    expect(answered(page)).toEqual({
      error: "login_required",
      error_description: expect.any(String),
      state: "s",
      iss: provider.issuer
    })
    const denied = newBrowser()
    const cancelled = await denied.submit(await ask({}, denied), { decision: "deny" })
    expect(answered(cancelled)["error"]).toBe("access_denied")
  })

  test("RFC 6749 §4.1.2.1: an unregistered redirect_uri is posted to as little as it is redirected to", async () => {
    const page = await ask({ redirect_uri: "https://evil.example/" })
    expect([page.status, postedTo(page)]).toEqual([400, undefined])
  })

  test("response_mode=fragment puts a code into the fragment", async () => {
    const sent = sentTo(await ask({ response_mode: "fragment", state: "s" }))
    expect(sent.href.startsWith(`${callback}#`)).toBe(true)
    expect(new URLSearchParams(sent.hash.slice(1)).get("code")).not.toBe(null)
  })
})

describe("attack 24: form_post with markup in state", () => {
  test.each([
    `"><script>alert(1)</script>`,
    `' onmouseover='alert(1)`,
    `</form><form action="https://evil.example/">`,
    `&quot;&#x3e;&lt;img src=x onerror=alert(1)&gt;`,
    `\u202e\u0000\r\nSet-Cookie: a=b`,
    `</script><!--`
  ])("%j comes back as it was sent, in one field of one form beside one script", async (state) => {
    const page = await ask({ state })
    expect(answered(page)["state"]).toBe(state)
    expect(page.body.match(/<script/g)).toHaveLength(1)
    expect(page.body.match(/<form/g)).toHaveLength(1)
    expect(page.body.match(/<img|onmouseover='|onerror=[^&]*>/g)).toBe(null)
    expect(page.headers.get("set-cookie") ?? "").not.toContain("a=b")
  })
})
