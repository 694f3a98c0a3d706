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
  reservedAt: Schema.Int,
  /** The event of the last reservation, where storage keeps it beside the name. */
  eventId: Schema.optionalKey(Schema.String)
}) {}

/** Somebody else holds one of the names. */
export class IdentifierTaken extends Schema.TaggedError<IdentifierTaken>()("IdentifierTaken", { holder: Holder }) {}

export interface Reservation {
  readonly userId: UserId
  readonly identifiers: ReadonlyArray<Identifier>
  readonly now: number
}

export interface Release {
  readonly userId: UserId
  readonly identifiers: ReadonlyArray<Identifier>
  /**
   * The event of the reservation that is given up: names that were reserved anew since then stay, however late this
   * comes. Null gives up whatever is the user's.
   */
  readonly reservedBy: string | null
}

export interface Search {
  readonly beginning: string
  readonly after: string
  readonly limit: number
}

/** A name and whose it is. */
export interface Named {
  readonly identifier: Identifier
  readonly userId: UserId
}

export const Identifiers = operations("Identifier", {
  /** Reserves all of the names for a user, or none. Names that are this user's already stay, reserved by this event. */
  reserve: Strong<(request: Reservation, event: AuditEvent) => Effect.Effect<void, IdentifierTaken | StorageError>>({
    kind: "compareAndSwap",
    repeat: "idempotent"
  }),
  resolve: Strong<(identifier: Identifier) => Effect.Effect<UserId | null, StorageError>>({ kind: "read" }),
  /** Names that begin so, in their order, after `after`: at most `limit`, and as many rows are read. */
  search: Strong<(asked: Search) => Effect.Effect<ReadonlyArray<Named>, StorageError>>({ kind: "read" }),
  /** Gives up names of a user; those that are another's by now stay. */
  release: Strong<(request: Release, event: AuditEvent) => Effect.Effect<void, StorageError>>({
    kind: "write",
    repeat: "idempotent"
  })
})
