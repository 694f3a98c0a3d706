/**
 * An object's outbox: what happened, written in the transaction in which it happened, handed to the queue by an alarm.
 *
 * A message leaves the outbox only after the queue has taken it; if that answer is lost it is handed over again, and
 * the consumer knows it by its id.
 */
import type { SqlStorage } from "@cloudflare/workers-types"
import { SecureRandom } from "effect/crypto"
import type { AuditEntry } from "../../domain/AuditEvent.ts"
import type { OutboxMessage } from "../../services/storage/AuditLog.ts"
import type { Outbox } from "./Bindings.ts"
import type { DirectoryEntry } from "../../services/storage/Directory.ts"
import { execute, type SqlCost } from "./SqlRows.ts"

/** At most this many messages are handed over at once, and this many stand in one row: the queue's own limit. */
const batchSize = 100

/** At most this many bytes of messages are handed over at once. The queue takes 256 KB, with what it adds itself. */
const batchBytes = 200_000

/**
 * At most this many characters of one detail are kept. The queue takes 128 KB a message, and one that it never takes
 * would hold up all that come after it: what a client can make long must not reach that.
 */
const longestDetail = 4_096

/** The statement that creates the outbox. */
export const createOutbox = "CREATE TABLE outbox (seq INTEGER PRIMARY KEY, body TEXT NOT NULL)"

/** The outbox within one transaction. */
export interface OutboxWriter {
  readonly audit: (entry: AuditEntry) => void
  readonly mirror: (entry: DirectoryEntry) => void
  /** Puts what was said into the outbox, usually as one row: a step has one reason and usually one event. */
  readonly write: () => boolean
}

export const outboxWriter = (sql: SqlStorage, cost: SqlCost, now: number): OutboxWriter => {
  const messages: Array<OutboxMessage> = []
  return {
    audit: (entry) => {
      messages.push({ _tag: "audit", event: { ...shortened(entry), id: SecureRandom.uuidV7Unsafe(), at: now } })
    },
    mirror: (entry) => {
      messages.push({ _tag: "directory", entry })
    },
    write: () => {
      for (let start = 0; start < messages.length; start += batchSize) {
        const body = JSON.stringify(messages.slice(start, start + batchSize))
        execute(sql, cost, "INSERT INTO outbox (body) VALUES (?)", body)
      }
      return messages.length > 0
    }
  }
}

const shortened = (entry: AuditEntry): AuditEntry => {
  if (entry.detail === undefined) return entry
  const detail = Object.entries(entry.detail).map(([name, text]) => [name, text.slice(0, longestDetail)] as const)
  return { ...entry, detail: Object.fromEntries(detail) }
}

/** Whether anything waits. */
export const isWaiting = (sql: SqlStorage, cost: SqlCost): boolean =>
  execute(sql, cost, "SELECT 1 FROM outbox LIMIT 1").length > 0

/** Hands everything that waits to the queue; says how many messages that were. */
export const empty = async (sql: SqlStorage, cost: SqlCost, queue: Outbox): Promise<number> => {
  let sent = 0
  for (;;) {
    const rows = execute(sql, cost, "SELECT seq, body FROM outbox ORDER BY seq LIMIT ?", batchSize)
    const last = rows.at(-1)
    if (last === undefined) return sent
    const messages = rows.flatMap((row) => JSON.parse(String(row["body"])) as Array<OutboxMessage>)
    for (const batch of batches(messages)) await queue.sendBatch(batch.map((body) => ({ body })))
    execute(sql, cost, "DELETE FROM outbox WHERE seq <= ?", Number(last["seq"]))
    sent += messages.length
  }
}

const encoder = new TextEncoder()

/** The messages in their order, in batches that the queue takes. */
const batches = (messages: ReadonlyArray<OutboxMessage>): ReadonlyArray<ReadonlyArray<OutboxMessage>> => {
  const made: Array<Array<OutboxMessage>> = []
  let bytes = 0
  for (const message of messages) {
    const size = encoder.encode(JSON.stringify(message)).length
    const batch = made.at(-1)
    if (batch === undefined || batch.length === batchSize || bytes + size > batchBytes) {
      made.push([message])
      bytes = size
    } else {
      batch.push(message)
      bytes += size
    }
  }
  return made
}
