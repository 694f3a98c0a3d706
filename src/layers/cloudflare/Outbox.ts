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

/** At most this many messages are handed over at once: the queue's own limit. */
const batchSize = 100

/** The outbox within one transaction. */
export interface OutboxWriter {
  readonly audit: (entry: AuditEntry) => void
  readonly mirror: (entry: DirectoryEntry) => void
  /** Puts what was said into the outbox, as one row: a step has one reason and usually one event. */
  readonly write: () => boolean
}

export const outboxWriter = (sql: SqlStorage, cost: SqlCost, now: number): OutboxWriter => {
  const messages: Array<OutboxMessage> = []
  return {
    audit: (entry) => {
      messages.push({ _tag: "audit", event: { ...entry, id: SecureRandom.uuidV7Unsafe(), at: now } })
    },
    mirror: (entry) => {
      messages.push({ _tag: "directory", entry })
    },
    write: () => {
      if (messages.length === 0) return false
      execute(sql, cost, "INSERT INTO outbox (body) VALUES (?)", JSON.stringify(messages))
      return true
    }
  }
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
    for (let start = 0; start < messages.length; start += batchSize) {
      await queue.sendBatch(messages.slice(start, start + batchSize).map((body) => ({ body })))
    }
    execute(sql, cost, "DELETE FROM outbox WHERE seq <= ?", Number(last["seq"]))
    sent += messages.length
  }
}
