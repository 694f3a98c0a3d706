/**
 * Registered clients, in D1, and copies in KV of what pages show of them. RFC 7591. Each change writes its audit event
 * in the same batch. docs/decisions/0031-client-cache.md says what is read where.
 */
import { type Effect, Schema } from "effect"
import type { Client } from "../../domain/Client.ts"
import type { ClientDisplay } from "../../domain/ClientDisplay.ts"
import type { AuditEvent } from "../../domain/AuditEvent.ts"
import type { SigningAlg } from "../../domain/ClientMetadata.ts"
import type { ClientId } from "../../domain/Ids.ts"
import { Eventual, operations, Strong } from "./Consistency.ts"
import type { StorageError } from "./StorageError.ts"

export class ClientExists extends Schema.TaggedError<ClientExists>()("ClientExists", {}) {}

/** The client is not there, or was changed since the version that the change was made from. */
export class ClientChanged extends Schema.TaggedError<ClientChanged>()("ClientChanged", {}) {}

/** How long a copy in KV is good, in milliseconds, whatever became of the client meanwhile. */
export const displayLifetime = 3_600_000

/** Of a copy that somebody makes of the old state just when the new one is written: nobody deletes it, it runs out. */
const bound = "an hour, after which no copy is good any more; usually the minute or more that KV itself lags"

export const Clients = operations("Client", {
  find: Strong<(id: ClientId) => Effect.Effect<Client | null, StorageError>>({ kind: "read" }),
  /** Those of them that there are, in the order of their ids. */
  findAll: Strong<(ids: ReadonlyArray<ClientId>) => Effect.Effect<ReadonlyArray<Client>, StorageError>>({
    kind: "read"
  }),
  /**
   * What pages show of those of them that there are, in the order of their ids. Where KV does not answer, D1 does: no
   * page needs the copies.
   */
  display: Eventual<(ids: ReadonlyArray<ClientId>) => Effect.Effect<ReadonlyArray<ClientDisplay>, StorageError>>({
    kind: "read",
    bound,
    because: "names, logos and links are for people to look at: whatever is decided is decided by `find`"
  }),
  /** Deletes the copy. It comes before the change: one that cannot be seen on pages in time is not made. */
  forgetDisplay: Eventual<(id: ClientId) => Effect.Effect<void, StorageError>>({
    kind: "write",
    repeat: "idempotent",
    bound,
    because: "a copy that comes back, or was not deleted, is as safe to show as it was before"
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
