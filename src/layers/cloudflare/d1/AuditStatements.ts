/**
 * The audit event of a change in D1, in the batch of the change itself.
 *
 * The event's id names the change. The row that is changed carries it, the event is written only if such a row is
 * there, and the change is made only if the event is not: so a batch that is repeated after an unknown outcome changes
 * nothing and answers the same, even if the row was changed again by somebody else in between.
 */
import { Effect } from "effect"
import type { AuditEvent } from "../../../domain/AuditEvent.ts"
import { D1Primary, type Parameter, type Statement, statement } from "./D1Client.ts"
import { jsonArrays } from "./D1Rows.ts"

const columns = "event_id, at, type, user_id, client_id, grant_id, sid, detail"

/** A row of the log as the JSON of its event; what it has not is left out. */
export const eventJson =
  "json_patch('{}', json_object('id', event_id, 'at', at, 'type', type, 'userId', user_id, 'clientId', client_id, " +
  "'grantId', grant_id, 'sid', sid, 'detail', json(detail)))"

/** The condition under which a change is not made yet; its parameter is the id of its event. */
export const notYet = "NOT EXISTS (SELECT 1 FROM audit_log WHERE event_id = ?)"

/** Writes the event if the condition holds, once. Only a known id is passed over: a row that is none is an error. */
export const auditIf = (event: AuditEvent, condition: string, ...parameters: ReadonlyArray<Parameter>): Statement =>
  statement(
    `INSERT INTO audit_log (${columns}) SELECT ?, ?, ?, ?, ?, ?, ?, ? WHERE ${condition} ` +
      "ON CONFLICT (event_id) DO NOTHING",
    event.id,
    event.at,
    event.type,
    event.userId ?? null,
    event.clientId ?? null,
    event.grantId ?? null,
    event.sid ?? null,
    event.detail === undefined ? null : JSON.stringify(event.detail),
    ...parameters
  )

/** Makes a change with its event in one batch; `refused` if neither this batch nor one before it made the change. */
export const changing = <Refused>(
  operation: string,
  event: AuditEvent,
  statements: ReadonlyArray<Statement>,
  refused: () => Refused
) =>
  D1Primary.use((d1) =>
    d1.batch(operation, [...statements, statement("SELECT 1 FROM audit_log WHERE event_id = ?", event.id)])
  ).pipe(Effect.flatMap((results) => ((results.at(-1)?.length ?? 0) > 0 ? Effect.void : Effect.fail(refused()))))

export interface Removal {
  readonly table: string
  /** The column of its primary key, and the row's value there. */
  readonly column: string
  readonly key: Parameter
  /** As of which version; without one, whatever its version is. The table has that column if it is given. */
  readonly version?: number | undefined
  readonly event: AuditEvent
}

/** Removes a row with its event. Marked first: a row that is gone could not say whose change it was. */
export const removing = ({ column, event, key, table, version }: Removal): ReadonlyArray<Statement> => {
  const ofVersion = version === undefined ? [] : [version]
  return [
    statement(
      `UPDATE ${table} SET event_id = ? WHERE ${column} = ? ` +
        `${version === undefined ? "" : "AND version = ? "}AND ${notYet}`,
      event.id,
      key,
      ...ofVersion,
      event.id
    ),
    auditIf(event, `EXISTS (SELECT 1 FROM ${table} WHERE ${column} = ? AND event_id = ?)`, key, event.id),
    statement(`DELETE FROM ${table} WHERE ${column} = ? AND event_id = ?`, key, event.id)
  ]
}

/** Writes events whose id is not there yet, as few statements as their size allows. */
export const auditAll = (events: ReadonlyArray<AuditEvent>): ReadonlyArray<Statement> =>
  jsonArrays(events).map((json) =>
    statement(
      `INSERT INTO audit_log (${columns}) ` +
        "SELECT value ->> 'id', value ->> 'at', value ->> 'type', value ->> 'userId', value ->> 'clientId', " +
        "value ->> 'grantId', value ->> 'sid', value -> 'detail' FROM json_each(?) WHERE true " +
        "ON CONFLICT (event_id) DO NOTHING",
      json
    )
  )
