/** Migrations on a real D1 in workerd: applied once, in order, whole or not at all, and never changed in silence. */
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, beforeAll, describe, expect, it } from "@effect/vitest"
import { Effect } from "effect"
import type { Runner } from "../../src/cli/MigrationLock.ts"
import { adoptShards } from "../../src/cli/ShardGenerations.ts"
import { apply, create, pendingIn, readMigrations, status, verify } from "../../src/cli/Migrations.ts"
import { type D1Client, statement } from "../../src/layers/cloudflare/d1/D1Client.ts"
import { OutcomeUnknown } from "../../src/services/storage/StorageError.ts"
import { migrate, migrationsFolder, startWorkerd, type Workerd } from "../laws/Workerd.ts"

let workerd: Workerd

beforeAll(async () => {
  workerd = await startWorkerd(22)
})

afterAll(() => workerd.stop())

let used = 0

/** A database that nobody has touched. */
const emptyDatabase = Effect.sync((): D1Client => workerd.databases[used++]!)

/** Migrations in a folder that only this test has. */
const inFolder = Effect.fnUntraced(function* (files: Readonly<Record<string, string>>) {
  const folder = yield* Effect.promise(() => mkdtemp(join(tmpdir(), "hapax-migrations-")))
  yield* Effect.addFinalizer(() => Effect.promise(() => rm(folder, { recursive: true })))
  yield* Effect.promise(() =>
    Promise.all(Object.entries(files).map(([file, text]) => writeFile(join(folder, file), text)))
  )
  return folder
})

const first = "CREATE TABLE a (x TEXT PRIMARY KEY) STRICT; INSERT INTO a VALUES ('one;');"
const second = `-- A trigger; its body has semicolons.
CREATE TABLE b (x TEXT);
CREATE TRIGGER t AFTER INSERT ON a BEGIN INSERT INTO b VALUES (new.x); INSERT INTO b VALUES (';'); END;
INSERT INTO a VALUES ('two');`

const rows = (d1: D1Client, sql: string) => d1.query("test", statement(sql))
const tables = (d1: D1Client) =>
  Effect.map(
    rows(d1, "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '\\_%' ESCAPE '\\'"),
    (all) => all.map(({ name }) => name).toSorted()
  )
const statesOf = (d1: D1Client, from: string) =>
  readMigrations(from).pipe(
    Effect.flatMap((migrations) => status(d1, migrations)),
    Effect.map((all) => all.map(({ state }) => state))
  )

describe("this repository's migrations", () => {
  it.effect("make the tables of D1, each without rowid, and one partial index", () =>
    Effect.gen(function* () {
      const d1 = yield* emptyDatabase
      const applied = yield* migrate(d1)
      expect(applied.map(({ file }) => file)).toEqual(yield* Effect.promise(() => readdir(migrationsFolder)))
      expect(yield* tables(d1)).toEqual([
        "administrators",
        "audit_archive",
        "audit_log",
        "branding_settings",
        "clean_up",
        "daily_statistics",
        "directory",
        "directory_fields",
        "identifiers",
        "initial_access_tokens",
        "oauth_clients",
        "provider_settings",
        "resource_servers",
        "roles",
        "schema_lock",
        "schema_migrations",
        "scope_mappings",
        "shard_generations",
        "shard_statistics",
        "statistics_state",
        "traffic",
        "user_roles"
      ])
      expect(yield* rows(d1, "SELECT name FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL")).toEqual([
        { name: "audit_log_alarming" }
      ])
      const migrations = yield* readMigrations(migrationsFolder)
      expect((yield* verify(d1, migrations)).every(({ state }) => state === "applied")).toBe(true)
    })
  )
})

describe("migrate", () => {
  it.effect("status reads only, apply applies what is pending, and then nothing", () =>
    Effect.gen(function* () {
      const d1 = yield* emptyDatabase
      const from = yield* inFolder({ "0001_a.sql": first, "0002_b.sql": second, "README.md": "not one" })
      expect(yield* statesOf(d1, from)).toEqual(["pending", "pending"])
      expect(yield* tables(d1)).toEqual([])
      const migrations = yield* readMigrations(from)
      expect((yield* Effect.flip(verify(d1, migrations))).message).toBe("0001_a.sql is not applied yet")
      expect((yield* apply(d1, migrations)).map(({ version }) => version)).toEqual([1, 2])
      expect(yield* rows(d1, "SELECT x FROM b")).toEqual([{ x: "two" }, { x: ";" }])
      expect(yield* apply(d1, migrations)).toEqual([])
      expect(yield* statesOf(d1, from)).toEqual(["applied", "applied"])
      expect((yield* verify(d1, migrations)).map(({ applied }) => applied?.name)).toEqual(["a", "b"])
    })
  )

  it.effect("refuses a file that was changed after it was applied, by its name and both checksums", () =>
    Effect.gen(function* () {
      const d1 = yield* emptyDatabase
      const from = yield* inFolder({ "0001_a.sql": first })
      const [before] = yield* Effect.flatMap(readMigrations(from), (migrations) => apply(d1, migrations))
      yield* Effect.promise(() => writeFile(join(from, "0001_a.sql"), second))
      const migrations = yield* readMigrations(from)
      const refusals = [yield* Effect.flip(apply(d1, migrations)), yield* Effect.flip(verify(d1, migrations))]
      for (const { message } of refusals) {
        expect(message).toContain("0001_a.sql was changed after it was applied")
        expect(message).toContain(before?.checksum)
        expect(message).toContain(migrations[0]?.checksum)
      }
      expect(yield* statesOf(d1, from)).toEqual(["changed"])
      expect(yield* tables(d1)).toEqual(["a", "schema_lock", "schema_migrations"])
    })
  )

  it.effect("applies a migration whole or not at all, and the ones before it stay", () =>
    Effect.gen(function* () {
      const d1 = yield* emptyDatabase
      const from = yield* inFolder({
        "0001_a.sql": first,
        "0002_b.sql": "CREATE TABLE b (x); INSERT INTO a VALUES ('one;');"
      })
      const migrations = yield* readMigrations(from)
      const { message } = yield* Effect.flip(apply(d1, migrations))
      expect(message).toContain("0002_b.sql was not applied")
      expect(message).toContain("UNIQUE")
      expect(yield* tables(d1)).toEqual(["a", "schema_lock", "schema_migrations"])
      expect(yield* statesOf(d1, from)).toEqual(["applied", "pending"])
    })
  )

  it.live("applied by two at once is applied once: one of them waits for the other", () =>
    Effect.gen(function* () {
      const d1 = yield* emptyDatabase
      const from = yield* inFolder({ "0001_a.sql": first, "0002_b.sql": second })
      const migrations = yield* readMigrations(from)
      yield* Effect.all([apply(d1, migrations), apply(d1, migrations)], { concurrency: "unbounded" })
      expect(yield* rows(d1, "SELECT version FROM schema_migrations ORDER BY version")).toEqual([
        { version: 1 },
        { version: 2 }
      ])
      expect(yield* rows(d1, "SELECT count(*) AS n FROM b")).toEqual([{ n: 2 }])
    })
  )

  it.effect.each([
    ["executed", true],
    ["not executed", false]
  ] as const)("looks into the database when the answer is lost: %s", ([, executed]) =>
    Effect.gen(function* () {
      const d1 = yield* emptyDatabase
      const from = yield* inFolder({ "0001_a.sql": first })
      const migrations = yield* readMigrations(from)
      const lossy: D1Client = {
        query: d1.query,
        batch: (operation, statements) => {
          if (!operation.startsWith("Migrations.apply")) return d1.batch(operation, statements)
          const run = executed ? Effect.asVoid(d1.batch(operation, statements)) : Effect.void
          return Effect.andThen(run, Effect.fail(new OutcomeUnknown({ operation, detail: "the line is dead" })))
        }
      }
      const exit = yield* Effect.exit(apply(lossy, migrations))
      expect(exit._tag).toBe(executed ? "Success" : "Failure")
      expect(yield* statesOf(d1, from)).toEqual([executed ? "applied" : "pending"])
    })
  )

  it.effect("a dry run shows what would run, refuses what would be refused, and changes nothing", () =>
    Effect.gen(function* () {
      const d1 = yield* emptyDatabase
      const from = yield* inFolder({ "0001_a.sql": first, "0002_b.sql": second })
      const migrations = yield* readMigrations(from)
      expect((yield* pendingIn(d1, migrations)).map(({ statements }) => statements.length)).toEqual([2, 3])
      expect(yield* tables(d1)).toEqual([])
      yield* apply(d1, migrations)
      const changed = migrations.map((one) => ({ ...one, checksum: "another" }))
      expect((yield* Effect.flip(pendingIn(d1, changed))).message).toContain("0001_a.sql was changed")
    })
  )

  it.effect("says what applied it: its checksum, when, and the version of the tool", () =>
    Effect.gen(function* () {
      const d1 = yield* emptyDatabase
      const migrations = yield* readMigrations(yield* inFolder({ "0001_a.sql": first }))
      yield* apply(d1, migrations)
      const [note] = yield* rows(d1, "SELECT * FROM schema_migrations")
      expect(note).toEqual({
        version: 1,
        name: "a",
        checksum: migrations[0]?.checksum,
        applied_at: 0,
        tool: expect.stringMatching(/^hapax [0-9]+\.[0-9]+\.[0-9]+$/)
      })
    })
  )

  it.effect("goes on in a database whose notes an older tool made", () =>
    Effect.gen(function* () {
      const d1 = yield* emptyDatabase
      const migrations = yield* readMigrations(yield* inFolder({ "0001_a.sql": first, "0002_b.sql": second }))
      yield* d1.batch("test", [
        statement(
          "CREATE TABLE schema_migrations (version INTEGER NOT NULL PRIMARY KEY, name TEXT NOT NULL, " +
            "checksum TEXT NOT NULL, applied_at INTEGER NOT NULL) STRICT"
        ),
        statement("CREATE TABLE a (x TEXT PRIMARY KEY) STRICT"),
        statement("INSERT INTO schema_migrations VALUES (1, 'a', ?, 1)", migrations[0]?.checksum ?? "")
      ])
      expect((yield* apply(d1, migrations)).map(({ file }) => file)).toEqual(["0002_b.sql"])
      expect(yield* rows(d1, "SELECT version, tool IS NULL AS old FROM schema_migrations ORDER BY version")).toEqual([
        { version: 1, old: 1 },
        { version: 2, old: 0 }
      ])
      expect(yield* apply(d1, migrations)).toEqual([])
    })
  )

  it.effect("create writes the next file, and never over one", () =>
    Effect.gen(function* () {
      const from = yield* inFolder({ "0001_a.sql": first })
      const file = yield* create(from, " Roles of users! ")
      expect(file).toBe(join(from, "0002_roles_of_users.sql"))
      expect(yield* Effect.promise(() => readFile(file, "utf8"))).toContain("Roles of users!")
      expect((yield* Effect.flip(create(from, "!"))).message).toContain("needs a name")
      // An empty one is no migration yet, so there is none after it either.
      expect((yield* Effect.flip(create(from, "next"))).message).toBe("0002_roles_of_users.sql has no statement")
    })
  )

  it.effect("says which folder cannot be read", () =>
    Effect.gen(function* () {
      expect((yield* Effect.flip(readMigrations("/nowhere"))).message).toContain("/nowhere cannot be read")
    })
  )
})

describe("the shards of a deployment", () => {
  const deployed = Effect.gen(function* () {
    const d1 = yield* emptyDatabase
    yield* migrate(d1)
    yield* adoptShards(d1, { ACCOUNT_SHARDS: "16" })
    return d1
  })

  it.effect("grow by a generation, and again, and stay as they are as often as one likes", () =>
    Effect.gen(function* () {
      const d1 = yield* deployed
      for (const shards of ["16", "16, 64", "16,64", "16,64,64"]) yield* adoptShards(d1, { ACCOUNT_SHARDS: shards })
      expect(yield* rows(d1, "SELECT kind, shards FROM shard_generations ORDER BY kind")).toEqual([
        { kind: "ACCOUNT_SHARDS", shards: "16,64,64" },
        { kind: "LIMITER_SHARDS", shards: "4" },
        { kind: "TICKET_SHARDS", shards: "4" }
      ])
    })
  )

  it.effect("are those of one of two deployments at once that add different ones; the other is told", () =>
    Effect.gen(function* () {
      const d1 = yield* deployed
      // Between its look and its writing the other one comes.
      const other = adoptShards(d1, { ACCOUNT_SHARDS: "16,32" }).pipe(Effect.orDie)
      const late: D1Client = { ...d1, batch: (...asked) => Effect.andThen(other, d1.batch(...asked)) }
      const problem = yield* Effect.flip(adoptShards(late, { ACCOUNT_SHARDS: "16,64" }))
      expect(String(problem)).toContain('ACCOUNT_SHARDS is "16,64", but what is deployed has "16,32"')
    })
  )

  it.effect.each(["8", "64", "64,16", "160", ""])(
    "are refused if a generation is changed or taken away: %s",
    (shards) =>
      Effect.gen(function* () {
        const d1 = yield* deployed
        const problem = yield* Effect.flip(adoptShards(d1, { ACCOUNT_SHARDS: shards }))
        expect(String(problem)).toContain(`ACCOUNT_SHARDS is "${shards}", but what is deployed has "16"`)
        expect(yield* rows(d1, "SELECT shards FROM shard_generations WHERE kind = 'ACCOUNT_SHARDS'")).toEqual([
          { shards: "16" }
        ])
      })
  )
})

describe("the lock of the migrations", () => {
  const runner = (owner: string): Runner => ({ owner, tool: "test", patience: 0 })
  const holding = (d1: D1Client, owner: string, remaining: number) =>
    d1.batch("test", [
      statement("CREATE TABLE schema_lock (one INTEGER NOT NULL PRIMARY KEY, owner TEXT, until INTEGER) STRICT"),
      statement("INSERT INTO schema_lock VALUES (1, ?, unixepoch() * 1000 + ?)", owner, remaining)
    ])
  const withOne = Effect.gen(function* () {
    const d1 = yield* emptyDatabase
    return { d1, migrations: yield* readMigrations(yield* inFolder({ "0001_a.sql": first })) }
  })

  it.effect("is another's: nothing is applied, and it says whose, and when it ends by itself", () =>
    Effect.gen(function* () {
      const { d1, migrations } = yield* withOne
      yield* holding(d1, "ann's laptop", 30_000)
      const { message } = yield* Effect.flip(apply(d1, migrations, runner("me")))
      expect(message).toMatch(/^ann's laptop applies migrations at this moment\. .* ends by itself in (29|30|31) s$/)
      expect(yield* tables(d1)).toEqual(["schema_lock", "schema_migrations"])
      expect(yield* rows(d1, "SELECT owner FROM schema_lock")).toEqual([{ owner: "ann's laptop" }])
    })
  )

  it.effect("of a runner that died is taken over when its lease has ended, and given back", () =>
    Effect.gen(function* () {
      const { d1, migrations } = yield* withOne
      yield* holding(d1, "a dead one", -1_000)
      expect((yield* apply(d1, migrations, runner("me"))).length).toBe(1)
      expect(yield* rows(d1, "SELECT * FROM schema_lock")).toEqual([])
    })
  )

  it.effect("keeps out a runner that was slow: what it applies after another took over has no effect", () =>
    Effect.gen(function* () {
      const { d1, migrations } = yield* withOne
      const slow: D1Client = {
        query: d1.query,
        batch: (operation, statements) =>
          operation.startsWith("Migrations.apply")
            ? Effect.andThen(
                d1.batch("test", [statement("UPDATE schema_lock SET owner = 'the next'")]),
                d1.batch(operation, statements)
              )
            : d1.batch(operation, statements)
      }
      const { message } = yield* Effect.flip(apply(slow, migrations, runner("me")))
      expect(message).toContain("0001_a.sql was not applied: the next applies migrations at this moment")
      expect(yield* tables(d1)).toEqual(["schema_lock", "schema_migrations"])
      expect(yield* rows(d1, "SELECT owner FROM schema_lock")).toEqual([{ owner: "the next" }])
    })
  )

  it.effect("is given back after a migration that failed", () =>
    Effect.gen(function* () {
      const d1 = yield* emptyDatabase
      const migrations = yield* readMigrations(yield* inFolder({ "0001_a.sql": "INSERT INTO nowhere VALUES (1);" }))
      yield* Effect.flip(apply(d1, migrations, runner("me")))
      expect(yield* rows(d1, "SELECT * FROM schema_lock")).toEqual([])
    })
  )
})
