/** Keeping what the queue could not deliver, in R2: it must not need the database that may be why. */
import { Effect } from "effect"
import { storage } from "../../../services/storage/Storage.ts"
import type { StorageError } from "../../../services/storage/StorageError.ts"
import type { Bucket } from "../Bindings.ts"
import { writeR2 } from "./R2Call.ts"

export interface LetterBox {
  /** Puts a JSON value under a name; the same name again replaces it. */
  readonly put: (name: string, value: unknown) => Effect.Effect<void, StorageError>
}

/** Strong for what `R2Call.ts` says. */
export const R2DeadLetters = storage.strong("R2.DeadLetters")<LetterBox>()

export const makeLetterBox = (bucket: Bucket): LetterBox => ({
  put: (name, value) =>
    Effect.asVoid(
      writeR2("AuditLog.bury", () =>
        bucket.put(name, JSON.stringify(value), { httpMetadata: { contentType: "application/json" } })
      )
    )
})
