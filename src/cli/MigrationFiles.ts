/** The numbered SQL files of `migrations/`: names, checksums and statements, and which of them are to be applied. */
import { createHash } from "node:crypto"
import { createRequire } from "node:module"
import { Result, Schema } from "effect"
import type * as Wrangler from "wrangler"

/** A migration as it stands in its file. */
export interface Migration {
  readonly version: number
  readonly name: string
  /** `0001_audit_log.sql`. */
  readonly file: string
  /** SHA-256 of the text, in hexadecimal. */
  readonly checksum: string
  readonly statements: ReadonlyArray<string>
}

/** A migration as the database remembers it. */
export const Applied = Schema.Struct({
  version: Schema.Int,
  name: Schema.String,
  checksum: Schema.String,
  /** Milliseconds. */
  applied_at: Schema.Int
})
export type Applied = typeof Applied.Type

/** The files and the database do not fit together, or a file is none; `message` says which and why. */
export class MigrationRefused extends Schema.TaggedError<MigrationRefused>()("MigrationRefused", {
  message: Schema.String
}) {}

const refuse = (message: string) => Result.fail(new MigrationRefused({ message }))

/** What a migration is called: four digits from 0001 on, and words of lower case letters and digits. */
const fileName = /^([0-9]{4})_([a-z0-9]+(?:_[a-z0-9]+)*)\.sql$/

/** How a migration's file is called. */
export const nameFile = (version: number, name: string): string => `${String(version).padStart(4, "0")}_${name}.sql`

/** The SHA-256 of a file's text. A checkout that ends its lines with CR LF has the same one. */
export const checksumOf = (text: string): string =>
  createHash("sha256").update(text.replaceAll("\r\n", "\n")).digest("hex")

const parseOne = (file: string, text: string): Result.Result<Migration, MigrationRefused> => {
  const [, digits, name] = fileName.exec(file) ?? []
  if (digits === undefined || name === undefined) {
    return refuse(`${file} is not the name of a migration: it must be like 0001_audit_log.sql`)
  }
  const statements = statementsOf(text)
  if (statements.length === 0) return refuse(`${file} has no statement`)
  return Result.succeed({ version: Number(digits), name, file, checksum: checksumOf(text), statements })
}

/** Loaded when there is a text to split: it takes half a second, which most commands have no need to wait for. */
const split = (text: string): ReadonlyArray<string> => {
  const require = createRequire(import.meta.url)
  const { unstable_splitSqlQuery } = require("wrangler") as Pick<typeof Wrangler, "unstable_splitSqlQuery">
  return unstable_splitSqlQuery(text)
}

/** The statements of a text: neither a semicolon in a string or a comment nor one in a trigger's body ends one. */
export const statementsOf = (text: string): ReadonlyArray<string> =>
  split(text.replaceAll("\r\n", "\n"))
    .map((statement) => statement.replace(/;\s*$/, "").trim())
    // What is left of comments, blanks and semicolons alone is no statement.
    .filter((statement) => statement.replaceAll(/--[^\n]*|\/\*[^]*?\*\/|[\s;]/g, "") !== "")

/** The migrations of a folder's files by version, which count from 1 and leave none out. */
export const parse = (
  files: ReadonlyArray<{ readonly file: string; readonly text: string }>
): Result.Result<ReadonlyArray<Migration>, MigrationRefused> =>
  Result.gen(function* () {
    const migrations: Array<Migration> = []
    for (const { file, text } of files.toSorted((a, b) => (a.file < b.file ? -1 : 1))) {
      const migration = yield* parseOne(file, text)
      const before = migrations.at(-1)
      if (before?.version === migration.version) {
        return yield* refuse(`${before.file} and ${file} have the same number: give the younger one the next`)
      }
      if (migration.version !== migrations.length + 1) {
        return yield* refuse(`${nameFile(migrations.length + 1, "…")} is missing: after it comes ${file}`)
      }
      migrations.push(migration)
    }
    return migrations
  })

/** How a migration stands: `changed` and `missing` were applied from another file than there is. */
export interface MigrationState {
  readonly file: string
  readonly state: "applied" | "pending" | "changed" | "missing"
  /** Of the file; null if there is none. */
  readonly checksum: string | null
  /** What the database remembers; null if it was not applied. */
  readonly applied: Applied | null
}

/** Every migration that there is a file of, or that was applied, by version. */
export const states = (
  migrations: ReadonlyArray<Migration>,
  applied: ReadonlyArray<Applied>
): ReadonlyArray<MigrationState> => {
  const versions = [...new Set([...migrations, ...applied].map(({ version }) => version))].toSorted((a, b) => a - b)
  return versions.flatMap((version): ReadonlyArray<MigrationState> => {
    const file = migrations.find((one) => one.version === version)
    const row = applied.find((one) => one.version === version) ?? null
    if (file === undefined) {
      return row === null ? [] : [{ file: nameFile(version, row.name), state: "missing", checksum: null, applied: row }]
    }
    const same = row !== null && row.checksum === file.checksum && row.name === file.name
    const state = row === null ? "pending" : same ? "applied" : "changed"
    return [{ file: file.file, state, checksum: file.checksum, applied: row }]
  })
}

/** The migrations to apply, in order; refused if what was applied is not what the files say. */
export const plan = (
  migrations: ReadonlyArray<Migration>,
  applied: ReadonlyArray<Applied>
): Result.Result<ReadonlyArray<Migration>, MigrationRefused> => {
  const all = states(migrations, applied)
  const wrong = all.find(({ state }) => state === "changed" || state === "missing")
  if (wrong !== undefined) return refuse(whatIsWrong(wrong))
  const done = new Set(applied.map(({ version }) => version))
  const pending = migrations.filter(({ version }) => !done.has(version))
  const last = Math.max(0, ...done)
  const late = pending.find(({ version }) => version < last)
  return late === undefined
    ? Result.succeed(pending)
    : refuse(`${late.file} was not applied, but a later one was: give it the next number`)
}

const whatIsWrong = ({ applied, checksum, file }: MigrationState): string =>
  checksum === null
    ? `${file} was applied (SHA-256 ${applied?.checksum}), but there is no such file: is this an older checkout?`
    : `${file} was changed after it was applied: the file has SHA-256 ${checksum}, applied was ${applied?.checksum} ` +
      `(${nameFile(applied?.version ?? 0, applied?.name ?? "")}). Restore the file; a change is a new migration`
