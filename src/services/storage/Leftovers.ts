/**
 * What is left over in D1, found a page at a time: each call looks at the next rows of a table in the order of its key,
 * and storage keeps how far it came. After the last row it begins anew.
 */
import type { Effect } from "effect"
import { operations, Strong } from "./Consistency.ts"
import type { Holder } from "./Identifiers.ts"
import type { StorageError } from "./StorageError.ts"

/** How many rows are looked at, and before which moment (milliseconds) they must have been over. */
export interface Cleaning {
  readonly limit: number
  readonly before: number
}

export const Leftovers = operations("Leftover", {
  /** Deletes initial access tokens that expired; says how many. */
  tokens: Strong<(cleaning: Cleaning) => Effect.Effect<number, StorageError>>({ kind: "write", repeat: "idempotent" }),
  /** Deletes users from the operator's list that were deleted; says how many. */
  tombstones: Strong<(cleaning: Cleaning) => Effect.Effect<number, StorageError>>({
    kind: "write",
    repeat: "idempotent"
  }),
  /** Sign-in names that were reserved for a user whom the operator's list does not know, or knows as deleted. */
  reservations: Strong<(cleaning: Cleaning) => Effect.Effect<ReadonlyArray<Holder>, StorageError>>({
    kind: "write",
    repeat: "idempotent"
  })
})
