/**
 * A person with a real browser and its virtual authenticator: a first visit, a second one by autofill, a clone, and a
 * client that asks for more than a password. WebAuthn Level 3 §5.1, §11 (virtual authenticators).
 */
import type { Browser, CDPSession, Page } from "playwright-core"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { type RelyingParty, startRelyingParty } from "../../demo/RelyingParty.ts"
import { makeClient, makeUser, password } from "../workerd/Fixtures.ts"
import { type RunningProvider, startProvider } from "../workerd/Provider.ts"
import { chromiumIsThere, inChromium, launch, type Look, looks, visit, type Visitor } from "./Visitor.ts"

const secret = "the secret of the demo, forty characters"

/** An authenticator of Chromium's, inside the device, that verifies its person. */
class Virtual {
  private readonly session: CDPSession
  private readonly authenticatorId: string

  private constructor(session: CDPSession, authenticatorId: string) {
    this.session = session
    this.authenticatorId = authenticatorId
  }

  static async in(tab: Page): Promise<Virtual> {
    const session = await tab.context().newCDPSession(tab)
    await session.send("WebAuthn.enable", { enableUI: false })
    const { authenticatorId } = await session.send("WebAuthn.addVirtualAuthenticator", {
      options: {
        protocol: "ctap2",
        ctap2Version: "ctap2_1",
        transport: "internal",
        hasResidentKey: true,
        hasUserVerification: true,
        isUserVerified: true,
        automaticPresenceSimulation: true
      }
    })
    return new Virtual(session, authenticatorId)
  }

  async credentials() {
    const { authenticatorId } = this
    return (await this.session.send("WebAuthn.getCredentials", { authenticatorId })).credentials
  }

  /** Puts a copy of another's key into this one. */
  async copy(credential: Awaited<ReturnType<Virtual["credentials"]>>[number]): Promise<void> {
    const { authenticatorId } = this
    await this.session.send("WebAuthn.addCredential", { authenticatorId, credential })
  }

  /** Whether the person is there, and proves it. */
  async answers({ present = true, verified = true }): Promise<void> {
    const { authenticatorId } = this
    const enabled = present
    await this.session.send("WebAuthn.setAutomaticPresenceSimulation", { authenticatorId, enabled })
    await this.session.send("WebAuthn.setUserVerified", { authenticatorId, isUserVerified: verified })
  }
}

describe.skipIf(!chromiumIsThere)(inChromium, { timeout: 120_000 }, () => {
  let provider: RunningProvider
  let demo: RelyingParty
  /** A client that would like its users to have used a passkey. */
  let careful: RelyingParty
  let browser: Browser
  /** Passkeys need a script. */
  const scripted = looks.filter(({ options }) => options.javaScriptEnabled)

  beforeAll(async () => {
    provider = await startProvider()
    const started = (clientId: string) =>
      startRelyingParty({ issuer: provider.issuer, clientId, clientSecret: secret, port: 0 })
    demo = await started("demo")
    const metadata = { client_name: "Field Notes", redirect_uris: [`${demo.url}/callback`] }
    await provider.run(makeClient("demo", secret, metadata))
    careful = await started("careful")
    const wanting = { redirect_uris: [`${careful.url}/callback`], default_acr_values: ["phr"] }
    await provider.run(makeClient("careful", secret, { client_name: "Night Bank", ...wanting }))
    await provider.run(makeUser("ada"))
    await provider.run(makeUser("grace"))
    browser = await launch()
  }, 120_000)

  afterAll(async () => {
    await browser?.close()
    await demo?.close()
    await careful?.close()
    await provider?.close()
  })

  const asVisitor = async (steps: (visitor: Visitor, authenticator: Virtual) => Promise<void>) => {
    const visitor = await visit(browser, scripted[0] as Look, "")
    await steps(visitor, await Virtual.in(visitor.tab))
    expect(visitor.complaints).toEqual([])
    await visitor.close()
  }

  const isAt = (tab: Page, path: string) =>
    tab.waitForURL((url) => url.origin + url.pathname === provider.issuer + path)
  const json = async (tab: Page, id: string) => JSON.parse((await tab.locator(`#${id}`).textContent()) ?? "null")

  /** Comes to the demo's signed-in page, from a login that a passkey has done. */
  const arrives = async (tab: Page) => {
    await tab.locator("#approve, #subject").waitFor()
    if ((await tab.locator("#approve").count()) > 0) await tab.locator("#approve").click()
    await tab.locator("#subject").waitFor()
    return json(tab, "id-token-claims")
  }

  it("first visit: a passkey is made on the account page; then by autofill, by the button, and no clone", async () => {
    let stolen: Awaited<ReturnType<Virtual["credentials"]>>[number] | undefined
    await asVisitor(async ({ picture, tab }, authenticator) => {
      await tab.goto(`${provider.issuer}/account/passkeys/add`)
      await tab.locator("input[name=login]").fill("ada")
      await tab.locator("input[name=password]").fill(password)
      await tab.locator("#sign-in").click()
      await isAt(tab, "/account/passkeys/add")
      await tab.locator("#name").fill("Laptop")
      expect(await picture("passkey-add"), "too wide").toBe(0)

      // Its person walks away: nothing is made, and the page says so.
      await authenticator.answers({ verified: false })
      await tab.locator("#create").click()
      await tab.locator("#passkey-problem").waitFor()
      await authenticator.answers({})
      await tab.locator("#create").click()
      await isAt(tab, "/account/passkeys")
      expect(await tab.locator("main").textContent()).toContain("Your passkey was added.")
      expect(await tab.locator("h2").textContent()).toBe("Laptop")
      expect(await picture("passkeys"), "too wide").toBe(0)
      const [credential] = await authenticator.credentials()
      stolen = credential
      expect(credential).toMatchObject({ isResidentCredential: true, rpId: "localhost" })

      await tab.goto(`${provider.issuer}/account/passkeys/add`)
      await tab.locator("#name").fill("Laptop again")
      await tab.locator("#create").click()
      await tab.locator("#passkey-known").waitFor()

      // The second visit: nobody is signed in, and the browser offers what it has at the field.
      await tab.goto(`${provider.issuer}/logout`)
      await tab.locator("#confirm-logout").click()
      await tab.goto(`${demo.url}/sign-in`)
      expect(await arrives(tab)).toMatchObject({ acr: "phr", amr: ["pop", "user", "mfa"] })

      // A third: the browser offers nothing until the button is pressed.
      await authenticator.answers({ present: false })
      await tab.goto(`${provider.issuer}/logout`)
      await tab.locator("#confirm-logout").click()
      await tab.goto(`${demo.url}/sign-in`)
      await isAt(tab, "/login")
      expect(await picture("passkey-login"), "too wide").toBe(0)
      await authenticator.answers({})
      await tab.locator("#use-passkey").click()
      expect(await arrives(tab)).toMatchObject({ acr: "phr" })
    })
    await asVisitor(async ({ tab, picture }, authenticator) => {
      if (stolen === undefined) throw new Error("there is no key to steal")
      await authenticator.copy(stolen)
      const refused = tab.waitForResponse((answer) => answer.request().method() === "POST")
      await tab.goto(`${provider.issuer}/account/passkeys`, { waitUntil: "commit" })
      expect((await refused).status()).toBe(422)
      // The page that says so waits for a passkey again, as it should, and this authenticator would answer for ever.
      await authenticator.answers({ present: false })
      await tab.locator("#error").waitFor()
      expect(await tab.locator("#error").textContent()).toContain("That passkey didn’t work here")
      await tab.goto(`${provider.issuer}/account/passkeys`)
      await tab.locator("input[name=login]").fill("ada")
      await tab.locator("input[name=password]").fill(password)
      await tab.locator("#sign-in").click()
      await isAt(tab, "/account/passkeys")
      expect(await tab.locator("main").textContent()).toContain("may be a copy of this passkey")
      expect(await picture("passkeys-clone"), "too wide").toBe(0)
    })
  })

  it("step-up: whoever used the password is asked for the passkey, and their session goes on with that", async () => {
    await asVisitor(async ({ picture, tab }, authenticator) => {
      await tab.goto(`${provider.issuer}/account/passkeys/add`)
      await tab.locator("input[name=login]").fill("grace")
      await tab.locator("input[name=password]").fill(password)
      await tab.locator("#sign-in").click()
      await isAt(tab, "/account/passkeys/add")
      await tab.locator("#name").fill("Laptop")
      await tab.locator("#create").click()
      await isAt(tab, "/account/passkeys")
      await tab.goto(`${demo.url}/sign-in`)
      const before = await arrives(tab)
      expect(before).toMatchObject({ acr: "1", amr: ["pwd"] })

      await authenticator.answers({ present: false })
      await tab.goto(`${careful.url}/sign-in`)
      await isAt(tab, "/login")
      expect(await tab.locator("#step-up").textContent()).toContain("Night Bank asks you to sign in with a passkey")
      expect(await picture("step-up"), "too wide").toBe(0)
      await authenticator.answers({})
      await tab.locator("#use-passkey").click()
      expect(await arrives(tab)).toMatchObject({ acr: "phr", amr: ["pop", "user", "mfa"], sid: before.sid })
    })
  })
})
