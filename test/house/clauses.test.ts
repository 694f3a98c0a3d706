/** Every clause that is said to be implemented is quoted by the title of a test, and the table says which. */
import { readFileSync } from "node:fs"
import { expect, test } from "vitest"
import { specifications } from "../../tools/clauses/Specifications.ts"
import { document, quotations, untested } from "../../tools/clauses/Table.ts"

const all = quotations()

test("every clause that is implemented is quoted by a test", () => {
  expect(untested(all)).toEqual([])
})

test("docs/clauses.md is what the titles say; write it anew with node tools/clauses/main.ts", () => {
  expect(readFileSync("docs/clauses.md", "utf8")).toBe(document(all))
})

test("a clause that nobody quotes is noticed", () => {
  const [first] = all
  const { name, section } = { name: first?.specification, section: first?.section ?? "" }
  const left = all.filter((quoted) => quoted.specification !== name || !quoted.section.startsWith(section))
  expect(specifications.some((specification) => specification.name === name)).toBe(true)
  expect(untested(left).some((clause) => clause.startsWith(`${name} §`))).toBe(true)
})
