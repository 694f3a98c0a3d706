/** Registered clients in D1: one row a client, each change with its audit event in one batch. RFC 7591. */
import { Effect, Schema } from "effect"
import type { AuditEvent } from "../../domain/AuditEvent.ts"
import { Client, StoredSecret } from "../../domain/Client.ts"
import { ClientMetadata } from "../../domain/ClientMetadata.ts"
import { ClientId } from "../../domain/Ids.ts"
import { bind } from "../../services/storage/Bind.ts"
import { ClientChanged, ClientExists, Clients } from "../../services/storage/Clients.ts"
import { auditIf, notYet, wasMade } from "./AuditStatements.ts"
import { D1Primary, type Row, type Statement, statement } from "./D1Client.ts"
import { rowsOf } from "./D1Rows.ts"

const ClientRow = Schema.Struct({
  client_id: ClientId,
  metadata: Schema.fromJsonString(ClientMetadata),
  secrets: Schema.fromJsonString(Schema.Array(StoredSecret)),
  version: Schema.Int,
  created_at: Schema.Int,
  updated_at: Schema.Int
})

const columns = "client_id, metadata, secrets, version, created_at, updated_at"

const read = (operation: string) => {
  const decode = rowsOf(operation, ClientRow)
  return (rows: ReadonlyArray<Row>) =>
    Effect.map(decode(rows), (clients) =>
      clients.map(
        (row) =>
          new Client({
            id: row.client_id,
            metadata: row.metadata,
            secrets: row.secrets,
            version: row.version,
            createdAt: row.created_at,
            updatedAt: row.updated_at
          })
      )
    )
}

const readFound = read("Client.find")
const readList = read("Client.list")

const inserted = (client: Client, event: AuditEvent): Statement =>
  statement(
    `INSERT INTO oauth_clients (${columns}, event_id) SELECT ?, ?, ?, ?, ?, ?, ? WHERE ${notYet} ` +
      "ON CONFLICT (client_id) DO NOTHING",
    client.id,
    JSON.stringify(client.metadata),
    JSON.stringify(client.secrets),
    client.version,
    client.createdAt,
    client.updatedAt,
    event.id,
    event.id
  )

const updated = (client: Client, event: AuditEvent): Statement =>
  statement(
    "UPDATE oauth_clients SET metadata = ?, secrets = ?, version = ?, created_at = ?, updated_at = ?, event_id = ? " +
      `WHERE client_id = ? AND version = ? AND ${notYet}`,
    JSON.stringify(client.metadata),
    JSON.stringify(client.secrets),
    client.version,
    client.createdAt,
    client.updatedAt,
    event.id,
    client.id,
    client.version - 1,
    event.id
  )

/** The event, if the client's row is the one that this change wrote. */
const audited = (id: ClientId, event: AuditEvent): Statement =>
  auditIf(event, "EXISTS (SELECT 1 FROM oauth_clients WHERE client_id = ? AND event_id = ?)", id, event.id)

/** Whether the last statement of a batch, `wasMade`, found the event. */
const made = (results: ReadonlyArray<ReadonlyArray<Row>>): boolean => (results.at(-1)?.length ?? 0) > 0

export const ClientsD1 = bind(Clients, {
  find: (id) =>
    D1Primary.use((d1) =>
      d1.query("Client.find", statement(`SELECT ${columns} FROM oauth_clients WHERE client_id = ?`, id))
    ).pipe(
      Effect.flatMap(readFound),
      Effect.map(([client]) => client ?? null)
    ),
  list: ({ after, limit }) =>
    D1Primary.use((d1) =>
      d1.query(
        "Client.list",
        statement(`SELECT ${columns} FROM oauth_clients WHERE client_id > ? ORDER BY client_id LIMIT ?`, after, limit)
      )
    ).pipe(Effect.flatMap(readList)),
  create: (client, event) =>
    D1Primary.use((d1) =>
      d1.batch("Client.create", [inserted(client, event), audited(client.id, event), wasMade(event)])
    ).pipe(Effect.flatMap((results) => (made(results) ? Effect.void : Effect.fail(new ClientExists())))),
  update: (client, event) =>
    D1Primary.use((d1) =>
      d1.batch("Client.update", [updated(client, event), audited(client.id, event), wasMade(event)])
    ).pipe(Effect.flatMap((results) => (made(results) ? Effect.void : Effect.fail(new ClientChanged())))),
  remove: (id, event) =>
    D1Primary.use((d1) =>
      d1.batch("Client.remove", [
        // Marked first, for a row that is gone could not say whose change it was.
        statement(`UPDATE oauth_clients SET event_id = ? WHERE client_id = ? AND ${notYet}`, event.id, id, event.id),
        audited(id, event),
        statement("DELETE FROM oauth_clients WHERE client_id = ? AND event_id = ?", id, event.id),
        wasMade(event)
      ])
    ).pipe(Effect.flatMap((results) => (made(results) ? Effect.void : Effect.fail(new ClientChanged()))))
})
