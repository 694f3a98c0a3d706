/**
 * Handing an object's outbox to the queue: page by page, batch by batch, deleted only when the queue has taken it.
 *
 * Sending is the one step that waits, and lies between these functions: what they do is done in one turn of the object,
 * and between two turns there is nothing but a value. So an object in workerd and one in a simulation do the same.
 */
import type { AuditEntry } from "../../domain/AuditEvent.ts"
import type { OutboxMessage } from "../../services/storage/AuditLog.ts"

/** At most this many messages are handed over at once, and this many stand in one row: the queue's own limit. */
export const batchSize = 100

/** At most this many bytes of messages are handed over at once. The queue takes 256 KB, with what it adds itself. */
const batchBytes = 200_000

/**
 * At most this many characters of one detail are kept. The queue takes 128 KB a message, and one that it never takes
 * would hold up all that come after it: what a client can make long must not reach that.
 */
const longestDetail = 4_096

/** What goes into the outbox of what a step said. */
export const shortened = (entry: AuditEntry): AuditEntry => {
  if (entry.detail === undefined) return entry
  const detail = Object.entries(entry.detail).map(([name, text]) => [name, text.slice(0, longestDetail)] as const)
  return { ...entry, detail: Object.fromEntries(detail) }
}

/** A row of the outbox. Its number is the next one after the greatest there is: when all are gone, 1 comes again. */
export interface OutboxRow {
  readonly seq: number
  readonly messages: ReadonlyArray<OutboxMessage>
}

/** The outbox in one turn of its object. */
export interface OutboxRows {
  /** At most so many of its rows, from the first. */
  readonly page: (limit: number) => ReadonlyArray<OutboxRow>
  readonly deleteThrough: (seq: number) => void
}

/** How far it has come. */
export interface HandOver {
  /** What the queue is to be given, one after the other; none when everything has been handed over. */
  readonly batches: ReadonlyArray<ReadonlyArray<OutboxMessage>>
  /** The last row of which these are. */
  readonly through: number
  /** How many messages the queue has taken. */
  readonly sent: number
}

/** The first page. */
export const startHandOver = (outbox: OutboxRows, sent = 0): HandOver => {
  for (;;) {
    const rows = outbox.page(batchSize)
    const through = rows.at(-1)?.seq
    if (through === undefined) return { batches: [], through: 0, sent }
    const batches = batchesOf(rows.flatMap(({ messages }) => messages))
    if (batches.length > 0) return { batches, through, sent }
    outbox.deleteThrough(through)
  }
}

/** The queue has taken the first batch: what is next. A page is deleted when all of it has been taken. */
export const afterTaken = (outbox: OutboxRows, { batches, sent, through }: HandOver): HandOver => {
  const [taken = [], ...left] = batches
  const soFar = sent + taken.length
  if (left.length > 0) return { batches: left, through, sent: soFar }
  outbox.deleteThrough(through)
  return startHandOver(outbox, soFar)
}

const encoder = new TextEncoder()

/** The messages in their order, in batches that the queue takes. */
const batchesOf = (messages: ReadonlyArray<OutboxMessage>): ReadonlyArray<ReadonlyArray<OutboxMessage>> => {
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
