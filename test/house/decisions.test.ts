/** The index of the decision records says what the records are called. */
import { readdirSync, readFileSync } from "node:fs"
import { expect, test } from "vitest"

const folder = new URL("../../docs/decisions/", import.meta.url)
const read = (name: string) => readFileSync(new URL(name, folder), "utf8")

test("docs/decisions/README.md lists every record under its own title, in order", () => {
  const records = readdirSync(folder).filter((name) => name !== "README.md")
  const titled = records.toSorted().map((name) => {
    const [, number, title] = /^# (\d+)\. (.+)$/m.exec(read(name)) ?? []
    return `${number}. [${title}](${name})`
  })
  expect(read("README.md").match(/^\d+\. .*$/gm)).toEqual(titled)
})
