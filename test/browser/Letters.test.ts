/**
 * A person with a real browser and a mailbox: signing in by the link and by the code of a letter, with no script.
 * NIST SP 800-63B §3.1.3, RFC 9700 §4.7.
 *
 * Pictures of every page go to $SCREENSHOTS, or to `hapax-screens` among the temporary files.
 */
import type { Page } from "playwright-core"
import { describe, expect, it } from "vitest"
import { codeIn } from "../workerd/Mailbox.ts"
import { chromiumIsThere, inChromium, looks, visit, type Visitor } from "./Visitor.ts"
import { worldWith } from "./World.ts"

describe.skipIf(!chromiumIsThere)(inChromium, { timeout: 120_000 }, () => {
  const world = worldWith(["linus", "cody", "elsa"])

  const [phone, desktop] = [looks[0]!, looks[3]!]

  const inBrowser = async (look: (typeof looks)[number], steps: (visitor: Visitor) => Promise<void>) => {
    const visitor = await visit(world.browser, look, "")
    await steps(visitor)
    expect(visitor.complaints).toEqual([])
    await visitor.close()
  }

  /** Begins at the application, types a name and asks for a letter; the page says where to look. */
  const askForLetter = async (tab: Page, name: string) => {
    await tab.goto(world.demo.url)
    await tab.locator("#sign-in").click()
    await tab.locator("input[name=login]").fill(name)
    await tab.locator("#mail").click()
    await tab.getByText("Check your email").first().waitFor()
    return (await tab.locator("#confirmation").textContent()) ?? ""
  }

  /** Looks into the mailbox as a person does, and opens the letter's link. */
  const openLink = async (tab: Page, name: string) => {
    await world.mailbox.nth(`${name}@example.com`, 1)
    await tab.goto(`${world.mailbox.url}/mailbox`)
    await tab.locator("a", { hasText: `${name}@example.com` }).click()
    await tab.locator("#letter-text a").click()
    await tab.waitForURL(`${world.provider.issuer}/login/link/confirm?**`)
  }

  const allow = async (tab: Page) => {
    await tab.locator("#approve").click()
    await tab.locator("#subject").waitFor()
  }

  it("the link, opened in the mailbox of the same browser: one press, and the application knows who came", async () => {
    await inBrowser(phone, async ({ picture, tab }) => {
      await askForLetter(tab, "linus")
      expect(await picture("30-mailed-code")).toBe(0)
      await openLink(tab, "linus")
      expect(await picture("31-mailed-link")).toBe(0)
      expect(await tab.locator("#confirmation").count()).toBe(0)
      await tab.locator("#sign-in").click()
      await allow(tab)
      expect(await tab.locator("#id-token-claims").textContent()).toContain("otp")
    })
  })

  it("the code, after a wrong one, typed where the letter was asked for", async () => {
    await inBrowser(desktop, async ({ picture, tab }) => {
      await askForLetter(tab, "cody")
      const code = codeIn(await world.mailbox.nth("cody@example.com", 1))
      // The field has the keyboard already.
      await tab.keyboard.type(code === "000000" ? "000001" : "000000")
      await tab.keyboard.press("Enter")
      await tab.locator("#error").waitFor()
      expect(await picture("32-mailed-code-wrong")).toBe(0)
      await tab.locator("input[name=code]").fill(code)
      await tab.keyboard.press("Enter")
      await allow(tab)
    })
  })

  it("the link in another browser asks for what the first one shows, which is then told that it is used", async () => {
    await inBrowser(desktop, async (first) => {
      const confirmation = await askForLetter(first.tab, "elsa")
      await inBrowser(phone, async ({ picture, tab }) => {
        await openLink(tab, "elsa")
        expect(await picture("33-mailed-link-elsewhere")).toBe(0)
        await tab.locator("input[name=confirmation]").fill(confirmation)
        await tab.locator("#sign-in").click()
        await tab.locator("#approve").waitFor()
      })
      await first.tab.locator("input[name=code]").fill(codeIn(await world.mailbox.nth("elsa@example.com", 1)))
      await first.tab.locator("#sign-in").click()
      expect(await first.tab.locator("#error").textContent()).toContain("no longer valid")
      expect(await first.picture("34-mailed-void")).toBe(0)
    })
  })
})
