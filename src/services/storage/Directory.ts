/** The operator's list of users, in D1: a mirror that the homes feed through their outboxes. */
import { type Effect, Schema } from "effect"
import { CustomFields } from "../../domain/CustomField.ts"
import { UserId } from "../../domain/Ids.ts"
import { type RoleName, UserRoles } from "../../domain/Role.ts"
import { UserStatus } from "../../domain/User.ts"
import { Eventual, operations } from "./Consistency.ts"
import type { StorageError } from "./StorageError.ts"

/** A user as the operator lists it. `version` is the home's, so that a late message never takes the mirror back. */
export const DirectoryEntry = Schema.Struct({
  userId: UserId,
  status: UserStatus,
  username: Schema.NullOr(Schema.String),
  email: Schema.NullOr(Schema.String),
  name: Schema.NullOr(Schema.String),
  createdAt: Schema.Int,
  updatedAt: Schema.Int,
  roles: Schema.optionalKey(UserRoles),
  custom: Schema.optionalKey(CustomFields),
  version: Schema.Int
})
export type DirectoryEntry = typeof DirectoryEntry.Type

/** An entry, and the search forms of the fields by which its user is found, if there are any. */
export interface Mirrored extends DirectoryEntry {
  readonly fields?: Readonly<Record<string, string>>
}

/** A part of those whom something is said of, in the order of their ids: after `after`, at most `limit`. */
export interface DirectoryPage {
  readonly after: string
  readonly limit: number
}

type Entries = Effect.Effect<ReadonlyArray<DirectoryEntry>, StorageError>

const behind = {
  bound: "the delivery of the home's outbox: seconds, longer while the queue is down",
  because: "it is searched and listed by the operator; nothing decides by it"
}

export const Directory = operations("Directory", {
  /** In the order of their ids, after `after`, at most `limit`. */
  list: Eventual<(page: DirectoryPage) => Entries>({ kind: "read", ...behind }),
  /** Those of them that there are, in the order of their ids. */
  find: Eventual<(ids: ReadonlyArray<UserId>) => Entries>({ kind: "read", ...behind }),
  /** Those who have exactly this in a searchable field, given in its search form. */
  withField: Eventual<(page: DirectoryPage & { readonly field: string; readonly value: string }) => Entries>({
    kind: "read",
    ...behind
  }),
  /** Those who have a role. */
  withRole: Eventual<(page: DirectoryPage & { readonly role: RoleName }) => Entries>({ kind: "read", ...behind }),
  /** Writes entries that are newer than the mirror's, and by what their users are found from now on. */
  mirror: Eventual<(entries: ReadonlyArray<Mirrored>) => Effect.Effect<void, StorageError>>({
    kind: "write",
    repeat: "idempotent",
    ...behind
  })
})
