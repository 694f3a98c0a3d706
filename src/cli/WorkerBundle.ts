/**
 * The Worker as one module with its wasm, for the local store: built by wrangler, kept by the content of its sources.
 *
 * A command should not wait for a bundler when nothing has changed, so a build is a folder named after the digest of
 * everything that goes into it, moved into its place whole: two commands may build at once.
 */
import { spawn } from "node:child_process"
import { createHash } from "node:crypto"
import { existsSync } from "node:fs"
import { mkdir, mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises"
import { join, relative } from "node:path"
import process from "node:process"
import type { SourcelessWorkerOptions } from "wrangler"
import { CliFailure, lineOf } from "./CliFailure.ts"
import { projectFolder } from "./Settings.ts"

/** A module as the simulator takes it. */
export interface Module {
  readonly type: "ESModule" | "CompiledWasm"
  readonly path: string
  readonly contents: string | Uint8Array<ArrayBuffer>
}

export interface WorkerBundle {
  readonly worker: BuiltWorker
  /** `tools/local/LocalWorker.ts`. */
  readonly local: BuiltWorker
}

export interface BuiltWorker {
  /** What its wrangler.toml says, in the simulator's words. */
  readonly options: SourcelessWorkerOptions
  /** The main module first, as the simulator wants it. */
  readonly modules: ReadonlyArray<Module>
}

/** What each is made of, from the project's folder: its wrangler.toml stands first. */
const parts = {
  worker: { main: "worker.js", sources: ["wrangler.toml", "package-lock.json", "src"] },
  local: { main: "LocalWorker.js", sources: ["tools/local/wrangler.toml", "package-lock.json", "tools/local"] }
} as const

const builds = join(projectFolder, "dist/local")

/** The bundle of the sources as they are now. */
export const workerBundle = async (): Promise<WorkerBundle> => {
  const [worker, local] = await Promise.all([built("worker"), built("local")])
  return { worker, local }
}

const built = async (name: keyof typeof parts): Promise<BuiltWorker> => {
  const { main, sources } = parts[name]
  const config = join(projectFolder, sources[0])
  if (!existsSync(config)) throw new CliFailure({ message: `there is no ${config}` })
  const folder = join(builds, `${name}-${await digestOf(sources)}`)
  if (!existsSync(folder)) await build(config, folder)
  return readWorker(folder, main)
}

const digestOf = async (sources: ReadonlyArray<string>): Promise<string> => {
  const files = (await Promise.all(sources.map(filesOf))).flat()
  const digest = createHash("sha256")
  for (const file of files) digest.update(`${relative(projectFolder, file)}\0`).update(await readFile(file))
  return digest.digest("hex").slice(0, 24)
}

/** The files under a path of the project, which may itself be one; none if it is not there. */
const filesOf = async (path: string): Promise<ReadonlyArray<string>> => {
  const absolute = join(projectFolder, path)
  if (!existsSync(absolute)) return []
  if ((await stat(absolute)).isFile()) return [absolute]
  const entries = await readdir(absolute, { recursive: true, withFileTypes: true })
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .toSorted()
}

const build = async (config: string, folder: string): Promise<void> => {
  await mkdir(builds, { recursive: true })
  await forgetOldBuilds()
  const draft = await mkdtemp(join(builds, "draft-"))
  try {
    await bundle(config, draft)
    await rename(draft, folder)
  } catch (problem) {
    await rm(draft, { recursive: true, force: true })
    // Somebody else built the same in the meantime; theirs is as good.
    if (!existsSync(folder)) throw problem
  }
}

const bundle = async (config: string, folder: string): Promise<void> => {
  // The developer's own .env is none of the Worker's business.
  const plain = ["--env-file", "/dev/null"]
  const { code, output } = await runWrangler(["deploy", "--config", config, "--dry-run", "--outdir", folder, ...plain])
  if (code !== 0) throw new CliFailure({ message: `the Worker cannot be built:\n${output}` })
  const { unstable_getMiniflareWorkerOptions } = await import("wrangler")
  const { workerOptions } = unstable_getMiniflareWorkerOptions(config)
  await writeFile(join(folder, "options.json"), JSON.stringify(workerOptions))
}

/** Runs wrangler by the Node that runs this, and gives what it printed. */
export const runWrangler = (
  parameters: ReadonlyArray<string>,
  stdio: "inherit" | "pipe" = "pipe"
): Promise<{ readonly code: number; readonly stdout: string; readonly output: string }> =>
  new Promise((resolve, reject) => {
    const wrangler = join(projectFolder, "node_modules/wrangler/bin/wrangler.js")
    const child = spawn(process.execPath, [wrangler, ...parameters], {
      cwd: projectFolder,
      env: {
        ...process.env,
        WRANGLER_SEND_METRICS: "false",
        WRANGLER_HIDE_BANNER: "true",
        WRANGLER_WRITE_LOGS: "false"
      },
      stdio: stdio === "inherit" ? "inherit" : ["ignore", "pipe", "pipe"]
    })
    const stdout: Array<string> = []
    const output: Array<string> = []
    child.stdout?.on("data", (text: Buffer) => stdout.push(text.toString()) + output.push(text.toString()))
    child.stderr?.on("data", (text: Buffer) => output.push(text.toString()))
    child.once("error", (problem) => reject(new CliFailure({ message: `wrangler cannot be run: ${lineOf(problem)}` })))
    child.once("close", (code) => resolve({ code: code ?? 1, stdout: stdout.join(""), output: output.join("") }))
  })

const readWorker = async (folder: string, main: string): Promise<BuiltWorker> => {
  const wasm = (await readdir(folder)).filter((file) => file.endsWith(".wasm"))
  const [options, script, ...binaries] = await Promise.all([
    readFile(join(folder, "options.json"), "utf8"),
    readFile(join(folder, main), "utf8"),
    ...wasm.map((file) => readFile(join(folder, file)))
  ])
  return {
    options: JSON.parse(options) as SourcelessWorkerOptions,
    modules: [
      { type: "ESModule", path: join(folder, main), contents: script },
      ...binaries.map((contents, index) => ({
        type: "CompiledWasm" as const,
        path: join(folder, wasm[index] ?? ""),
        contents: new Uint8Array(contents)
      }))
    ]
  }
}

/** Keeps the builds of the last hour, which somebody may be reading. */
const forgetOldBuilds = async (): Promise<void> => {
  const hour = 3_600_000
  for (const name of await readdir(builds)) {
    const folder = join(builds, name)
    const { mtimeMs } = await stat(folder)
    if (Date.now() - mtimeMs > hour) await rm(folder, { recursive: true, force: true })
  }
}
