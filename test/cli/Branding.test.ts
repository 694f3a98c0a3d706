/** `hapax branding`, as a person types it. WCAG 2.2 §1.4.3. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, expect, test } from "vitest"
import { makeTool } from "./Tool.ts"

const minute = 60_000
const tool = makeTool()
const folder = mkdtempSync(join(tmpdir(), "hapax-branding-"))
const css = join(folder, "brand.css")

afterAll(async () => {
  rmSync(folder, { recursive: true })
  await tool.forget()
}, minute)

const branding = (...parameters: ReadonlyArray<string>) => tool.run(["branding", ...parameters])

test(
  "sets the look, shows it, and says with the line what cannot be",
  async () => {
    writeFileSync(css, "h1 { font-weight: 700 }\n")
    const made = await branding("set", "--name", "Acme", "--colour", "light.accent=#0b5d3b", "--css", css, "--json")
    expect(made).toMatchObject({ code: 0, stderr: "" })
    const look = { name: "Acme", light: { accent: "#0b5d3b" }, dark: {}, css: ":root:root h1 { font-weight: 700; }" }
    expect(JSON.parse(made.stdout)).toEqual(look)
    writeFileSync(css, "h1 {\n  position: fixed }\n")
    const refused = await branding("set", "--css", css)
    expect([refused.code, refused.stderr]).toEqual([
      1,
      expect.stringMatching(/^hapax: css: line 2: "position" cannot be set; /)
    ])
    expect((await branding("set", "--colour", "light.accent")).stderr).toContain("write it as light.accent=#3f49c6")
    expect((await branding("show")).stdout).toMatch(/name +Acme\n.*light\.accent +#0b5d3b/)
  },
  2 * minute
)
