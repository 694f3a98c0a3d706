/**
 * Every page through axe, in a real browser under its own policy: what a program can check of WCAG 2.2 A and AA.
 *
 * Each page is seen twice, so that every setting meets every other one somewhere; AXE=all sees each in all of them.
 */
import { readFileSync } from "node:fs"
import { createRequire } from "node:module"
import { afterAll, assert, beforeAll, describe, it } from "@effect/vitest"
import type { Browser } from "playwright-core"
import { type Language, languages } from "../../src/domain/Language.ts"
import { chromiumIsThere, client, howToInstall, launch, provider, type Site } from "./Chromium.ts"
import { ordinary, pages } from "./Samples.ts"

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8")

const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

/** Runs in the browser. */
const checking = `axe.run(document, { runOnly: ${JSON.stringify(tags)} }).then(({ passes, violations }) => ({
  passed: passes.length,
  violations: violations.flatMap(({ id, nodes }) => nodes.map(({ failureSummary, html }) => [id, html, failureSummary]))
}))`

interface Found {
  readonly passed: number
  readonly violations: ReadonlyArray<ReadonlyArray<string>>
}

const screens = { phone: { width: 390, height: 844 }, desktop: { width: 1280, height: 900 } } as const
const schemes = ["light", "dark"] as const

const settings = (Object.keys(screens) as ReadonlyArray<keyof typeof screens>).flatMap((screen) =>
  schemes.flatMap((colorScheme) => languages.map((language) => ({ screen, colorScheme, language })))
)

const names = Object.keys(pages(ordinary))

/** The pages that are seen in a setting: of four settings one, and the one that differs from it in everything. */
const seenIn = (index: number): ReadonlyArray<string> => {
  const half = settings.length / 2
  const turn = index < half ? index : settings.length - 1 - index
  return process.env["AXE"] === "all" ? names : names.filter((_, at) => at % half === turn)
}

describe.skipIf(!chromiumIsThere)(
  chromiumIsThere ? "axe in Chromium" : `axe in Chromium: skipped, ${howToInstall}`,
  { timeout: 120_000 },
  () => {
    let browser: Browser
    let app: Site
    let op: Site
    let spoken: Language = "en"

    beforeAll(async () => {
      browser = await launch()
      app = await client(() => "/")
      op = await provider(
        () => pages(ordinary, spoken),
        [],
        () => app.origin
      )
    }, 60_000)

    afterAll(async () => {
      await browser.close()
      for (const site of [op, app]) site.close()
    })

    it.each(settings.map((setting, index) => ({ ...setting, index })))(
      "WCAG 2.2 A, AA: $screen, $colorScheme, $language",
      async ({ colorScheme, index, language, screen }) => {
        spoken = language
        const context = await browser.newContext({ colorScheme, viewport: screens[screen] })
        const tab = await context.newPage()
        const found: Array<unknown> = []
        for (const name of seenIn(index)) {
          // The form that posts itself would be gone before it is looked at.
          if (name === "form-post") continue
          await tab.goto(`${op.origin}/${name}`)
          await tab.evaluate(axe)
          const { passed, violations } = await tab.evaluate<Found>(checking)
          found.push(...violations.map((violation) => [name, ...violation]))
          // A check that looked at nothing would find nothing wrong.
          assert.isAbove(passed, 10, name)
        }
        assert.deepStrictEqual(found, [])
        await context.close()
      }
    )
  }
)
