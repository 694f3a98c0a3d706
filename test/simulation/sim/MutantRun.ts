/** Whether every defect that was put back on purpose is found, by the oracle that should find it. */
import { Effect } from "effect"
import { exhaustive } from "../../../src/layers/test/kernel/Exhaustive.ts"
import { random } from "../../../src/layers/test/kernel/Random.ts"
import { tableLines } from "../../../src/layers/test/report/TextTable.ts"
import type { Mutant } from "../mutants/Mutant.ts"
import type { Options } from "./Options.ts"
import { count } from "./Progress.ts"
import { loadMutants } from "./Registry.ts"

interface Verdict {
  readonly isKilled: boolean
  readonly cells: ReadonlyArray<string>
}

/** Runs all of them, prints the table, and answers with the exit code: 1 if one survives. */
export const runMutants = async ({ from, seed }: Options): Promise<number> => {
  const { elsewhere, mutants, notYet } = await loadMutants(from)
  const verdicts: Array<Verdict> = []
  for (const mutant of mutants) verdicts.push(await Effect.runPromise(verdictOf(mutant, seed)))
  const rows = verdicts.map(({ cells, isKilled }) => ({ mark: isKilled ? "  " : "→ ", cells }))
  const head = ["mutant", "killed by", "after", "of", "smallest"]
  console.log(tableLines(head, rows, { rigid: new Set([2, 3, 4]), width: 120 }).join("\n"))
  const killed = verdicts.filter(({ isKilled }) => isKilled).length
  console.log(`\n${killed} of ${mutants.length} mutants are killed.`)
  console.log(
    "after: schedules until it was found; of: how many it may take; smallest: choices of its smallest schedule"
  )
  for (const { killedBy, name, of } of elsewhere) console.log(`\n${of}: ${name}: no schedule shows it; ${killedBy}`)
  if (notYet.length > 0) {
    console.log(`\n${notYet.length} are not there yet:`)
    for (const { name, of, waitsFor } of notYet) console.log(`  ${of}: ${name}: waits for ${waitsFor}`)
  }
  return killed === mutants.length ? 0 : 1
}

const verdictOf = ({ entry, killedBy, within }: Mutant, seed: string): Effect.Effect<Verdict> =>
  Effect.map(
    entry.search(() => (entry.how === "exhaustive" ? exhaustive() : random({ runs: within, seed }))),
    ({ failure, schedules }) => {
      if (failure === undefined) {
        return { isKilled: false, cells: [entry.name, "✗ it survives", count(schedules), count(within), ""] }
      }
      const { choices, found, violation } = failure
      const isIts = violation.oracle === killedBy
      const by = isIts ? violation.oracle : `✗ ${violation.oracle}, not ${killedBy}`
      return {
        isKilled: isIts && found <= within,
        cells: [entry.name, by, count(found), count(within), String(choices.length)]
      }
    }
  )
