/** The table of clauses as Markdown, and the clauses that no test quotes. */
import { globSync } from "node:fs"
import { item, prose } from "../../src/cli/report/Markdown.ts"
import type { Clause, Specification } from "./Specification.ts"
import { specifications } from "./Specifications.ts"
import { type Quoted, quotedIn } from "./Titles.ts"

/** Every clause quoted by a test or a law of this checkout. */
export const quotations = (): ReadonlyArray<Quoted> =>
  ["test/**/*.ts", "src/**/*.laws.ts"].flatMap((pattern) => globSync(pattern).sort().flatMap(quotedIn))

/** What quotes a section, or a part of it. */
const quoting = (all: ReadonlyArray<Quoted>, { name }: Specification, { section }: Clause): ReadonlyArray<Quoted> =>
  all.filter(
    (quoted) =>
      quoted.specification === name && (quoted.section === section || quoted.section.startsWith(`${section}.`))
  )

/** The sections that are said to be done and that no title quotes. */
export const untested = (all: ReadonlyArray<Quoted>): ReadonlyArray<string> =>
  specifications.flatMap((specification) =>
    specification.clauses
      .filter((clause) => clause.not === undefined && quoting(all, specification, clause).length === 0)
      .map(({ section }) => `${specification.name} §${section}`)
  )

/** The files that quote a clause, each with how many of its titles do. */
const files = (quoted: ReadonlyArray<Quoted>): string => {
  const counts = new Map<string, number>()
  for (const { file } of quoted) counts.set(file, (counts.get(file) ?? 0) + 1)
  return [...counts].map(([file, count]) => `[\`${file}\`](../${file})${count > 1 ? ` (${count})` : ""}`).join(", ")
}

const row = (all: ReadonlyArray<Quoted>, specification: Specification, clause: Clause): string => {
  const tests = clause.not === undefined ? files(quoting(all, specification, clause)) : `not implemented: ${clause.not}`
  return item(`**§${clause.section}** ${clause.about} – ${tests}`)
}

const part = (all: ReadonlyArray<Quoted>, specification: Specification): string =>
  [
    `## ${specification.name}: ${specification.title}`,
    "",
    ...specification.clauses.map((clause) => row(all, specification, clause))
  ].join("\n")

const introduction =
  "Written by `node tools/clauses/main.ts` from the titles of the tests; `test/house/clauses.test.ts` fails if it is " +
  "out of date, and if a clause that is said to be implemented is quoted by no test. A number says how many titles " +
  "of a file quote the clause or a part of it. What is not implemented says why."

/** `docs/clauses.md` as it has to be. */
export const document = (all: ReadonlyArray<Quoted>): string =>
  [
    "# Clauses and their tests",
    prose(introduction),
    ...specifications.map((specification) => part(all, specification))
  ].join("\n\n") + "\n"
