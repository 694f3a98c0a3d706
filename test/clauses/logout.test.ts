/** RP-initiated logout. OpenID Connect RP-Initiated Logout 1.0 §2, §3. */
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { type Browser, type Page, textOf } from "../clients/Browser.ts"
import { makeUser } from "../workerd/Fixtures.ts"
import { type RunningProvider, startProvider } from "../workerd/Provider.ts"
import { answered, goThrough, newBrowser, register, type RelyingParty, sentTo } from "./RelyingParty.ts"

let provider: RunningProvider
let rp: RelyingParty
let other: RelyingParty
const signedOut = "https://rp.example/signed-out"
const withQuery = "https://rp.example/signed-out?a=b"

beforeAll(async () => {
  provider = await startProvider()
  rp = await register(provider, "rp", { post_logout_redirect_uris: [signedOut, withQuery] })
  other = await register(provider, "other", { post_logout_redirect_uris: ["https://other.example/bye"] })
  await provider.run(makeUser("alice"))
  await provider.run(makeUser("bob"))
}, 60_000)
afterAll(() => provider?.close())

interface SignedIn {
  readonly browser: Browser
  readonly idToken: string
}

const signIn = async (login = "alice"): Promise<SignedIn> => {
  const browser = newBrowser()
  return { browser, idToken: (await rp.tokens(browser, {}, login))["id_token"] }
}

const isSignedIn = async (browser: Browser): Promise<boolean> =>
  answered(await rp.ask(browser, { prompt: "none" }))["error"] !== "login_required"

/** Nobody is redirected; a page asks, and with its button the session ends and the browser stays here. */
const asks = async (browser: Browser, page: Page) => {
  expect([page.status, page.url.pathname]).toEqual([200, "/logout/confirm"])
  expect(await isSignedIn(browser), "nothing has happened yet").toBe(true)
  const done = await browser.submit(page)
  expect([done.status, done.headers.get("location")]).toEqual([200, null])
  expect(done.body).toContain("You’re signed out")
  expect(await isSignedIn(browser)).toBe(false)
}

describe("§2, §3: with an ID token of the session at hand", () => {
  test("the session ends, and the browser goes back to the exact registered address, with state", async () => {
    const { browser, idToken } = await signIn()
    const parameters = { id_token_hint: idToken, post_logout_redirect_uri: signedOut, state: "a b&c" }
    const page = await rp.logout(browser, parameters)
    expect(page.status).toBe(303)
    expect(sentTo(page).href).toBe(`${signedOut}?state=a+b%26c`)
    expect(await isSignedIn(browser)).toBe(false)
  })

  test("without state there is none; a registered query is kept", async () => {
    const { browser, idToken } = await signIn()
    const page = await rp.logout(browser, { id_token_hint: idToken, post_logout_redirect_uri: withQuery })
    expect(sentTo(page).href).toBe(withQuery)
  })

  test("without post_logout_redirect_uri: signed out, and the page says so", async () => {
    const { browser, idToken } = await signIn()
    const page = await rp.logout(browser, { id_token_hint: idToken, state: "s" })
    expect([page.status, page.headers.get("location")]).toEqual([200, null])
    expect(page.body).toContain("You’re signed out")
    expect(await isSignedIn(browser)).toBe(false)
  })

  test("the cookies of the session are taken back", async () => {
    const { browser, idToken } = await signIn()
    const page = await rp.logout(browser, { id_token_hint: idToken })
    expect(page.headers.getSetCookie()).toEqual([
      expect.stringMatching(/^hapax_session=; Max-Age=0; Path=\//),
      expect.stringMatching(/^hapax_state=; Max-Age=0; Path=\//)
    ])
  })

  test("client_id beside the hint: the same one is fine, another is not believed", async () => {
    const { browser, idToken } = await signIn()
    const parameters = { id_token_hint: idToken, post_logout_redirect_uri: signedOut }
    const wrong = await rp.logout(browser, { ...parameters, client_id: "other" })
    expect([wrong.headers.get("location"), wrong.url.pathname]).toEqual([null, "/logout/confirm"])
    const right = await rp.logout(browser, { ...parameters, client_id: "rp" })
    expect(sentTo(right).href).toBe(signedOut)
  })

  test("by POST: the same", async () => {
    const { browser, idToken } = await signIn()
    const form = new URLSearchParams({ id_token_hint: idToken, post_logout_redirect_uri: signedOut, state: "s" })
    const page = await browser.open(`${provider.issuer}/logout`, form)
    expect(sentTo(page).href).toBe(`${signedOut}?state=s`)
    expect(await isSignedIn(browser)).toBe(false)
  })

  test("posted by another site, so without cookies: it goes on by GET, and the session ends", async () => {
    const { browser, idToken } = await signIn()
    const body = new URLSearchParams({ id_token_hint: idToken, post_logout_redirect_uri: signedOut })
    const posted = await fetch(`${provider.issuer}/logout`, { method: "POST", body, redirect: "manual" })
    expect([posted.status, posted.headers.getSetCookie()]).toEqual([303, []])
    expect(await isSignedIn(browser)).toBe(true)
    const page = await browser.open(new URL(posted.headers.get("location") ?? "", provider.issuer))
    expect(sentTo(page).href).toBe(signedOut)
    expect(await isSignedIn(browser)).toBe(false)
  })

  test("of before a new login in the same browser: it is the same session, and ends", async () => {
    const { browser, idToken } = await signIn()
    expect(answered(await goThrough(browser, await rp.ask(browser, { prompt: "login" })))).toHaveProperty("code")
    const page = await rp.logout(browser, { id_token_hint: idToken, post_logout_redirect_uri: signedOut })
    expect(sentTo(page).href).toBe(signedOut)
    expect(await isSignedIn(browser)).toBe(false)
  })

  test("of nobody's session any more: the browser goes back all the same", async () => {
    const { browser, idToken } = await signIn()
    const parameters = { id_token_hint: idToken, post_logout_redirect_uri: signedOut }
    await rp.logout(browser, parameters)
    expect(sentTo(await rp.logout(browser, parameters)).href).toBe(signedOut)
  })

  test("ending a session ends the access tokens of its grants, and not offline access", async () => {
    const { browser, idToken } = await signIn()
    const online = (await rp.tokens(browser))["access_token"]
    const offline = await rp.tokens(browser, { scope: "openid offline_access" })
    await rp.logout(browser, { id_token_hint: idToken })
    expect((await rp.userinfo(online)).status).toBe(401)
    expect((await rp.userinfo(offline["access_token"])).status).toBe(200)
    expect((await rp.refresh(offline["refresh_token"])).status).toBe(200)
  })
})

describe("§2: whoever cannot be made sure of has the person asked, and is not redirected to", () => {
  test("without parameters", async () => {
    const { browser } = await signIn()
    await asks(browser, await rp.logout(browser))
  })

  test("only state", async () => {
    const { browser } = await signIn()
    await asks(browser, await rp.logout(browser, { state: "s" }))
  })

  test("logout_hint and ui_locales change nothing: whom they name is not believed", async () => {
    const { browser } = await signIn()
    await asks(browser, await rp.logout(browser, { logout_hint: "alice", ui_locales: "de en", client_id: "rp" }))
    const again = await signIn()
    const parameters = { id_token_hint: again.idToken, logout_hint: "bob", ui_locales: "x-none" }
    const page = await rp.logout(again.browser, { ...parameters, post_logout_redirect_uri: signedOut })
    expect(sentTo(page).href).toBe(signedOut)
  })

  test("without a hint, a registered address and client_id notwithstanding", async () => {
    const { browser } = await signIn()
    await asks(browser, await rp.logout(browser, { client_id: "rp", post_logout_redirect_uri: signedOut, state: "s" }))
  })

  test("a bad hint", async () => {
    const { browser } = await signIn()
    await asks(browser, await rp.logout(browser, { id_token_hint: "bad", post_logout_redirect_uri: signedOut }))
  })

  test("a modified hint", async () => {
    const { browser, idToken } = await signIn()
    const [header = "", payload = "", signature = ""] = idToken.split(".")
    const claims = JSON.parse(Buffer.from(payload, "base64url").toString())
    const modified = Buffer.from(JSON.stringify({ ...claims, aud: "other" })).toString("base64url")
    const parameters = { post_logout_redirect_uri: signedOut }
    const hints = [`${header}.${modified}.${signature}`, `${header}.${payload}.${signature.slice(0, -8)}AAAAAAAA`]
    for (const hint of hints) {
      expect((await rp.logout(browser, { ...parameters, id_token_hint: hint })).url.pathname).toBe("/logout/confirm")
    }
    await asks(browser, await rp.logout(browser, { ...parameters, id_token_hint: hints[0] ?? "" }))
  })

  test("an access token is no hint", async () => {
    const { browser } = await signIn()
    const { access_token } = await rp.tokens(browser)
    await asks(browser, await rp.logout(browser, { id_token_hint: access_token, post_logout_redirect_uri: signedOut }))
  })

  test.each([
    ["an address that is not registered", "https://rp.example/elsewhere"],
    ["an added query", `${signedOut}?x=1`],
    ["an added fragment", `${signedOut}#x`],
    ["another client's address", "https://other.example/bye"],
    ["a script", "javascript:alert(1)"],
    ["a host that only looks alike", "https://rp.example.evil.example/signed-out"]
  ])("%s: signed out, for the hint is good, and the browser stays here", async (_title, uri) => {
    const { browser, idToken } = await signIn()
    const page = await rp.logout(browser, { id_token_hint: idToken, post_logout_redirect_uri: uri, state: "s" })
    expect([page.status, page.headers.get("location")]).toEqual([200, null])
    expect(page.body).toContain("You’re signed out")
    expect(page.body).not.toContain(uri)
    expect(await isSignedIn(browser)).toBe(false)
  })

  test("another user's hint: the person is asked, and sees who is meant", async () => {
    const alice = await signIn()
    const bob = await signIn("bob")
    const page = await rp.logout(alice.browser, { id_token_hint: bob.idToken })
    expect(page.body).toContain("<strong><bdi>Alice Example</bdi></strong>")
    await asks(alice.browser, page)
    expect(await isSignedIn(bob.browser)).toBe(true)
  })

  test("an ID token of an earlier session: asked, and then back to the client", async () => {
    const { browser, idToken } = await signIn()
    await rp.logout(browser, { id_token_hint: idToken })
    await rp.authorize(browser)
    const parameters = { id_token_hint: idToken, post_logout_redirect_uri: signedOut, state: "s" }
    const page = await rp.logout(browser, parameters)
    expect(page.url.pathname).toBe("/logout/confirm")
    expect(page.body).toContain("<strong><bdi>rp</bdi></strong> asks to sign you out")
    expect(await isSignedIn(browser)).toBe(true)
    expect(sentTo(await browser.submit(page)).href).toBe(`${signedOut}?state=s`)
    expect(await isSignedIn(browser)).toBe(false)
  })

  test("nobody is signed in, and there is no hint: a page, and no redirect", async () => {
    for (const parameters of [{}, { post_logout_redirect_uri: signedOut, client_id: "rp" }]) {
      const page = await rp.logout(newBrowser(), parameters)
      expect([page.status, page.headers.get("location")]).toEqual([200, null])
      expect(textOf(page, "error")).toBe(undefined)
    }
  })

  test("the person may stay: the page has a way back, and GET ends nothing", async () => {
    const { browser } = await signIn()
    const page = await rp.logout(browser)
    expect(page.body).toContain('href="/"')
    const { href } = page.url
    for (const url of [href, `${href}&confirm=yes`])
      expect((await browser.open(url)).url.pathname).toBe("/logout/confirm")
    expect(await isSignedIn(browser)).toBe(true)
    expect((await browser.open(`${provider.issuer}/`)).body).toContain("Alice Example")
  })
})

describe("one session and several clients", () => {
  test("signing out ends the session for all of them", async () => {
    const { browser, idToken } = await signIn()
    await other.authorize(browser)
    await rp.logout(browser, { id_token_hint: idToken })
    expect(answered(await other.ask(browser, { prompt: "none" }))).toMatchObject({ error: "login_required" })
  })
})
