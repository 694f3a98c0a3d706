/** A person with a real Chromium: one context, one tab, what it complained about, and pictures of what it showed. */
import { existsSync, mkdirSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core"

const executablePath = process.env["CHROMIUM"] ?? "/usr/bin/chromium"

export const chromiumIsThere = existsSync(executablePath)

export const howToInstall = "needs Chromium: `apt-get install chromium`, or CHROMIUM=/path/to/it"

/** The title of tests in Chromium, which says why they were skipped if they were. */
export const inChromium = chromiumIsThere ? "in Chromium" : `in Chromium: SKIPPED, ${howToInstall}`

export const launch = (): Promise<Browser> =>
  chromium.launch({
    executablePath,
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-dev-shm-usage",
      "--disable-background-networking",
      "--disable-component-update",
      "--no-first-run"
    ]
  })

export const screenshots = process.env["SCREENSHOTS"] ?? join(tmpdir(), "hapax-screens")

/** A screen, a colour scheme, and whether pages may run scripts. */
export interface Look {
  readonly name: string
  readonly options: BrowserContextOptions
}

const phone = { width: 390, height: 844 }
const desktop = { width: 1280, height: 900 }

/** Phones without scripts, desktops with them. */
export const looks: ReadonlyArray<Look> = (["light", "dark"] as const).flatMap((colorScheme) => [
  { name: `phone-${colorScheme}`, options: { viewport: phone, colorScheme, javaScriptEnabled: false } },
  { name: `desktop-${colorScheme}`, options: { viewport: desktop, colorScheme, javaScriptEnabled: true } }
])

export interface Visitor {
  readonly tab: Page
  /** What went wrong in the tab: console messages, exceptions, and requests to anywhere but this machine. */
  readonly complaints: ReadonlyArray<string>
  /** Takes a picture of the page as it is, and says how much wider than the screen the page is. */
  readonly picture: (name: string) => Promise<number>
  readonly close: () => Promise<void>
}

/**
 * An answer with an error is told on the console too, but it is the page that is looked at; and a test that types
 * faster than any person is where it wants to be before the page has put it there.
 */
const isHarmless = (text: string): boolean =>
  text.startsWith("Failed to load resource: the server responded with") ||
  text.startsWith("Autofocus processing was blocked because a document already has a focused element")

export const visit = async (browser: Browser, look: Look, logo: string): Promise<Visitor> => {
  mkdirSync(screenshots, { recursive: true })
  const context = await browser.newContext(look.options)
  context.setDefaultTimeout(15_000)
  const complaints: Array<string> = []
  await context.route(
    (url) => url.hostname !== "localhost",
    (route) => {
      if (route.request().url() === logo) return route.fulfill({ contentType: "image/svg+xml", body: logoDocument })
      complaints.push(`asked for ${route.request().url()}`)
      return route.abort()
    }
  )
  const tab = await context.newPage()
  tab.on("console", (message) => void (isHarmless(message.text()) || complaints.push(message.text())))
  tab.on("pageerror", (error) => complaints.push(error.message))
  tab.on("dialog", (dialog) => complaints.push(`dialog ${dialog.message()}`))
  return {
    tab,
    complaints,
    picture: async (name) => {
      // A click returns when the next page has begun; its stylesheet may still be on its way.
      await tab.waitForLoadState("load")
      await tab.screenshot({ path: join(screenshots, `${name}-${look.name}.png`), fullPage: true })
      const width = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
      return tab.evaluate<number>(width)
    },
    close: () => context.close()
  }
}

const logoDocument = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 40">
<rect width="40" height="40" rx="8" fill="#c2410c"/>
<path d="M10 30V10h5l5 9 5-9h5v20" fill="none" stroke="#fff" stroke-width="4"/></svg>`
