/** Roles in D1, and who counts as an administrator. Each change of a role writes its audit event in the same batch. */
import { type Effect, Schema } from "effect"
import type { AuditEvent } from "../../domain/AuditEvent.ts"
import type { UserId } from "../../domain/Ids.ts"
import type { Role, RoleName } from "../../domain/Role.ts"
import { operations, Strong } from "./Consistency.ts"
import type { StorageError } from "./StorageError.ts"

/** The role was changed or removed since the version that the change was made from, or made meanwhile. */
export class RoleChanged extends Schema.TaggedError<RoleChanged>()("RoleChanged", {}) {}

/** Nobody else is known to have the role that permits everything. */
export class LastAdministrator extends Schema.TaggedError<LastAdministrator>()("LastAdministrator", {}) {}

export const Roles = operations("Role", {
  /** Those of these names that there are, in the order of the names. */
  find: Strong<(names: ReadonlyArray<string>) => Effect.Effect<ReadonlyArray<Role>, StorageError>>({ kind: "read" }),
  /** In the order of their names, after `after`, at most `limit`. */
  list: Strong<(page: { after: string; limit: number }) => Effect.Effect<ReadonlyArray<Role>, StorageError>>({
    kind: "read"
  }),
  /** Replaces version `role.version - 1`; version 1 is a role that is not there yet. */
  save: Strong<(role: Role, event: AuditEvent) => Effect.Effect<void, RoleChanged | StorageError>>({
    kind: "compareAndSwap",
    repeat: "idempotent"
  }),
  /** Removes the role as of that version. */
  remove: Strong<
    (role: { name: RoleName; version: number }, event: AuditEvent) => Effect.Effect<void, RoleChanged | StorageError>
  >({ kind: "compareAndSwap", repeat: "idempotent" })
})

/** A user, at that version of their home. */
export interface AdministratorAt {
  readonly userId: UserId
  readonly version: number
}

export const Administrators = operations("Administrator", {
  /** Counts somebody who has the role. One that comes after a later `release` of the same user changes nothing. */
  count: Strong<(who: AdministratorAt) => Effect.Effect<void, StorageError>>({
    kind: "write",
    repeat: "idempotent"
  }),
  /**
   * Lets somebody go who is about to lose the role, unless nobody else counts. Of two who let each other go at the same
   * time one is refused.
   */
  release: Strong<(who: AdministratorAt) => Effect.Effect<void, LastAdministrator | StorageError>>({
    kind: "compareAndSwap",
    repeat: "idempotent"
  })
})
