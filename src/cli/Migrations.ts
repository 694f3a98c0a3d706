/**
 * Bringing a database to the schema of `migrations/`, and saying whether it is there.
 *
 * A migration and the note that it was applied are one transaction, so that one which is cut off leaves nothing behind
 * and is simply applied again. Two operators who apply at once meet at the primary key of that note.
 */
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { Clock, Effect, Schema } from "effect"
import { type D1Client, statement } from "../layers/cloudflare/D1Client.ts"
import type { StorageError } from "../services/storage/StorageError.ts"
import {
  Applied,
  type Migration,
  MigrationRefused,
  type MigrationState,
  nameFile,
  parse,
  plan,
  states
} from "./MigrationFiles.ts"

const table =
  "CREATE TABLE IF NOT EXISTS schema_migrations (version INTEGER NOT NULL PRIMARY KEY, name TEXT NOT NULL, " +
  "checksum TEXT NOT NULL, applied_at INTEGER NOT NULL) STRICT"

/** The migrations that stand in a folder. Other files than `*.sql` are not looked at. */
export const readMigrations = Effect.fn("Migrations.read")(function* (folder: string) {
  const files = yield* onDisk(`${folder} cannot be read`, async () => {
    const names = (await readdir(folder)).filter((file) => file.endsWith(".sql"))
    return Promise.all(names.map(async (file) => ({ file, text: await readFile(join(folder, file), "utf8") })))
  })
  return yield* Effect.fromResult(parse(files))
})

/** How each migration stands. Reads only, so that a database that nobody migrated yet stays as it is. */
export const status = Effect.fn("Migrations.status")(function* (d1: D1Client, migrations: ReadonlyArray<Migration>) {
  return states(migrations, yield* appliedIn(d1))
})

/** Succeeds if all migrations are applied from the files that are there, and none is missing. */
export const verify = Effect.fn("Migrations.verify")(function* (d1: D1Client, migrations: ReadonlyArray<Migration>) {
  const applied = yield* appliedIn(d1)
  const [next] = yield* Effect.fromResult(plan(migrations, applied))
  if (next !== undefined) return yield* new MigrationRefused({ message: `${next.file} is not applied yet` })
  return states(migrations, applied)
})

/** Applies what is not applied yet, in order, each in a transaction of its own; says which those were. */
export const apply = Effect.fn("Migrations.apply")(function* (d1: D1Client, migrations: ReadonlyArray<Migration>) {
  yield* d1.batch("Migrations.table", [statement(table)])
  const pending = yield* Effect.fromResult(plan(migrations, yield* appliedIn(d1)))
  for (const migration of pending) yield* applyOne(d1, migration)
  return pending
})

/** Writes an empty migration with the next number; says which file that is. */
export const create = Effect.fn("Migrations.create")(function* (folder: string, title: string) {
  const name = title
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "_")
    .replaceAll(/^_|_$/g, "")
  if (name === "") return yield* new MigrationRefused({ message: "a migration needs a name, such as: roles of users" })
  yield* onDisk(`${folder} cannot be made`, () => mkdir(folder, { recursive: true }))
  const migrations = yield* readMigrations(folder)
  const file = join(folder, nameFile(migrations.length + 1, name))
  // Never over a file that somebody else has just made.
  yield* onDisk(`${file} cannot be written`, () => writeFile(file, `-- Why: ${title}\n`, { flag: "wx" }))
  return file
})

const applyOne = (d1: D1Client, migration: Migration): Effect.Effect<void, StorageError | MigrationRefused> =>
  Effect.gen(function* () {
    const now = yield* Clock.currentTimeMillis
    const note = statement(
      "INSERT INTO schema_migrations (version, name, checksum, applied_at) VALUES (?, ?, ?, ?)",
      migration.version,
      migration.name,
      migration.checksum,
      now
    )
    yield* d1.batch(`Migrations.apply ${migration.file}`, [...migration.statements.map((sql) => statement(sql)), note])
  }).pipe(
    // Nobody knows whether it was applied, or another was faster: the database does.
    Effect.catchTag("OutcomeUnknown", (unknown) =>
      Effect.flatMap(appliedIn(d1), (applied) => {
        const row = applied.find(({ version }) => version === migration.version)
        if (row?.checksum === migration.checksum) return Effect.void
        return Effect.fail(new MigrationRefused({ message: `${migration.file} was not applied: ${unknown.detail}` }))
      })
    )
  )

const decodeApplied = Schema.decodeUnknownEffect(Schema.Array(Applied))

const appliedIn = Effect.fnUntraced(function* (d1: D1Client) {
  const tables = yield* d1.query(
    "Migrations.status",
    statement("SELECT name FROM sqlite_master WHERE type = 'table' AND name = 'schema_migrations'")
  )
  if (tables.length === 0) return []
  const rows = yield* d1.query(
    "Migrations.status",
    statement("SELECT version, name, checksum, applied_at FROM schema_migrations ORDER BY version")
  )
  return yield* decodeApplied(rows).pipe(
    Effect.mapError(() => new MigrationRefused({ message: "schema_migrations is not a table of this tool" }))
  )
})

const onDisk = <A>(problem: string, run: () => Promise<A>): Effect.Effect<A, MigrationRefused> =>
  Effect.tryPromise({
    try: run,
    catch: (cause) =>
      new MigrationRefused({ message: `${problem}: ${cause instanceof Error ? cause.message : String(cause)}` })
  })

export type { Migration, MigrationState }
