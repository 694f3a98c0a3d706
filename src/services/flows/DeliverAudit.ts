/**
 * What the queue brings out of the objects' outboxes: audit events into the log, users into the directory.
 *
 * The queue delivers at least once and in any order. Both are written so that a second delivery changes nothing; so a
 * batch that failed anywhere may come again whole.
 */
import { Clock, Effect, Result, Schema } from "effect"
import { AuditLog, OutboxMessage } from "../storage/AuditLog.ts"
import { Directory } from "../storage/Directory.ts"
import { retried } from "../storage/Retry.ts"

/** A message as the queue hands it over. */
export interface QueueMessage {
  readonly id: string
  readonly body: unknown
}

export interface Delivery {
  /**
   * The ids of messages that this version of the code cannot read. They are not delivered: they must be asked for
   * again, for a newer version may read them, and are kept as dead letters if none does.
   */
  readonly malformed: ReadonlyArray<string>
}

const decode = Schema.decodeUnknownResult(OutboxMessage)

/** Delivers a batch: at most one write into the log and one into the directory. */
export const deliverAudit = Effect.fn("DeliverAudit")(function* (messages: ReadonlyArray<QueueMessage>) {
  const read = messages.map(({ body, id }) => ({ id, result: decode(body) }))
  const known = read.flatMap(({ result }) => (Result.isSuccess(result) ? [result.success] : []))
  const events = known.flatMap((message) => (message._tag === "audit" ? [message.event] : []))
  const entries = known.flatMap((message) => (message._tag === "directory" ? [message.entry] : []))
  if (events.length > 0) yield* retried(AuditLog.append)(events)
  if (entries.length > 0) yield* retried(Directory.mirror)(entries)
  const malformed = read.filter(({ result }) => Result.isFailure(result)).map(({ id }) => id)
  for (const id of malformed) {
    yield* Effect.logWarning("a message of the outbox cannot be read").pipe(Effect.annotateLogs({ messageId: id }))
  }
  return { malformed } satisfies Delivery
})

/** Keeps a batch of the dead-letter queue, and raises an alert for each: an event that nobody can account for. */
export const buryDead = Effect.fn("BuryDead")(function* (messages: ReadonlyArray<QueueMessage>) {
  const now = yield* Clock.currentTimeMillis
  for (const { body, id } of messages) {
    yield* retried(AuditLog.bury)({ id, body, at: now })
    yield* Effect.logError("an audit message could not be delivered and is kept as a dead letter").pipe(
      Effect.annotateLogs({ alert: "audit.dead_letter", messageId: id })
    )
  }
  return { malformed: [] } satisfies Delivery
})
