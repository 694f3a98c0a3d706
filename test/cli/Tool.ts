/** The command line as a person runs it: a process of its own, on a data folder of its own. */
import { spawn } from "node:child_process"
import { mkdtempSync } from "node:fs"
import { rm } from "node:fs/promises"
import { createServer } from "node:net"
import type { AddressInfo } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import process from "node:process"
import { setTimeout as wait } from "node:timers/promises"

export interface Result {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

export interface Running {
  /** Where it listens, whatever ISSUER says. */
  readonly origin: string
  readonly demo: string
  readonly printed: () => string
  readonly pid: number
  /** Sends a signal, and waits for the end. */
  readonly stop: (signal?: NodeJS.Signals) => Promise<Result>
}

export interface Tool {
  readonly data: string
  /** Runs a command to its end; `input` goes to its standard input. */
  readonly run: (parameters: ReadonlyArray<string>, variables?: Variables, input?: string) => Promise<Result>
  /** `npm start`, once it says that it runs. */
  readonly start: (variables?: Variables) => Promise<Running>
  readonly forget: () => Promise<void>
}

type Variables = Readonly<Record<string, string>>

const main = `${import.meta.dirname}/../../src/cli/hapax.js`

/** Variables of whoever runs the tests would change what is tested. */
const { DEMO, DEMO_PORT, DEMO_URL, HAPAX_DATA, HAPAX_SECRET, HOST, ISSUER, LOG_LEVEL, PORT, ...others } = process.env
void [DEMO, DEMO_PORT, DEMO_URL, HAPAX_DATA, HAPAX_SECRET, HOST, ISSUER, LOG_LEVEL, PORT]
const { ALLOW_LOOPBACK, DPOP_NONCES, REGISTRATION, REQUIRE_PAR, ...inherited } = others
void [ALLOW_LOOPBACK, DPOP_NONCES, REGISTRATION, REQUIRE_PAR]

export const makeTool = (): Tool => {
  const data = mkdtempSync(join(tmpdir(), "hapax-test-"))
  const begin = (parameters: ReadonlyArray<string>, variables: Variables) => {
    const environment = { ...inherited, HAPAX_DATA: data, ...variables }
    const child = spawn(process.execPath, [main, ...parameters], { env: environment })
    const text = { stdout: "", stderr: "" }
    child.stdout.on("data", (part: Buffer) => (text.stdout += part.toString()))
    child.stderr.on("data", (part: Buffer) => (text.stderr += part.toString()))
    child.stdin.on("error", () => undefined)
    const ended = new Promise<Result>((resolve) => child.once("close", (code) => resolve({ code, ...text })))
    return { child, text, ended }
  }
  return {
    data,
    run: (parameters, variables = {}, input = "") => {
      const { child, ended } = begin(parameters, variables)
      child.stdin.end(input)
      return ended
    },
    start: async (variables = {}) => {
      const [port, demoPort] = await freePorts()
      const ports = { PORT: String(port), DEMO_PORT: String(demoPort) }
      const { child, ended, text } = begin(["start"], { ...ports, ...variables })
      let end: Result | undefined
      void ended.then((result) => (end = result))
      while (!text.stdout.includes("Ctrl-C stops it")) {
        if (end !== undefined) throw new Error(`it does not start: ${JSON.stringify(end)}`)
        await wait(50)
      }
      return {
        origin: `http://localhost:${variables["PORT"] ?? port}`,
        demo: `http://localhost:${variables["DEMO_PORT"] ?? demoPort}`,
        printed: () => text.stdout + text.stderr,
        pid: child.pid ?? 0,
        stop: (signal = "SIGINT") => {
          child.kill(signal)
          return ended
        }
      }
    },
    // workerd, if it was left to end by itself, may still write for a moment.
    forget: () => rm(data, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 })
  }
}

/** Two ports that nobody listens on, not even on the other family of localhost. */
export const freePorts = async (): Promise<readonly [number, number]> => {
  const servers = [createServer(), createServer()]
  const ports = await Promise.all(
    servers.map(
      (server) =>
        new Promise<number>((resolve) => server.listen(0, () => resolve((server.address() as AddressInfo).port)))
    )
  )
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))))
  return [ports[0]!, ports[1]!]
}
