/**
 * The schema version of an object's own database: migrated forward on first use, and refused by code that is too old.
 *
 * In a deploy the Worker and the objects run different versions for a while, and after a rollback an object that newer
 * code has migrated is opened by older code for good. Each migration says whether code of the version before may go on
 * over what it makes; code that may not says so, and does nothing. docs/decisions/0033-migrations.md.
 */
import type { DurableObjectStorage } from "@cloudflare/workers-types"
import type { AnyTable, TableSpecs } from "../../objects/Table.ts"
import { createOutbox } from "./Outbox.ts"
import { beginRewrites, createRewrites, isRewriting } from "./Rewrite.ts"
import { createTable } from "./SqlRows.ts"
import { createSweep } from "./Sweep.ts"

/** What leads from one version to the next. */
export interface ObjectMigration {
  /** Done in one transaction, so they are for tables and few rows. */
  readonly statements: ReadonlyArray<string>
  /**
   * Whether code of the version before may go on after it: it knows nothing that it could spoil. A new table is
   * additive; a member of a row is not, unless it may be lost, for older code writes rows back without it.
   */
  readonly isAdditive?: boolean
  /**
   * A table whose rows are written again as this code writes them, some at a time while the object goes on: its schema
   * reads both forms.
   */
  readonly rewrites?: AnyTable
  /** Whether this code reads the new form alone: it refuses an object in which rewrites of versions before are left. */
  readonly isAfterRewrites?: boolean
}

/** The migrations that lead from version n to n + 1, for n = 0, 1, … */
export type ObjectMigrations = ReadonlyArray<ObjectMigration>

/** Version 1 of every class of objects: its tables, its outbox and where its sweep is. */
export const firstVersion = (tables: TableSpecs): ObjectMigration => ({
  statements: [...Object.values(tables).map(createTable), createOutbox, createSweep]
})

/** A schema: its version, the oldest that may work with it, and the oldest that did since the newest was there. */
interface Standing {
  readonly version: number
  readonly least: number
  readonly visited: number
}

/** Brings the database to the newest version; undefined if it did, or the sentence that says why not. */
export const migrate = (storage: DurableObjectStorage, migrations: ObjectMigrations): string | undefined => {
  const { sql } = storage
  sql.exec("CREATE TABLE IF NOT EXISTS schema_version (one INTEGER PRIMARY KEY CHECK (one = 1), version INTEGER)")
  sql.exec(
    "CREATE TABLE IF NOT EXISTS schema_standing (one INTEGER PRIMARY KEY CHECK (one = 1), least INTEGER NOT NULL, " +
      "visited INTEGER NOT NULL)"
  )
  sql.exec(createRewrites)
  const known = migrations.length
  const { least, version: stored, visited } = standingOf(storage)
  if (least > known) return `the object's schema is version ${stored}; this code knows ${known} and does not touch it`
  if (stored > known) {
    // Whoever comes back with newer code has to look again at what is written from here on.
    if (visited > known) write(storage, { version: stored, least, visited: known })
    return undefined
  }
  const from = Math.min(stored, visited)
  for (const [index, migration] of migrations.entries()) {
    if (index < stored) continue
    const isLeft = from > 0 && (isRewriting(sql) || migrations.slice(from, index).some(({ rewrites }) => rewrites))
    const problem = isLeft && migration.isAfterRewrites === true ? olderForm : undefined
    const failure = problem ?? step(storage, migration, index + 1)
    if (failure !== undefined) return failure
  }
  if (from < known) {
    storage.transactionSync(() => {
      // An object that begins has no rows of another form.
      if (from > 0) beginRewrites(sql, migrations, from)
      write(storage, { ...standingOf(storage), visited: known })
    })
  }
  return undefined
}

const olderForm = "rows of the object are still in an older form: the code before this one brings them to the newer"

/** One version is one transaction, so a migration that is cut short goes on where it stopped. */
const step = (storage: DurableObjectStorage, migration: ObjectMigration, version: number): string | undefined => {
  try {
    storage.transactionSync(() => {
      for (const sql of migration.statements) storage.sql.exec(sql)
      const { least, visited } = standingOf(storage)
      write(storage, { version, least: migration.isAdditive === true ? least : version, visited })
    })
    return undefined
  } catch (problem) {
    return `the object's schema could not be brought to version ${version}: ${String(problem)}`
  }
}

/** The first versions of this code kept the version alone: then no other may work with it. */
const standingOf = ({ sql }: DurableObjectStorage): Standing => {
  const [row] = sql.exec("SELECT version FROM schema_version").toArray()
  const version = Number(row?.["version"] ?? 0)
  const [standing] = sql.exec("SELECT least, visited FROM schema_standing").toArray()
  return {
    version,
    least: Number(standing?.["least"] ?? version),
    visited: Number(standing?.["visited"] ?? version)
  }
}

const write = ({ sql }: DurableObjectStorage, { least, version, visited }: Standing): void => {
  sql.exec("INSERT OR REPLACE INTO schema_version (one, version) VALUES (1, ?)", version)
  sql.exec("INSERT OR REPLACE INTO schema_standing (one, least, visited) VALUES (1, ?, ?)", least, visited)
}
