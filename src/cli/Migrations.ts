/**
 * Bringing a database to the schema of `migrations/`, and saying whether it is there.
 *
 * A migration and the note that it was applied are one transaction, so that one which is cut off leaves nothing behind
 * and is simply applied again. Of two runners one waits (`MigrationLock.ts`). docs/decisions/0033-migrations.md.
 */
import { randomUUID } from "node:crypto"
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises"
import { createRequire } from "node:module"
import { hostname } from "node:os"
import { join } from "node:path"
import { Clock, Effect, Schema } from "effect"
import { type D1Client, statement } from "../layers/cloudflare/d1/D1Client.ts"
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
import { fencedNote, heldBy, holder, lease, locked, renewed, type Runner } from "./MigrationLock.ts"

const { version } = createRequire(import.meta.url)("../../package.json") as { readonly version: string }

/** This process, which waits a little longer than a runner that died would hold the lock. */
export const thisRunner = (): Runner => ({
  owner: `${hostname()} ${randomUUID()}`,
  tool: `hapax ${version}`,
  patience: lease + 30_000
})

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

/** The migrations that are to be applied, in order; reads only, and refuses what `apply` would refuse. */
export const pendingIn = Effect.fn("Migrations.pending")(function* (
  d1: D1Client,
  migrations: ReadonlyArray<Migration>
) {
  return yield* Effect.fromResult(plan(migrations, yield* appliedIn(d1)))
})

/** Applies what is not applied yet, in order, each in a transaction of its own; says which those were. */
export const apply = Effect.fn("Migrations.apply")(function* (
  d1: D1Client,
  migrations: ReadonlyArray<Migration>,
  runner: Runner = thisRunner()
) {
  // Nothing to do is the rule, at each start: nobody has to wait for a lock then, and nothing is written.
  if ((yield* pendingIn(d1, migrations)).length === 0) return []
  return yield* locked(d1, runner, applyLocked(d1, migrations, runner))
})

const applyLocked = Effect.fnUntraced(function* (d1: D1Client, migrations: ReadonlyArray<Migration>, runner: Runner) {
  const pending = yield* Effect.fromResult(plan(migrations, yield* notesIn(d1)))
  for (const migration of pending) yield* applyOne(d1, migration, runner)
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

const applyOne = (
  d1: D1Client,
  migration: Migration,
  runner: Runner
): Effect.Effect<void, StorageError | MigrationRefused> =>
  Effect.gen(function* () {
    // The note first: a runner that lost its lock, or a migration that another applied, fails before it begins.
    const note = fencedNote(runner, migration, yield* Clock.currentTimeMillis)
    const statements = migration.statements.map((sql) => statement(sql))
    yield* d1.batch(`Migrations.apply ${migration.file}`, [renewed(runner), note, ...statements])
  }).pipe(
    // Nobody knows whether it was applied, or another was faster: the database does.
    Effect.catchTag("OutcomeUnknown", ({ detail }) =>
      Effect.gen(function* () {
        const applied = yield* notesIn(d1)
        if (applied.some(({ checksum, version }) => version === migration.version && checksum === migration.checksum))
          return
        const held = yield* holder(d1)
        const why = held?.owner === runner.owner ? detail : heldBy(held)
        return yield* new MigrationRefused({ message: `${migration.file} was not applied: ${why}` })
      })
    )
  )

const decodeApplied = Schema.decodeUnknownEffect(Schema.Array(Applied))

const appliedIn = Effect.fnUntraced(function* (d1: D1Client) {
  const tables = yield* d1.query(
    "Migrations.status",
    statement("SELECT name FROM sqlite_master WHERE type = 'table' AND name = 'schema_migrations'")
  )
  return tables.length === 0 ? [] : yield* notesIn(d1)
})

/** The same where the table is known to be there. */
const notesIn = Effect.fnUntraced(function* (d1: D1Client) {
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
