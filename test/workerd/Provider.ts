/**
 * A whole provider on real workerd, reached over HTTP: what the tests of flows, clients and attacks run against.
 *
 * `npm test` builds the Worker into dist/worker first. Operator flows run in Node over the same bindings.
 */
import { readdirSync, readFileSync } from "node:fs"
import { Effect, type Layer, Result } from "effect"
import { createTestHarness } from "wrangler"
import { boundOf, configuration, type Env } from "../../src/layers/cloudflare/Bindings.ts"
import { live } from "../../src/layers/cloudflare/Live.ts"
import { argon2Modules } from "./Argon2Modules.ts"
import { leaveRedirectsToWorker } from "./Outbound.ts"
import { startProxy } from "./Proxy.ts"

const secret = "a secret for tests only, forty characters"

export interface RequestLog {
  readonly event: string
  readonly method?: string
  readonly pathname?: string
  readonly status?: number
  readonly queue?: string
  readonly object?: string
  readonly cost?: Readonly<Record<string, number>>
  readonly written?: number
  readonly queueMessages?: number
}

export type Services = Layer.Success<ReturnType<typeof live>>

export interface RunningProvider {
  readonly issuer: string
  readonly env: Env
  /** Runs an effect (an operator's flow, an operation) in Node over the provider's own storage. */
  readonly run: <A, E>(effect: Effect.Effect<A, E, Services>) => Promise<A>
  /** What the Worker and its objects logged so far, oldest first. */
  readonly logs: () => ReadonlyArray<RequestLog>
  readonly clearLogs: () => void
  /** All that was printed, as text. */
  readonly output: () => string
  /**
   * Throws every object out of memory; their rows stay. After `run` it is all of workerd that starts anew, and `env`
   * and whatever was made of it must be asked for again.
   */
  readonly evictObjects: () => Promise<void>
  /** Starts anew over the same storage with other variables, as a deploy does; `env` must be asked for again. */
  readonly deploy: (vars: Readonly<Record<string, string>>) => Promise<void>
  /** Sets off the cron, and waits until it has run. */
  readonly cron: () => Promise<void>
  readonly close: () => Promise<void>
}

const prebuilt = new URL("../../dist/worker", import.meta.url)

export const startProvider = async (vars: Readonly<Record<string, string>> = {}): Promise<RunningProvider> => {
  leaveRedirectsToWorker()
  const proxy = await startProxy()
  const issuer = vars["ISSUER"] ?? `http://localhost:${proxy.port}`
  const settings = { ISSUER: issuer, LOG_LEVEL: "debug", ...vars }
  const server = createTestHarness({
    workers: [
      { configPath: "./wrangler.toml", prebuiltWorkerDir: prebuilt, vars: settings, secrets: { HAPAX_SECRET: secret } }
    ]
  })
  const { url } = await server.listen()
  proxy.forwardTo(url)
  const worker = server.getWorker<Env>()
  let env = await worker.getEnv()
  // An object that Node has called stays in memory for as long as this workerd runs: its handle is kept there.
  let held = false
  await migrate(env)
  let configured = configurationOf(settings)
  const run = <A, E>(effect: Effect.Effect<A, E, Services>) => {
    held = true
    const parts = { ...configured, bound: boundOf(env), argon2: argon2Modules }
    return Effect.runPromise(effect.pipe(Effect.provide(live(parts))))
  }
  const messages = () => server.getLogs().map(({ message }) => String(message))
  return {
    issuer: `http://localhost:${proxy.port}`,
    get env() {
      return env
    },
    run,
    logs: () => messages().flatMap(parseLog),
    clearLogs: () => server.clearLogs(),
    output: () => messages().join("\n"),
    evictObjects: async () => {
      if (held) {
        await server.update((options) => ({ ...options }))
        env = await worker.getEnv()
        held = false
        return
      }
      for (const name of ["ACCOUNT", "TICKET", "LIMITER", "KEY_RING"] as const) {
        for (const id of await worker.listDurableObjectIds(name)) {
          await worker.evictDurableObject(name, { id }).catch(unlessNotRunning)
        }
      }
    },
    deploy: async (changed) => {
      await server.update((options) => ({
        ...options,
        workers: options.workers.map((worker) => ({ ...worker, vars: { ...settings, ...changed } }))
      }))
      env = await worker.getEnv()
      held = false
      configured = configurationOf({ ...settings, ...changed })
    },
    cron: async () => {
      await worker.scheduled({ cron: "*/5 * * * *" })
    },
    close: async () => {
      await proxy.close()
      await server.close()
    }
  }
}

const configurationOf = (settings: Readonly<Record<string, string>>) => {
  const read = configuration({ ...settings, HAPAX_SECRET: secret })
  if (Result.isFailure(read)) throw new Error(read.failure.message)
  return read.success
}

/** Out of memory is what it shall be. */
const unlessNotRunning = (problem: unknown) => {
  if (!String(problem).includes("it is not currently running")) throw problem
}

const parseLog = (line: string): ReadonlyArray<RequestLog> => (line.startsWith('{"event"') ? [JSON.parse(line)] : [])

const migrate = async (env: Env) => {
  const folder = new URL("../../migrations/", import.meta.url)
  await env.DB.prepare("CREATE TABLE schema_migrations (version INTEGER NOT NULL PRIMARY KEY) STRICT").run()
  for (const file of readdirSync(folder).sort()) {
    await env.DB.prepare("INSERT INTO schema_migrations VALUES (?)").bind(Number.parseInt(file, 10)).run()
    const sql = readFileSync(new URL(file, folder), "utf8").replace(/^\s*--.*$/gm, "")
    for (const statement of sql.split(";")) {
      if (statement.trim() !== "") await env.DB.prepare(statement).run()
    }
  }
}
