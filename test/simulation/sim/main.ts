/** `npm run sim`: a million schedules of every scenario, one schedule again, or all mutants. See `--help`. */
import process from "node:process"
import { runAgain } from "./Again.ts"
import { runMutants } from "./MutantRun.ts"
import { Misused, type Options, readOptions, usage } from "./Options.ts"
import { loadMutants, loadScenarios } from "./Registry.ts"
import { searchAll } from "./Search.ts"

const list = async ({ from }: Options): Promise<number> => {
  const scenarios = await loadScenarios(from)
  for (const { how, name } of scenarios.values()) console.log(`${name}  (${how})`)
  const { mutants } = await loadMutants(from)
  for (const { entry } of mutants) console.log(entry.name)
  return 0
}

const main = (options: Options): Promise<number> => {
  switch (options.does) {
    case "search":
      return searchAll(options)
    case "replay":
    case "replay file":
      return runAgain(options)
    case "mutants":
      return runMutants(options)
    case "list":
      return list(options)
    case "help":
      console.log(usage)
      return Promise.resolve(0)
  }
}

try {
  process.exitCode = await main(readOptions(process.argv.slice(2)))
} catch (problem) {
  if (problem instanceof Misused) console.error(`sim: ${problem.message}\nSee: npm run sim -- --help`)
  else console.error(problem)
  process.exitCode = 2
}
