/**
 * What the queue brings: audit events into the log, users into the directory, logouts to clients, letters to people.
 *
 * The queue delivers at least once and in any order. Log and directory are written so that a second delivery changes
 * nothing, so a batch that failed anywhere may come again whole. They come first, and what clients and mail servers
 * answer is no reason for any of it to come again: one that is slow or gone costs nobody an event.
 */
import { Clock, Effect, Result, Schema } from "effect"
import type { AlertName } from "../../domain/Alert.ts"
import { searchableOf } from "../../domain/CustomField.ts"
import { resendAfter } from "../../domain/Letter.ts"
import { retryAfter } from "../../domain/Logout.ts"
import { AuditLog, OutboxMessage } from "../storage/AuditLog.ts"
import { Directory, type DirectoryEntry } from "../storage/Directory.ts"
import { retried } from "../storage/Retry.ts"
import { deliverLetters } from "./letters/DeliverLetters.ts"
import { settingsNow } from "./SettingsNow.ts"
import { deliverLogouts } from "./DeliverLogouts.ts"
import { raiseAlert } from "./upkeep/RaiseAlert.ts"

/** A message as the queue hands it over. */
export interface QueueMessage {
  readonly id: string
  readonly body: unknown
  /** How often it was handed over, this time included. */
  readonly attempts: number
}

/** A message that has to come again, and after how many seconds; at once if they are absent. */
export interface Again {
  readonly id: string
  readonly delaySeconds?: number
}

export interface Delivery {
  /** Whatever is not here was delivered. What comes too often is kept as a dead letter. */
  readonly again: ReadonlyArray<Again>
}

const decode = Schema.decodeUnknownResult(OutboxMessage)

/** Delivers a batch: at most one write into the log and one into the directory; then each logout and letter. */
export const deliverOutbox = Effect.fn("DeliverOutbox")(function* (messages: ReadonlyArray<QueueMessage>) {
  const read = messages.map(({ attempts, body, id }) => ({ attempts, id, result: decode(body) }))
  const known = read.flatMap(({ result, ...message }) =>
    Result.isSuccess(result) ? [{ ...message, said: result.success }] : []
  )
  const events = known.flatMap(({ said }) => (said._tag === "audit" ? [said.event] : []))
  const entries = known.flatMap(({ said }) => (said._tag === "directory" ? [said.entry] : []))
  if (events.length > 0) yield* retried(AuditLog.append)(events)
  if (entries.length > 0) yield* mirror(entries)
  const logouts = known.flatMap(({ said, ...message }) =>
    said._tag === "logout" ? [{ ...message, notice: said.notice }] : []
  )
  const letters = known.flatMap(({ said, ...message }) =>
    said._tag === "letter" ? [{ ...message, letter: said.letter }] : []
  )
  const [untold, unsent] = yield* Effect.all(
    [deliverLogouts(logouts.map(({ notice }) => notice)), deliverLetters(letters.map(({ letter }) => letter))],
    { concurrency: 2 }
  )
  const later: ReadonlyArray<Again> = [
    ...logouts
      .filter(({ notice }) => untold.has(notice.id))
      .map(({ attempts, id }) => ({ id, delaySeconds: retryAfter(attempts) })),
    ...letters
      .filter(({ letter }) => unsent.has(letter.id))
      .map(({ attempts, id }) => ({ id, delaySeconds: resendAfter(attempts) }))
  ]
  // A newer version of the code may read what this one cannot.
  const malformed: ReadonlyArray<Again> = read
    .filter(({ result }) => Result.isFailure(result))
    .map(({ id }) => ({ id }))
  for (const { id } of malformed) {
    yield* Effect.logWarning("a message of the outbox cannot be read").pipe(Effect.annotateLogs({ messageId: id }))
  }
  return { again: [...malformed, ...later] } satisfies Delivery
})

/** Which fields are searchable is a setting, asked for only where somebody has fields at all. */
const mirror = Effect.fnUntraced(function* (entries: ReadonlyArray<DirectoryEntry>) {
  const isFound = entries.some(({ custom }) => custom !== undefined)
  const definitions = isFound ? (yield* settingsNow()).users.customFields : []
  yield* retried(Directory.mirror)(
    entries.map((entry) => ({ ...entry, fields: searchableOf(entry.custom ?? {}, definitions) }))
  )
})

/** Keeps a batch of the dead-letter queue, and raises an alert for each: a thing that nobody can account for. */
export const buryDead = Effect.fn("BuryDead")(function* (messages: ReadonlyArray<QueueMessage>) {
  const now = yield* Clock.currentTimeMillis
  for (const { body, id } of messages) {
    yield* retried(AuditLog.bury)({ id, body, at: now })
    const read = decode(body)
    yield* raiseAlert(deadLetters[Result.isSuccess(read) ? read.success._tag : "audit"], { messageId: id })
  }
  return { again: [] } satisfies Delivery
})

const deadLetters: Record<OutboxMessage["_tag"], AlertName> = {
  audit: "audit.dead_letter",
  directory: "audit.dead_letter",
  logout: "logout.dead_letter",
  letter: "letter.dead_letter"
}
