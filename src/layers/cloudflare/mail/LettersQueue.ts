/** Letters into the queue of the outboxes, which has a consumer, retries and dead letters already. */
import { Effect } from "effect"
import { count } from "../../../services/ports/Cost.ts"
import type { OutboxMessage } from "../../../services/storage/AuditLog.ts"
import { bind } from "../../../services/storage/Bind.ts"
import { Letters } from "../../../services/storage/Letters.ts"
import { storage } from "../../../services/storage/Storage.ts"
import { OutcomeUnknown, type StorageError } from "../../../services/storage/StorageError.ts"
import type { Messages } from "../Bindings.ts"

export interface OutboxProducer {
  readonly send: (operation: string, message: OutboxMessage) => Effect.Effect<void, StorageError>
}

/** The queue promises to deliver what it has taken, at least once and some time later. */
export const OutboxQueue = storage.eventual("Queue.Outbox")<OutboxProducer>()

export const makeOutboxProducer = (queue: Messages): OutboxProducer => ({
  send: (operation, body) =>
    Effect.tryPromise({
      try: () => queue.sendBatch([{ body }]),
      catch: (cause) => new OutcomeUnknown({ operation, detail: String(cause) })
    }).pipe(Effect.andThen(count({ queueMessages: 1 })))
})

export const LettersQueue = bind(Letters, {
  post: (letter) => OutboxQueue.use((queue) => queue.send("Letter.post", { _tag: "letter", letter }))
})
