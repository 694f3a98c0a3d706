/**
 * Waking a shard: its alarm is set if it should ring and would not, for the platform deletes one that failed six times.
 *
 * What waits in a shard that is only read, an outbox above all, would wait for the next write otherwise. A shard that
 * is woken also brings its schema to that of the code, whether anybody asks for its users or not.
 */
import { type Effect, Schema } from "effect"
import { operations, Strong } from "./Consistency.ts"
import type { Shard } from "./Health.ts"
import type { StorageError } from "./StorageError.ts"

/** A shard of users, and how long it keeps sessions that ended, in milliseconds. */
export class AccountWaking extends Schema.Class<AccountWaking>("AccountWaking")({
  id: Schema.String,
  sessionGrace: Schema.Int
}) {}

export const Waking = operations("Waking", {
  accounts: Strong<(shard: AccountWaking) => Effect.Effect<void, StorageError>>({
    kind: "write",
    repeat: "idempotent"
  }),
  tickets: Strong<(shard: Shard) => Effect.Effect<void, StorageError>>({ kind: "write", repeat: "idempotent" }),
  limits: Strong<(shard: Shard) => Effect.Effect<void, StorageError>>({ kind: "write", repeat: "idempotent" }),
  /** The key ring, of which there is one. */
  keys: Strong<() => Effect.Effect<void, StorageError>>({ kind: "write", repeat: "idempotent" })
})
