/** The demo in a real browser with scripts switched off: forms, redirects, cookies and the content security policy. */
import { existsSync, readFileSync } from "node:fs"
import { type Browser, chromium, type Page } from "playwright-core"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { type Mailbox, openMailbox } from "../../demo/Mailbox.ts"
import { type RelyingParty, startRelyingParty } from "../../demo/RelyingParty.ts"
import { defaults } from "../../src/domain/Lifetime.ts"
import { writeLetter } from "../../src/letters/WriteLetter.ts"
import { CLIENT, type ReferenceProvider, startReferenceProvider } from "./ReferenceProvider.ts"

const CHROMIUM = "/usr/bin/chromium"
const axe = readFileSync(new URL("../../node_modules/axe-core/axe.min.js", import.meta.url), "utf8")
const missing = !existsSync(CHROMIUM)
const title = missing ? `Chromium (SKIPPED: no ${CHROMIUM}; install it with: apt-get install chromium)` : "Chromium"

describe.skipIf(missing)(title, { timeout: 60_000 }, () => {
  let provider: ReferenceProvider
  let demo: RelyingParty
  let mailbox: Mailbox
  let browser: Browser

  beforeAll(async () => {
    provider = await startReferenceProvider()
    mailbox = await openMailbox()
    demo = await startRelyingParty({ ...CLIENT, issuer: provider.issuer, port: 0, mailbox })
    await provider.open(demo.url)
    browser = await chromium.launch({
      executablePath: CHROMIUM,
      args: ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
    })
  }, 60_000)
  afterAll(async () => {
    await browser?.close()
    await demo.close()
    await mailbox.close()
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

  const send = async (id: string, letter: Readonly<Record<string, string>>) => {
    const { MAIL_KEY, MAIL_URL } = mailbox.variables
    const headers = { authorization: `Bearer ${MAIL_KEY}`, "idempotency-key": id }
    expect((await fetch(MAIL_URL, { method: "POST", headers, body: JSON.stringify(letter) })).status).toBe(200)
  }

  /** A letter of this provider's to alice, of which the link leads to the demo's first page. */
  const letterTo = (to: string) =>
    writeLetter({
      letter: { _tag: "SignInLetter", link: `${demo.url}/?from=${encodeURIComponent(to)}`, code: "012345" },
      language: "en",
      provider: { name: "Hapax", lifetimes: defaults }
    })

  it("the mailbox shows the newest letter, and its link can be followed from the text and from the HTML", async () => {
    const context = await browser.newContext({ javaScriptEnabled: false })
    const page = await context.newPage()
    await page.goto(demo.url)
    await page.locator("#mailbox").click()
    expect(await page.locator("#no-letters").isVisible()).toBe(true)
    await send("1", { to: "first@example.com", from: "Hapax", ...letterTo("first@example.com") })
    await send("2", { to: "second@example.com", from: "Hapax", ...letterTo("second@example.com") })
    await page.getByRole("link", { name: "Look again" }).click()
    expect(await page.locator("#to").textContent()).toBe("second@example.com")
    expect(await page.locator("#letter-text").textContent()).toContain("    012345")
    await page.locator("#letter-text a").click()
    expect(page.url()).toBe(`${demo.url}/?from=second%40example.com`)
    await page.goto(`${demo.url}/mailbox`)
    await page.locator(".letters a", { hasText: "first@example.com" }).click()
    expect(await page.locator("#to").textContent()).toBe("first@example.com")
    await page.frameLocator("#letter-html").getByRole("link", { name: "Sign in", exact: true }).click()
    await page.waitForURL(`${demo.url}/?from=first%40example.com`)
    await context.close()
  })

  const violations = async (page: Page) => {
    await page.evaluate(`${axe}; 0`)
    const found = await page.evaluate("axe.run(document, { iframes: false, preload: false })")
    return (found as { readonly violations: ReadonlyArray<{ readonly id: string }> }).violations.map(({ id }) => id)
  }

  it("WCAG 2.2 AA: axe finds nothing on the mailbox, and nothing in the letter", async () => {
    for (const colorScheme of ["light", "dark"] as const) {
      const page = await browser.newPage({ colorScheme })
      await send("axe", { to: "axe@example.com", from: "Hapax", ...letterTo("axe@example.com") })
      await page.goto(`${demo.url}/mailbox`)
      expect(await violations(page)).toEqual([])
      // Where it is shown, no script runs; so it is looked at by itself.
      await page.goto("about:blank")
      await page.setContent(letterTo("axe@example.com").html)
      expect(await violations(page)).toEqual([])
      await page.close()
    }
  })

  it("a hostile letter runs nothing, loads nothing and leads nowhere by itself", async () => {
    const context = await browser.newContext()
    const page = await context.newPage()
    const asked: Array<string> = []
    // What the policy stops is told as a request too, and never answered.
    page.on("response", (response) => asked.push(new URL(response.url()).pathname))
    const hostile =
      '<html><head><meta http-equiv="refresh" content="0;url=/stolen"></head><body onload="top.location=\'/stolen\'">' +
      '<script>top.location="/stolen"</script><img src="/stolen"><form action="/stolen"><button>go</button></form>'
    const subject = "<img src=/stolen>"
    await send("hostile", { to: "eve@example.com", from: "<b>", subject, text: subject, html: hostile })
    await page.goto(`${demo.url}/mailbox`)
    expect(await page.locator("#subject-line").textContent()).toBe(subject)
    await page.frameLocator("#letter-html").getByRole("button").click()
    await page.goto(`${demo.url}/mailbox/html?id=hostile`)
    await page.getByRole("button").click()
    expect(new Set(asked)).toEqual(new Set(["/mailbox", "/mailbox/html", "/style.css"]))
    await context.close()
  })

  it("a letter is taken with the key only, of a size, and once", async () => {
    const before = mailbox.letters().length
    const { MAIL_KEY, MAIL_URL } = mailbox.variables
    const put = async (headers: Record<string, string>, init: RequestInit = { method: "POST", body: "{}" }) =>
      (await fetch(MAIL_URL, { headers, ...init })).status
    const authorization = `Bearer ${MAIL_KEY}`
    expect(await put({})).toBe(401)
    expect(await put({ authorization: `Bearer ${MAIL_KEY}x` })).toBe(401)
    expect(await put({ authorization }, { method: "GET" })).toBe(405)
    expect(await put({ authorization }, { method: "POST", body: "no JSON" })).toBe(400)
    expect(await put({ authorization }, { method: "POST", body: "x".repeat(200_000) })).toBe(413)
    expect(mailbox.letters()).toHaveLength(before)
    for (let n = 0; n < 210; n++) await send(`many ${n}`, { to: "many@example.com", subject: String(n) })
    await send("many 209", { to: "many@example.com", subject: "again" })
    expect(mailbox.letters()).toHaveLength(200)
    expect(mailbox.letters()[0]).toMatchObject({ id: "many 209", subject: "209" })
    expect((await fetch(`${demo.url}/mailbox?id=1`)).status).toBe(404)
    expect((await fetch(`${demo.url}/mailbox.json`, { method: "POST" })).status).toBe(404)
  })

  it("fits a phone: no page is wider than its screen", async () => {
    const context = await browser.newContext({ viewport: { width: 320, height: 640 } })
    const page = await context.newPage()
    const overflow = () => page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    await page.goto(demo.url)
    expect(await overflow()).toBe(0)
    await page.goto(`${demo.url}/mailbox`)
    expect(await overflow()).toBe(0)
    await signIn(page)
    await page.locator("summary", { hasText: "in full" }).first().click()
    expect(await overflow()).toBe(0)
    await context.close()
  })
})
