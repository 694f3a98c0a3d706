/**
 * Deleting what nobody can want any more: some rows at a time, in the order of the primary key.
 *
 * There is no index on the expiry: an index is a second row written for every write, and reading a row costs a
 * thousandth of writing one. Nothing depends on the sweep but storage: every decision looks at the time itself.
 *
 * Where it is and when it goes on is a row of its own: an object is thrown out of memory every few minutes, and a
 * sweep that began anew each time would never come to an end.
 */
import type { SqlStorage } from "@cloudflare/workers-types"
import { Option, Schema } from "effect"
import { graceOf, Retention } from "../../objects/AccountTables.ts"
import { sweepsAgainAt } from "../../objects/Alarm.ts"
import type { AnyTable, TableSpecs } from "../../objects/Table.ts"
import { execute, type SqlCost } from "./SqlRows.ts"

/** Rows looked at in one run. */
export const pageSize = 500

/** The statement that creates the sweep's own table. */
export const createSweep =
  "CREATE TABLE sweep (one INTEGER PRIMARY KEY CHECK (one = 1), due INTEGER NOT NULL, position TEXT NOT NULL)"

/** Where a run goes on: a table and the key after which it looks; at the beginning of the first table if null. */
const Position = Schema.NullOr(Schema.Struct({ table: Schema.String, after: Schema.Array(Schema.String) }))
type Position = typeof Position.Type

const decodePosition = Schema.decodeUnknownOption(Schema.fromJsonString(Position))

/** Sweeps, if it is time to; says when it will be time again, undefined while there is nothing that can expire. */
export const sweep = (sql: SqlStorage, cost: SqlCost, tables: TableSpecs, now: number): number | undefined => {
  const expiring = Object.values(tables).filter((spec) => spec.expiresAt !== null)
  const [state] = execute(sql, cost, "SELECT due, position FROM sweep")
  let due = Number(state?.["due"] ?? 0)
  if (now >= due) {
    const position = decodePosition(state?.["position"])
    const next = run(sql, cost, expiring, position._tag === "Some" ? position.value : null, now)
    due = sweepsAgainAt(now, next === null)
    execute(sql, cost, "INSERT OR REPLACE INTO sweep (one, due, position) VALUES (1, ?, ?)", due, JSON.stringify(next))
  }
  const isLeft = expiring.some(({ name }) => execute(sql, cost, `SELECT 1 FROM ${name} LIMIT 1`).length > 0)
  return isLeft ? due : undefined
}

/** Looks at one page of rows, of as many tables as they come from. Null when the last table is done. */
const run = (
  sql: SqlStorage,
  cost: SqlCost,
  expiring: ReadonlyArray<AnyTable>,
  from: Position,
  now: number
): Position => {
  // A table that is gone since the last run is no reason to stand still.
  const first = Math.max(
    0,
    expiring.findIndex(({ name }) => name === from?.table)
  )
  let left = pageSize
  for (const [index, spec] of expiring.slice(first).entries()) {
    const after = index === 0 && from?.table === spec.name ? from.after : []
    const page = readPage(sql, cost, spec, after, left)
    const before = spec.isRetained === true && page.length > 0 ? now - retained(sql, cost) : now
    for (const row of page) if (Number(row["expires_at"]) <= before) deleteRow(sql, cost, spec, row)
    const last = page.at(-1)
    if (last !== undefined && page.length === left) return { table: spec.name, after: keyOf(spec, last) }
    left -= page.length
  }
  return null
}

const decodeRetention = Schema.decodeUnknownOption(Schema.fromJsonString(Retention))

/** For how long rows are kept after they expired. */
const retained = (sql: SqlStorage, cost: SqlCost): number => {
  const [row] = execute(sql, cost, "SELECT body FROM retention WHERE what = 'sessions' LIMIT 1")
  return graceOf(Option.getOrUndefined(decodeRetention(row?.["body"])))
}

const keyOf = (spec: AnyTable, row: Record<string, unknown>): ReadonlyArray<string> =>
  spec.keys.map((key) => String(row[key]))

const deleteRow = (sql: SqlStorage, cost: SqlCost, spec: AnyTable, row: Record<string, unknown>): void => {
  const where = spec.keys.map((key) => `${key} = ?`).join(" AND ")
  execute(sql, cost, `DELETE FROM ${spec.name} WHERE ${where}`, ...keyOf(spec, row))
}

const readPage = (sql: SqlStorage, cost: SqlCost, spec: AnyTable, after: ReadonlyArray<string>, limit: number) => {
  const keys = spec.keys.join(", ")
  const where = after.length === 0 ? "" : `WHERE (${keys}) > (${after.map(() => "?").join(", ")})`
  const statement = `SELECT ${keys}, expires_at FROM ${spec.name} ${where} ORDER BY ${keys} LIMIT ?`
  return execute(sql, cost, statement, ...after, limit)
}
