/** The archive of audit events, in R2: compressed JSON lines, in batches that are never changed. */
import { type Effect, Schema } from "effect"
import type { AuditBatch } from "../../domain/AuditArchive.ts"
import { operations, Strong } from "./Consistency.ts"
import type { StorageError } from "./StorageError.ts"

/** There is something under the name of a batch, and it is no compressed text. */
export class BatchUnreadable extends Schema.TaggedError<BatchUnreadable>()("BatchUnreadable", {}) {}

export const AuditArchives = operations("AuditArchive", {
  /** Stores the lines of a batch under its name, which its content gives it: stored again it is the same. */
  store: Strong<(batch: AuditBatch, lines: string) => Effect.Effect<void, StorageError>>({
    kind: "write",
    repeat: "idempotent"
  }),
  /** The lines of a batch; null if there is none of this name. */
  read: Strong<(key: string) => Effect.Effect<string | null, BatchUnreadable | StorageError>>({ kind: "read" })
})
