/**
 * The Worker in workerd on this machine: objects, D1, R2 and queues under one folder.
 *
 * Requests come in on sockets that lead straight into the Worker; the simulator's own front, which has doors of its
 * own, listens on a port that nobody is told. The operator is reached through a binding.
 */
import { type ChildProcess, spawn } from "node:child_process"
import { subscribe, unsubscribe } from "node:diagnostics_channel"
import { join } from "node:path"
import process from "node:process"
import { Effect, Redacted } from "effect"
import { convertV4MiniflareOptions, Log, LogLevel, Miniflare } from "miniflare"
import type { Database } from "../layers/cloudflare/Bindings.ts"
import { type D1Client, makeD1Client } from "../layers/cloudflare/d1/D1Client.ts"
import { NotExecuted } from "../services/storage/StorageError.ts"
import type { Consumer } from "../../tools/local/LocalWorker.ts"
import { CliFailure, lineOf } from "./CliFailure.ts"
import type { Settings } from "./Settings.ts"
import type { BuiltWorker, WorkerBundle } from "./WorkerBundle.ts"

/** A line of the Worker's log, or of workerd's own. */
export interface LogLine {
  readonly level: string
  readonly message: string
}

export interface LocalStoreOptions {
  readonly settings: Settings
  readonly secret: Redacted.Redacted
  readonly bundle: WorkerBundle
  /** The variables by which the Worker sends mail. */
  readonly mail: Readonly<Record<string, string>>
  /** The addresses to answer requests on, two at most; none for a command that only wants the store. */
  readonly listenOn: ReadonlyArray<string>
  readonly onLog: (line: LogLine) => void
  /** workerd died, and runs again. */
  readonly onRestart: () => void
  /** workerd died, and does not come back. */
  readonly onDeath: (reason: string) => void
}

export interface LocalStore {
  /** Sends a request to the operator's entry point; both are JSON texts. */
  readonly operate: (request: string) => Promise<string>
  readonly d1: D1Client
  readonly close: () => Promise<void>
}

/** Starts workerd, and waits until it answers. */
export const openLocalStore = async (options: LocalStoreOptions): Promise<LocalStore> => {
  const guard = guardWorkerd()
  let closing = false
  const simulator = keepingSignals(
    () =>
      new Miniflare(
        convertV4MiniflareOptions({
          host: "127.0.0.1",
          port: 0,
          cf: false,
          telemetry: { enabled: false },
          log: new DeathWatch((reason) => closing || options.onDeath(reason)),
          handleStructuredLogs: ({ level, message }) => closing || options.onLog({ level, message }),
          unsafeHandleRuntimeRestart: () => void (closing || options.onRestart()),
          resourcePersistencePath: options.settings.data,
          workers: [mainWorker(options), localWorker(options)]
        })
      )
  )
  const close = async () => {
    closing = true
    guard.stop()
    await simulator.dispose()
  }
  try {
    await simulator.ready
  } catch (problem) {
    await close().catch(() => undefined)
    throw new CliFailure({ message: `workerd does not start: ${lineOf(problem)}` })
  }
  return {
    // Asked for anew each time: after a restart of workerd, what was bound before is dead.
    operate: async (request) => {
      const { OPERATOR } = await simulator.getBindings<OperatorBinding>("local")
      return OPERATOR.run(request)
    },
    d1: d1Of(() => simulator.getD1Database("DB", "hapax")),
    close
  }
}

/** The simulator wants to end the process at a signal; how it ends is the business of whoever runs it. */
const keepingSignals = <A>(make: () => A): A => {
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const
  const before = new Set(signals.flatMap((signal) => process.listeners(signal)))
  const made = make()
  for (const signal of signals) {
    for (const listener of process.listeners(signal)) if (!before.has(listener)) process.off(signal, listener)
  }
  return made
}

interface OperatorBinding {
  readonly OPERATOR: { readonly run: (request: string) => Promise<string> }
}

const queueName = "hapax-outbox"

const sockets = ({ listenOn, settings }: LocalStoreOptions, index: number) => {
  const host = listenOn[index]
  return host === undefined
    ? {}
    : { unsafeDirectSockets: [{ host, port: settings.port, serviceName: "hapax", entrypoint: "Front" }] }
}

const modulesOf = ({ modules }: BuiltWorker) => modules.map((module) => ({ ...module }))

const mainWorker = (options: LocalStoreOptions) => {
  const { bundle, mail, secret, settings } = options
  // How a deployment sends mail is no business of this computer's.
  const {
    bindings,
    email: _email,
    queueConsumers: _consumers,
    queueProducers: _producers,
    ...rest
  } = bundle.worker.options
  const { MAIL_FROM: _from, MAIL_URL: _url, ...variables } = bindings as Record<string, string>
  return {
    ...rest,
    name: "hapax",
    modules: modulesOf(bundle.worker),
    modulesRoot: join(bundle.worker.modules[0]?.path ?? "", ".."),
    bindings: {
      ...variables,
      ...mail,
      ADDRESS_HEADER: settings.addressHeader ?? "none",
      ...settings.switches,
      ISSUER: settings.issuer,
      HAPAX_SECRET: Redacted.value(secret),
      ...(settings.name === undefined ? {} : { PROVIDER_NAME: settings.name }),
      ...(settings.logLevel === undefined ? {} : { LOG_LEVEL: settings.logLevel })
    },
    serviceBindings: { OUTBOX: { name: "local", entrypoint: "LocalQueue", props: { queue: queueName } } },
    ...sockets(options, 0)
  }
}

/** One socket a worker and entry point is what the simulator can name, so the second address is on this one. */
const localWorker = (options: LocalStoreOptions) => {
  const { local, worker } = options.bundle
  return {
    ...local.options,
    name: "local",
    modules: modulesOf(local),
    modulesRoot: join(local.modules[0]?.path ?? "", ".."),
    bindings: { CONSUMERS: worker.options.queueConsumers as Record<string, Consumer & Record<string, never>> },
    serviceBindings: { WORKER: "hapax", OPERATOR: { name: "hapax", entrypoint: "Operator" } },
    ...sockets(options, 1)
  }
}

/** The simulator's own log, of which only the end of everything matters; the rest says that workerd restarts. */
class DeathWatch extends Log {
  readonly #onDeath: (reason: string) => void

  constructor(onDeath: (reason: string) => void) {
    super(LogLevel.ERROR)
    this.#onDeath = onDeath
  }

  override error(problem: Error): void {
    this.#onDeath(lineOf(problem))
  }
}

/**
 * workerd outlives a process that is killed, and would go on to hold the port and the files. So a shell waits beside it
 * for the end of this process, which is the end of its own input, and ends workerd then.
 */
const guardWorkerd = (): { readonly stop: () => void } => {
  const script = 'trap "" INT TERM HUP; while read -r next; do pid=$next; done; test -n "$pid" && kill -9 "$pid"'
  const shell = spawn("/bin/sh", ["-c", script], { stdio: ["pipe", "ignore", "ignore"] })
  shell.stdin.on("error", () => undefined)
  shell.on("error", () => undefined)
  shell.unref()
  const onProcess = (message: unknown) => {
    const child = (message as { readonly process: ChildProcess }).process
    child.once("spawn", () => {
      if (/workerd/.test(child.spawnfile)) shell.stdin.write(`${child.pid}\n`)
    })
  }
  subscribe("child_process", onProcess)
  return {
    stop: () => {
      unsubscribe("child_process", onProcess)
      shell.kill("SIGKILL")
    }
  }
}

/** D1 through the simulator. */
const d1Of = (database: () => Promise<unknown>): D1Client => {
  const client = (operation: string) =>
    Effect.tryPromise({
      try: async () => makeD1Client((await database()) as Database),
      catch: (cause) => new NotExecuted({ operation, reason: "unavailable", detail: lineOf(cause) })
    })
  return {
    query: (operation, statement) => Effect.flatMap(client(operation), (d1) => d1.query(operation, statement)),
    batch: (operation, statements) => Effect.flatMap(client(operation), (d1) => d1.batch(operation, statements))
  }
}
