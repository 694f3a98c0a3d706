/** `npm run bench`: Hapax on workerd and npm `oidc-provider` on Node, side by side in one run. See `--help`. */
import { mkdtemp, rm } from "node:fs/promises"
import { cpus, tmpdir } from "node:os"
import { join } from "node:path"
import process from "node:process"
import { startHapax } from "./Hapax.ts"
import { median, type Round, run } from "./Measure.ts"
import { type Operation, operations, prepare } from "./Operations.ts"
import { Misused, type Options, readOptions, usage } from "./Options.ts"
import { startReference } from "./Reference.ts"
import { benchSimulation } from "./Simulation.ts"
import { type Site, userOf } from "./Site.ts"
import { heading, rowText } from "./Table.ts"

const notes = (options: Options): string => `
${options.concurrency} requests at once, ${options.rounds} round(s) of each in turn after one to warm up, medians; \
${cpus().length} processors (${cpus()[0]?.model}), Node ${process.version}.
A request of "code flow" is a silent authorization and the exchange of its code; one of "login flow" is the
authorization request, the login page, the password and the way back with a code, all by a new browser.
Both: client_secret_basic, PKCE, RS256 with 2048 bits, client, users, sessions and grants in a database whose commits
reach the disk (SQLite, WAL, synchronous=FULL), Argon2id with 19 MiB, 2 passes and 1 lane, rotating refresh tokens,
consent given before, no logging. Every answer is checked.
${
  options.nativeHash
    ? "oidc-provider hashes passwords with Node's own Argon2id on other threads; Workers have only a module for it."
    : "Both hash passwords with the same WebAssembly module; --native-hash gives oidc-provider what Node brings for it."
}
Not the same: Hapax's access tokens are signed (RFC 9068), oidc-provider's are opaque, as both have it by default; and
Hapax writes an audit event for every step, which it also delivers during the run.`

const bench = async (options: Options): Promise<void> => {
  const folder = await mkdtemp(join(tmpdir(), "hapax-bench-"))
  const users = Array.from({ length: options.concurrency }, (_, worker) => userOf(worker))
  const sites: Array<Site> = []
  try {
    sites.push(await startHapax(join(folder, "hapax"), users))
    sites.push(await startReference(join(folder, "reference"), users, options.nativeHash ? "native" : "module"))
    console.log(heading.join("\n"))
    for (const operation of operations.filter(({ name }) => name.includes(options.only))) {
      const [hapax, reference] = await compare(operation, sites, options)
      if (hapax !== undefined && reference !== undefined)
        console.log(rowText({ name: operation.name, hapax, reference }))
    }
    console.log(notes(options))
  } finally {
    for (const site of sites) await site.close()
    await rm(folder, { recursive: true, force: true })
  }
}

/** Both in turn, so that whatever else the machine does meets both; who begins changes from round to round. */
const compare = async (operation: Operation, sites: ReadonlyArray<Site>, options: Options) => {
  const count = Math.max(options.concurrency, Math.round(operation.count * options.scale))
  const runners = await Promise.all(
    sites.map(async (site) => {
      const workers = Array.from({ length: options.concurrency }, (_, worker) => prepare(operation, site, worker))
      const rounds: Array<Round> = []
      return { workers: await Promise.all(workers), rounds }
    })
  )
  for (let round = 0; round <= options.rounds; round++) {
    for (const { rounds, workers } of round % 2 === 0 ? runners : runners.toReversed()) {
      // A server closes connections that have been idle while the other one had its turn.
      for (const { disconnect } of workers) disconnect()
      const measured = await run(
        workers.map(({ repeat }) => repeat),
        count
      )
      // The first round only warms up.
      if (round > 0) rounds.push(measured)
    }
  }
  for (const { workers } of runners) for (const { disconnect } of workers) disconnect()
  return runners.map(({ rounds }) => median(rounds))
}

const main = async (): Promise<void> => {
  const options = readOptions(process.argv.slice(2))
  if (options.help) return console.log(usage)
  return options.simulation ? benchSimulation(options.scale) : bench(options)
}

await main().catch((problem: unknown) => {
  console.error(problem instanceof Misused ? `bench: ${problem.message}\n\n${usage}` : problem)
  process.exitCode = 1
})
