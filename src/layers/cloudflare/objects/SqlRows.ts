/** Tables of an object on its SQLite: one row a thing, found by primary key. */
import type { SqlStorage } from "@cloudflare/workers-types"
import { Schema } from "effect"
import type { AnyTable, Rows, TableSpec } from "../../objects/Table.ts"

/** A stored row that this version of the code cannot read. It is refused, never guessed at. */
export class UnreadableRow extends Schema.TaggedError<UnreadableRow>()("UnreadableRow", { table: Schema.String }) {}

/** What SQL did in one transaction. */
export interface SqlCost {
  read: number
  written: number
}

/** Runs a statement and counts its rows. */
export const execute = (
  sql: SqlStorage,
  cost: SqlCost,
  statement: string,
  ...parameters: ReadonlyArray<string | number | null>
): ReadonlyArray<Record<string, unknown>> => {
  const cursor = sql.exec(statement, ...parameters)
  const rows = cursor.toArray()
  cost.read += cursor.rowsRead
  cost.written += cursor.rowsWritten
  return rows
}

/** The columns of a table besides its key. */
const columnsOf = (spec: Pick<AnyTable, "expiresAt">): ReadonlyArray<string> =>
  spec.expiresAt === null ? ["body"] : ["expires_at", "body"]

/** The statement that creates a table. Without rowid, so that a row is one row written and the key needs no index. */
export const createTable = (spec: AnyTable): string =>
  `CREATE TABLE ${spec.name} (${spec.keys.map((key) => `${key} TEXT NOT NULL`).join(", ")}, ` +
  `${columnsOf(spec)
    .map((name) => (name === "body" ? "body TEXT NOT NULL" : `${name} INTEGER NOT NULL`))
    .join(", ")}, ` +
  `PRIMARY KEY (${spec.keys.join(", ")})) WITHOUT ROWID`

const matching = (keys: ReadonlyArray<string>): string => keys.map((key) => `${key} = ?`).join(" AND ")

export const sqlRows = <Row>(sql: SqlStorage, cost: SqlCost, spec: TableSpec<Row>): Rows<Row> => {
  const decode = Schema.decodeUnknownOption(Schema.fromJsonString(spec.schema))
  const read = (row: Record<string, unknown>): Row => {
    const decoded = decode(row["body"])
    if (decoded._tag === "None") throw new UnreadableRow({ table: spec.name })
    return decoded.value
  }
  const select = (columns: ReadonlyArray<string>, key: ReadonlyArray<string>) =>
    execute(sql, cost, `SELECT body FROM ${spec.name} WHERE ${matching(columns)}`, ...key).map(read)
  const keys = spec.keys.join(", ")
  const after = (columns: string, key: ReadonlyArray<string>, limit: number) => {
    const where = key.length === 0 ? "" : `WHERE (${keys}) > (${key.map(() => "?").join(", ")})`
    return execute(sql, cost, `SELECT ${columns} FROM ${spec.name} ${where} ORDER BY ${keys} LIMIT ?`, ...key, limit)
  }
  return {
    page: (key, limit) => after("body", key, limit).map(read),
    count: (key, limit, now) => {
      const rows = after(spec.expiresAt === null ? keys : `${keys}, expires_at`, key, limit)
      const last = rows.at(-1)
      return {
        rows: rows.length,
        live: rows.filter((row) => spec.expiresAt === null || Number(row["expires_at"]) > now).length,
        last: last === undefined ? null : spec.keys.map((column) => String(last[column]))
      }
    },
    get: (...key) => select(spec.keys, key)[0],
    under: (...prefix) => select(spec.keys.slice(0, prefix.length), prefix),
    put: (row) => {
      const columns = columnsOf(spec)
      execute(
        sql,
        cost,
        `INSERT INTO ${spec.name} (${[...spec.keys, ...columns].join(", ")}) ` +
          `VALUES (${[...spec.keys, ...columns].map(() => "?").join(", ")}) ON CONFLICT (${spec.keys.join(", ")}) ` +
          `DO UPDATE SET ${columns.map((column) => `${column} = excluded.${column}`).join(", ")}`,
        ...spec.keyOf(row),
        ...(spec.expiresAt === null ? [] : [spec.expiresAt(row)]),
        JSON.stringify(row)
      )
    },
    delete: (...key) =>
      execute(sql, cost, `DELETE FROM ${spec.name} WHERE ${matching(spec.keys)} RETURNING 1`, ...key).length > 0
  }
}
