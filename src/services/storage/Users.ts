/** Users in their homes: profile, status and password hash. A password that changes ends sessions. */
import { type Effect, Schema } from "effect"
import { AvatarId } from "../../domain/Avatar.ts"
import { CustomFields } from "../../domain/CustomField.ts"
import { SecretHash, UserId } from "../../domain/Ids.ts"
import { UserRoles } from "../../domain/Role.ts"
import { Profile, type User } from "../../domain/User.ts"
import { operations, Strong } from "./Consistency.ts"
import type { SessionOver } from "./Sessions.ts"
import type { StorageError } from "./StorageError.ts"

/** A new user, whose names are reserved already. */
export class UserCreation extends Schema.Class<UserCreation>("UserCreation")({
  userId: UserId,
  profile: Profile,
  passwordHash: Schema.NullOr(Schema.String)
}) {}

/** What to change; absent is left as it is. */
export class UserChange extends Schema.Class<UserChange>("UserChange")({
  userId: UserId,
  /** Of the user that the change was judged by: one that comes late brings back nothing that was changed since. */
  version: Schema.Int,
  profile: Schema.optionalKey(Profile),
  /** Who is disabled loses every session and every grant: enabling brings none of them back. */
  status: Schema.optionalKey(Schema.Literals(["active", "disabled"])),
  /** Their picture, null for none. After `until`, in milliseconds, it is refused: by then the picture may be gone. */
  avatar: Schema.optionalKey(Schema.Struct({ id: Schema.NullOr(AvatarId), until: Schema.Int })),
  roles: Schema.optionalKey(UserRoles),
  /** All of them. */
  custom: Schema.optionalKey(CustomFields)
}) {}

/** A user as they were when it was judged that they may be deleted. */
export class UserRemoval extends Schema.Class<UserRemoval>("UserRemoval")({
  userId: UserId,
  version: Schema.Int
}) {}

/** A password and what it does to the sessions of its person. */
export class PasswordSetting extends Schema.Class<PasswordSetting>("PasswordSetting")({
  userId: UserId,
  /** Of the user that it was judged by. */
  version: Schema.Int,
  /** A PHC string. Its salt is drawn for this setting, so that the setting is recognised when it is asked for again. */
  passwordHash: Schema.String,
  /** `change`: by the person, signed in; `reset`: by a link of a letter; `operator`: by whoever runs the provider. */
  by: Schema.Literals(["change", "reset", "operator"]),
  /** The one session that goes on, under a new secret; it has to live. All others end. */
  renews: Schema.NullOr(Schema.Struct({ hash: SecretHash, by: SecretHash }))
}) {}

/** The reservation was taken over before the home was made, or the user is deleted: this id is never made. */
export class UserVoid extends Schema.TaggedError<UserVoid>()("UserVoid", {}) {}

export class NoSuchUser extends Schema.TaggedError<NoSuchUser>()("NoSuchUser", {}) {}

/** The user was changed since the version that the change was judged by. */
export class UserChanged extends Schema.TaggedError<UserChanged>()("UserChanged", {}) {}

export const Users = operations("User", {
  create: Strong<(request: UserCreation) => Effect.Effect<User, UserVoid | StorageError>>({
    kind: "write",
    repeat: "idempotent"
  }),
  /** Null for an id that has no home or only a tombstone. */
  find: Strong<(userId: UserId) => Effect.Effect<User | null, StorageError>>({ kind: "read" }),
  /**
   * Changes the user as of `version`; a user who is so already stays, whatever the version. Who is disabled is signed
   * out everywhere in the same transaction.
   */
  change: Strong<(request: UserChange) => Effect.Effect<User, NoSuchUser | UserChanged | StorageError>>({
    kind: "compareAndSwap",
    repeat: "idempotent"
  }),
  /**
   * Sets a password and ends the sessions in one transaction, so that no session of the old one is left or comes after;
   * says how many it ended. A reset takes back what applications were given, too. Refused unless the user is as it was
   * judged by: of two at once one is done, and a link that set one sets no other. Asked again it is done already, and
   * ends nothing.
   */
  setPassword: Strong<
    (request: PasswordSetting) => Effect.Effect<number, NoSuchUser | UserChanged | SessionOver | StorageError>
  >({
    kind: "compareAndSwap",
    repeat: "idempotent"
  }),
  /**
   * Takes the id of a reservation whose maker never came back: true, and the id can never be made; false if the home
   * exists. It decides the race between a slow maker and whoever wants the name now.
   */
  void: Strong<(userId: UserId) => Effect.Effect<boolean, StorageError>>({
    kind: "compareAndSwap",
    repeat: "idempotent"
  }),
  /**
   * Deletes the user as of `version`, with sessions and consents in one transaction; a tombstone stays. Who came to be
   * an administrator meanwhile is not deleted as somebody who was none. Asked again it is done already.
   */
  remove: Strong<(request: UserRemoval) => Effect.Effect<void, NoSuchUser | UserChanged | StorageError>>({
    kind: "compareAndSwap",
    repeat: "idempotent"
  })
})
