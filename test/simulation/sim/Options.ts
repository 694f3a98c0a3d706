/** What `npm run sim` can be told. */
import { availableParallelism } from "node:os"
import { parseArgs } from "node:util"

/** One schedule again. */
export interface Replay {
  readonly scenario: string
  readonly seed: string | undefined
  readonly choices: ReadonlyArray<number>
}

export interface Options {
  readonly does: "search" | "replay" | "replay file" | "mutants" | "list" | "help"
  /** Only this scenario. */
  readonly scenario: string | undefined
  readonly seed: string
  /** The seed as it was given, for a schedule that names one. */
  readonly given: string | undefined
  readonly choices: ReadonlyArray<number>
  /** Clients that are left out of the schedule. */
  readonly without: ReadonlyArray<string>
  /** The file from which a schedule is read. */
  readonly file: string
  /** How many schedules in all, if there are so many. */
  readonly schedules: number
  readonly threads: number
  /** The folder for what failed. */
  readonly out: string
  /** The file for the picture of a schedule. */
  readonly html: string | undefined
  /** A module with scenarios of one's own. */
  readonly from: string | undefined
}

/** What was asked for makes no sense. */
export class Misused extends Error {}

export const usage = `npm run sim -- [--schedules 1000000] [--seed hapax] [--scenario NAME] [--out sim-failures]
               [--threads N] [--from FILE]
npm run sim -- --scenario NAME --choices 0,1,2 [--without CLIENT] [--seed S] [--html FILE]
npm run sim -- --replay FILE [--html FILE]
npm run sim -- --mutants
npm run sim -- --list

  Runs every schedule of the small scenarios, and of the large ones as many as are left, half of them by chance and
  half by priorities. Ends with exit code 1 at the first one that breaks a property, and prints it.

  --schedules  how many in all; the small scenarios are run completely however many they have
  --seed       of the schedules by chance: the same seed runs the same schedules
  --scenario   only this one
  --choices    runs the one schedule with these choices, and prints its history
  --without    leaves a client out of it; more than one by saying it again
  --replay     the same, of a schedule that was printed to a file
  --html       where to draw the schedule that is run again
  --out        the folder to which a schedule that breaks a property is written, as .txt and as .html
  --threads    how many run at once; the outcome does not depend on it
  --from       a module that exports scenarios (and mutants), instead of the project's own
  --mutants    whether every defect put back on purpose is found
  --list       the names of the scenarios and of the mutants`

const parse = (parameters: ReadonlyArray<string>) =>
  parseArgs({
    args: [...parameters],
    options: {
      schedules: { type: "string", default: "1000000" },
      seed: { type: "string" },
      scenario: { type: "string" },
      choices: { type: "string" },
      without: { type: "string", multiple: true },
      replay: { type: "string" },
      html: { type: "string" },
      out: { type: "string" },
      threads: { type: "string", default: String(availableParallelism()) },
      from: { type: "string" },
      mutants: { type: "boolean", default: false },
      list: { type: "boolean", default: false },
      help: { type: "boolean", default: false }
    }
  }).values

type Values = ReturnType<typeof parse>

const parsed = (parameters: ReadonlyArray<string>): Values => {
  try {
    return parse(parameters)
  } catch (problem) {
    throw new Misused(problem instanceof Error ? problem.message : String(problem))
  }
}

const whole = (name: string, text: string): number => {
  const value = Number(text.replaceAll("_", ""))
  if (Number.isSafeInteger(value) && value > 0) return value
  throw new Misused(`--${name} must be a whole number above 0: ${text}`)
}

const choicesOf = (text: string): ReadonlyArray<number> => {
  const parts = text.split(/[\s,]+/).filter((part) => part !== "")
  if (parts.every((part) => /^\d{1,9}$/.test(part))) return parts.map(Number)
  throw new Misused(`--choices must be whole numbers with commas between them: ${text}`)
}

const tasks = ({ choices, help, list, mutants, replay }: Values): ReadonlyArray<Options["does"]> => [
  ...(help ? (["help"] as const) : []),
  ...(list ? (["list"] as const) : []),
  ...(mutants ? (["mutants"] as const) : []),
  ...(replay === undefined ? [] : (["replay file"] as const)),
  ...(choices === undefined ? [] : (["replay"] as const))
]

export const readOptions = (parameters: ReadonlyArray<string>): Options => {
  const values = parsed(parameters)
  const [does = "search", other] = tasks(values)
  if (other !== undefined && does !== "help") throw new Misused(`--${does} and ${other} exclude each other`)
  if (does === "replay" && values.scenario === undefined) throw new Misused("--choices are those of a --scenario")
  if (values.without !== undefined && does !== "replay") throw new Misused("--without leaves a client out of --choices")
  if (values.html !== undefined && !does.startsWith("replay")) {
    throw new Misused("--html draws one schedule: say which, by --choices or --replay")
  }
  return {
    does,
    scenario: values.scenario,
    seed: values.seed ?? "hapax",
    given: values.seed,
    choices: choicesOf(values.choices ?? ""),
    without: values.without ?? [],
    file: values.replay ?? "",
    schedules: whole("schedules", values.schedules),
    threads: whole("threads", values.threads),
    out: values.out ?? "sim-failures",
    html: values.html,
    from: values.from
  }
}
