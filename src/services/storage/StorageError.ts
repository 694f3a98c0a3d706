/**
 * What a failed storage call says is known about the effect it was asked for.
 *
 * There are two answers and no third: the effect did not happen, or nobody knows. A caller who is not told which of
 * the two it is will guess, and a guess burns a code or redeems it twice.
 */
import { Schema } from "effect"

/**
 * The operation was not executed: nothing was read or written, and asking again is always safe.
 *
 * `reason` is for the log, never for the client: `overloaded` (do not ask again at once), `unavailable` (nothing
 * answered), `schema` (the stored schema is newer than this code, which refuses to guess what it means).
 */
export class NotExecuted extends Schema.TaggedError<NotExecuted>()("NotExecuted", {
  operation: Schema.String,
  reason: Schema.Literals(["overloaded", "unavailable", "schema"]),
  detail: Schema.String
}) {}

/**
 * The operation may have been executed or may not. It may be asked again only where its declaration says that a
 * repetition is harmless (idempotent, or carrying an attempt id). Shown to a client it is 503, never a default.
 */
export class OutcomeUnknown extends Schema.TaggedError<OutcomeUnknown>()("OutcomeUnknown", {
  operation: Schema.String,
  detail: Schema.String
}) {}

export type StorageError = NotExecuted | OutcomeUnknown

export const StorageError = Schema.Union([NotExecuted, OutcomeUnknown])
