/**
 * A stranger's library in Chromium: `oidc-client-ts` signs in, renews by a frame and by a refresh token, notices that
 * the person signed out elsewhere, and signs out. OIDC Core §3.1.2.1 (prompt=none), Session Management 1.0 §3.
 */
import type { Browser, BrowserContext, Page } from "playwright-core"
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest"
import { makeClient, makeUser, password } from "../workerd/Fixtures.ts"
import { type RunningProvider, startProvider } from "../workerd/Provider.ts"
import { call, type SinglePage, startSinglePage } from "./SinglePage.ts"
import { chromiumIsThere, inChromium, launch } from "./Visitor.ts"

interface User {
  readonly sub: string
  readonly sid: string
  readonly accessToken: string
  readonly refreshToken?: string
  readonly idToken: string
  readonly sessionState: string
}

describe.skipIf(!chromiumIsThere)(`oidc-client-ts ${inChromium}`, { timeout: 60_000 }, () => {
  let provider: RunningProvider
  let page: SinglePage
  let browser: Browser
  let context: BrowserContext
  let tab: Page

  beforeAll(async () => {
    page = await startSinglePage()
    provider = await startProvider()
    const metadata = {
      token_endpoint_auth_method: "none",
      redirect_uris: [`${page.url}/callback`, `${page.url}/silent`],
      post_logout_redirect_uris: [`${page.url}/bye`]
    }
    await provider.run(makeClient("spa", undefined, metadata))
    await provider.run(makeUser("alice"))
    browser = await launch()
  }, 60_000)
  afterAll(async () => {
    await browser?.close()
    await provider?.close()
    await page?.close()
  })
  beforeEach(async () => {
    context = await browser.newContext()
    context.setDefaultTimeout(15_000)
    tab = await context.newPage()
  })
  afterEach(() => context?.close())

  const settings = (scope = "openid profile", client_id = "spa") => ({ authority: provider.issuer, client_id, scope })

  const isAt = (path: string) => tab.waitForURL((url) => url.origin + url.pathname === page.url + path)

  /** Somebody signs in with code and PKCE, and allows it where that is asked. */
  const signIn = async (scope?: string, clientId?: string): Promise<User> => {
    await tab.goto(page.url)
    await call(tab, "begin", settings(scope, clientId))
    void call(tab, "signIn").catch(() => undefined)
    await tab.locator("input[name=login]").fill("alice")
    await tab.locator("input[name=password]").fill(password)
    await tab.locator("#sign-in").click()
    await tab.waitForURL((url) => ["/consent", "/callback"].includes(url.pathname))
    if (new URL(tab.url()).pathname === "/consent") await tab.locator("#approve").click()
    await isAt("/callback")
    await call(tab, "begin", settings(scope, clientId))
    return call<User>(tab, "callback")
  }

  /** The same person signs out in another tab. */
  const signOutElsewhere = async () => {
    const other = await context.newPage()
    await other.goto(`${provider.issuer}/logout`)
    await other.locator("#confirm-logout").click()
    await other.getByText("You’re signed out").waitFor()
    await other.close()
  }

  it("signs in with code and PKCE, and reads userinfo across origins", async () => {
    const user = await signIn()
    expect(user).toMatchObject({ sub: expect.any(String), sessionState: expect.stringMatching(/\./) })
    expect(await call<number>(tab, "userinfo", user.accessToken, provider.issuer)).toBe(200)
  })

  it("renews by a frame (prompt=none), as long as the person is signed in", async () => {
    const user = await signIn()
    const renewed = await call<User>(tab, "renew")
    expect(renewed).toMatchObject({ sub: user.sub, sid: user.sid })
    expect(renewed.accessToken).not.toBe(user.accessToken)
    await signOutElsewhere()
    expect(await call(tab, "renew")).toEqual({ error: "login_required" })
  })

  it("renews by a refresh token, whether the person is signed in or not", async () => {
    const user = await signIn("openid profile offline_access")
    const renewed = await call<User>(tab, "renew")
    expect(renewed.refreshToken).not.toBe(user.refreshToken)
    await signOutElsewhere()
    const again = await call<User>(tab, "renew")
    expect(again.accessToken).not.toBe(renewed.accessToken)
  })

  it("notices that the person signed out in another tab", async () => {
    await signIn()
    await call(tab, "monitor", settings())
    await signOutElsewhere()
    await tab.waitForFunction("heard.length > 0")
    expect(await tab.evaluate("heard")).toEqual(["signed out"])
  })

  it("signs out, comes back, and is nobody's any more", async () => {
    const user = await signIn()
    void call(tab, "signOut").catch(() => undefined)
    await isAt("/bye")
    await call(tab, "begin", settings())
    await call(tab, "signedOut")
    expect(await call(tab, "known")).toBeNull()
    expect(await call(tab, "renew")).toEqual({ error: "login_required" })
    expect(await call<number>(tab, "userinfo", user.accessToken, provider.issuer)).toBe(401)
  })

  it("Front-Channel Logout §3: its frame is shown on the way back, with iss and sid", async () => {
    const metadata = {
      token_endpoint_auth_method: "none",
      redirect_uris: [`${page.url}/callback`],
      post_logout_redirect_uris: [`${page.url}/bye`],
      frontchannel_logout_uri: `${page.url}/front`
    }
    await provider.run(makeClient("framed", undefined, metadata))
    const user = await signIn("openid", "framed")
    const framed = tab.waitForResponse((response) => response.url().startsWith(`${page.url}/front`))
    void call(tab, "signOut").catch(() => undefined)
    const address = new URL((await framed).url())
    expect(Object.fromEntries(address.searchParams)).toEqual({ iss: provider.issuer, sid: user.sid })
    await isAt("/bye")
  })

  describe("Session Management §3.1: what the provider's frame answers", () => {
    const asked = (message: unknown) => call<string>(tab, "ask", `${provider.issuer}/check_session`, message)

    it("unchanged while the session is the one that the client knows, changed once it is not", async () => {
      const { sessionState } = await signIn()
      expect(await asked(`spa ${sessionState}`)).toBe("unchanged")
      expect(await asked(`other ${sessionState}`)).toBe("changed")
      const [hash = "", salt = ""] = sessionState.split(".")
      expect(await asked(`spa ${hash}.${salt.slice(1)}`)).toBe("changed")
      await signOutElsewhere()
      expect(await asked(`spa ${sessionState}`)).toBe("changed")
    })

    it("error, if the message is none", async () => {
      await tab.goto(page.url)
      for (const message of ["", "spa", "spa ", " a.b", "spa nothing", `spa ${"a".repeat(43)}`, 7, null, { a: 1 }]) {
        expect([message, await asked(message)]).toEqual([message, "error"])
      }
    })
  })
})
