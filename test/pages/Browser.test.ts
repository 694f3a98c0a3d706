/**
 * The pages in a real browser, without JavaScript and under their own policy: looks, access, and injection.
 *
 * Screenshots go to $SCREENSHOTS, if that is a folder.
 */
import { mkdirSync } from "node:fs"
import { join } from "node:path"
import { afterAll, assert, beforeAll, describe, it, vi } from "@effect/vitest"
import { Arbitrary, Effect } from "effect"
import type { Browser, BrowserContext, Page as Tab } from "playwright-core"
import {
  chromiumIsThere,
  client,
  howToInstall,
  inspect,
  launch,
  logoDocument,
  provider,
  type Site
} from "./Chromium.ts"
import type { Language } from "../../src/domain/Language.ts"
import { hostileOutside } from "./Hostile.ts"
import { logo, ordinary, type Outside, pages } from "./Samples.ts"

const sizes = [
  { width: 390, height: 844 },
  { width: 1280, height: 900 },
  { width: 320, height: 640 }
]
const names = Object.keys(pages(ordinary))

describe.skipIf(!chromiumIsThere)(
  chromiumIsThere ? "in Chromium" : `in Chromium: skipped, ${howToInstall}`,
  { timeout: 60_000 },
  () => {
    let browser: Browser
    let outside: Outside = ordinary
    let language: Language = "en"
    let op: Site
    let rp: Site
    let app: Site
    const posted: Array<string> = []
    const complaints: Array<string> = []

    beforeAll(async () => {
      if (folder !== undefined) mkdirSync(folder, { recursive: true })
      browser = await launch()
      app = await client(() => "/")
      rp = await client(() => `${app.origin}/app`)
      op = await provider(
        () => pages(outside, language),
        posted,
        () => `${rp.origin}/callback`
      )
    }, 60_000)

    afterAll(async () => {
      await browser.close()
      for (const site of [op, rp, app]) site.close()
    })

    /** A tab that loads nothing but the three sites and the logo, and in which every complaint is kept. */
    const open = async (options: Parameters<Browser["newContext"]>[0] = {}): Promise<[BrowserContext, Tab]> => {
      outside = ordinary
      language = "en"
      complaints.length = 0
      posted.length = 0
      const context = await browser.newContext({ javaScriptEnabled: false, ...options })
      await context.route(
        (url) => ![op, rp, app].some((site) => url.origin === site.origin),
        (route) => {
          if (route.request().url() === logo) return route.fulfill({ contentType: "image/svg+xml", body: logoDocument })
          complaints.push(`fetched ${route.request().url()}`)
          return route.abort()
        }
      )
      const tab = await context.newPage()
      tab.on("console", (message) => complaints.push(message.text()))
      tab.on("pageerror", (error) => complaints.push(error.message))
      tab.on("dialog", (dialog) => complaints.push(`dialog ${dialog.message()}`))
      return [context, tab]
    }

    /** Goes to a page and waits until the browser has put the cursor where the page wants it. */
    const visit = async (tab: Tab, name: string): Promise<void> => {
      await tab.goto(`${op.origin}/${name}`)
      await vi.waitFor(async () => {
        assert.isTrue(
          await tab.evaluate(`document.activeElement === (document.querySelector("[autofocus]") ?? document.body)`)
        )
      })
    }

    const folder = process.env["SCREENSHOTS"]

    /** The page as it is shown, for people to look at. */
    const keep = async (tab: Tab, name: string): Promise<void> => {
      if (folder !== undefined) await tab.screenshot({ path: join(folder, `${name}.png`), fullPage: true })
    }

    for (const viewport of sizes) {
      // What a scheme changes is the same in every language, and the other way round.
      for (const [colorScheme, spoken] of [
        ["light", "en"],
        ["dark", "ja"]
      ] as const) {
        it(`WCAG 2.2: every page at ${viewport.width}x${viewport.height}, ${colorScheme}, ${spoken}`, async () => {
          const [context, tab] = await open({ viewport, colorScheme })
          language = spoken
          for (const name of names) {
            await tab.goto(`${op.origin}/${name}`)
            await keep(tab, `${name}-${viewport.width}-${colorScheme}-${spoken}`)
            const found = await inspect(tab)
            const none = { overflow: 0, cut: [], unlabelled: [], faint: [], faintEdges: [], small: [], zooms: [] }
            assert.deepInclude(found, none, name)
            // A check that saw no text would find none too faint.
            assert.isAbove(found.texts, 3, name)
            for (const [i, level] of found.headings.entries()) {
              assert.isAtMost(level - (found.headings[i - 1] ?? 0), 1, `${name}: headings skip a level`)
            }
          }
          assert.deepStrictEqual(complaints, [])
          await context.close()
        })
      }
    }

    it("WCAG 2.4.3: the tab key goes through every page from top to bottom", async () => {
      const [context, tab] = await open({ viewport: sizes[0] ?? null })
      for (const name of names) {
        await visit(tab, name)
        const { focusable, focused, tops } = await inspect(tab)
        assert.deepStrictEqual(
          tops,
          tops.toSorted((a, b) => a - b),
          name
        )
        const expected = focusable.slice(focused === "" ? 0 : focusable.indexOf(focused) + 1)
        const visited: Array<string> = []
        for (const _ of expected) {
          await tab.keyboard.press("Tab")
          visited.push(
            await tab.evaluate<string>(`document.activeElement.id || document.activeElement.getAttribute("href")`)
          )
          assert.notStrictEqual(
            await tab.evaluate(`getComputedStyle(document.activeElement).outlineStyle`),
            "none",
            name
          )
        }
        assert.deepStrictEqual(visited, expected, name)
      }
      await context.close()
    })

    it("the login page begins at the first field that is empty", async () => {
      const [context, tab] = await open()
      for (const [name, id] of [
        ["login", "login"],
        ["login-again", "password"],
        ["consent", ""]
      ] as const) {
        await visit(tab, name)
        assert.strictEqual((await inspect(tab)).focused, id)
      }
      await context.close()
    })

    it("RFC 9700 §4.12: the enter key signs in, and the policy does not block the way back to the client", async () => {
      const [context, tab] = await open()
      await tab.goto(`${op.origin}/login`)
      await tab.fill("[name=login]", "ada@example.com")
      await tab.fill("[name=password]", "correct horse")
      await tab.press("[name=password]", "Enter")
      await tab.waitForURL(`${app.origin}/app`)
      const fields = [
        ["interaction", ordinary.interaction],
        ["login", "ada@example.com"],
        ["password", "correct horse"]
      ]
      assert.deepStrictEqual(
        posted.map((body) => [...new URLSearchParams(body)]),
        [fields]
      )
      assert.deepStrictEqual(complaints, [])
      await context.close()
    })

    it.each([
      ["login", "#deny", { interaction: ordinary.interaction, decision: "deny" }],
      ["consent", "#approve", { interaction: ordinary.interaction, decision: "approve" }],
      ["consent", "#deny", { interaction: ordinary.interaction, decision: "deny" }],
      ["logout-confirm", "#confirm-logout", { csrf: ordinary.interaction }]
    ])("%s: %s posts its decision and nothing else", async (name, button, fields) => {
      const [context, tab] = await open()
      await tab.goto(`${op.origin}/${name}`)
      if (name === "login") await tab.fill("[name=password]", "typed already")
      await tab.click(button)
      await tab.waitForURL(`${app.origin}/app`)
      assert.deepStrictEqual(
        posted.map((body) => Object.fromEntries(new URLSearchParams(body))),
        [fields]
      )
      assert.deepStrictEqual(complaints, [])
      await context.close()
    })

    it("attack 41: hostile values in every field make no element, attribute, request or script", async () => {
      const samples = await Effect.runPromise(Arbitrary.sampleEffect(hostileOutside, { count: 5, seed: 41, size: 12 }))
      const [context, tab] = await open({ javaScriptEnabled: true, viewport: sizes[0] ?? null })
      // The form that posts itself does not wait to be looked at: `FormPost.test.ts` watches it.
      for (const [at, name] of names.filter((one) => one !== "form-post").entries()) {
        outside = ordinary
        await tab.goto(`${op.origin}/${name}`)
        const expected = await inspect(tab)
        // Two of them each: that no page does anything with any is a property of `Pages.test.ts`.
        for (const sample of [samples[at % 5]!, samples[(at + 2) % 5]!]) {
          outside = { ...sample, login: sample.login.slice(0, 100) || "x" }
          await tab.goto(`${op.origin}/${name}`)
          const found = await inspect(tab)
          assert.deepStrictEqual(found.skeleton, expected.skeleton, name)
          assert.deepInclude(found, { comments: false, overflow: 0, cut: [] }, name)
        }
        await keep(tab, `${name}-hostile`)
      }
      assert.deepStrictEqual(complaints, [])
      await context.close()
    })
  }
)
