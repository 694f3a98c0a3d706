/** `hapax report`: writes docs/consistency.md from the types, or says whether it is what they say. */
import { mkdir, readFile, writeFile } from "node:fs/promises"
import { dirname, resolve } from "node:path"
import { difference } from "./report/Difference.ts"
import { faults, findingsOf } from "./report/Findings.ts"
import { readFacts } from "./report/Read.ts"
import { render } from "./report/Render.ts"

export interface ReportOptions {
  /** Compares and writes nothing. */
  readonly check: boolean
  /** The folder of tsconfig.json, src/ and docs/: this repository unless a test says otherwise. */
  readonly root?: string
  /** From the root. */
  readonly page?: string
}

/** The exit code: 0 if the page is up to date (or was written) and nothing fails the report, otherwise 1. */
export const runReport = async (options: ReportOptions): Promise<number> => {
  const root = options.root ?? resolve(import.meta.dirname, "../..")
  const page = options.page ?? "docs/consistency.md"
  const facts = await readFacts(root)
  const findings = findingsOf(facts)
  const text = render(facts, findings)
  const file = resolve(root, page)
  const before = await readFile(file, "utf8").catch(() => "")
  if (!options.check) {
    await mkdir(dirname(file), { recursive: true })
    await writeFile(file, text)
  } else if (before !== text) {
    console.error(`${page} is out of date: npx hapax report`)
    for (const line of difference(before, text)) console.error(line)
  }
  for (const { fault, sentence } of findings) console.error(`${faults[fault]}: ${sentence}`)
  const { entryPoints, operations } = facts
  const size = `${operations.length} operations, ${entryPoints.length} entry points`
  if (!options.check) console.log(`${page} is written: ${size}`)
  else if (before === text) console.log(`${page} is up to date: ${size}`)
  return findings.length === 0 && (!options.check || before === text) ? 0 : 1
}
