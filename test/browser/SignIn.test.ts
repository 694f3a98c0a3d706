/**
 * A person with a real browser, the demo relying party, and the provider on workerd. OIDC Core §3.1.
 *
 * Pictures of every page go to $SCREENSHOTS, or to `hapax-screens` among the temporary files.
 */
import type { Browser, Page } from "playwright-core"
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest"
import { type RelyingParty, startRelyingParty } from "../../demo/RelyingParty.ts"
import { makeClient, makeUser, password } from "../workerd/Fixtures.ts"
import { type RunningProvider, startProvider } from "../workerd/Provider.ts"
import { chromiumIsThere, inChromium, launch, looks, visit, type Visitor } from "./Visitor.ts"

const secret = "the secret of the demo, forty characters"
const logo = "https://rp.example/logo.svg"

describe.skipIf(!chromiumIsThere)(inChromium, { timeout: 120_000 }, () => {
  let provider: RunningProvider
  let demo: RelyingParty
  let browser: Browser

  beforeAll(async () => {
    provider = await startProvider()
    demo = await startRelyingParty({ issuer: provider.issuer, clientId: "demo", clientSecret: secret, port: 0 })
    const metadata = {
      client_name: "Field Notes",
      client_uri: "https://rp.example/",
      logo_uri: logo,
      policy_uri: "https://rp.example/privacy",
      tos_uri: "https://rp.example/terms",
      redirect_uris: [`${demo.url}/callback`],
      post_logout_redirect_uris: [`${demo.url}/signed-out`]
    }
    await provider.run(makeClient("demo", secret, metadata))
    // A user for each look, because consent is asked for once.
    for (const { name } of looks) await provider.run(makeUser(name))
    for (const name of ["again", "direct", "back"]) await provider.run(makeUser(name))
    browser = await launch()
  }, 120_000)

  afterAll(async () => {
    await browser?.close()
    await demo?.close()
    await provider?.close()
  })

  /** The tab comes to this address; any other than that in time is a failure. */
  const isAt = (tab: Page, address: string) => tab.waitForURL((url) => url.origin + url.pathname === address)
  const json = async (tab: Page, id: string) => JSON.parse((await tab.locator(`#${id}`).textContent()) ?? "null")
  const text = (tab: Page, id: string) => tab.locator(`#${id}`).textContent()

  const fillLogin = async (tab: Page, name: string, word: string) => {
    await tab.locator("input[name=login]").fill(name)
    await tab.locator("input[name=password]").fill(word)
    await tab.locator("#sign-in").click()
  }

  /** Allows what is asked, if it is asked, and comes to the signed-in page. */
  const allow = async (tab: Page) => {
    await tab.locator("#approve, #subject").waitFor()
    if ((await tab.locator("#approve").count()) > 0) await tab.locator("#approve").click()
    await tab.locator("#subject").waitFor()
  }

  /** Presses a button of the demo's and waits until it says that it was done. */
  const press = async (tab: Page, id: string, notice: string) => {
    await tab.locator(`#${id}`).click()
    await tab.getByText(notice).waitFor()
  }

  const signIn = async (tab: Page, name: string) => {
    await tab.goto(demo.url)
    await tab.locator("#sign-in").click()
    await fillLogin(tab, name, password)
    await allow(tab)
  }

  /** A fresh browser for `steps`; whatever it complained about fails the test. */
  const asVisitor = async (look: (typeof looks)[number], steps: (visitor: Visitor) => Promise<void>) => {
    const visitor = await visit(browser, look, logo)
    await steps(visitor)
    expect(visitor.complaints).toEqual([])
    await visitor.close()
  }

  describe.each(looks)("$name", (look) => {
    it("signs in at the second try, declines, allows, uses the tokens, signs out", async () => {
      await asVisitor(look, async ({ picture, tab }) => {
        const shown = async (name: string) => expect(await picture(name), `${name} is too wide`).toBe(0)
        await tab.goto(demo.url)
        await shown("01-demo")
        await tab.getByLabel("phone").check()
        await tab.getByLabel("address").check()
        await tab.locator("#sign-in").click()
        await isAt(tab, `${provider.issuer}/login`)
        await shown("02-login")

        await fillLogin(tab, look.name, "wrong")
        expect(await text(tab, "error")).toContain("don’t match")
        expect(await tab.locator("input[name=login]").inputValue()).toBe(look.name)
        expect(await tab.locator("input[name=password]").inputValue()).toBe("")
        await shown("03-login-wrong")

        await fillLogin(tab, look.name, password)
        await isAt(tab, `${provider.issuer}/consent`)
        await shown("04-consent")
        await tab.locator("#deny").click()
        expect(await text(tab, "error")).toBe("access_denied")
        await isAt(tab, `${demo.url}/callback`)
        await shown("05-denied")

        await tab.goto(demo.url)
        await tab.locator("#sign-in").click()
        // Signed in already: only consent is missing.
        await isAt(tab, `${provider.issuer}/consent`)
        await tab.locator("#approve").click()
        const claims = await json(tab, "id-token-claims")
        expect(claims).toMatchObject({ iss: provider.issuer, aud: "demo", amr: ["pwd"] })
        expect(claims.sub).toBe(await text(tab, "subject"))
        expect(await json(tab, "userinfo-claims")).toMatchObject({ sub: claims.sub, email: `${look.name}@example.com` })
        await shown("06-signed-in")

        const before = await text(tab, "access_token")
        await press(tab, "refresh", "The tokens were refreshed.")
        expect(await text(tab, "access_token")).not.toBe(before)
        await press(tab, "introspect", "The access token was introspected.")
        expect(await json(tab, "introspection")).toMatchObject({ active: true, client_id: "demo", username: look.name })
        await shown("07-introspected")
        await press(tab, "revoke", "The access token was revoked.")
        await press(tab, "introspect", "The access token was introspected.")
        expect(await json(tab, "introspection")).toEqual({ active: false })
        await tab.locator("#userinfo").click()
        expect(await text(tab, "error")).toBe("invalid_token")
        await shown("08-revoked")

        await tab.goto(demo.url)
        await tab.locator("#sign-out").click()
        // A client with an ID token of the session is believed: nobody is asked.
        await isAt(tab, `${demo.url}/signed-out`)
        expect(await text(tab, "signed-out")).toContain("with the state it was given")
        await shown("09-goodbye")
        await tab.goto(provider.issuer)
        expect(await tab.locator("main").textContent()).toContain("Nobody is signed in")
        await shown("10-home")
      })
    })

    it("has a page for whatever cannot go on", async () => {
      await asVisitor(look, async ({ picture, tab }) => {
        const shown = async (name: string) => expect(await picture(name), `${name} is too wide`).toBe(0)
        await tab.goto(`${provider.issuer}/authorize?client_id=demo&redirect_uri=https://attacker.example/`)
        expect(await text(tab, "error-parameter")).toBe("redirect_uri")
        await shown("11-error")
        await tab.goto(`${provider.issuer}/nowhere`)
        await shown("12-not-found")
        await tab.goto(`${provider.issuer}/login?interaction=nonsense`)
        await shown("13-login-lost")
      })
    })
  })

  describe.each(looks.slice(0, 2))("$name", (look) => {
    it("OIDC Core §3.1.2.1: the second sign-in is silent, also with prompt=none, and the same login", async () => {
      await asVisitor(look, async ({ tab }) => {
        await signIn(tab, "again")
        const first = await json(tab, "id-token-claims")
        for (const prompt of ["", "none"]) {
          await tab.locator("#forget").click()
          await tab.getByLabel("Prompt").selectOption(prompt)
          const answers = visitedPaths(tab)
          await tab.locator("#sign-in").click()
          expect(await json(tab, "id-token-claims")).toMatchObject({ sub: first.sub, auth_time: first.auth_time })
          expect(answers()).toEqual(["/sign-in", "/authorize", "/callback", "/"])
        }
      })
    })

    it("RP-Initiated Logout 1.0 §2: going to /logout asks first, and staying is possible", async () => {
      await asVisitor(look, async ({ picture, tab }) => {
        await signIn(tab, "direct")
        await tab.goto(`${provider.issuer}/logout`)
        await isAt(tab, `${provider.issuer}/logout/confirm`)
        expect(await picture("14-logout-confirm")).toBe(0)
        await tab.getByRole("link", { name: "Stay signed in" }).click()
        expect(await tab.locator("main").textContent()).toContain("Signed in as Alice Example")
        expect(await picture("15-home-signed-in")).toBe(0)

        await tab.goto(`${provider.issuer}/logout`)
        await tab.locator("#confirm-logout").click()
        expect(await tab.locator("h1").textContent()).toBe("You’re signed out")
        expect(await picture("16-logged-out")).toBe(0)
        await tab.goto(`${demo.url}/sign-in?prompt=none`)
        expect(await text(tab, "error")).toBe("login_required")
      })
    })

    it("the Back button after signing out signs nobody in, whatever form is sent again", async () => {
      await asVisitor(look, async ({ tab }) => {
        await tab.goto(demo.url)
        await tab.locator("#sign-in").click()
        await isAt(tab, `${provider.issuer}/login`)
        const loginPage = tab.url()
        const posted: Array<string> = []
        tab.on("request", (request) => {
          if (request.method() === "POST" && request.url() === `${provider.issuer}/login`) {
            posted.push(request.postData() ?? "")
          }
        })
        await fillLogin(tab, "back", password)
        expect(posted).toHaveLength(1)
        await allow(tab)
        await tab.locator("#sign-out").click()
        await isAt(tab, `${demo.url}/signed-out`)

        for (let steps = 0; tab.url() !== loginPage && steps < 10; steps++) await goBack(tab)
        expect(tab.url()).toBe(loginPage)
        await fillLogin(tab, "back", password)
        expect(posted).toHaveLength(2)
        expect(posted[1], "the very form that signed in before").toBe(posted[0])
        expect(await text(tab, "error")).toContain("expired")
        const sentAgain = await tab.context().request.post(`${provider.issuer}/login`, {
          headers: { "content-type": "application/x-www-form-urlencoded" },
          data: posted[0] ?? ""
        })
        expect(sentAgain.ok()).toBe(false)
        expect(sentAgain.headers()["set-cookie"] ?? "").not.toContain("session")
        await tab.goto(provider.issuer)
        expect(await tab.locator("main").textContent()).toContain("Nobody is signed in")
        await tab.goto(`${demo.url}/sign-in?prompt=none`)
        expect(await text(tab, "error")).toBe("login_required")
      })
    })
  })

  /** While Chromium swaps one site's process for another's it does not know the way back; then it is asked again. */
  const goBack = (tab: Page) => vi.waitFor(() => tab.goBack(), { timeout: 15_000 })

  /** The documents that a tab asks for from now on, redirects too. */
  const visitedPaths = (tab: Page): (() => ReadonlyArray<string>) => {
    const paths: Array<string> = []
    tab.on("request", (request) => {
      if (request.isNavigationRequest()) paths.push(new URL(request.url()).pathname)
    })
    return () => paths
  }
})
