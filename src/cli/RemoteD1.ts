/**
 * D1 in a Cloudflare account, through `wrangler d1 execute`: what migrations need of it.
 *
 * Wrangler has the login; so this tool needs no token of its own. A file of statements is one import to D1, which takes
 * back all of it if one statement fails.
 */
import { mkdtemp, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { Effect, Schema } from "effect"
import type { D1Client, Parameter, Row, Statement } from "../layers/cloudflare/d1/D1Client.ts"
import { NotExecuted, OutcomeUnknown } from "../services/storage/StorageError.ts"
import { CliFailure, lineOf } from "./CliFailure.ts"
import { accountToml } from "./DeploymentConfig.ts"
import { runWrangler } from "./WorkerBundle.ts"

const Answer = Schema.fromJsonString(
  Schema.Array(Schema.Struct({ results: Schema.Array(Schema.Record(Schema.String, Schema.Unknown)) }))
)
const decode = Schema.decodeUnknownSync(Answer)

/** The database of the account, as a deployment found or made it. */
export const accountD1 = (): D1Client => remoteD1("--remote", "--config", accountToml())

/** The database that is bound as DB; `where` is `--remote`, or a local one for tests. */
export const remoteD1 = (...where: ReadonlyArray<string>): D1Client => {
  const execute = async (...what: ReadonlyArray<string>) => {
    const { code, output, stdout } = await runWrangler(["d1", "execute", "DB", ...where, "--json", "--yes", ...what])
    if (code !== 0) throw new CliFailure({ message: reasonOf(output) })
    return decode(stdout.slice(Math.max(0, stdout.indexOf("["))))
  }
  return {
    query: (operation, one) =>
      Effect.tryPromise({
        try: async (): Promise<ReadonlyArray<Row>> => (await execute("--command", textOf(one)))[0]?.results ?? [],
        catch: (cause) => new NotExecuted({ operation, reason: "unavailable", detail: lineOf(cause) })
      }),
    batch: (operation, statements) =>
      Effect.tryPromise({
        try: async () => {
          const folder = await mkdtemp(join(tmpdir(), "hapax-"))
          const file = join(folder, "batch.sql")
          await writeFile(file, statements.map((one) => `${textOf(one)};\n`).join(""))
          const answers = await execute("--file", file).finally(() => rm(folder, { recursive: true }))
          return answers.map(({ results }) => results)
        },
        catch: (cause) => new OutcomeUnknown({ operation, detail: lineOf(cause) })
      })
  }
}

/** Wrangler's own words, without its ornaments: the line of the error, or the last one. */
const reasonOf = (output: string): string => {
  const texts = [...output.matchAll(/"text":\s*"((?:[^"\\]|\\.)*)"/g)].map(([, text]) => text ?? "")
  const lines = output
    .replaceAll(/\x1b\[[0-9;]*m/g, "")
    .split("\n")
    .map((line) => line.trim())
  return texts[0] ?? lines.find((line) => line.includes("ERROR")) ?? lines.filter((line) => line !== "").at(-1) ?? "?"
}

/** The statement with its parameters written out: `wrangler d1 execute` takes none. */
const textOf = ({ parameters, sql }: Statement): string => {
  const rest = [...parameters]
  return parameters.length === 0 ? sql : sql.replaceAll("?", () => literal(rest.shift() ?? null))
}

const literal = (value: Parameter): string => {
  if (value === null) return "NULL"
  return typeof value === "number" ? String(value) : `'${value.replaceAll("'", "''")}'`
}
