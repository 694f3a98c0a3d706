/**
 * Alerts, in R2: what is raised must be known while the database is down, which is what it may be about. Events that
 * are alerts are read from the audit log. docs/decisions/0036-observability.md.
 */
import { type Effect, Schema } from "effect"
import type { AlertBook } from "../../domain/Alert.ts"
import type { AlertSign } from "../../domain/AlertFacts.ts"
import type { AuditEvent } from "../../domain/AuditEvent.ts"
import { operations, Strong } from "./Consistency.ts"
import type { StorageError } from "./StorageError.ts"

/** Somebody else changed the book since the version that the change was made from. */
export class AlertBookChanged extends Schema.TaggedError<AlertBookChanged>()("AlertBookChanged", {}) {}

export const Alerts = operations("Alert", {
  /** All alerts; version 0 if there never was one. */
  book: Strong<() => Effect.Effect<AlertBook, StorageError>>({ kind: "read" }),
  /** Replaces version `book.version - 1`. A writer that asks again finds its own. */
  keep: Strong<(book: AlertBook) => Effect.Effect<void, AlertBookChanged | StorageError>>({
    kind: "compareAndSwap",
    repeat: "idempotent"
  }),
  /** Leaves a sign for the next look, in place of the last of its name. */
  sign: Strong<(sign: AlertSign) => Effect.Effect<void, StorageError>>({ kind: "write", repeat: "idempotent" }),
  signs: Strong<() => Effect.Effect<ReadonlyArray<AlertSign>, StorageError>>({ kind: "read" }),
  /**
   * The events of `alarming` kinds since a moment (milliseconds), so many at most, oldest first: but limits that were
   * reached stand after all others. Whoever trips a thousand of them must not keep a stolen token out of sight.
   */
  events: Strong<
    (asked: {
      readonly since: number
      readonly limit: number
    }) => Effect.Effect<ReadonlyArray<AuditEvent>, StorageError>
  >({ kind: "read" })
})
