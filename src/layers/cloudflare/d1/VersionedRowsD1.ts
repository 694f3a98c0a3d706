/** Things in D1 that are read and written whole, by their ids: each change with its audit event in one batch. */
import type { AuditEvent } from "../../../domain/AuditEvent.ts"
import { auditIf, changing } from "./AuditStatements.ts"
import { statement } from "./D1Client.ts"

/** The tables in this form: `id`, `body`, `version`, `event_id`. */
export type VersionedTable = "roles" | "scope_mappings"

export interface VersionedRow {
  readonly id: string
  /** JSON. */
  readonly body: string
  readonly version: number
}

interface Change {
  readonly operation: string
  readonly table: VersionedTable
  readonly event: AuditEvent
}

const written = (table: VersionedTable, id: string, { id: event }: AuditEvent) =>
  [`EXISTS (SELECT 1 FROM ${table} WHERE id = ? AND event_id = ?)`, id, event] as const

/** Replaces version `version - 1`; version 1 is a row that is not there yet. */
export const save = <Refused>(
  { body, event, id, operation, table, version }: Change & VersionedRow,
  refused: () => Refused
) =>
  changing(
    operation,
    event,
    [
      statement(
        `INSERT INTO ${table} (id, body, version, event_id) SELECT ?1, ?2, ?3, ?4 ` +
          "WHERE NOT EXISTS (SELECT 1 FROM audit_log WHERE event_id = ?4) " +
          `AND (?3 = 1 OR EXISTS (SELECT 1 FROM ${table} WHERE id = ?1 AND version = ?3 - 1)) ` +
          "ON CONFLICT (id) DO UPDATE SET body = excluded.body, version = excluded.version, " +
          `event_id = excluded.event_id WHERE ${table}.version = excluded.version - 1`,
        id,
        body,
        version,
        event.id
      ),
      auditIf(event, ...written(table, id, event))
    ],
    refused
  )

/** Removes the row as of that version. */
export const remove = <Refused>(
  { event, id, operation, table, version }: Change & Omit<VersionedRow, "body">,
  refused: () => Refused
) =>
  changing(
    operation,
    event,
    [
      // Marked first, for a row that is gone could not say whose change it was.
      statement(
        `UPDATE ${table} SET event_id = ?3 WHERE id = ?1 AND version = ?2 ` +
          "AND NOT EXISTS (SELECT 1 FROM audit_log WHERE event_id = ?3)",
        id,
        version,
        event.id
      ),
      auditIf(event, ...written(table, id, event)),
      statement(`DELETE FROM ${table} WHERE id = ? AND event_id = ?`, id, event.id)
    ],
    refused
  )
