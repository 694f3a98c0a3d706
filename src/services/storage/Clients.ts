/** Registered clients, in D1. RFC 7591. Each change writes its audit event in the same batch. */
import { type Effect, Schema } from "effect"
import type { Client } from "../../domain/Client.ts"
import type { AuditEvent } from "../../domain/AuditEvent.ts"
import type { SigningAlg } from "../../domain/ClientMetadata.ts"
import type { ClientId } from "../../domain/Ids.ts"
import { operations, Strong } from "./Consistency.ts"
import type { StorageError } from "./StorageError.ts"

export class ClientExists extends Schema.TaggedError<ClientExists>()("ClientExists", {}) {}

/** The client is not there, or was changed since the version that the change was made from. */
export class ClientChanged extends Schema.TaggedError<ClientChanged>()("ClientChanged", {}) {}

export const Clients = operations("Client", {
  find: Strong<(id: ClientId) => Effect.Effect<Client | null, StorageError>>({ kind: "read" }),
  /** Those of them that there are, in the order of their ids. */
  findAll: Strong<(ids: ReadonlyArray<ClientId>) => Effect.Effect<ReadonlyArray<Client>, StorageError>>({
    kind: "read"
  }),
  /** In the order of their ids, after `after`, at most `limit`. */
  list: Strong<(page: { after: string; limit: number }) => Effect.Effect<ReadonlyArray<Client>, StorageError>>({
    kind: "read"
  }),
  /** What is signed with for any of them, each once: looked through all, so it is for what is done every few months. */
  algs: Strong<() => Effect.Effect<ReadonlyArray<SigningAlg>, StorageError>>({ kind: "read" }),
  create: Strong<(client: Client, event: AuditEvent) => Effect.Effect<void, ClientExists | StorageError>>({
    kind: "compareAndSwap",
    repeat: "idempotent"
  }),
  /** Replaces version `client.version - 1`. */
  update: Strong<(client: Client, event: AuditEvent) => Effect.Effect<void, ClientChanged | StorageError>>({
    kind: "compareAndSwap",
    repeat: "idempotent"
  }),
  /** Whatever its version, or this one only. */
  remove: Strong<
    (id: ClientId, event: AuditEvent, version?: number) => Effect.Effect<void, ClientChanged | StorageError>
  >({ kind: "write", repeat: "idempotent" })
})
