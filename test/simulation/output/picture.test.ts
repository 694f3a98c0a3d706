/** The picture of a schedule in a real browser: every moment is in it, every label can be read. */
import type { Browser, Page } from "playwright-core"
import { Effect } from "effect"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { exhaustive } from "../../../src/layers/test/kernel/Exhaustive.ts"
import type { Fault } from "../../../src/layers/test/kernel/Fault.ts"
import { printRun, type Shown } from "../../../src/layers/test/report/PrintFailure.ts"
import { sequenceDiagram } from "../../../src/layers/test/report/SequenceDiagram.ts"
import { type Oracle, type Scenario } from "../../../src/layers/test/Scenario.ts"
import { search } from "../../../src/layers/test/Simulate.ts"
import { chromiumIsThere, inChromium, launch } from "../../browser/Visitor.ts"
import { broken, sound, tidied } from "./Toy.ts"

/** The first schedule in which this happens. */
const withFault = <S, R>(scenario: Scenario<S, R>, fault: Fault): Promise<Shown> => {
  const never: Oracle<S, R> = {
    name: "Peace",
    judge: ({ faults }) => (faults.includes(fault) ? `there is a ${fault} & more` : undefined)
  }
  const searched = search({ ...scenario, oracles: [never], faults: [fault] }, () => exhaustive())
  return Effect.runPromise(Effect.map(searched, ({ failure }) => failure ?? expect.fail(`there is no ${fault}`)))
}

const faults = [
  "lost reply",
  "lost request",
  "late execution",
  "commit failure",
  "overload",
  "restart",
  "disconnect"
] as const

interface Box {
  readonly text: string
  readonly x: number
  readonly y: number
  readonly right: number
  readonly bottom: number
}

/** The boxes of all labels in the picture, and of the picture. Run in the page, where there are no types. */
const boxesIn = (tab: Page): Promise<{ readonly labels: ReadonlyArray<Box>; readonly picture: Box }> =>
  tab.evaluate(`(() => {
    const box = (of) => {
      const { x, y, right, bottom } = of.getBoundingClientRect()
      return { text: of.textContent, x, y, right, bottom }
    }
    return { labels: [...document.querySelectorAll("svg text")].map(box), picture: box(document.querySelector("svg")) }
  })()`)

/** A hair's breadth is nothing: boxes of text have some air of their own. */
const air = 2

const overlap = (a: Box, b: Box): boolean =>
  a.x < b.right - air && b.x < a.right - air && a.y < b.bottom - air && b.y < a.bottom - air

const overlapping = (labels: ReadonlyArray<Box>): ReadonlyArray<string> =>
  labels.flatMap((one, index) =>
    labels.slice(index + 1).flatMap((other) => (overlap(one, other) ? [`${one.text} over ${other.text}`] : []))
  )

const outside = (labels: ReadonlyArray<Box>, { bottom, right, x, y }: Box): ReadonlyArray<string> =>
  labels
    .filter((label) => label.x < x || label.right > right || label.y < y || label.bottom > bottom)
    .map(({ text }) => text)

describe("the page of a schedule", () => {
  it("asks for nothing from elsewhere, runs nothing, and lets no name out of its place", async () => {
    const page = sequenceDiagram(await withFault(broken, "lost reply"))
    expect(page).not.toMatch(/<script|<link|<img|@import|url\(|javascript:|\son\w+=/i)
    expect(page.replaceAll("http://www.w3.org/2000/svg", "")).not.toMatch(/https?:/)
    expect(page).toContain("bert &lt;&amp;&gt;")
    expect(page).not.toContain("bert <")
    expect(page).toContain(String.raw`npm run sim -- --scenario &quot;look \&quot;and\&quot; take&quot;`)
  })

  it("is the same each time", async () => {
    const [once, twice] = [await withFault(sound, "disconnect"), await withFault(sound, "disconnect")]
    expect(sequenceDiagram(once)).toBe(sequenceDiagram(twice))
  })
})

describe.skipIf(!chromiumIsThere)(inChromium, { timeout: 120_000 }, () => {
  let browser: Browser

  beforeAll(async () => {
    browser = await launch()
  })
  afterAll(async () => {
    await browser?.close()
  })

  const opened = async (shown: Shown, colorScheme: "light" | "dark", width: number): Promise<Page> => {
    const tab = await browser.newPage({ viewport: { width, height: 900 }, colorScheme })
    await tab.setContent(sequenceDiagram(shown))
    return tab
  }

  it.each(faults)("shows every moment of a schedule with a %s, and no label lies over another", async (fault) => {
    for (const scenario of [broken, sound, tidied, { ...broken, moments: "apart" as const }]) {
      const shown = await withFault(scenario, fault)
      const tab = await opened(shown, "light", 1280)
      const { labels, picture } = await boxesIn(tab)
      expect(overlapping(labels)).toEqual([])
      expect(outside(labels, picture)).toEqual([])
      const drawn = await tab
        .locator("g.moment")
        .evaluateAll((groups) =>
          groups.map((group) => [group.getAttribute("data-step"), group.getAttribute("data-who")].join(" "))
        )
      expect(drawn).toEqual(shown.ended.recorder.moments.map(({ step, who }) => `${step} ${who}`))
      expect(await tab.locator("svg").textContent()).toContain(`✗ ${fault}`)
      expect(await tab.locator("g.moment.offending").count()).toBeGreaterThan(0)
      await tab.close()
    }
  })

  it.each([
    ["light", 1280],
    ["dark", 1280],
    ["light", 390],
    ["dark", 390]
  ] as const)("in %s, %i pixels wide: nothing but the picture is wider than the page", async (scheme, width) => {
    const shown = await withFault(broken, "late execution")
    const tab = await opened(shown, scheme, width)
    const wider = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    expect(await tab.evaluate<number>(wider)).toBe(0)
    // What is written differs from its ground.
    const [ink, ground] = await tab.evaluate<[string, string]>(
      `["color", "backgroundColor"].map((name) => getComputedStyle(document.body)[name])`
    )
    expect(ink).not.toBe(ground)
    expect(await tab.locator("h1").textContent()).toBe("Peace is broken")
    const { labels } = await boxesIn(tab)
    expect(overlapping(labels)).toEqual([])
    await tab.close()
  })

  it("says to those who do not see it what it is, and is there once more as a table", async () => {
    const shown = await withFault(sound, "lost reply")
    const tab = await opened(shown, "light", 1280)
    expect(await tab.getByRole("group", { name: "take at once" }).count()).toBe(1)
    expect(await tab.locator("svg desc").textContent()).toContain("moments, from the first to the last, of anna")
    await tab.getByText("The same as a table").click()
    const table = (await tab.locator("details pre").textContent()) ?? ""
    expect(printRun(shown)).toContain(table)
    await tab.close()
  })
})
