/**
 * An object's outbox: what happened, written in the transaction in which it happened, handed to the queue by an alarm.
 *
 * A message leaves the outbox only after the queue has taken it; if that answer is lost it is handed over again, and
 * the consumer knows it by its id.
 */
import type { SqlStorage } from "@cloudflare/workers-types"
import { SecureRandom } from "effect/crypto"
import { askedBy, type AuditEntry, type AuditEvent, isSecurity } from "../../../domain/AuditEvent.ts"
import type { Logout } from "../../../domain/Logout.ts"
import type { OutboxMessage } from "../../../services/storage/AuditLog.ts"
import type { DirectoryEntry } from "../../../services/storage/Directory.ts"
import { batchSize, type OutboxRows, shortened } from "../../objects/HandOver.ts"
import { execute, type SqlCost } from "./SqlRows.ts"

/** The statement that creates the outbox. */
export const createOutbox = "CREATE TABLE outbox (seq INTEGER PRIMARY KEY, body TEXT NOT NULL)"

/** The outbox within one transaction. */
export interface OutboxWriter {
  readonly audit: (entry: AuditEntry) => void
  readonly mirror: (entry: DirectoryEntry) => void
  readonly tell: (logout: Logout) => void
  /** Puts what was said into the outbox, usually as one row: a step has one reason and usually one event. */
  readonly write: () => boolean
  /** What was said of security. */
  readonly security: () => ReadonlyArray<AuditEvent>
}

/** Events tell by whom the step was asked, where that is known. */
export const outboxWriter = (sql: SqlStorage, cost: SqlCost, now: number, by?: string): OutboxWriter => {
  const messages: Array<OutboxMessage> = []
  return {
    audit: (entry) => {
      messages.push({
        _tag: "audit",
        event: { ...shortened(askedBy(by, entry)), id: SecureRandom.uuidV7Unsafe(), at: now }
      })
    },
    mirror: (entry) => {
      messages.push({ _tag: "directory", entry })
    },
    tell: (logout) => {
      messages.push({ _tag: "logout", notice: { ...logout, id: SecureRandom.uuidV7Unsafe(), at: now } })
    },
    write: () => {
      for (let start = 0; start < messages.length; start += batchSize) {
        const body = JSON.stringify(messages.slice(start, start + batchSize))
        execute(sql, cost, "INSERT INTO outbox (body) VALUES (?)", body)
      }
      return messages.length > 0
    },
    security: () =>
      messages.flatMap((message) => (message._tag === "audit" && isSecurity(message.event) ? [message.event] : []))
  }
}

/** Whether anything waits. */
export const isWaiting = (sql: SqlStorage, cost: SqlCost): boolean =>
  execute(sql, cost, "SELECT 1 FROM outbox LIMIT 1").length > 0

/** The outbox's rows, for handing them over. */
export const outboxRows = (sql: SqlStorage, cost: SqlCost): OutboxRows => ({
  page: (limit) =>
    execute(sql, cost, "SELECT seq, body FROM outbox ORDER BY seq LIMIT ?", limit).map((row) => ({
      seq: Number(row["seq"]),
      messages: JSON.parse(String(row["body"])) as Array<OutboxMessage>
    })),
  deleteThrough: (seq) => {
    execute(sql, cost, "DELETE FROM outbox WHERE seq <= ?", seq)
  }
})
