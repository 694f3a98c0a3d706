/** What the operator decided while the provider runs, in D1. A change writes its audit event in the same batch. */
import { type Effect, Schema } from "effect"
import type { AuditEvent } from "../../domain/AuditEvent.ts"
import type { ProviderSettings } from "../../domain/Settings.ts"
import { Eventual, operations, Strong } from "./Consistency.ts"
import type { StorageError } from "./StorageError.ts"

/** Somebody else changed them since the version that the change was made from. */
export class SettingsChanged extends Schema.TaggedError<SettingsChanged>()("SettingsChanged", {}) {}

/** How old an isolate's copy may be, in milliseconds. */
export const settingsCopyLifetime = 60_000

export const Settings = operations("Setting", {
  /** As they are; version 0 if nobody has set anything. */
  find: Strong<() => Effect.Effect<ProviderSettings, StorageError>>({ kind: "read" }),
  /** As this isolate last saw them. */
  copy: Eventual<() => Effect.Effect<ProviderSettings, StorageError>>({
    kind: "read",
    bound: "60 seconds, in the memory of one isolate",
    because: "each setting is a duration, a number or an address that is as safe at its old value as at its new one"
  }),
  /** Replaces version `settings.version - 1`. */
  set: Strong<(settings: ProviderSettings, event: AuditEvent) => Effect.Effect<void, SettingsChanged | StorageError>>({
    kind: "compareAndSwap",
    repeat: "idempotent"
  })
})
