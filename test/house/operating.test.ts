/** docs/operating.md says what to do about every alert, by commands that there are. */
import { readdirSync, readFileSync } from "node:fs"
import { expect, test } from "vitest"
import { alertNames } from "../../src/domain/Alert.ts"
import { alertsAsTheyCome } from "../../src/domain/AlertSettings.ts"

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), "utf8")

const page = read("docs/operating.md")

const sections = new Map(
  page
    .split(/^### /m)
    .slice(1)
    .map((section) => [section.slice(0, section.indexOf("\n")).trim(), section])
)

test("docs/operating.md has a section for every alert, and none for what is no alert", () => {
  expect([...sections.keys()].toSorted()).toEqual([...alertNames].toSorted())
})

test("each section says where to look, what to do, and when it is over", () => {
  for (const [name, section] of sections) {
    for (const word of ["**Look**", "**Do**", "**Over**"]) expect(section, name).toContain(word)
  }
})

/** The subcommands of each command, from where they are made. */
const commands = new Map(
  readdirSync(new URL("../../src/cli/commands/", import.meta.url)).flatMap((file) => {
    const made = [...read(`src/cli/commands/${file}`).matchAll(/Command\.make\(\s*"([a-z-]+)"/g)]
    const names = made.map(([, name = ""]) => name)
    return names.map((name) => [name, names] as const)
  })
)

test("every command in docs/operating.md exists", () => {
  const used = [...page.matchAll(/npx hapax ([a-z-]+)(?: ([a-z][a-z-]*)\b(?![.=]))?/g)]
  expect(used.length).toBeGreaterThan(15)
  const unknown = used.filter(([, command = "", sub = command]) => commands.get(command)?.includes(sub) !== true)
  expect(unknown.map(([whole]) => whole)).toEqual([])
})

test("every setting of alerts that docs/operating.md names is one", () => {
  const known = [...Object.keys(alertsAsTheyCome), "webhook", "email"]
  for (const [whole, name = ""] of page.matchAll(/alerts\.([A-Za-z]+)/g)) expect(known, whole).toContain(name)
})
