/** Registered clients in D1: one row a client, each change with its audit event in one batch. RFC 7591. */
import { Effect, Schema } from "effect"
import type { AuditEvent } from "../../../domain/AuditEvent.ts"
import { Client, StoredSecret } from "../../../domain/Client.ts"
import { ClientMetadata, SigningAlg } from "../../../domain/ClientMetadata.ts"
import { algsFor } from "../../../domain/ClientRules.ts"
import { ClientId, SecretHash } from "../../../domain/Ids.ts"
import { bind } from "../../../services/storage/Bind.ts"
import { ClientChanged, ClientExists, Clients } from "../../../services/storage/Clients.ts"
import { changing, notYet, removing } from "./AuditStatements.ts"
import { auditedClient, clientColumns, insertedIf, written } from "./ClientStatements.ts"
import { D1Primary, type Row, type Statement, statement } from "./D1Client.ts"
import { rowsOf } from "./D1Rows.ts"

const ClientRow = Schema.Struct({
  client_id: ClientId,
  metadata: Schema.fromJsonString(ClientMetadata),
  secrets: Schema.fromJsonString(Schema.Array(StoredSecret)),
  registration_token: Schema.NullOr(SecretHash),
  version: Schema.Int,
  created_at: Schema.Int,
  updated_at: Schema.Int
})

/** What of all clients' metadata says with which keys is signed: a handful of rows, however many clients there are. */
const AlgRow = Schema.Struct({
  profile: Schema.NullOr(ClientMetadata.fields.profile.schema),
  id_token: SigningAlg,
  userinfo: Schema.NullOr(SigningAlg)
})

const readAlgs = rowsOf("Client.algs", AlgRow)

const algsOf = ({ id_token, profile, userinfo }: typeof AlgRow.Type) =>
  algsFor({
    id_token_signed_response_alg: id_token,
    ...(profile === null ? {} : { profile }),
    ...(userinfo === null ? {} : { userinfo_signed_response_alg: userinfo })
  })

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
            ...(row.registration_token === null ? {} : { registrationToken: row.registration_token }),
            version: row.version,
            createdAt: row.created_at,
            updatedAt: row.updated_at
          })
      )
    )
}

const readFound = read("Client.find")
const readAll = read("Client.findAll")
const readList = read("Client.list")

const updated = (client: Client, event: AuditEvent): Statement =>
  statement(
    "UPDATE oauth_clients SET metadata = ?, secrets = ?, registration_token = ?, version = ?, created_at = ?, " +
      `updated_at = ?, event_id = ? WHERE client_id = ? AND version = ? AND ${notYet}`,
    ...written(client),
    event.id,
    client.id,
    client.version - 1,
    event.id
  )

export const ClientsD1 = bind(Clients, {
  find: (id) =>
    D1Primary.use((d1) =>
      d1.query("Client.find", statement(`SELECT ${clientColumns} FROM oauth_clients WHERE client_id = ?`, id))
    ).pipe(
      Effect.flatMap(readFound),
      Effect.map(([client]) => client ?? null)
    ),
  findAll: (ids) =>
    D1Primary.use((d1) =>
      d1.query(
        "Client.findAll",
        // One parameter, however many there are.
        statement(
          `SELECT ${clientColumns} FROM oauth_clients WHERE client_id IN (SELECT value FROM json_each(?)) ` +
            "ORDER BY client_id",
          JSON.stringify(ids)
        )
      )
    ).pipe(Effect.flatMap(readAll)),
  list: ({ after, limit }) =>
    D1Primary.use((d1) =>
      d1.query(
        "Client.list",
        statement(
          `SELECT ${clientColumns} FROM oauth_clients WHERE client_id > ? ORDER BY client_id LIMIT ?`,
          after,
          limit
        )
      )
    ).pipe(Effect.flatMap(readList)),
  algs: () =>
    D1Primary.use((d1) =>
      d1.query(
        "Client.algs",
        statement(
          "SELECT DISTINCT metadata ->> 'profile' AS profile, " +
            "metadata ->> 'id_token_signed_response_alg' AS id_token, " +
            "metadata ->> 'userinfo_signed_response_alg' AS userinfo FROM oauth_clients"
        )
      )
    ).pipe(
      Effect.flatMap(readAlgs),
      Effect.map((rows) => [...new Set(rows.flatMap(algsOf))].toSorted())
    ),
  create: (client, event) =>
    changing(
      "Client.create",
      event,
      [insertedIf(client, event, "true"), auditedClient(client.id, event)],
      () => new ClientExists()
    ),
  update: (client, event) =>
    changing(
      "Client.update",
      event,
      [updated(client, event), auditedClient(client.id, event)],
      () => new ClientChanged()
    ),
  remove: (id, event, version) =>
    changing(
      "Client.remove",
      event,
      removing({ table: "oauth_clients", column: "client_id", key: id, version, event }),
      () => new ClientChanged()
    )
})
