/**
 * Deleting what nobody can want any more: a page of a table at a time, in the order of the primary key.
 *
 * There is no index on the expiry: an index is a second row written for every write, and reading a row costs a
 * thousandth of writing one. Nothing depends on the sweep but storage: every decision looks at the time itself.
 */
import type { SqlStorage } from "@cloudflare/workers-types"
import type { TableSpec, TableSpecs } from "../objects/Table.ts"
import { execute, type SqlCost } from "./SqlRows.ts"

/** Rows looked at in one run. */
export const pageSize = 500

/** Where the next run goes on: a table and the key after which it looks. */
export interface SweepPosition {
  readonly table: number
  readonly after: ReadonlyArray<string>
}

export const beginning: SweepPosition = { table: 0, after: [] }

/** Looks at one page. Undefined when the last table is done. */
export const sweepPage = (
  sql: SqlStorage,
  cost: SqlCost,
  tables: TableSpecs,
  position: SweepPosition,
  now: number
): SweepPosition | undefined => {
  const spec = Object.values(tables)[position.table]
  if (spec === undefined) return undefined
  const page = readPage(sql, cost, spec, position.after)
  for (const row of page) {
    const expiresAt = row["expires_at"]
    if (typeof expiresAt === "number" && expiresAt <= now) {
      const where = spec.keys.map((key) => `${key} = ?`).join(" AND ")
      execute(sql, cost, `DELETE FROM ${spec.name} WHERE ${where}`, ...keyOf(spec, row))
    }
  }
  const last = page.at(-1)
  return page.length < pageSize || last === undefined
    ? next(tables, position.table + 1)
    : { table: position.table, after: keyOf(spec, last) }
}

const next = (tables: TableSpecs, table: number): SweepPosition | undefined =>
  table < Object.keys(tables).length ? { table, after: [] } : undefined

const keyOf = (spec: Pick<TableSpec<never>, "keys">, row: Record<string, unknown>): ReadonlyArray<string> =>
  spec.keys.map((key) => String(row[key]))

const readPage = (
  sql: SqlStorage,
  cost: SqlCost,
  spec: Pick<TableSpec<never>, "name" | "keys">,
  after: ReadonlyArray<string>
) => {
  const keys = spec.keys.join(", ")
  const where = after.length === 0 ? "" : `WHERE (${keys}) > (${after.map(() => "?").join(", ")})`
  const sqlText = `SELECT ${keys}, expires_at FROM ${spec.name} ${where} ORDER BY ${keys} LIMIT ${pageSize}`
  return execute(sql, cost, sqlText, ...after)
}

/** Whether any row is left that will expire some day. */
export const anyExpires = (sql: SqlStorage, cost: SqlCost, tables: TableSpecs): boolean =>
  Object.values(tables).some(
    (spec) => execute(sql, cost, `SELECT 1 FROM ${spec.name} WHERE expires_at IS NOT NULL LIMIT 1`).length > 0
  )
