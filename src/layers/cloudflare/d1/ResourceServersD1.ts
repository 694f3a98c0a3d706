/** Resource servers in D1: one row each, each change with its audit event in one batch. RFC 8707. */
import { Effect, Schema } from "effect"
import type { AuditEvent } from "../../../domain/AuditEvent.ts"
import { ResourceId, ResourceMetadata, ResourceServer } from "../../../domain/ResourceServer.ts"
import { bind } from "../../../services/storage/Bind.ts"
import { ResourceChanged, ResourceExists, ResourceServers } from "../../../services/storage/ResourceServers.ts"
import { auditIf, changing, notYet, removing } from "./AuditStatements.ts"
import { D1Primary, type Row, type Statement, statement } from "./D1Client.ts"
import { rowsOf } from "./D1Rows.ts"

const ResourceRow = Schema.Struct({
  resource_id: ResourceId,
  metadata: Schema.fromJsonString(ResourceMetadata),
  version: Schema.Int,
  created_at: Schema.Int,
  updated_at: Schema.Int
})

const columns = "resource_id, metadata, version, created_at, updated_at"

const read = (operation: string) => {
  const decode = rowsOf(operation, ResourceRow)
  return (rows: ReadonlyArray<Row>) =>
    Effect.map(decode(rows), (servers) =>
      servers.map(
        ({ created_at: createdAt, metadata, resource_id: id, updated_at: updatedAt, version }) =>
          new ResourceServer({ id, metadata, version, createdAt, updatedAt })
      )
    )
}

const readFound = read("ResourceServer.find")
const readList = read("ResourceServer.list")

const inserted = (server: ResourceServer, event: AuditEvent): Statement =>
  statement(
    `INSERT INTO resource_servers (${columns}, event_id) SELECT ?, ?, ?, ?, ?, ? WHERE ${notYet} ` +
      "ON CONFLICT (resource_id) DO NOTHING",
    server.id,
    JSON.stringify(server.metadata),
    server.version,
    server.createdAt,
    server.updatedAt,
    event.id,
    event.id
  )

const updated = (server: ResourceServer, event: AuditEvent): Statement =>
  statement(
    "UPDATE resource_servers SET metadata = ?, version = ?, updated_at = ?, event_id = ? " +
      `WHERE resource_id = ? AND version = ? AND ${notYet}`,
    JSON.stringify(server.metadata),
    server.version,
    server.updatedAt,
    event.id,
    server.id,
    server.version - 1,
    event.id
  )

/** The event, if the row is the one that this change wrote. */
const audited = (id: ResourceId, event: AuditEvent): Statement =>
  auditIf(event, "EXISTS (SELECT 1 FROM resource_servers WHERE resource_id = ? AND event_id = ?)", id, event.id)

export const ResourceServersD1 = bind(ResourceServers, {
  find: (ids) =>
    D1Primary.use((d1) =>
      d1.query(
        "ResourceServer.find",
        // A cross join, so that SQLite goes from the few identifiers to the table and never the other way.
        statement(
          `SELECT ${columns} FROM json_each(?) AS named CROSS JOIN resource_servers ON resource_id = named.value ` +
            "ORDER BY named.key",
          JSON.stringify([...new Set(ids)])
        )
      )
    ).pipe(Effect.flatMap(readFound)),
  list: ({ after, limit }) =>
    D1Primary.use((d1) =>
      d1.query(
        "ResourceServer.list",
        statement(
          `SELECT ${columns} FROM resource_servers WHERE resource_id > ? ORDER BY resource_id LIMIT ?`,
          after,
          limit
        )
      )
    ).pipe(Effect.flatMap(readList)),
  create: (server, event) =>
    changing(
      "ResourceServer.create",
      event,
      [inserted(server, event), audited(server.id, event)],
      () => new ResourceExists()
    ),
  update: (server, event) =>
    changing(
      "ResourceServer.update",
      event,
      [updated(server, event), audited(server.id, event)],
      () => new ResourceChanged()
    ),
  remove: (id, event, version) =>
    changing(
      "ResourceServer.remove",
      event,
      removing({ table: "resource_servers", column: "resource_id", key: id, version, event }),
      () => new ResourceChanged()
    )
})
