/**
 * Somebody at the pages of their account, with a real browser: their profile, their address by the mailbox page, and an
 * application whose access they take back. OIDC Core §5.1, RFC 6749 §10.2; OWASP ASVS 5.0 §7.5.1.
 *
 * Pictures of every page go to $SCREENSHOTS, or to `hapax-screens` among the temporary files.
 */
import type { Page } from "playwright-core"
import { describe, expect, it } from "vitest"
import { talkative } from "../domain/Images.ts"
import { password } from "../workerd/Fixtures.ts"
import { chromiumIsThere, inChromium, looks, visit, type Visitor } from "./Visitor.ts"
import { worldWith } from "./World.ts"

describe.skipIf(!chromiumIsThere)(inChromium, { timeout: 120_000 }, () => {
  const world = worldWith(looks.map(({ name }) => name))

  const [phone, desktop] = [looks[0]!, looks.at(-1)!]

  const pathOf = (tab: Page): string => new URL(tab.url()).pathname

  const signIn = async (tab: Page, name: string) => {
    await tab.fill("[name=login]", name)
    await tab.fill("[name=password]", password)
    await tab.click("#sign-in")
  }

  /** A fresh browser for `steps`; whatever it complained about, and a page wider than its screen, fails the test. */
  const asVisitor = async (
    look: (typeof looks)[number],
    steps: (tab: Page, shown: (name: string) => Promise<void>) => Promise<void>
  ) => {
    const visitor: Visitor = await visit(world.browser, look, "")
    await steps(visitor.tab, async (name) => {
      expect(await visitor.picture(name), `${name} is too wide`).toBe(0)
    })
    expect(visitor.complaints).toEqual([])
    await visitor.close()
  }

  it.each([phone, desktop])(
    "$name: from the front page through the login to the account, and to every page of it",
    async (look) => {
      await asVisitor(look, async (tab, shown) => {
        await tab.goto(world.provider.issuer)
        await tab.click("a.button")
        expect(pathOf(tab)).toBe("/login")
        await signIn(tab, look.name)
        expect(pathOf(tab)).toBe("/account")
        const links = tab.locator(".sections a")
        for (let index = 0; index < (await links.count()); index += 1) {
          await links.nth(index).click()
          await tab.waitForLoadState()
          expect(await links.nth(index).getAttribute("aria-current")).toBe("page")
          expect(await tab.locator("[role=alert]").count()).toBe(0)
          await shown(`account-${index}${pathOf(tab).replaceAll("/", "-")}`)
          if (look !== desktop) continue
          // The same in the other language, by the link at the foot of the page.
          await tab.click("footer [lang=ja]")
          await tab.waitForLoadState()
          expect(await tab.getAttribute("html", "lang")).toBe("ja")
          await shown(`account-${index}${pathOf(tab).replaceAll("/", "-")}-ja`)
          await tab.click("footer [lang=en]")
        }
      })
    }
  )

  it("OIDC Core §5.1: a picture is uploaded and shown, a text is refused beside its field; it is removed", async () => {
    await asVisitor(phone, async (tab, shown) => {
      await tab.goto(`${world.provider.issuer}/account/picture`)
      await signIn(tab, phone.name)
      expect(pathOf(tab)).toBe("/account/picture")
      const upload = async (bytes: Uint8Array) => {
        await tab.setInputFiles("#picture", { name: "me.png", mimeType: "image/png", buffer: Buffer.from(bytes) })
        await tab.click("#upload")
        await tab.waitForLoadState()
      }
      await upload(Buffer.from("not a picture"))
      expect(await tab.textContent("#picture-error")).toContain("This is no JPEG, PNG, GIF or WebP")
      await shown("account-picture-refused")
      await upload(talkative.jpeg)
      expect(await tab.textContent("[role=status]")).toContain("Your picture is saved")
      // Decoded by a browser, with the side up that the camera said: the picture is 16 by 8 and lies on its side.
      const size = await tab.evaluate("[document.images[0].naturalWidth, document.images[0].naturalHeight]")
      expect(size).toEqual([8, 16])
      await shown("account-picture")
      await tab.click("#remove")
      await tab.waitForLoadState()
      expect(await tab.textContent("[role=status]")).toContain("Your picture is removed")
      expect(await tab.locator(".portrait").count()).toBe(0)
    })
  })

  it("OIDC Core §5.1: a profile is saved; what is wrong is said beside its field", async () => {
    await asVisitor(phone, async (tab, shown) => {
      await tab.goto(`${world.provider.issuer}/account`)
      await signIn(tab, phone.name)
      await tab.fill("[name=birthdate]", "tomorrow")
      await tab.fill("[name=nickname]", "Ally")
      await tab.selectOption("[name=zoneinfo]", "Asia/Tokyo")
      await tab.click("#save")
      expect(await tab.textContent("#birthdate-error")).toContain("Enter a date like")
      await shown("account-faulty")
      await tab.fill("[name=birthdate]", "1815-12-10")
      await tab.click("#save")
      expect(await tab.textContent("[role=status]")).toContain("Your profile is saved")
      await tab.reload()
      const values = ["nickname", "zoneinfo", "birthdate"].map((name) => tab.inputValue(`[name=${name}]`))
      expect(await Promise.all(values)).toEqual(["Ally", "Asia/Tokyo", "1815-12-10"])
    })
  })

  it("OWASP ASVS 5.0 §6.3.7: an address is changed by the link in its mailbox; the former one is told", async () => {
    await asVisitor(desktop, async (tab, shown) => {
      const [former, wanted] = [`${desktop.name}@example.com`, "ada@example.com"]
      await tab.goto(`${world.provider.issuer}/account/email`)
      await signIn(tab, desktop.name)
      await tab.fill("[name=email]", "nowhere")
      await tab.click("#send")
      await shown("account-email-refused")
      await tab.fill("[name=email]", wanted)
      await tab.click("#send")
      expect(await tab.textContent("[role=status]")).toContain(wanted)
      await shown("account-email-asked")
      // The same page in another language is found by an address, although this one answers a form.
      expect(await tab.locator("footer [lang=ja]").getAttribute("href")).toContain("/account/email?")
      await world.mailbox.nth(wanted, 1)
      await tab.goto(`${world.mailbox.url}/mailbox`)
      await tab.locator("#letter-text a").first().click()
      await tab.waitForURL((url) => url.pathname === "/account/email/confirm")
      const link = tab.url()
      await shown("account-email-confirm")
      await tab.click("#confirm")
      expect([pathOf(tab), await tab.textContent("[role=status]")]).toEqual([
        "/account",
        "Your email address is confirmed."
      ])
      expect((await world.mailbox.nth(former, 1)).subject).toContain("was changed")
      // From now on it signs in, and the former one does not.
      const other = await visit(world.browser, phone, "")
      await other.tab.goto(`${world.provider.issuer}/account`)
      await signIn(other.tab, former)
      expect(pathOf(other.tab)).toBe("/login")
      await signIn(other.tab, wanted)
      expect(await other.tab.locator("dl").textContent()).toContain(wanted)
      // The link does nothing in another browser, now that it was used.
      await other.tab.goto(link)
      await other.tab.click("#confirm")
      expect(await other.tab.textContent("[role=alert]")).toContain("used already")
      expect(await other.picture("account-email-dead")).toBe(0)
      await other.close()
    })
  })

  it("RFC 6749 §10.2: an application whose access is withdrawn is refused with its refresh token", async () => {
    await asVisitor(looks[2]!, async (tab, shown) => {
      await tab.goto(world.demo.url)
      await tab.click("#sign-in")
      await signIn(tab, looks[2]!.name)
      await tab.click("#approve")
      await tab.locator("#subject").waitFor()
      await tab.click("#refresh")
      await tab.getByText("The tokens were refreshed.").waitFor()

      await tab.goto(`${world.provider.issuer}/account/applications`)
      const entry = tab.locator(".application")
      expect(await entry.textContent()).toContain("Keep this access")
      await shown("account-applications-one")
      await tab.getByRole("button", { name: "Remove access of Field Notes" }).click()
      expect(await tab.textContent("[role=status]")).toContain("access has ended")
      expect(await entry.count()).toBe(0)
      await shown("account-applications-withdrawn")

      await tab.goto(world.demo.url)
      await tab.click("#refresh")
      expect(await tab.textContent("#error")).toBe("invalid_grant")
      // The person is still signed in, and is asked again what the application may do.
      await tab.goto(`${world.demo.url}/sign-in?scope=profile`)
      expect(pathOf(tab)).toBe("/consent")
    })
  })
})
