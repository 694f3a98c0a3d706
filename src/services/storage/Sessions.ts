/** Sessions of browsers at the provider. They survive restarts, and an ended one is refused at once. */
import { type Effect, Schema } from "effect"
import { SecretHash, UserId } from "../../domain/Ids.ts"
import type { Session } from "../../domain/Session.ts"
import { User } from "../../domain/User.ts"
import { Session as SessionSchema } from "../../domain/Session.ts"
import { operations, Strong } from "./Consistency.ts"
import type { StorageError } from "./StorageError.ts"

/** The name of a session: its user's home, and the hash of the cookie's secret. */
export class SessionKey extends Schema.Class<SessionKey>("SessionKey")({ userId: UserId, hash: SecretHash }) {}

/** A live session and whose it is. */
export class SessionAndUser extends Schema.Class<SessionAndUser>("SessionAndUser")({
  session: SessionSchema,
  user: User
}) {}

/** The user is gone, disabled or changed since the password was checked. */
export class UserGone extends Schema.TaggedError<UserGone>()("UserGone", {}) {}

/** A new session, and the one it takes the place of in the same browser, if that is the same user's. */
export class SessionOpening extends Schema.Class<SessionOpening>("SessionOpening")({
  session: SessionSchema,
  replaces: Schema.NullOr(SecretHash),
  /**
   * The version of the user by whom the login was judged. Nobody is signed in on the word of an older one: the password
   * that was checked may have been replaced since, and its sessions ended, before this one is opened.
   */
  userVersion: Schema.optionalKey(Schema.Int)
}) {}

export const Sessions = operations("Session", {
  /** Opens a session: always a new id at a login (no session fixation). */
  open: Strong<(request: SessionOpening) => Effect.Effect<Session, UserGone | StorageError>>({
    kind: "write",
    repeat: "idempotent"
  }),
  find: Strong<(key: SessionKey) => Effect.Effect<SessionAndUser | null, StorageError>>({ kind: "read" }),
  /** Ends one session, and with it every grant without offline access that was made in it. */
  end: Strong<(key: SessionKey) => Effect.Effect<void, StorageError>>({ kind: "write", repeat: "idempotent" }),
  /** Ends all sessions of a user in one transaction; says how many there were. */
  endAll: Strong<(userId: UserId) => Effect.Effect<number, StorageError>>({ kind: "write", repeat: "idempotent" })
})
