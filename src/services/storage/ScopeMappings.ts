/** Scopes of the operator's own, in D1. Each change writes its audit event in the same batch. */
import { type Effect, Schema } from "effect"
import type { AuditEvent } from "../../domain/AuditEvent.ts"
import type { MappedScope, ScopeMapping } from "../../domain/ScopeMapping.ts"
import { Eventual, operations, Strong } from "./Consistency.ts"
import type { StorageError } from "./StorageError.ts"

/** The mapping was changed or removed since the version that the change was made from, or made meanwhile. */
export class MappingChanged extends Schema.TaggedError<MappingChanged>()("MappingChanged", {}) {}

/** How old an isolate's copy may be, in milliseconds. */
export const mappingCopyLifetime = 60_000

export const ScopeMappings = operations("ScopeMapping", {
  /** All of them, in the order of their scopes. */
  all: Strong<() => Effect.Effect<ReadonlyArray<ScopeMapping>, StorageError>>({ kind: "read" }),
  /** As this isolate last saw them. */
  copy: Eventual<() => Effect.Effect<ReadonlyArray<ScopeMapping>, StorageError>>({
    kind: "read",
    bound: "60 seconds, in the memory of one isolate",
    because:
      "what a scope tells is what its person was asked for: the grant remembers it, and a mapping that tells more is " +
      "asked for anew; for a minute after a change a client may still be given what it could have had before it"
  }),
  /** Replaces version `mapping.version - 1`; version 1 is a scope that is not mapped yet. */
  save: Strong<(mapping: ScopeMapping, event: AuditEvent) => Effect.Effect<void, MappingChanged | StorageError>>({
    kind: "compareAndSwap",
    repeat: "idempotent"
  }),
  /** Removes the mapping as of that version. */
  remove: Strong<
    (
      mapping: { scope: MappedScope; version: number },
      event: AuditEvent
    ) => Effect.Effect<void, MappingChanged | StorageError>
  >({ kind: "compareAndSwap", repeat: "idempotent" })
})
