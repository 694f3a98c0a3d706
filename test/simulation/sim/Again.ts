/** One schedule again: its history as a table, and as a picture if it is wanted. */
import { readFile, writeFile } from "node:fs/promises"
import { Effect } from "effect"
import { printRun } from "../../../src/layers/test/report/PrintFailure.ts"
import { parseSchedule, type Schedule } from "../../../src/layers/test/report/Schedule.ts"
import { NoSuchClient } from "../../../src/layers/test/Smallest.ts"
import { sequenceDiagram } from "../../../src/layers/test/report/SequenceDiagram.ts"
import { Misused, type Options } from "./Options.ts"
import { findEntry } from "./Registry.ts"

/** Runs it, prints it, and answers with the exit code: 1 if it breaks a property. */
export const runAgain = async (options: Options): Promise<number> => {
  const { choices, scenario, seed, without = [] } = await scheduleOf(options)
  const entry = await findEntry(scenario, options.from)
  const { ended, violation } = await Effect.runPromise(entry.again(choices, without)).catch((problem: unknown) => {
    throw problem instanceof NoSuchClient ? new Misused(problem.message) : problem
  })
  const shown = { scenario, seed, choices, without, violation, ended }
  console.log(printRun(shown).trimEnd())
  if (options.html !== undefined) {
    await writeFile(options.html, sequenceDiagram(shown))
    console.log(`\nDrawn in ${options.html}`)
  }
  return violation === undefined ? 0 : 1
}

const scheduleOf = async ({ choices, does, file, given, scenario = "", without }: Options): Promise<Schedule> => {
  if (does === "replay") return { scenario, seed: given, choices, without }
  const text = await readFile(file, "utf8").catch(() => {
    throw new Misused(`--replay: ${file} cannot be read`)
  })
  const schedule = parseSchedule(text)
  if (schedule === undefined) throw new Misused(`--replay: ${file} does not end with the command of a schedule`)
  return schedule
}
