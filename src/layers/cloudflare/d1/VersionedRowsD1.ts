/** Things in D1 that are read and written whole, a version at a time: each change with its audit event in one batch. */
import type { AuditEvent } from "../../../domain/AuditEvent.ts"
import { auditIf, changing, removing } from "./AuditStatements.ts"
import { type Statement, statement } from "./D1Client.ts"

/** The tables in this form, by the columns of a row's key and of its JSON; they have `version` and `event_id` too. */
const columnsOf = {
  roles: { key: "id", json: "body" },
  scope_mappings: { key: "id", json: "body" },
  branding_settings: { key: "one", json: "settings" },
  provider_settings: { key: "one", json: "settings" }
} as const

type VersionedTable = keyof typeof columnsOf

/** The key of the only row of a table that has one. */
export const theOne = 1

interface Change {
  readonly operation: string
  readonly table: VersionedTable
  readonly event: AuditEvent
  readonly key: string | typeof theOne
  readonly version: number
}

/** Every row, as `{ json }`. */
export const selectAll = (table: VersionedTable): Statement => {
  const { json, key } = columnsOf[table]
  return statement(`SELECT ${json} AS json FROM ${table} ORDER BY ${key}`)
}

/** Replaces version `version - 1`; version 1 is a row that is not there yet. `refused` if somebody else was faster. */
export const save = <Refused>(
  { event, key, operation, row, table, version }: Change & { readonly row: string },
  refused: () => Refused
) => {
  const columns = columnsOf[table]
  return changing(
    operation,
    event,
    [
      statement(
        `INSERT INTO ${table} (${columns.key}, ${columns.json}, version, event_id) SELECT ?1, ?2, ?3, ?4 ` +
          "WHERE NOT EXISTS (SELECT 1 FROM audit_log WHERE event_id = ?4) " +
          `AND (?3 = 1 OR EXISTS (SELECT 1 FROM ${table} WHERE ${columns.key} = ?1 AND version = ?3 - 1)) ` +
          `ON CONFLICT (${columns.key}) DO UPDATE SET ${columns.json} = excluded.${columns.json}, ` +
          "version = excluded.version, event_id = excluded.event_id " +
          `WHERE ${table}.version = excluded.version - 1`,
        key,
        row,
        version,
        event.id
      ),
      auditIf(event, `EXISTS (SELECT 1 FROM ${table} WHERE ${columns.key} = ? AND event_id = ?)`, key, event.id)
    ],
    refused
  )
}

/** Removes the row as of that version. */
export const remove = <Refused>({ event, key, operation, table, version }: Change, refused: () => Refused) =>
  changing(operation, event, removing({ table, column: columnsOf[table].key, key, version, event }), refused)
