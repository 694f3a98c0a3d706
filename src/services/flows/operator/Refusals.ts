/** What an operator is told when something cannot be done: each a sentence that says what to do about it. */
import { Effect, Schema } from "effect"
import { StorageError } from "../../storage/StorageError.ts"

/** Something that was given cannot be taken; `field` is its name. */
export class InvalidField extends Schema.TaggedError<InvalidField>()("InvalidField", {
  field: Schema.String,
  message: Schema.String
}) {}

/** A user name or an e-mail address is somebody else's. */
export class NameTaken extends Schema.TaggedError<NameTaken>()("NameTaken", {
  field: Schema.Literals(["username", "email"]),
  message: Schema.String
}) {}

export class UserNotFound extends Schema.TaggedError<UserNotFound>()("UserNotFound", { message: Schema.String }) {}

export class KeyNotFound extends Schema.TaggedError<KeyNotFound>()("KeyNotFound", { message: Schema.String }) {}

/** Others changed the user, each time between the reading and the writing. */
export class UserConflict extends Schema.TaggedError<UserConflict>()("UserConflict", { message: Schema.String }) {}

export class ClientIdTaken extends Schema.TaggedError<ClientIdTaken>()("ClientIdTaken", { message: Schema.String }) {}

export class ClientNotFound extends Schema.TaggedError<ClientNotFound>()("ClientNotFound", {
  message: Schema.String
}) {}

export class RegistrationTokenNotFound extends Schema.TaggedError<RegistrationTokenNotFound>()(
  "RegistrationTokenNotFound",
  { message: Schema.String }
) {}

/** Somebody else changed the client between the reading and the writing. */
export class ClientConflict extends Schema.TaggedError<ClientConflict>()("ClientConflict", {
  message: Schema.String
}) {}

export const clientConflict = (id: string): ClientConflict =>
  new ClientConflict({ message: `Somebody else changed the client ${id} at the same time: look at it, and try again.` })

/** A first step was done and a later one failed. Asked for again, it is finished. */
export class HalfDone extends Schema.TaggedError<HalfDone>()("HalfDone", {
  message: Schema.String,
  /** What storage said, for whoever runs commands. */
  detail: Schema.String
}) {}

/** Says what was done already when storage fails in a later step: that this step did nothing is not the whole truth. */
export const orHalfDone =
  (done: string) =>
  <A, E, R>(step: Effect.Effect<A, E | StorageError, R>): Effect.Effect<A, E | HalfDone, R> =>
    Effect.mapError(step, (error) =>
      isStorageError(error) ? new HalfDone({ message: `${done} Storage failed.`, detail: error.detail }) : error
    )

const isStorageError: (error: unknown) => error is StorageError = Schema.is(StorageError)

export const noSuchUser = (who: string): UserNotFound =>
  new UserNotFound({ message: `There is no user ${who}. Name a user by user name, e-mail address or id.` })

export const noSuchClient = (id: string): ClientNotFound => new ClientNotFound({ message: `There is no client ${id}.` })

export class ResourceTaken extends Schema.TaggedError<ResourceTaken>()("ResourceTaken", { message: Schema.String }) {}

export class ResourceNotFound extends Schema.TaggedError<ResourceNotFound>()("ResourceNotFound", {
  message: Schema.String
}) {}

/** Somebody else changed the resource server between the reading and the writing. */
export class ResourceConflict extends Schema.TaggedError<ResourceConflict>()("ResourceConflict", {
  message: Schema.String
}) {}

export const resourceConflict = (id: string): ResourceConflict =>
  new ResourceConflict({ message: `Somebody else changed ${id} at the same time: look at it, and try again.` })

export const noSuchResource = (id: string): ResourceNotFound =>
  new ResourceNotFound({ message: `There is no resource server ${id}.` })

/** Somebody else changed the look between the reading and the writing. */
export class SettingsConflict extends Schema.TaggedError<SettingsConflict>()("SettingsConflict", {
  message: Schema.String
}) {}

export class BrandingConflict extends Schema.TaggedError<BrandingConflict>()("BrandingConflict", {
  message: Schema.String
}) {}

export class RoleNotFound extends Schema.TaggedError<RoleNotFound>()("RoleNotFound", { message: Schema.String }) {}

/** There is one already, or somebody has it who would lose it. */
export class RoleTaken extends Schema.TaggedError<RoleTaken>()("RoleTaken", { message: Schema.String }) {}

/** Somebody else changed the role between the reading and the writing. */
export class RoleConflict extends Schema.TaggedError<RoleConflict>()("RoleConflict", { message: Schema.String }) {}

export class ScopeNotFound extends Schema.TaggedError<ScopeNotFound>()("ScopeNotFound", { message: Schema.String }) {}

/** There is one already, or somebody else gives it its meaning. */
export class ScopeTaken extends Schema.TaggedError<ScopeTaken>()("ScopeTaken", { message: Schema.String }) {}

/** Somebody else changed the scope between the reading and the writing. */
export class ScopeConflict extends Schema.TaggedError<ScopeConflict>()("ScopeConflict", { message: Schema.String }) {}

/** Nobody would be left who may do everything. */
export class LastAdministratorTaken extends Schema.TaggedError<LastAdministratorTaken>()("LastAdministratorTaken", {
  message: Schema.String
}) {}

export const userConflict = (who: string): UserConflict =>
  new UserConflict({ message: `The user ${who} was changed since: look at them, and try again.` })
