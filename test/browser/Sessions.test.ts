/**
 * Somebody with two real browsers, who sees both on the account page and signs the other one out there. OWASP ASVS 5.0
 * §7.5.2. Pictures go to $SCREENSHOTS, or to `hapax-screens` among the temporary files.
 */
import type { Browser, Page } from "playwright-core"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { makeUser, password } from "../workerd/Fixtures.ts"
import { type RunningProvider, startProvider } from "../workerd/Provider.ts"
import { chromiumIsThere, inChromium, launch, looks, visit } from "./Visitor.ts"

describe.skipIf(!chromiumIsThere)(inChromium, { timeout: 120_000 }, () => {
  let provider: RunningProvider
  let browser: Browser

  beforeAll(async () => {
    provider = await startProvider()
    await provider.run(makeUser("alice"))
    browser = await launch()
  }, 120_000)

  afterAll(async () => {
    await browser?.close()
    await provider?.close()
  })

  const signIn = async (tab: Page) => {
    await tab.goto(`${provider.issuer}/account/sessions`)
    await tab.fill("[name=login]", "alice")
    await tab.fill("[name=password]", password)
    await tab.click("#sign-in")
    expect(new URL(tab.url()).pathname).toBe("/account/sessions")
  }

  it.each([looks[0]!, looks.at(-1)!])(
    "$name: both browsers are seen, the other one is signed out, and this one stays",
    async (look) => {
      const own = await visit(browser, look, "")
      const other = await visit(browser, look, "")
      await signIn(other.tab)
      await signIn(own.tab)
      const rows = own.tab.locator(".choices li")
      expect(await rows.count()).toBe(2)
      expect(await rows.locator("strong").allTextContents()).toEqual(["Chrome on Linux", "Chrome on Linux"])
      expect(await rows.filter({ hasText: "This browser" }).count()).toBe(1)
      expect(await own.picture("account-sessions")).toBe(0)
      // The label is the whole row: whoever cannot aim at the box chooses by the words.
      await rows.filter({ hasNotText: "This browser" }).locator("strong").click()
      await own.tab.click("#end-chosen")
      expect(await own.tab.textContent("[role=status]")).toContain("signed out there")
      expect(await rows.count()).toBe(1)
      expect(await own.picture("account-sessions-ended")).toBe(0)

      await other.tab.reload()
      expect(new URL(other.tab.url()).pathname).toBe("/login")
      await own.tab.click("#end-all")
      expect(await own.tab.textContent("h1")).toContain("signed out")
      await own.tab.goto(`${provider.issuer}/account/sessions`)
      expect(new URL(own.tab.url()).pathname).toBe("/login")
      expect([...own.complaints, ...other.complaints]).toEqual([])
      await own.close()
      await other.close()
    }
  )
})
