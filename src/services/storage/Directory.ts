/** The operator's list of users, in D1: a mirror that the homes feed through their outboxes. */
import { type Effect, Schema } from "effect"
import { UserId } from "../../domain/Ids.ts"
import { UserStatus } from "../../domain/User.ts"
import { Eventual, operations } from "./Consistency.ts"
import type { StorageError } from "./StorageError.ts"

/** A user as the operator lists it. `version` is the home's, so that a late message never takes the mirror back. */
export const DirectoryEntry = Schema.Struct({
  userId: UserId,
  status: UserStatus,
  username: Schema.NullOr(Schema.String),
  email: Schema.NullOr(Schema.String),
  name: Schema.NullOr(Schema.String),
  createdAt: Schema.Int,
  updatedAt: Schema.Int,
  version: Schema.Int
})
export type DirectoryEntry = typeof DirectoryEntry.Type

const behind = {
  bound: "the delivery of the home's outbox: seconds, longer while the queue is down",
  because: "it is searched and listed by the operator; nothing decides by it"
}

export const Directory = operations("Directory", {
  /** In the order of their ids, after `after`, at most `limit`. */
  list: Eventual<
    (page: { after: string; limit: number }) => Effect.Effect<ReadonlyArray<DirectoryEntry>, StorageError>
  >({
    kind: "read",
    ...behind
  }),
  /** Writes entries that are newer than the mirror's. */
  mirror: Eventual<(entries: ReadonlyArray<DirectoryEntry>) => Effect.Effect<void, StorageError>>({
    kind: "write",
    repeat: "idempotent",
    ...behind
  })
})
