/** Asking each store whether it answers, and what an isolate remembers of the answers. */
import type { Effect } from "effect"
import type { HealthReport } from "../../domain/Health.ts"
import { Eventual, operations, Strong } from "./Consistency.ts"
import type { StorageError } from "./StorageError.ts"

/** A shard, by any id with its locator. */
export interface Shard {
  readonly id: string
}

/** The database as it is. */
export interface DatabaseState {
  /** The newest migration that was applied; 0 if none was. */
  readonly migration: number
  readonly bytes: number
}

export const Health = operations("Health", {
  /** One shard of the users' homes reads a row that is not there. */
  accounts: Strong<(shard: Shard) => Effect.Effect<void, StorageError>>({ kind: "read" }),
  tickets: Strong<(shard: Shard) => Effect.Effect<void, StorageError>>({ kind: "read" }),
  limits: Strong<(shard: Shard) => Effect.Effect<void, StorageError>>({ kind: "read" }),
  database: Strong<() => Effect.Effect<DatabaseState, StorageError>>({ kind: "read" }),
  archive: Strong<() => Effect.Effect<void, StorageError>>({ kind: "read" }),
  cache: Eventual<() => Effect.Effect<void, StorageError>>({
    kind: "read",
    bound: "60 seconds or more, as every read of KV",
    because: "a key is read that nobody has written: it is the answer that counts, and not what it says"
  }),
  /** What this isolate last found, or null. */
  last: Eventual<() => Effect.Effect<HealthReport | null>>({
    kind: "read",
    bound: "10 seconds, in the memory of one isolate",
    because: "it is told to people and monitors, who ask again; nothing is decided by it"
  }),
  keep: Eventual<(report: HealthReport) => Effect.Effect<void>>({
    kind: "write",
    repeat: "idempotent",
    bound: "at once, in the memory of one isolate and nowhere else",
    because: "every isolate asks for itself"
  })
})
