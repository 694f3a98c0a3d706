/** The answer that a browser posts, in a real one, with scripts and without. OAuth 2.0 Form Post Response Mode §2. */
import { afterAll, assert, beforeAll, describe, it } from "@effect/vitest"
import type { Browser } from "playwright-core"
import { formPostPage } from "../../src/http/pages/FormPostPage.ts"
import { chromiumIsThere, client, howToInstall, launch, provider, type Site } from "./Chromium.ts"

const fields = { code: "1-2.abc", state: `"'><script>alert(1)</script>&amp;\r\n\u202e é`, iss: "https://id.example" }

describe.skipIf(!chromiumIsThere)(
  chromiumIsThere ? "form_post in Chromium" : `form_post in Chromium: skipped, ${howToInstall}`,
  { timeout: 60_000 },
  () => {
    let browser: Browser
    let op: Site
    let rp: Site
    let app: Site
    const posted: Array<string> = []

    beforeAll(async () => {
      browser = await launch()
      app = await client(() => "/")
      rp = await client(() => `${app.origin}/app`, posted)
      const page = () => formPostPage({ uri: `${rp.origin}/callback`, host: "localhost", fields })
      op = await provider(
        () => ({ answer: page() }),
        [],
        () => "/"
      )
    }, 60_000)

    afterAll(async () => {
      await browser.close()
      for (const site of [op, rp, app]) site.close()
    })

    it.each([true, false])(
      "attack 24: markup in state arrives as it was sent; scripts: %s",
      async (javaScriptEnabled) => {
        posted.length = 0
        const complaints: Array<string> = []
        const context = await browser.newContext({ javaScriptEnabled })
        const tab = await context.newPage()
        tab.on("console", (message) => complaints.push(message.text()))
        tab.on("dialog", (dialog) => complaints.push(`dialog ${dialog.message()}`))
        await tab.goto(`${op.origin}/answer`, { waitUntil: "commit" })
        if (!javaScriptEnabled) {
          assert.deepStrictEqual(posted, [])
          await tab.click("button[type=submit]")
        }
        // The policy must not stop the client's callback from leading on to another of its origins.
        await tab.waitForURL(`${app.origin}/app`)
        assert.deepStrictEqual(
          posted.map((body) => Object.fromEntries(new URLSearchParams(body))),
          [fields]
        )
        assert.deepStrictEqual(complaints, [])
        await context.close()
      }
    )
  }
)
