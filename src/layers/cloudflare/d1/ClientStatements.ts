/** Rows of clients as statements: what more than one operation on D1 does with them. RFC 7591. */
import type { AuditEvent } from "../../../domain/AuditEvent.ts"
import type { Client } from "../../../domain/Client.ts"
import type { ClientId } from "../../../domain/Ids.ts"
import { auditIf, notYet } from "./AuditStatements.ts"
import { type Parameter, type Statement, statement } from "./D1Client.ts"

export const clientColumns = "client_id, metadata, secrets, registration_token, version, created_at, updated_at"

/** The columns that a change writes, without the id. */
export const written = ({ createdAt, metadata, registrationToken, secrets, updatedAt, version }: Client) =>
  [JSON.stringify(metadata), JSON.stringify(secrets), registrationToken ?? null, version, createdAt, updatedAt] as const

/** The client, unless its id is taken or its event was written before; and only if the condition holds. */
export const insertedIf = (
  client: Client,
  event: AuditEvent,
  condition: string,
  ...parameters: ReadonlyArray<Parameter>
): Statement =>
  statement(
    `INSERT INTO oauth_clients (${clientColumns}, event_id) SELECT ?, ?, ?, ?, ?, ?, ?, ? ` +
      `WHERE ${notYet} AND ${condition} ON CONFLICT (client_id) DO NOTHING`,
    client.id,
    ...written(client),
    event.id,
    event.id,
    ...parameters
  )

/** The event, if the client's row is the one that this change wrote. */
export const auditedClient = (id: ClientId, event: AuditEvent): Statement =>
  auditIf(event, "EXISTS (SELECT 1 FROM oauth_clients WHERE client_id = ? AND event_id = ?)", id, event.id)
