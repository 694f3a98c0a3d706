/** The names people sign in with, unique across all users, in D1. Reserved first, then the home is made. */
import { type Effect, Schema } from "effect"
import type { AuditEvent } from "../../domain/AuditEvent.ts"
import { Identifier } from "../../domain/Identifier.ts"
import { UserId } from "../../domain/Ids.ts"
import { operations, Strong } from "./Consistency.ts"
import type { StorageError } from "./StorageError.ts"

/** Who holds a name, and since when (milliseconds). */
export class Holder extends Schema.Class<Holder>("Holder")({
  identifier: Identifier,
  userId: UserId,
  reservedAt: Schema.Int
}) {}

/** Somebody else holds one of the names. */
export class IdentifierTaken extends Schema.TaggedError<IdentifierTaken>()("IdentifierTaken", { holder: Holder }) {}

export interface Reservation {
  readonly userId: UserId
  readonly identifiers: ReadonlyArray<Identifier>
  readonly now: number
}

export const Identifiers = operations("Identifier", {
  /** Reserves all of the names for a user, or none. Names that are this user's already stay. */
  reserve: Strong<(request: Reservation, event: AuditEvent) => Effect.Effect<void, IdentifierTaken | StorageError>>({
    kind: "compareAndSwap",
    repeat: "idempotent"
  }),
  resolve: Strong<(identifier: Identifier) => Effect.Effect<UserId | null, StorageError>>({ kind: "read" }),
  /** Gives up names of a user; those that are another's by now stay. */
  release: Strong<
    (userId: UserId, identifiers: ReadonlyArray<Identifier>, event: AuditEvent) => Effect.Effect<void, StorageError>
  >({ kind: "write", repeat: "idempotent" })
})
