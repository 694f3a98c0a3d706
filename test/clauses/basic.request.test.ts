/** The authorization request, as the Basic profile asks for it. OIDC Core §3.1.2.1, RFC 6749 §4.1.1, RFC 9207. */
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { textOf } from "../clients/Browser.ts"
import { makeUser } from "../workerd/Fixtures.ts"
import { type RunningProvider, startProvider } from "../workerd/Provider.ts"
import { answered, callback, goThrough, newBrowser, register, type RelyingParty, sentTo } from "./RelyingParty.ts"

let provider: RunningProvider
let rp: RelyingParty

beforeAll(async () => {
  provider = await startProvider()
  rp = await register(provider, "rp")
  await provider.run(makeUser("alice"))
}, 60_000)
afterAll(() => provider?.close())

/** What may stand in an error answer. RFC 6749 §4.1.2.1, RFC 9207 §2, Session Management §2. */
const errorMembers = ["error", "error_description", "error_uri", "state", "iss", "session_state"]

const requestWithout = (name: string) => {
  const url = new URL(rp.authorizeUrl({ state: "s" }))
  url.searchParams.delete(name)
  return newBrowser().open(url)
}

describe("what is answered by an error page, and never by a redirect", () => {
  const unanswerable: ReadonlyArray<[string, string, Record<string, string>]> = [
    ["an unregistered redirect_uri", "redirect_uri", { redirect_uri: "https://rp.example/other" }],
    ["an empty redirect_uri", "redirect_uri", { redirect_uri: "" }],
    ["an unknown client_id", "client_id", { client_id: "nobody" }],
    ["an empty client_id", "client_id", { client_id: "" }]
  ]
  test.each(unanswerable)("OIDC Core §3.1.2.1: %s is an error page that names it", async (_title, name, parameters) => {
    const page = await rp.ask(newBrowser(), parameters)
    expect(page.status).toBe(400)
    expect(page.headers.get("location")).toBe(null)
    expect(page.headers.get("content-type")).toBe("text/html; charset=utf-8")
    expect(textOf(page, "error-parameter")).toBe(name)
    expect(textOf(page, "error")).toBe("invalid_request")
    expect(textOf(page, "error-description")).toContain(name)
  })

  test("OIDC Core §3.1.2.1: redirect_uri is REQUIRED, however many are registered", async () => {
    const page = await requestWithout("redirect_uri")
    expect([page.status, textOf(page, "error-parameter")]).toEqual([400, "redirect_uri"])
  })

  test("RFC 6749 §3.1: client_id and redirect_uri MUST NOT be included more than once", async () => {
    for (const name of ["client_id", "redirect_uri"]) {
      const page = await newBrowser().open(`${rp.authorizeUrl()}&${name}=${encodeURIComponent(callback)}`)
      expect([page.status, textOf(page, "error-parameter")]).toEqual([400, name])
    }
  })
})

describe("what is answered to the client", () => {
  const refused: ReadonlyArray<[string, Record<string, string>, string]> = [
    ["OIDC Core §3.1.2.6: request", { request: "e30.e30." }, "request_not_supported"],
    ["OIDC Core §3.1.2.6: request_uri", { request_uri: "https://rp.example/r" }, "request_uri_not_supported"],
    ["OIDC Core §3.1.2.6: registration", { registration: "{}" }, "registration_not_supported"],
    ["RFC 6749 §4.1.2.1: response_type=token", { response_type: "token" }, "unsupported_response_type"],
    ["RFC 6749 §4.1.2.1: a response_type of its own", { response_type: "x" }, "unsupported_response_type"],
    ["Multiple Response Types §2.1: an unknown response_mode", { response_mode: "x" }, "invalid_request"],
    ["OIDC Core §3.1.2.1: prompt=none with another value", { prompt: "none login" }, "invalid_request"],
    ["OIDC Core §3.1.2.1: max_age that is no number", { max_age: "soon" }, "invalid_request"],
    ["OIDC Core §5.5: claims that is no JSON", { claims: "{" }, "invalid_request"],
    ["RFC 6749 §3.3: a scope with a character that is not allowed", { scope: 'openid "x"' }, "invalid_scope"],
    ["RFC 6749 §4.1.2.1: no scope that the client may ask for", { scope: "admin" }, "invalid_scope"],
    ["RFC 7636 §4.4.1: plain", { code_challenge: "a".repeat(43), code_challenge_method: "plain" }, "invalid_request"],
    ["RFC 7636 §4.3: no method means plain", { code_challenge: "a".repeat(43) }, "invalid_request"],
    [
      "RFC 7636 §4.2: a challenge that is none",
      { code_challenge: "a", code_challenge_method: "S256" },
      "invalid_request"
    ],
    ["OIDC Core §3.1.2.1: an id_token_hint that is none", { id_token_hint: "a.b.c" }, "invalid_request"],
    ["OIDC Core §3.1.2.6: prompt=none without a session", { prompt: "none" }, "login_required"]
  ]
  test.each(refused)(
    "%s is refused by name, with state and iss and nothing else",
    async (_title, parameters, error) => {
      const state = "a state / of its own?&=é"
      const answer = answered(await rp.ask(newBrowser(), { state, ...parameters }))
      expect(answer).toMatchObject({ error, state, iss: provider.issuer })
      expect(Object.keys(answer).filter((name) => !errorMembers.includes(name))).toEqual([])
      expect(answer["error_description"]).toMatch(/^[\x20-\x21\x23-\x5b\x5d-\x7e]+$/)
    }
  )

  test("RFC 6749 §4.1.2.1: response_type missing is invalid_request", async () => {
    expect(answered(await requestWithout("response_type"))).toMatchObject({ error: "invalid_request", state: "s" })
  })

  test("RFC 6749 §3.1: a repeated parameter is invalid_request, whatever its name", async () => {
    for (const name of ["state", "scope", "nonce", 'x"\r\n\\é']) {
      const twice = `${encodeURIComponent(name)}=1&${encodeURIComponent(name)}=2`
      const answer = answered(await newBrowser().open(`${rp.authorizeUrl({ prompt: "none" })}&${twice}`))
      expect(answer).toMatchObject({ error: "invalid_request", iss: provider.issuer })
      expect(answer["error_description"]).toMatch(/^[\x20-\x21\x23-\x5b\x5d-\x7e]+$/)
    }
  })

  test("RFC 6749 §4.1.2.1: the person cancels at the login page: access_denied", async () => {
    const browser = newBrowser()
    const login = await rp.ask(browser, { state: "s" })
    const cancelled = await browser.submit(login, { decision: "deny" })
    expect(answered(cancelled)).toMatchObject({ error: "access_denied", state: "s", iss: provider.issuer })
  })

  test("RFC 6749 §4.1.2.1: the person does not consent: access_denied", async () => {
    const browser = newBrowser()
    const consent = await goThroughLogin(browser, { state: "s", prompt: "consent" })
    const denied = await browser.submit(consent, { decision: "deny" })
    expect(answered(denied)).toMatchObject({ error: "access_denied", state: "s", iss: provider.issuer })
  })
})

const goThroughLogin = async (browser: ReturnType<typeof newBrowser>, parameters: Record<string, string>) => {
  const login = await rp.ask(browser, parameters)
  return browser.submit(login, { login: "alice", password: "correct horse battery staple" })
}

describe("what is accepted", () => {
  const browser = newBrowser()
  beforeAll(() => rp.authorize(browser))

  const accepted: ReadonlyArray<[string, Record<string, string>]> = [
    ["display=page", { display: "page" }],
    ["display=popup", { display: "popup" }],
    ["display of a value that is not known", { display: "hologram" }],
    ["ui_locales", { ui_locales: "de fr-CA en" }],
    ["ui_locales of an unknown language", { ui_locales: "se" }],
    ["claims_locales", { claims_locales: "se de" }],
    ["login_hint", { login_hint: "alice@example.com" }],
    ["acr_values", { acr_values: "1 2" }],
    ["acr_values that cannot be reached: they are voluntary (§5.5.1.1)", { acr_values: "gold" }],
    ["unknown parameters are ignored", { extra: "foobar", access_type: "offline", "": "x" }],
    ["scopes in another order", { scope: "email openid profile" }],
    ["scopes that are not known (§3.1.2.1: ignored)", { scope: "openid wat" }],
    ["no nonce in the code flow", {}],
    ["response_mode=query", { response_mode: "query" }],
    ["max_age of centuries", { max_age: "999999999" }]
  ]
  test.each(accepted)("OIDC Core §3.1.2.1: %s", async (_title, parameters) => {
    const answer = answered(await goThrough(browser, await rp.ask(browser, { state: "s", ...parameters })))
    expect(answer).toMatchObject({ state: "s", iss: provider.issuer })
    expect(answer["error"]).toBe(undefined)
    expect((await rp.redeem(answer["code"] ?? "")).status).toBe(200)
  })

  test("the order of parameters does not matter", async () => {
    const parameters = [...new URL(rp.authorizeUrl({ state: "s" })).searchParams].toReversed()
    const page = await browser.open(`${provider.issuer}/authorize?${new URLSearchParams(parameters)}`)
    expect(answered(page)).toHaveProperty("code")
  })

  test("RFC 6749 §4.1.2: state comes back unaltered: 128 characters, 2,000, and every kind of them", async () => {
    const printable = Array.from({ length: 95 }, (_, i) => String.fromCharCode(32 + i)).join("")
    for (const state of ["s".repeat(128), printable, `${printable}é☃𝒜 %41%zz+ +`, "x".repeat(2_000)]) {
      expect(answered(await rp.ask(browser, { state }))["state"]).toBe(state)
      const error = await rp.ask(newBrowser(), { state, prompt: "none" })
      expect(answered(error)).toMatchObject({ error: "login_required", state })
      const fresh = newBrowser()
      expect(answered(await goThrough(fresh, await rp.ask(fresh, { state })))["state"], "through the pages").toBe(state)
    }
  })

  test("no state is no state: none is invented", async () => {
    expect(Object.keys(answered(await rp.ask(browser))).toSorted()).toEqual(["code", "iss", "session_state"])
  })

  test("RFC 6749 §3.1.2: a registered query is retained", async () => {
    const kept = await register(provider, "kept", { redirect_uris: ["https://rp.example/cb?tenant=a%20b&x="] })
    const page = await goThrough(browser, await kept.ask(browser))
    expect(sentTo(page).href).toMatch(/^https:\/\/rp\.example\/cb\?tenant=a%20b&x=&code=/)
  })

  test("OIDC Core §3.1.2.1: login_hint is prefilled, and escaped", async () => {
    const login = await rp.ask(newBrowser(), { login_hint: `o'"<b>@example.com` })
    expect(login.body).toContain('value="o&#39;&quot;&lt;b&gt;@example.com"')
  })
})

describe("OIDC Core §3.1.2.1: the authorization endpoint by POST", () => {
  const post = (browser: ReturnType<typeof newBrowser>, parameters: Record<string, string> = {}) =>
    browser.open(`${provider.issuer}/authorize`, new URL(rp.authorizeUrl({ state: "s", ...parameters })).searchParams)

  test("a person signs in", async () => {
    const browser = newBrowser()
    expect(answered(await goThrough(browser, await post(browser)))).toMatchObject({ state: "s", iss: provider.issuer })
  })

  test("posted by another site, so without cookies: it goes on by GET, which brings the session", async () => {
    const browser = newBrowser()
    await rp.authorize(browser)
    const body = new URL(rp.authorizeUrl({ state: "s" })).searchParams
    const options = { method: "POST", body, redirect: "manual", headers: { origin: "https://rp.example" } } as const
    const posted = await fetch(`${provider.issuer}/authorize`, options)
    expect(posted.status).toBe(303)
    expect(posted.headers.getSetCookie()).toEqual([])
    const silent = await browser.open(new URL(posted.headers.get("location") ?? "", provider.issuer))
    expect(answered(silent)).toHaveProperty("code")
  })

  test("errors are the same: a page for redirect_uri, a redirect for the rest", async () => {
    const page = await post(newBrowser(), { redirect_uri: "https://evil.example/" })
    expect([page.status, textOf(page, "error-parameter")]).toEqual([400, "redirect_uri"])
    expect(answered(await post(newBrowser(), { prompt: "none" }))).toMatchObject({ error: "login_required" })
  })
})
