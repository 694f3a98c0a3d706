/** `npm run sim`: a million schedules of every scenario, one schedule again, or all mutants. See `--help`. */
import process from "node:process"
import { Misused, type Options, readOptions, usage } from "./Options.ts"

const list = async ({ from }: Options): Promise<number> => {
  const { loadMutants, loadScenarios } = await import("./Registry.ts")
  const scenarios = await loadScenarios(from)
  for (const { how, name } of scenarios.values()) console.log(`${name}  (${how})`)
  const { mutants } = await loadMutants(from)
  for (const { entry } of mutants) console.log(entry.name)
  return 0
}

/** What is loaded is what is needed: a mistake is told at once. */
const main = async (options: Options): Promise<number> => {
  switch (options.does) {
    case "search":
      return (await import("./Search.ts")).searchAll(options)
    case "replay":
    case "replay file":
      return (await import("./Again.ts")).runAgain(options)
    case "mutants":
      return (await import("./MutantRun.ts")).runMutants(options)
    case "list":
      return list(options)
    case "help":
      console.log(usage)
      return 0
  }
}

try {
  process.exitCode = await main(readOptions(process.argv.slice(2)))
} catch (problem) {
  if (problem instanceof Misused) console.error(`sim: ${problem.message}\nSee: npm run sim -- --help`)
  else console.error(problem)
  process.exitCode = 2
}
