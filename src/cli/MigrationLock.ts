/**
 * One runner of migrations at a time: a lease that stands in the database, by the database's own clock.
 *
 * A runner that died is taken over when its lease has ended. One that was only slow is told: what it applies is fenced
 * by its name (`fencedNote`), so that nothing of it takes effect after somebody else took over.
 */
import { Effect, Schema } from "effect"
import { type D1Client, type Statement, statement } from "../layers/cloudflare/d1/D1Client.ts"
import type { StorageError } from "../services/storage/StorageError.ts"
import { type Migration, MigrationRefused } from "./MigrationFiles.ts"

/** Who applies migrations. */
export interface Runner {
  /** A name that no other run has, and that tells people whom to ask. */
  readonly owner: string
  /** The version of this tool, which is noted with each migration. */
  readonly tool: string
  /** For how long it waits for another runner, in milliseconds. */
  readonly patience: number
}

/** How long it is held after the last thing that its runner did, in milliseconds. */
export const lease = 60_000

/** How often a runner that waits looks again, in milliseconds. */
const interval = 1_000

/** The clocks of two runners' machines differ; there is one database. */
const now = "CAST(unixepoch('subsec') * 1000 AS INTEGER)"

const tables = [
  "CREATE TABLE IF NOT EXISTS schema_lock (one INTEGER NOT NULL PRIMARY KEY CHECK (one = 1), owner TEXT NOT NULL, " +
    "until INTEGER NOT NULL) STRICT",
  "CREATE TABLE IF NOT EXISTS schema_migrations (version INTEGER NOT NULL PRIMARY KEY, name TEXT NOT NULL, " +
    "checksum TEXT NOT NULL, applied_at INTEGER NOT NULL, tool TEXT) STRICT"
].map((sql) => statement(sql))

/** Takes it if it is free, if its lease has ended, or if it is this runner's: asked again it is as it was. */
const taken = ({ owner }: Runner): Statement =>
  statement(
    `INSERT INTO schema_lock (one, owner, until) VALUES (1, ?, ${now} + ${lease}) ON CONFLICT (one) DO UPDATE ` +
      `SET owner = excluded.owner, until = excluded.until WHERE schema_lock.until <= ${now} ` +
      "OR schema_lock.owner = excluded.owner",
    owner
  )

/** Begins a batch that only the holder may commit: the lease begins anew with it. */
export const renewed = ({ owner }: Runner): Statement =>
  statement(`UPDATE schema_lock SET until = ${now} + ${lease} WHERE owner = ?`, owner)

/** The note that a migration was applied. Its name is missing, so that the batch fails, unless the lock is ours. */
export const fencedNote = ({ owner, tool }: Runner, migration: Migration, at: number): Statement =>
  statement(
    "INSERT INTO schema_migrations (version, name, checksum, applied_at, tool) " +
      "VALUES (?, (SELECT ? FROM schema_lock WHERE owner = ?), ?, ?, ?)",
    migration.version,
    migration.name,
    owner,
    migration.checksum,
    at,
    tool
  )

/** Does something while nobody else migrates; waits for another runner, but not for ever. */
export const locked = <A, E>(
  d1: D1Client,
  runner: Runner,
  use: Effect.Effect<A, E>
): Effect.Effect<A, E | StorageError | MigrationRefused> =>
  take(d1, runner, runner.patience).pipe(
    Effect.andThen(use),
    // Whatever came of it. A lock that cannot be given back ends by itself.
    Effect.ensuring(Effect.ignore(d1.batch("Migrations.unlock", [released(runner)])))
  )

const released = ({ owner }: Runner): Statement => statement("DELETE FROM schema_lock WHERE owner = ?", owner)

const take = (d1: D1Client, runner: Runner, patience: number): Effect.Effect<void, StorageError | MigrationRefused> =>
  Effect.gen(function* () {
    // Whether it was done or not is what the database says, just below.
    yield* Effect.ignore(d1.batch("Migrations.lock", [...tables, taken(runner)]))
    const held = yield* holder(d1)
    if (held?.owner === runner.owner) return held.notes.includes(" tool ") ? undefined : yield* addTool(d1)
    if (patience <= 0) return yield* new MigrationRefused({ message: heldBy(held) })
    yield* Effect.sleep(interval)
    yield* take(d1, runner, patience - interval)
  })

/** The first versions of this tool made the table of notes without this column. */
const addTool = (d1: D1Client) =>
  // If its answer is lost it was done, or the first note says that the column is missing.
  Effect.ignore(d1.batch("Migrations.table", [statement("ALTER TABLE schema_migrations ADD COLUMN tool TEXT")]))

/** Who holds the lock, and for how long still (milliseconds); and how the table of notes was made. */
export const holder = Effect.fnUntraced(function* (d1: D1Client) {
  const notes = "(SELECT sql FROM sqlite_master WHERE name = 'schema_migrations')"
  const sql = `SELECT owner, until - ${now} AS remaining, ${notes} AS notes FROM schema_lock`
  const [row] = yield* Effect.flatMap(d1.query("Migrations.holder", statement(sql)), decodeHolder)
  return row
})

const Holder = Schema.Struct({ owner: Schema.String, remaining: Schema.Int, notes: Schema.String })

const decodeHolder = (rows: ReadonlyArray<unknown>) =>
  Schema.decodeUnknownEffect(Schema.Array(Holder))(rows).pipe(
    Effect.mapError(() => new MigrationRefused({ message: "schema_lock is not a table of this tool" }))
  )

/** What another runner is told. */
export const heldBy = (held: typeof Holder.Type | undefined): string =>
  held === undefined
    ? "the lock of the migrations could not be taken: try again"
    : `${held.owner} applies migrations at this moment. If it died, its lock ends by itself in ` +
      `${Math.max(1, Math.ceil(held.remaining / 1_000))} s`
