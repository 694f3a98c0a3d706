/**
 * Bringing rows to the form in which this code writes them: some at a time, by the object's alarm, in the order of the
 * primary key.
 *
 * A migration in one transaction is for tables and few rows: a hundred thousand rows would hold the object up for
 * seconds. So rows are written again while the object goes on, whose code reads both forms. Where it stopped is a row,
 * for an object is thrown out of memory at any time. A row that nobody can read is left as it is: its step refuses it.
 */
import type { SqlStorage } from "@cloudflare/workers-types"
import { Option, Schema } from "effect"
import type { AnyTable } from "../../objects/Table.ts"
import { execute, type SqlCost, sqlRows } from "./SqlRows.ts"
import { pageSize } from "./Sweep.ts"

/** The statement that creates the table of rewrites under way: by version, the key after which each goes on. */
export const createRewrites =
  "CREATE TABLE IF NOT EXISTS schema_rewrites (version INTEGER PRIMARY KEY, position TEXT NOT NULL)"

const Position = Schema.fromJsonString(Schema.Array(Schema.String))
const decodePosition = Schema.decodeUnknownOption(Position)

/** Whether rows are still to be written again. */
export const isRewriting = (sql: SqlStorage): boolean =>
  sql.exec("SELECT 1 FROM schema_rewrites LIMIT 1").toArray().length > 0

/** Begins those of all versions after `from`, anew if they were begun before: older code has written since. */
export const beginRewrites = (
  sql: SqlStorage,
  migrations: ReadonlyArray<{ readonly rewrites?: AnyTable }>,
  from: number
): void => {
  for (const [index, { rewrites }] of migrations.entries()) {
    if (index < from || rewrites === undefined) continue
    sql.exec("INSERT OR REPLACE INTO schema_rewrites (version, position) VALUES (?, '[]')", index + 1)
  }
}

/** Writes one page of rows again; says whether any are left. */
export const rewritePage = (
  sql: SqlStorage,
  cost: SqlCost,
  migrations: ReadonlyArray<{ readonly rewrites?: AnyTable }>
): boolean => {
  const [row] = execute(sql, cost, "SELECT version, position FROM schema_rewrites ORDER BY version LIMIT 1")
  if (row === undefined) return false
  const version = Number(row["version"])
  const spec = migrations[version - 1]?.rewrites
  // Newer code began it, and will go on with it.
  if (spec === undefined) return false
  const after = Option.getOrElse(decodePosition(row["position"]), (): ReadonlyArray<string> => [])
  const page = readPage(sql, cost, spec, after)
  for (const one of page) writeAgain(sql, cost, spec, one)
  const last = page.at(-1)
  if (last !== undefined && page.length === pageSize) {
    const position = JSON.stringify(spec.keys.map((key) => String(last[key])))
    execute(sql, cost, "UPDATE schema_rewrites SET position = ? WHERE version = ?", position, version)
    return true
  }
  execute(sql, cost, "DELETE FROM schema_rewrites WHERE version = ?", version)
  return isRewriting(sql)
}

const readPage = (sql: SqlStorage, cost: SqlCost, spec: AnyTable, after: ReadonlyArray<string>) => {
  const keys = spec.keys.join(", ")
  const where = after.length === 0 ? "" : `WHERE (${keys}) > (${after.map(() => "?").join(", ")})`
  const statement = `SELECT ${keys}, body FROM ${spec.name} ${where} ORDER BY ${keys} LIMIT ?`
  return execute(sql, cost, statement, ...after, pageSize)
}

const writeAgain = (sql: SqlStorage, cost: SqlCost, spec: AnyTable, stored: Record<string, unknown>): void => {
  const row = Schema.decodeUnknownOption(Schema.fromJsonString(spec.schema))(stored["body"])
  // What is in the form of today is not written: a row written costs a thousand times what a row read does.
  if (row._tag === "None" || JSON.stringify(row.value) === stored["body"]) return
  sqlRows(sql, cost, spec).put(row.value)
}
