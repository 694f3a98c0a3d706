/** Letters on their way to people, in the queue that also takes the objects' outboxes. */
import type { Effect } from "effect"
import type { PostedLetter } from "../../domain/Letter.ts"
import { Eventual, operations } from "./Consistency.ts"
import type { StorageError } from "./StorageError.ts"

export const Letters = operations("Letter", {
  /** Hands a letter over; from then on it is delivered, or kept as a dead letter. */
  post: Eventual<(letter: PostedLetter) => Effect.Effect<void, StorageError>>({
    kind: "write",
    repeat: "idempotent",
    bound: "the queue and the mail server: seconds, longer while one of them is down",
    because:
      "nothing decides by whether a letter has arrived: what a link or a code in it may do is decided where it is used"
  })
})
