/** Keeping what the queue could not deliver, in R2: it must not need the database that may be why. */
import { Effect } from "effect"
import type { Bucket } from "../Bindings.ts"
import { count } from "../../../services/ports/Cost.ts"
import { storage } from "../../../services/storage/Storage.ts"
import { OutcomeUnknown, type StorageError } from "../../../services/storage/StorageError.ts"

export interface LetterBox {
  /** Puts a JSON value under a name; the same name again replaces it. */
  readonly put: (name: string, value: unknown) => Effect.Effect<void, StorageError>
}

/** R2 promises that a read sees every finished write. */
export const R2DeadLetters = storage.strong("R2.DeadLetters")<LetterBox>()

export const makeLetterBox = (bucket: Bucket): LetterBox => ({
  put: (name, value) =>
    Effect.tryPromise({
      try: () => bucket.put(name, JSON.stringify(value), { httpMetadata: { contentType: "application/json" } }),
      catch: (cause) => new OutcomeUnknown({ operation: "AuditLog.bury", detail: String(cause) })
    }).pipe(Effect.andThen(count({ r2Writes: 1 })))
})
