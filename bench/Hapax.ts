/** Hapax on workerd: built as it is deployed, reached on a socket that leads straight into the Worker. */
import { execFile } from "node:child_process"
import { mkdir, readdir, readFile } from "node:fs/promises"
import { createServer } from "node:net"
import type { AddressInfo } from "node:net"
import { join } from "node:path"
import process from "node:process"
import { promisify } from "node:util"
import { Effect, Result } from "effect"
import { convertV4MiniflareOptions, Log, LogLevel, Miniflare } from "miniflare"
import { unstable_getMiniflareWorkerOptions } from "wrangler"
import { boundOf, configuration, type Env } from "../src/layers/cloudflare/Bindings.ts"
import { makeD1Client } from "../src/layers/cloudflare/d1/D1Client.ts"
import { live } from "../src/layers/cloudflare/Live.ts"
import { setSettings } from "../src/services/flows/operator/SetSettings.ts"
import { migrate } from "../test/laws/Workerd.ts"
import { argon2Modules } from "../test/workerd/Argon2Modules.ts"
import { makeClient, makeUser } from "../test/workerd/Fixtures.ts"
import { client, discover, type Site } from "./Site.ts"

const root = join(import.meta.dirname, "..")

/** Builds and starts it, with everything it keeps in `folder`; on `inspectorPort` a profiler can attach. */
export const startHapax = async (
  folder: string,
  users: ReadonlyArray<string>,
  inspectorPort?: number
): Promise<Site> => {
  await mkdir(folder, { recursive: true })
  const port = await freePort()
  const issuer = `http://localhost:${port}`
  const settings = { ISSUER: issuer, HAPAX_SECRET: "a secret for the bench only, forty characters" }
  const { workerOptions } = unstable_getMiniflareWorkerOptions(join(root, "wrangler.toml"))
  const built = await build(join(folder, "worker"))
  const simulator = new Miniflare(
    convertV4MiniflareOptions({
      host: "127.0.0.1",
      port: 0,
      cf: false,
      telemetry: { enabled: false },
      log: new Log(LogLevel.NONE),
      handleStructuredLogs: () => undefined,
      ...(inspectorPort === undefined ? {} : { inspectorPort }),
      resourcePersistencePath: join(folder, "data"),
      workers: [
        {
          ...workerOptions,
          ...built,
          name: "hapax",
          bindings: { ...(workerOptions.bindings as Record<string, string>), ...settings },
          unsafeDirectSockets: [{ host: "127.0.0.1", port }]
        }
      ]
    })
  )
  await simulator.ready
  const env = (await simulator.getBindings("hapax")) as unknown as Env
  await Effect.runPromise(migrate(makeD1Client(env.DB)))
  await seed(settings, env, users)
  const metadata = await discover(issuer)
  return { name: "Hapax", issuer, metadata, close: () => simulator.dispose() }
}

/** The limits that a measurement would run into. */
const busy = ["documents", "pages", "clients", "resources", "client", "session", "account"]

/** The client and the users, by the same operations as an operator's. */
const seed = async (settings: Partial<Env>, env: Env, users: ReadonlyArray<string>): Promise<void> => {
  const read = configuration(settings)
  if (Result.isFailure(read)) throw new Error(read.failure.message)
  const parts = { ...read.success, bound: boundOf(env), argon2: argon2Modules }
  const all = Effect.gen(function* () {
    yield* makeClient(client.id, client.secret, { redirect_uris: [client.redirectUri] })
    for (const user of users) yield* makeUser(user)
    // One machine asks for many networks: it is the provider that is measured, not how it turns away.
    yield* setSettings({ change: { limits: Object.fromEntries(busy.map((name) => [`${name}_most`, 1_000_000])) } })
  })
  await Effect.runPromise(all.pipe(Effect.provide(live(parts))))
}

/** The issuer has to be known before anything listens. */
const freePort = async (): Promise<number> => {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

/** The Worker as `npm run deploy` would upload it: the main module first. */
const build = async (folder: string) => {
  const wrangler = join(root, "node_modules/wrangler/bin/wrangler.js")
  const parameters = ["deploy", "--dry-run", "--outdir", folder, "--env-file", "/dev/null"]
  await promisify(execFile)(process.execPath, [wrangler, ...parameters], {
    cwd: root,
    env: { ...process.env, WRANGLER_SEND_METRICS: "false", WRANGLER_WRITE_LOGS: "false" }
  })
  const wasm = (await readdir(folder)).filter((name) => name.endsWith(".wasm"))
  const script = { type: "ESModule" as const, path: join(folder, "worker.js") }
  const binaries = wasm.map((name) => ({ type: "CompiledWasm" as const, path: join(folder, name) }))
  const modules = await Promise.all(
    [script, ...binaries].map(async (module) => ({
      ...module,
      contents: module.type === "ESModule" ? await readFile(module.path, "utf8") : await bytesOf(module.path)
    }))
  )
  return { modules, modulesRoot: folder }
}

const bytesOf = async (path: string) => new Uint8Array(await readFile(path))
