/** The demo in a real browser with scripts switched off: forms, redirects, cookies and the content security policy. */
import { existsSync } from "node:fs"
import { type Browser, chromium, type Page } from "playwright-core"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { type RelyingParty, startRelyingParty } from "../../demo/RelyingParty.ts"
import { CLIENT, type ReferenceProvider, startReferenceProvider } from "./ReferenceProvider.ts"

const CHROMIUM = "/usr/bin/chromium"
const missing = !existsSync(CHROMIUM)
const title = missing ? `Chromium (SKIPPED: no ${CHROMIUM}; install it with: apt-get install chromium)` : "Chromium"

describe.skipIf(missing)(title, { timeout: 60_000 }, () => {
  let provider: ReferenceProvider
  let demo: RelyingParty
  let browser: Browser

  beforeAll(async () => {
    provider = await startReferenceProvider()
    demo = await startRelyingParty({ ...CLIENT, issuer: provider.issuer, port: 0 })
    await provider.open(demo.url)
    browser = await chromium.launch({
      executablePath: CHROMIUM,
      args: ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
    })
  }, 60_000)
  afterAll(async () => {
    await browser?.close()
    await demo.close()
    await provider.close()
  })

  const signIn = async (page: Page): Promise<void> => {
    await page.goto(demo.url)
    await page.getByLabel("phone").check()
    await page.getByLabel("Prompt").selectOption("consent")
    await page.locator("#sign-in").click()
    await page.locator("input[name=login]").fill("ada")
    await page.locator("input[name=password]").fill("any")
    await page.getByRole("button", { name: "Sign-in" }).click()
    await page.getByRole("button", { name: "Continue" }).click()
  }

  it("signs in, uses the tokens and signs out, without a script", async () => {
    const context = await browser.newContext({ javaScriptEnabled: false })
    const page = await context.newPage()
    await signIn(page)
    expect(await page.locator("#subject").textContent()).toBe("ada")
    expect(JSON.parse((await page.locator("#userinfo-claims").textContent()) ?? "")).toMatchObject({
      sub: "ada",
      phone_number: "+44 20 7946 0000"
    })
    for (const [id, notice] of [
      ["refresh", "The tokens were refreshed."],
      ["userinfo", "Userinfo was asked again."],
      ["introspect", "The access token was introspected."],
      ["revoke", "The access token was revoked. Call userinfo again to see it refused."]
    ] as const) {
      await page.locator(`#${id}`).click()
      expect(await page.getByRole("status").textContent()).toBe(notice)
    }
    await page.locator("#sign-out").click()
    await page.getByRole("button", { name: "Yes, sign me out" }).click()
    expect(await page.locator("#signed-out").textContent()).toContain("with the state it was given")
    await context.close()
  })

  it("fits a phone: no page is wider than its screen", async () => {
    const context = await browser.newContext({ viewport: { width: 320, height: 640 } })
    const page = await context.newPage()
    const overflow = () => page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    await page.goto(demo.url)
    expect(await overflow()).toBe(0)
    await signIn(page)
    await page.locator("summary", { hasText: "in full" }).first().click()
    expect(await overflow()).toBe(0)
    await context.close()
  })
})
