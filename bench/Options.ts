/** What `npm run bench` can be told. */
import { parseArgs } from "node:util"

export interface Options {
  /** Requests under way at once. */
  readonly concurrency: number
  /** Measured rounds of each provider, in turn. */
  readonly rounds: number
  /** Of an operation's own count, how much is done in a round. */
  readonly scale: number
  /** Only operations whose name contains this. */
  readonly only: string
  /** oidc-provider hashes passwords with Node's own Argon2id, on other threads, not with our module. */
  readonly nativeHash: boolean
  /** Schedules a second of the simulator instead of requests a second of the providers. */
  readonly simulation: boolean
  readonly help: boolean
}

/** What was asked for makes no sense. */
export class Misused extends Error {}

export const usage = `npm run bench -- [--quick] [--concurrency 16] [--rounds 5] [--scale 1] [--only refresh]
                  [--native-hash] [--simulation]

  --quick        one short round: whether everything works, not how fast it is
  --concurrency  requests under way at once, each worker with its own connection, user and grant
  --rounds       measured rounds of each provider, in turn; the table shows medians
  --scale        multiplies the number of requests in a round
  --only         only operations whose name contains this
  --native-hash  let oidc-provider hash passwords with Node's own Argon2id, which Workers do not have
  --simulation   schedules a second of the simulator, instead`

const positive = (name: string, text: string): number => {
  const value = Number(text)
  if (Number.isFinite(value) && value > 0) return value
  throw new Misused(`--${name} must be a number above 0: ${text}`)
}

const parse = (parameters: ReadonlyArray<string>) =>
  parseArgs({
    args: [...parameters],
    options: {
      quick: { type: "boolean", default: false },
      concurrency: { type: "string" },
      rounds: { type: "string" },
      scale: { type: "string" },
      only: { type: "string", default: "" },
      "native-hash": { type: "boolean", default: false },
      simulation: { type: "boolean", default: false },
      help: { type: "boolean", default: false }
    }
  }).values

const parsed = (parameters: ReadonlyArray<string>) => {
  try {
    return parse(parameters)
  } catch (problem) {
    throw new Misused(problem instanceof Error ? problem.message : String(problem))
  }
}

export const readOptions = (parameters: ReadonlyArray<string>): Options => {
  const values = parsed(parameters)
  return {
    concurrency: Math.ceil(positive("concurrency", values.concurrency ?? "16")),
    rounds: Math.ceil(positive("rounds", values.rounds ?? (values.quick ? "1" : "5"))),
    scale: positive("scale", values.scale ?? (values.quick ? "0.05" : "1")),
    only: values.only,
    nativeHash: values["native-hash"],
    simulation: values.simulation,
    help: values.help
  }
}
