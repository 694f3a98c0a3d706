/**
 * Somebody who forgot their password, with a real browser and the mailbox page; and somebody who changes it. NIST SP
 * 800-63B §4.2.1, OWASP ASVS 5.0 §6.4.3. Pictures go to $SCREENSHOTS, or to `hapax-screens` among the temporary files.
 */
import type { Browser, Page } from "playwright-core"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { makeUser, password } from "../workerd/Fixtures.ts"
import { type RunningMailbox, startMailbox } from "../workerd/Mailbox.ts"
import { type RunningProvider, startProvider } from "../workerd/Provider.ts"
import { chromiumIsThere, inChromium, launch, looks, visit } from "./Visitor.ts"

const newPassword = "two quiet herons"

describe.skipIf(!chromiumIsThere)(inChromium, { timeout: 120_000 }, () => {
  let provider: RunningProvider
  let mailbox: RunningMailbox
  let browser: Browser

  beforeAll(async () => {
    mailbox = await startMailbox()
    provider = await startProvider(mailbox.variables)
    await provider.run(makeUser("alice"))
    browser = await launch()
  }, 120_000)

  afterAll(async () => {
    await browser?.close()
    await provider?.close()
    await mailbox?.close()
  })

  const pathOf = (tab: Page): string => new URL(tab.url()).pathname

  it("a phone without scripts: forgotten, the link of the letter, a new password, and signed in with it", async () => {
    const { close, complaints, picture, tab } = await visit(browser, looks[0]!, "")
    await tab.goto(`${provider.issuer}/account/password`)
    await tab.getByText("Forgot your password?").click()
    expect(await picture("password-forgotten")).toBe(0)
    await tab.fill("[name=login]", "alice")
    await tab.click("#send")
    expect(await tab.textContent("h1")).toContain("Check your email")
    expect(await picture("password-sent")).toBe(0)

    await mailbox.nth("alice@example.com", 1)
    await tab.goto(`${mailbox.url}/mailbox`)
    await tab.locator("#letter-text a").first().click()
    await tab.waitForURL((url) => url.pathname === "/password/reset")
    const link = tab.url()
    await tab.fill("[name=password]", "password123")
    await tab.fill("[name=again]", "password123")
    await tab.click("#set-password")
    expect(await tab.textContent("[role=alert]")).toContain("everybody tries first")
    expect(await picture("password-reset")).toBe(0)
    await tab.fill("[name=password]", newPassword)
    await tab.fill("[name=again]", newPassword)
    await tab.click("#set-password")
    expect(await tab.textContent("h1")).toContain("Your new password is set")
    expect(await picture("password-set")).toBe(0)

    await tab.click("#to-sign-in")
    await tab.fill("[name=login]", "alice")
    await tab.fill("[name=password]", newPassword)
    await tab.click("#sign-in")
    expect(pathOf(tab)).toBe("/account/password")
    await tab.goto(link)
    expect(await tab.textContent("h1")).toContain("no longer works")
    expect(complaints).toEqual([])
    // What is in the letter is in no line of the log.
    const token = new URL(link).searchParams.get("token") ?? ""
    expect(JSON.stringify(provider.logs())).not.toContain(token.slice(0, 60))
    await close()
  })

  it("a desktop: changed on the account page, and signed out in every other browser", async () => {
    await provider.run(makeUser("bob"))
    const own = await visit(browser, looks.at(-1)!, "")
    const other = await visit(browser, looks[1]!, "")
    for (const { tab } of [other, own]) {
      await tab.goto(`${provider.issuer}/account/password`)
      await tab.fill("[name=login]", "bob")
      await tab.fill("[name=password]", password)
      await tab.click("#sign-in")
      expect(pathOf(tab)).toBe("/account/password")
    }
    await own.tab.fill("[name=present]", password)
    await own.tab.fill("[name=password]", newPassword)
    await own.tab.fill("[name=again]", newPassword)
    expect(await own.picture("account-password")).toBe(0)
    await own.tab.click("#set-password")
    expect(await own.tab.textContent("[role=status]")).toContain("Your password is changed")
    await other.tab.reload()
    expect(pathOf(other.tab)).toBe("/login")
    expect([...own.complaints, ...other.complaints]).toEqual([])
    await own.close()
    await other.close()
  })
})
