/** Resource servers, in D1. RFC 8707. Each change writes its audit event in the same batch. */
import { type Effect, Schema } from "effect"
import type { AuditEvent } from "../../domain/AuditEvent.ts"
import type { ResourceId, ResourceServer } from "../../domain/ResourceServer.ts"
import { operations, Strong } from "./Consistency.ts"
import type { StorageError } from "./StorageError.ts"

export class ResourceExists extends Schema.TaggedError<ResourceExists>()("ResourceExists", {}) {}

/** The resource server is not there, or was changed since the version that the change was made from. */
export class ResourceChanged extends Schema.TaggedError<ResourceChanged>()("ResourceChanged", {}) {}

export const ResourceServers = operations("ResourceServer", {
  /** Those of these identifiers that there are, in one query. The identifiers come from outside and may be anything. */
  find: Strong<(ids: ReadonlyArray<string>) => Effect.Effect<ReadonlyArray<ResourceServer>, StorageError>>({
    kind: "read"
  }),
  /** In the order of their identifiers, after `after`, at most `limit`. */
  list: Strong<(page: { after: string; limit: number }) => Effect.Effect<ReadonlyArray<ResourceServer>, StorageError>>({
    kind: "read"
  }),
  create: Strong<(server: ResourceServer, event: AuditEvent) => Effect.Effect<void, ResourceExists | StorageError>>({
    kind: "compareAndSwap",
    repeat: "idempotent"
  }),
  /** Replaces version `server.version - 1`. */
  update: Strong<(server: ResourceServer, event: AuditEvent) => Effect.Effect<void, ResourceChanged | StorageError>>({
    kind: "compareAndSwap",
    repeat: "idempotent"
  }),
  /** Whatever its version, or this one only. */
  remove: Strong<
    (id: ResourceId, event: AuditEvent, version?: number) => Effect.Effect<void, ResourceChanged | StorageError>
  >({ kind: "write", repeat: "idempotent" })
})
