/** Session management. OpenID Connect Session Management 1.0. */
import { createHash } from "node:crypto"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import type { Browser } from "../clients/Browser.ts"
import { makeUser } from "../workerd/Fixtures.ts"
import { type RunningProvider, startProvider } from "../workerd/Provider.ts"
import { goThrough, newBrowser, register, type RelyingParty, sentTo } from "./RelyingParty.ts"

let provider: RunningProvider
let rp: RelyingParty
let other: RelyingParty

beforeAll(async () => {
  provider = await startProvider()
  rp = await register(provider, "rp", { redirect_uris: ["https://rp.example/cb", "example.rp:/cb"] })
  other = await register(provider, "the other", { redirect_uris: ["https://other.example:8443/a/b?c=d"] })
  await provider.run(makeUser("alice"))
  await provider.run(makeUser("bob"))
}, 60_000)
afterAll(() => provider?.close())

interface Answered {
  readonly sessionState: string | null
  /** The state that the browser keeps, as the answer sets it. */
  readonly state: string | undefined
}

const asksFor = async (
  client: RelyingParty,
  browser: Browser,
  parameters: Record<string, string> = {},
  login = "alice"
): Promise<Answered> => {
  const page = await goThrough(browser, await client.ask(browser, parameters), login)
  const [, state] = /hapax_state=([^;]*)/.exec(page.headers.getSetCookie().join("\n")) ?? []
  return { sessionState: sentTo(page).searchParams.get("session_state"), state }
}

/** What the frame computes. §4.2. */
const computed = (sessionState: string | null, clientId: string, origin: string, state: string | undefined) => {
  const salt = sessionState?.split(".")[1] ?? ""
  const text = `${clientId} ${origin} ${state} ${salt}`
  return `${createHash("sha256").update(text).digest("base64url")}.${salt}`
}

describe("§2: session_state", () => {
  test("is in a successful answer: a salted hash over client, origin and the browser’s state", async () => {
    const browser = newBrowser()
    const first = await asksFor(rp, browser)
    expect(first.sessionState).toMatch(/^[\w-]{43}\.[\w-]{22}$/)
    expect(first.sessionState).toBe(computed(first.sessionState, "rp", "https://rp.example", first.state))
    const second = await asksFor(other, browser, { redirect_uri: "https://other.example:8443/a/b?c=d" })
    expect(second.state).toBe(first.state)
    const origin = "https://other.example:8443"
    expect(second.sessionState).toBe(computed(second.sessionState, "the other", origin, first.state))
  })

  test("has a new salt each time, so that two clients cannot find out by it who is one person", async () => {
    const browser = newBrowser()
    const first = await asksFor(rp, browser)
    const again = await asksFor(rp, browser, { prompt: "none" })
    expect([again.state, again.sessionState === first.sessionState]).toEqual([first.state, false])
  })

  test.each(["fragment", "form_post"])("by %s too", async (response_mode) => {
    const browser = newBrowser()
    await asksFor(rp, browser)
    const page = await rp.ask(browser, { response_mode })
    const text = response_mode === "fragment" ? sentTo(page).hash : page.body
    expect(text).toMatch(/session_state[="]/)
  })

  test("is in no error, and in no answer that is not OpenID Connect's or goes to no web page", async () => {
    const browser = newBrowser()
    expect((await asksFor(rp, newBrowser(), { prompt: "none" })).sessionState).toBeNull()
    expect((await asksFor(rp, browser, { scope: "profile" })).sessionState).toBeNull()
    browser.stopAt = "example.rp:"
    expect((await asksFor(rp, browser, { redirect_uri: "example.rp:/cb" })).sessionState).toBeNull()
  })

  test("does not tell the state, nor the state the session", async () => {
    const { sessionState, state } = await asksFor(rp, newBrowser())
    expect(state).toMatch(/^[\w-]{43}$/)
    expect(sessionState).not.toContain(state)
  })
})

describe("§3.1, §4.2: when it changes", () => {
  test("with another user in the browser, and after signing out and in", async () => {
    const browser = newBrowser()
    const alice = await asksFor(rp, browser)
    const bob = await asksFor(rp, browser, { prompt: "login" }, "bob")
    expect(bob.state).not.toBe(alice.state)
    const out = await browser.submit(await browser.open(`${provider.issuer}/logout`))
    expect(out.headers.getSetCookie().join("\n")).toContain("hapax_state=; Max-Age=0")
    expect((await asksFor(rp, browser, {}, "bob")).state).not.toBe(bob.state)
  })

  test("not with a new login of the same user, whose session goes on", async () => {
    const browser = newBrowser()
    const before = await asksFor(rp, browser)
    expect((await asksFor(rp, browser, { prompt: "login" })).state).toBe(before.state)
  })

  test("another browser of the same user has a state of its own", async () => {
    expect((await asksFor(rp, newBrowser())).state).not.toBe((await asksFor(rp, newBrowser())).state)
  })
})

describe("§3.2, §3.3: the frame of the provider", () => {
  test("is at check_session_iframe, and any page may frame it, for it says nothing to anybody", async () => {
    const document = await (await fetch(`${provider.issuer}/.well-known/openid-configuration`)).json()
    const { check_session_iframe } = document as { check_session_iframe: string }
    const frame = await fetch(provider.issuer + new URL(check_session_iframe).pathname)
    expect([frame.status, frame.headers.get("content-type")]).toEqual([200, "text/html; charset=utf-8"])
    expect(frame.headers.get("x-frame-options")).toBeNull()
    expect(frame.headers.getSetCookie()).toEqual([])
    expect(frame.headers.get("cross-origin-resource-policy")).toBe("cross-origin")
    const policy = frame.headers.get("content-security-policy")
    expect(policy).toMatch(/^default-src 'none'; script-src 'sha256-[^']+'; .*frame-ancestors \*$/)
  })
})
