/** A table of D1 with one row: a text that is read and replaced whole, a version at a time, with its audit event. */
import type { AuditEvent } from "../../../domain/AuditEvent.ts"
import { auditIf, changing } from "./AuditStatements.ts"
import { statement } from "./D1Client.ts"

type OneRowTable = "branding_settings" | "provider_settings"

/** Reads the row, if there is one, as `{ settings }`. */
export const selectOne = (table: OneRowTable) => statement(`SELECT settings FROM ${table}`)

export interface Replacing {
  readonly operation: string
  readonly table: OneRowTable
  /** The row's new text, a JSON object. */
  readonly settings: string
  /** The row's new version: it replaces the one before. */
  readonly version: number
  readonly event: AuditEvent
}

/** Replaces version `version - 1`, or says that somebody else was faster. */
export const replaceOne = <Refused>(
  { event, operation, settings, table, version }: Replacing,
  refused: () => Refused
) =>
  changing(
    operation,
    event,
    [
      statement(
        `INSERT INTO ${table} (one, settings, version, event_id) SELECT 1, ?1, ?2, ?3 ` +
          "WHERE NOT EXISTS (SELECT 1 FROM audit_log WHERE event_id = ?3) " +
          `AND (?2 = 1 OR EXISTS (SELECT 1 FROM ${table} WHERE version = ?2 - 1)) ` +
          "ON CONFLICT (one) DO UPDATE SET settings = excluded.settings, version = excluded.version, " +
          `event_id = excluded.event_id WHERE ${table}.version = excluded.version - 1`,
        settings,
        version,
        event.id
      ),
      auditIf(event, `EXISTS (SELECT 1 FROM ${table} WHERE event_id = ?)`, event.id)
    ],
    refused
  )
