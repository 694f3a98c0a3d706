/**
 * A Cloudflare account as a deployment sees it, through wrangler, which has the login: what is there by name, and what
 * is made.
 */
import { Schema } from "effect"
import { CliFailure } from "../CliFailure.ts"
import { isPlaceholder, type Wanted } from "./Wanted.ts"
import type { Found, Step } from "./Plan.ts"

/** Runs wrangler; what it printed, and its exit code. */
export type RunWrangler = (
  parameters: ReadonlyArray<string>
) => Promise<{ readonly code: number; readonly stdout: string; readonly output: string }>

const Databases = Schema.fromJsonString(Schema.Array(Schema.Struct({ name: Schema.String, uuid: Schema.String })))
const Namespaces = Schema.fromJsonString(Schema.Array(Schema.Struct({ title: Schema.String, id: Schema.String })))
const Secrets = Schema.fromJsonString(Schema.Array(Schema.Struct({ name: Schema.String })))

/** What the account has of what is wanted. */
export const look = async (wrangler: RunWrangler, wanted: Wanted): Promise<Found> => {
  const databases = await listed(wrangler, ["d1", "list", "--json"], Databases)
  const namespaces = await listed(wrangler, ["kv", "namespace", "list"], Namespaces)
  const there = async (command: ReadonlyArray<string>, names: ReadonlyArray<string>) => {
    const found = new Set<string>()
    for (const name of names) if (await isThere(wrangler, [...command, name])) found.add(name)
    return found
  }
  return {
    databases: new Map(databases.map(({ name, uuid }) => [name, uuid])),
    namespaces: new Map(namespaces.map(({ id, title }) => [title, id])),
    buckets: await there(["r2", "bucket", "info"], wanted.buckets),
    queues: await there(["queues", "info"], wanted.queues),
    secrets: await secretsOf(wrangler, wanted.worker)
  }
}

/** Makes what a step names. A secret is sent with the deployment, and nothing is made of it here. */
export const make = async (wrangler: RunWrangler, { _tag, name }: Step): Promise<void> => {
  const commands = {
    CreateDatabase: ["d1", "create", name],
    CreateNamespace: ["kv", "namespace", "create", name],
    CreateBucket: ["r2", "bucket", "create", name],
    CreateQueue: ["queues", "create", name],
    DrawSecret: null
  } as const
  const command = commands[_tag]
  if (command !== null) await succeeded(wrangler, command)
}

const listed = async <A, I>(
  wrangler: RunWrangler,
  command: ReadonlyArray<string>,
  schema: Schema.Codec<A, I>
): Promise<A> => {
  const { stdout } = await succeeded(wrangler, command)
  // Wrangler may say something before the list.
  const json = stdout.slice(Math.max(0, stdout.search(/[[{]/)))
  return Schema.decodeUnknownPromise(schema)(json).catch(() => {
    throw new CliFailure({ message: `wrangler ${command.join(" ")} answered what cannot be read: ${lastLine(stdout)}` })
  })
}

/** Whether wrangler knows it. Any other failure is none of "it is not there": it would be made a second time. */
const isThere = async (wrangler: RunWrangler, command: ReadonlyArray<string>): Promise<boolean> => {
  const { code, output } = await wrangler(command)
  if (code === 0) return true
  if (/10006|does not exist/i.test(output)) return false
  throw failed(command, output)
}

/**
 * A Worker that was never deployed has no secrets to list. That alone may be taken for "no secret": whoever takes an
 * account that does not answer for one without a secret draws a second one, and nothing can be opened any more.
 */
const secretsOf = async (wrangler: RunWrangler, worker: string): Promise<ReadonlySet<string>> => {
  const command = ["secret", "list", "--name", worker]
  const { code, output, stdout } = await wrangler(command)
  if (code !== 0) {
    if (/\b10007\b|this worker does not exist/i.test(output)) return new Set()
    throw failed(command, output)
  }
  const secrets = await listed(async () => ({ code, output, stdout }), command, Secrets)
  return new Set(secrets.map(({ name }) => name))
}

const succeeded = async (wrangler: RunWrangler, command: ReadonlyArray<string>) => {
  const answer = await wrangler(command)
  if (answer.code !== 0) throw failed(command, answer.output)
  return answer
}

const failed = (command: ReadonlyArray<string>, output: string) =>
  new CliFailure({ message: `wrangler ${command.join(" ")} failed: ${lastLine(output)}` })

const lastLine = (output: string): string =>
  output
    .replaceAll(/\x1b\[[0-9;]*m/g, "")
    .split("\n")
    .map((line) => line.trim())
    .findLast((line) => line !== "") ?? "it said nothing"

/** The file with the ids that the account gave, in place of its placeholders. */
export const withIds = (toml: string, wanted: Wanted, found: Pick<Found, "databases" | "namespaces">): string => {
  const ids = {
    database_id: wanted.databases.flatMap(({ id, name }) => (id === null ? [found.databases.get(name)] : [])),
    id: wanted.namespaces.flatMap(({ id, name }) => (id === null ? [found.namespaces.get(name)] : []))
  }
  return toml.replaceAll(/^(database_id|id) = "([^"]*)"$/gm, (line, key: keyof typeof ids, id: string) => {
    if (!isPlaceholder(id)) return line
    const given = ids[key].shift()
    return given === undefined ? line : `${key} = "${given}"`
  })
}
