/** The audit log in D1, fed by the objects' outboxes through the queue; exactly once by event id. */
import { type Effect, Schema } from "effect"
import { AuditEvent } from "../../domain/AuditEvent.ts"
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

export const AuditLog = operations("AuditLog", {
  /** Writes events whose id is not there yet. */
  append: Strong<(events: ReadonlyArray<AuditEvent>) => Effect.Effect<void, StorageError>>({
    kind: "write",
    repeat: "idempotent"
  }),
  /** Keeps an undeliverable message in R2, which does not fail when D1 does. */
  bury: Strong<(letter: DeadLetter) => Effect.Effect<void, StorageError>>({ kind: "write", repeat: "idempotent" })
})
