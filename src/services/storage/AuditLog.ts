/** The audit log in D1, fed by the objects' outboxes through the queue; exactly once by event id. */
import { type Effect, Schema } from "effect"
import type { AuditBatch, OldEvents } from "../../domain/AuditArchive.ts"
import type { AuditFilter } from "../../domain/AuditFilter.ts"
import { AuditEvent, type KeptEvent } from "../../domain/AuditEvent.ts"
import { PostedLetter } from "../../domain/Letter.ts"
import { LogoutNotice } from "../../domain/Logout.ts"
import { operations, Strong } from "./Consistency.ts"
import { DirectoryEntry } from "./Directory.ts"
import type { StorageError } from "./StorageError.ts"

/** What the queue takes: from an object's outbox, and letters. */
export const OutboxMessage = Schema.Union([
  Schema.Struct({ _tag: Schema.tag("audit"), event: AuditEvent }),
  Schema.Struct({ _tag: Schema.tag("directory"), entry: DirectoryEntry }),
  Schema.Struct({ _tag: Schema.tag("logout"), notice: LogoutNotice }),
  Schema.Struct({ _tag: Schema.tag("letter"), letter: PostedLetter })
])
export type OutboxMessage = typeof OutboxMessage.Type

/** A message that could not be delivered, as it came. */
export interface DeadLetter {
  readonly id: string
  readonly body: unknown
  /** Milliseconds. */
  readonly at: number
}

/** A page of the log, from the latest event back. */
export interface AuditQuery {
  readonly filter: AuditFilter
  /** Only events whose ids come before this one. */
  readonly before: string | null
  readonly limit: number
  /** How many events are looked at, and how many batches are named. */
  readonly scans: number
  readonly batches: number
}

/** What the log has at one moment, and what the archive has for it. */
export interface AuditFound {
  readonly events: ReadonlyArray<KeptEvent>
  /** The id of the last event that was looked at; null if there are no others in the log. */
  readonly scannedTo: string | null
  /** Batches with events before `before`, the latest first. */
  readonly batches: ReadonlyArray<AuditBatch>
}

/** Events that the archive has, and the batch that has them. */
export interface Forgetting {
  readonly batch: AuditBatch
  /** The name of the batch whose place it takes. */
  readonly replaces: string | null
  readonly ids: ReadonlyArray<string>
}

/** Somebody else archived in the meantime: what was read is not so any more. */
export class ArchiveChanged extends Schema.TaggedError<ArchiveChanged>()("ArchiveChanged", {}) {}

export const AuditLog = operations("AuditLog", {
  /** Writes events whose id is not there yet. */
  append: Strong<(events: ReadonlyArray<AuditEvent>) => Effect.Effect<void, StorageError>>({
    kind: "write",
    repeat: "idempotent"
  }),
  /** Events that match, the latest first, of those in D1; and the batches that have others, as of the same moment. */
  find: Strong<(query: AuditQuery) => Effect.Effect<AuditFound, StorageError>>({ kind: "read" }),
  /** The oldest events from before a moment (milliseconds), of ids after `after`, with the batch they may fall into. */
  oldest: Strong<(asked: { before: number; after: string; limit: number }) => Effect.Effect<OldEvents, StorageError>>({
    kind: "read"
  }),
  /**
   * Deletes events from D1 and names the batch that has them, in one transaction: at every moment an event is in it
   * or in a batch that it names. Refused if another batch has the ids of this one, or the one it replaces is gone.
   */
  forget: Strong<(request: Forgetting) => Effect.Effect<void, ArchiveChanged | StorageError>>({
    kind: "compareAndSwap",
    repeat: "idempotent"
  }),
  /** Keeps an undeliverable message in R2, which does not fail when D1 does. */
  bury: Strong<(letter: DeadLetter) => Effect.Effect<void, StorageError>>({ kind: "write", repeat: "idempotent" })
})
