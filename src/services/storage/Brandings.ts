/** How the pages look, in D1. A change writes its audit event in the same batch. */
import { type Effect, Schema } from "effect"
import type { AuditEvent } from "../../domain/AuditEvent.ts"
import type { Branding } from "../../domain/Branding.ts"
import { Eventual, operations, Strong } from "./Consistency.ts"
import type { StorageError } from "./StorageError.ts"

/** Somebody else changed it since the version that the change was made from. */
export class BrandingChanged extends Schema.TaggedError<BrandingChanged>()("BrandingChanged", {}) {}

/** How old an isolate's copy may be, in milliseconds. */
export const brandingCopyLifetime = 60_000

export const Brandings = operations("Branding", {
  /** As it is; version 0 if nobody has set anything. */
  find: Strong<() => Effect.Effect<Branding, StorageError>>({ kind: "read" }),
  /** As this isolate last saw it. */
  copy: Eventual<() => Effect.Effect<Branding, StorageError>>({
    kind: "read",
    bound: "60 seconds, in the memory of one isolate",
    because: "it is how pages look: nothing is decided by it, and the old name and colours are as safe as the new"
  }),
  /** Replaces version `branding.version - 1`. */
  set: Strong<(branding: Branding, event: AuditEvent) => Effect.Effect<void, BrandingChanged | StorageError>>({
    kind: "compareAndSwap",
    repeat: "idempotent"
  })
})
