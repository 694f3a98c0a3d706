/**
 * The schema version of an object's own database: migrated forward on first use, and refused if it is newer.
 *
 * In a deploy the Worker and the objects run different versions for a while, and an object may be opened by older code
 * after newer code has migrated it. Older code does not know what the newer schema means, so it says so, and does
 * nothing.
 */
import type { DurableObjectStorage } from "@cloudflare/workers-types"
import type { TableSpecs } from "../objects/Table.ts"
import { createOutbox } from "./Outbox.ts"
import { createTable } from "./SqlRows.ts"
import { createSweep } from "./Sweep.ts"

/** The statements that lead from version n to n + 1, for n = 0, 1, … */
export type ObjectMigrations = ReadonlyArray<ReadonlyArray<string>>

/** Version 1 of every class of objects: its tables, its outbox and where its sweep is. */
export const firstVersion = (tables: TableSpecs): ReadonlyArray<string> => [
  ...Object.values(tables).map(createTable),
  createOutbox,
  createSweep
]

/** Brings the database to the newest version; undefined if it did, or the sentence that says why not. */
export const migrate = (storage: DurableObjectStorage, migrations: ObjectMigrations): string | undefined => {
  storage.sql.exec(
    "CREATE TABLE IF NOT EXISTS schema_version (one INTEGER PRIMARY KEY CHECK (one = 1), version INTEGER)"
  )
  const [row] = storage.sql.exec("SELECT version FROM schema_version").toArray()
  const stored = Number(row?.["version"] ?? 0)
  if (stored > migrations.length) {
    return `the object's schema is version ${stored}; this code knows ${migrations.length} and does not touch it`
  }
  for (const [index, statements] of migrations.entries()) {
    if (index < stored) continue
    const version = index + 1
    try {
      // Each version is one transaction, so a migration that is cut short goes on where it stopped.
      storage.transactionSync(() => {
        for (const sql of statements) storage.sql.exec(sql)
        storage.sql.exec("INSERT OR REPLACE INTO schema_version (one, version) VALUES (1, ?)", version)
      })
    } catch (problem) {
      return `the object's schema could not be brought to version ${version}: ${String(problem)}`
    }
  }
  return undefined
}
