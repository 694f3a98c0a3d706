/**
 * The environment variables of the command line, read once and checked.
 *
 * A variable that is set but cannot be meant, even to nothing, stops the start: a provider that guesses its own address
 * publishes a wrong one.
 */
import { resolve } from "node:path"
import { Redacted, Result, Schema } from "effect"
import { Issuer } from "../services/ports/ProviderConfig.ts"
import { readAddressHeader, readSwitches, type Switches } from "../services/ports/Switches.ts"
import { CliFailure } from "./CliFailure.ts"
import { type LocalMail, readLocalMail } from "./LocalMail.ts"

/** The folder of the project, with wrangler.toml and migrations/. */
export const projectFolder = resolve(import.meta.dirname, "../..")

export interface Settings {
  /** The provider's public origin. */
  readonly issuer: string
  readonly port: number
  /** The addresses to listen on: both families of localhost unless HOST names one. */
  readonly hosts: ReadonlyArray<string>
  readonly demo: DemoSettings
  /** Where all data is: an absolute path. */
  readonly data: string
  /** Undefined if it is to be made, and kept in the data folder. */
  readonly secret: Redacted.Redacted | undefined
  readonly logLevel: string | undefined
  readonly name: string | undefined
  readonly mail: LocalMail
  /** The header by which a proxy in front names the address of whoever asks; null for none. */
  readonly addressHeader: string | null
  /** What is handed on to the Worker as it is. */
  readonly switches: Switches
}

export interface DemoSettings {
  readonly port: number
  /** What the browser sees. */
  readonly url: string
  /** Whether to make a demo client and user: only for a provider that nobody else can reach, unless asked for. */
  readonly wanted: boolean
}

export type Variables = Readonly<Record<string, string | undefined>>

const refuse = (message: string) => Result.fail(new CliFailure({ message }))

const readPort = (name: string, text: string | undefined, fallback: number): Result.Result<number, CliFailure> => {
  if (text === undefined) return Result.succeed(fallback)
  const port = /^[0-9]{1,5}$/.test(text) ? Number(text) : 0
  return port >= 1 && port <= 65535
    ? Result.succeed(port)
    : refuse(`${name} must be a number from 1 to 65535; it is ${JSON.stringify(text)}`)
}

/** Hosts that only this computer reaches. */
export const isLoopback = (origin: string): boolean =>
  /^(localhost|.+\.localhost|127(\.[0-9]+){3}|\[::1\])$/.test(new URL(origin).hostname)

const readIssuer = (text: string): Result.Result<string, CliFailure> =>
  Result.isSuccess(Schema.decodeUnknownResult(Issuer)(text))
    ? Result.succeed(text)
    : refuse(
        "ISSUER must be an https origin without a path, such as https://id.example.com (http only on localhost); " +
          `it is ${JSON.stringify(text)}`
      )

const readHosts = (text: string | undefined): Result.Result<ReadonlyArray<string>, CliFailure> => {
  if (text === undefined || text === "localhost") return Result.succeed(["127.0.0.1", "::1"])
  const host = text.replace(/^\[(.*)\]$/, "$1")
  return /^([0-9]{1,3}(\.[0-9]{1,3}){3}|[0-9a-f:]*:[0-9a-f:]+)$/i.test(host)
    ? Result.succeed([host])
    : refuse(`HOST must be an IP address to listen on, such as 0.0.0.0, or localhost; it is ${JSON.stringify(text)}`)
}

const isWebOrigin = (text: string): boolean =>
  URL.canParse(text) &&
  new URL(text).origin === text &&
  (text.startsWith("https:") || (text.startsWith("http:") && isLoopback(text)))

const readDemo = (variables: Variables, port: number, issuer: string): Result.Result<DemoSettings, CliFailure> =>
  Result.gen(function* () {
    const demoPort = yield* readPort("DEMO_PORT", variables["DEMO_PORT"], port + 1)
    if (demoPort > 65535) return yield* refuse(`DEMO_PORT must be given if PORT is ${port}`)
    if (demoPort === port) return yield* refuse(`DEMO_PORT and PORT must differ; both are ${port}`)
    const url = variables["DEMO_URL"] ?? `http://localhost:${demoPort}`
    if (!isWebOrigin(url)) {
      return yield* refuse(
        "DEMO_URL must be an https origin without a path, such as https://demo.example.com (http only on localhost); " +
          `it is ${JSON.stringify(url)}`
      )
    }
    const demo = variables["DEMO"] ?? (isLoopback(issuer) ? "on" : "off")
    if (demo !== "on" && demo !== "off") return yield* refuse(`DEMO must be on or off; it is ${JSON.stringify(demo)}`)
    return { port: demoPort, url, wanted: demo === "on" }
  })

/** Reads the settings; the first that is wrong is named. */
export const readSettings = (variables: Variables): Result.Result<Settings, CliFailure> =>
  Result.gen(function* () {
    const port = yield* readPort("PORT", variables["PORT"], 8787)
    const issuer = yield* readIssuer(variables["ISSUER"] ?? `http://localhost:${port}`)
    const hosts = yield* readHosts(variables["HOST"])
    const demo = yield* readDemo(variables, port, issuer)
    const where = { isShown: demo.wanted, isOnThisComputer: isLoopback(issuer) }
    const mail = yield* readLocalMail(variables, where)
    const secret = variables["HAPAX_SECRET"]
    if (secret !== undefined && secret.length < 32) {
      return yield* refuse("HAPAX_SECRET must be a random text of at least 32 characters: openssl rand -base64 32")
    }
    const folder = variables["HAPAX_DATA"]
    if (folder === "") return yield* refuse("HAPAX_DATA must name a folder; it is empty")
    const switches = yield* Result.mapError(readSwitches(variables), (message) => new CliFailure({ message }))
    // Nobody but whoever asks is in front of this provider, unless the operator says so.
    const addressHeader = yield* Result.mapError(
      readAddressHeader(variables["ADDRESS_HEADER"], null),
      (message) => new CliFailure({ message })
    )
    return {
      issuer,
      port,
      hosts,
      demo,
      data: folder === undefined ? resolve(projectFolder, ".data") : resolve(folder),
      secret: secret === undefined ? undefined : Redacted.make(secret),
      logLevel: variables["LOG_LEVEL"]?.toLowerCase(),
      name: variables["PROVIDER_NAME"],
      mail,
      addressHeader,
      switches
    }
  })
