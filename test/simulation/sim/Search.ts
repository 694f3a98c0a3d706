/** Running all scenarios: the small ones completely, the large ones by chance, until there are enough schedules. */
import { mkdir, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { coverageText, nothingSeen, together } from "../../../src/layers/test/report/Coverage.ts"
import { tableLines } from "../../../src/layers/test/report/TextTable.ts"
import type { Entry } from "../Entry.ts"
import { type Crew, type Done, hire } from "./Crew.ts"
import type { Job } from "./Job.ts"
import type { Options } from "./Options.ts"
import { count, follow, type Progress } from "./Progress.ts"
import { loadMutants, loadScenarios, unknown } from "./Registry.ts"

/** So many schedules by chance are one job: what a search remembers is forgotten after it. */
const jobSize = 10_000

/** Searches, prints what came of it, and answers with the exit code. */
export const searchAll = async (options: Options): Promise<number> => {
  const entries = await entriesOf(options)
  const crew = hire(options.threads, options.from)
  const progress = follow(options.schedules)
  try {
    const done = await work(entries, crew, progress, options)
    progress.end()
    return await conclude(entries, done, progress, options)
  } finally {
    progress.end()
    await crew.dismiss()
  }
}

const entriesOf = async ({ from, scenario }: Options): Promise<ReadonlyArray<Entry>> => {
  const scenarios = await loadScenarios(from)
  if (scenario === undefined) return [...scenarios.values()]
  const { mutants } = scenarios.has(scenario) ? { mutants: [] } : await loadMutants(from)
  const found = scenarios.get(scenario) ?? mutants.find(({ entry }) => entry.name === scenario)?.entry
  if (found === undefined) throw unknown(scenario, scenarios.keys())
  return [found]
}

const work = async (
  entries: ReadonlyArray<Entry>,
  crew: Crew,
  progress: Progress,
  { schedules, seed }: Options
): Promise<ReadonlyArray<Done>> => {
  const ran = (job: Job, number: number) => progress.ran(job.scenario, number)
  const small = entries.filter(({ how }) => how === "exhaustive")
  const large = entries.filter(({ how }) => how === "sampled")
  const complete = await crew.work(
    small.map(({ name }): Job => ({ scenario: name, how: "exhaustive", runs: 0, seed })),
    ran
  )
  const left = schedules - complete.reduce((sum, { outcome }) => sum + outcome.schedules, 0)
  if (hasFailed(complete) || left <= 0 || large.length === 0) return complete
  return [...complete, ...(await crew.work(samplesOf(large, left, seed), ran))]
}

const hasFailed = (done: ReadonlyArray<Done>): boolean => done.some(({ outcome }) => outcome.failure !== undefined)

/** Each scenario in turn by its weight, once by chance and once by priorities, every time with a seed of its own. */
const samplesOf = (entries: ReadonlyArray<Entry>, schedules: number, seed: string): ReadonlyArray<Job> => {
  const weights = entries.reduce((sum, { weight }) => sum + weight, 0)
  const heaviest = Math.max(...entries.map(({ weight }) => weight))
  const size = Math.min(jobSize / heaviest, schedules / (2 * weights))
  const jobs: Array<Job> = []
  for (let left = schedules, round = 0; left > 0; round++) {
    for (const { name, weight } of entries) {
      const runs = Math.min(left, Math.max(1, Math.ceil(size * weight)))
      if (runs === 0) break
      jobs.push({ scenario: name, how: round % 2 === 0 ? "random" : "pct", runs, seed: `${seed}/${round}` })
      left -= runs
    }
  }
  return jobs
}

/** The tables, and the failure if there is one. */
const conclude = async (
  entries: ReadonlyArray<Entry>,
  done: ReadonlyArray<Done>,
  progress: Progress,
  options: Options
): Promise<number> => {
  console.log(summary(entries, done).join("\n"))
  const all = done.reduce((sum, { outcome }) => sum + outcome.schedules, 0)
  console.log(`\n${count(all)} schedules, ${count(progress.speed())} a second on ${options.threads} threads.\n`)
  const failed = done.find(({ outcome }) => outcome.failure !== undefined)
  const failure = failed?.outcome.failure
  if (failed === undefined || failure === undefined) {
    console.log(coverageText(done.map(({ outcome }) => outcome.seen).reduce(together, nothingSeen)))
    const isEnough = all >= options.schedules || options.scenario !== undefined
    if (!isEnough) console.log(`\nThere are no more: nothing is left to chance in these scenarios.`)
    return 0
  }
  console.log(failure.text)
  const file = join(options.out, failed.job.scenario.replaceAll(/[^\w-]+/g, "-"))
  await mkdir(options.out, { recursive: true })
  await writeFile(`${file}.txt`, failure.text)
  await writeFile(`${file}.html`, failure.html)
  console.log(`Written to ${file}.txt and ${file}.html`)
  return 1
}

/** What was run of each scenario; after a failure nobody needs to hear what was not. */
const summary = (entries: ReadonlyArray<Entry>, done: ReadonlyArray<Done>): ReadonlyArray<string> => {
  const rows = entries.flatMap(({ how, name }) => {
    const outcomes = done.filter(({ job }) => job.scenario === name).map(({ outcome }) => outcome)
    if (outcomes.length === 0) return []
    const schedules = outcomes.reduce((sum, outcome) => sum + outcome.schedules, 0)
    const isBroken = outcomes.some(({ failure }) => failure !== undefined)
    const which = how === "exhaustive" ? "all" : "sampled"
    return [{ mark: "", cells: [name, which, count(schedules), isBroken ? "✗ broken" : "holds"] }]
  })
  const notRun = entries.length - rows.length
  return [
    ...tableLines(["scenario", "which", "schedules", ""], rows, { rigid: new Set([1, 2, 3]), width: 120 }),
    ...(notRun === 0 ? [] : [`${notRun} scenarios were not run.`])
  ]
}
