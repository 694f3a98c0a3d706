/**
 * Audit events that D1 keeps no longer: in batches of JSON lines, each named by what is in it.
 *
 * Batches never overlap in the order of ids: events that are delivered late are added to the batch that they fall into,
 * which is then written anew under another name. So an id is in one batch, however often its event was delivered.
 */
import { Result, Schema } from "effect"
import { KeptEvent } from "./AuditEvent.ts"

/** What is known of a batch without reading it. */
export class AuditBatch extends Schema.Class<AuditBatch>("AuditBatch")({
  /** Its name in the archive. */
  key: Schema.String,
  /** The ids of the first event in it and of the last. */
  first: Schema.String,
  last: Schema.String,
  lines: Schema.Int,
  /** Of the lines before they are compressed, as base64url. */
  sha256: Schema.String
}) {}

/** The oldest events of the log, and the first batch that does not end before them; null if all do. */
export interface OldEvents {
  readonly events: ReadonlyArray<KeptEvent>
  readonly batch: AuditBatch | null
}

/** What is archived next. */
export interface ArchivePlan {
  /** The batch that the events fall into; null if they fall between two. */
  readonly into: AuditBatch | null
  readonly events: ReadonlyArray<KeptEvent>
}

/** As many of the oldest events as go into one batch; undefined if there are none. */
export const plan = ({ batch, events }: OldEvents): ArchivePlan | undefined => {
  const [oldest] = events
  if (oldest === undefined) return undefined
  if (batch === null) return { into: null, events }
  return batch.first <= oldest.id
    ? { into: batch, events: events.filter(({ id }) => id <= batch.last) }
    : { into: null, events: events.filter(({ id }) => id < batch.first) }
}

/** In the order of their ids, each once; of two with one id the first stands. */
export const merged = (...all: ReadonlyArray<ReadonlyArray<KeptEvent>>): ReadonlyArray<KeptEvent> => {
  const byId = new Map<string, KeptEvent>()
  for (const event of all.flat()) if (!byId.has(event.id)) byId.set(event.id, event)
  return [...byId.values()].sort((a, b) => (a.id < b.id ? -1 : 1))
}

/** One event a line. */
export const linesOf = (events: ReadonlyArray<KeptEvent>): string =>
  events.map((event) => `${JSON.stringify(event)}\n`).join("")

/** The batch of these events, which are in order and at least one, by the checksum of their lines. */
export const batchOf = (events: readonly [KeptEvent, ...Array<KeptEvent>], sha256: string): AuditBatch => {
  const [{ at, id: first }] = events
  const last = events[events.length - 1]?.id ?? first
  const day = new Date(at).toISOString().slice(0, 10)
  // By the content: what is written anew is another object, and whoever reads the one before it finds all of that.
  const key = `audit/${day}/${first}-${sha256.slice(0, 16)}.jsonl.gz`
  return new AuditBatch({ key, first, last, lines: events.length, sha256 })
}

/** What is wrong with a batch in the archive. */
export const BatchFault = Schema.Literals(["missing", "unreadable", "checksum", "lines"])
export type BatchFault = typeof BatchFault.Type

const decodeLine = Schema.decodeUnknownResult(Schema.fromJsonString(KeptEvent))

/** The events of a batch as the archive gave it, whose checksum was made anew. */
export const eventsOf = (
  batch: AuditBatch,
  text: string,
  sha256: string
): Result.Result<ReadonlyArray<KeptEvent>, BatchFault> => {
  if (sha256 !== batch.sha256) return Result.fail("checksum")
  const lines = text.split("\n").filter((line) => line !== "")
  if (lines.length !== batch.lines) return Result.fail("lines")
  const events = lines.map((line) => decodeLine(line))
  const read = events.flatMap((event) => (Result.isSuccess(event) ? [event.success] : []))
  return read.length === events.length ? Result.succeed(read) : Result.fail("unreadable")
}
