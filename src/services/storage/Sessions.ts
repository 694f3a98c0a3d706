/** Sessions of browsers at the provider. They survive restarts, and an ended one is refused at once. */
import { type Effect, Schema } from "effect"
import { type PasskeyRefused, PasskeyUse } from "../../domain/Passkey.ts"
import type { BatchEnd, BatchEnded } from "../../domain/BatchEnd.ts"
import { Authentication } from "../../domain/Authentication.ts"
import { Grant } from "../../domain/Grant.ts"
import { type AccessTokenId, AttemptId, ClientId, SecretHash, Sid, UserId } from "../../domain/Ids.ts"
import { Session, SessionClient, SessionOrigin, SomeSessions } from "../../domain/Session.ts"
import { User } from "../../domain/User.ts"
import { operations, Strong } from "./Consistency.ts"
import type { StorageError } from "./StorageError.ts"

/** The name of a session: its user's home, and the hash of the cookie's secret. */
export class SessionKey extends Schema.Class<SessionKey>("SessionKey")({ userId: UserId, hash: SecretHash }) {}

/** A live session and whose it is. */
export class SessionAndUser extends Schema.Class<SessionAndUser>("SessionAndUser")({
  session: Session,
  user: User
}) {}

/** The user is gone, disabled or changed since the password was checked. */
export class UserGone extends Schema.TaggedError<UserGone>()("UserGone", {}) {}

/** The session has ended: nothing opens it again, and nothing is done in it. */
export class SessionOver extends Schema.TaggedError<SessionOver>()("SessionOver", {}) {}

/** A session that has ended, and who is to be told. */
export class EndedSession extends Schema.Class<EndedSession>("EndedSession")({
  sid: Sid,
  clients: Schema.Array(SessionClient)
}) {}

/** A new session, and the one it takes the place of in the same browser, if that is the same user's. */
export class SessionOpening extends Schema.Class<SessionOpening>("SessionOpening")({
  session: Session,
  replaces: Schema.NullOr(SecretHash),
  /**
   * The version of the user by whom the login was judged. Nobody is signed in on the word of an older one: the password
   * that was checked may have been replaced since, and its sessions ended, before this one is opened.
   */
  userVersion: Schema.optionalKey(Schema.Int),
  /** The passkey by which the login was judged: its counter moves as the session is opened, or neither happens. */
  passkey: Schema.optionalKey(PasskeyUse),
  /** The same password, hashed better than it is stored. It takes its place with the session that it opens. */
  rehashed: Schema.optionalKey(Schema.String)
}) {}

/** Which of a user's sessions are to end. */
export class SessionsEnding extends Schema.Class<SessionsEnding>("SessionsEnding")({
  attempt: AttemptId,
  userId: UserId,
  which: SomeSessions
}) {}

/** A live session as its person sees it: named by its `sid`, and without anything that opens or finds it. */
export class ShownSession extends Schema.Class<ShownSession>("ShownSession")({
  sid: Sid,
  authentication: Authentication,
  origin: Schema.optionalKey(SessionOrigin),
  seenAt: Schema.Int,
  /** When it ends if nobody uses it. Milliseconds. */
  endsAt: Schema.Int,
  /** The clients that asked to hear of its end. */
  clients: Schema.Array(ClientId)
}) {}

/** A grant that stands, and the session it was made in as it goes on; null where it outlived that. */
export class GrantAndSession extends Schema.Class<GrantAndSession>("GrantAndSession")({
  grant: Grant,
  session: Schema.NullOr(Session)
}) {}

export const Sessions = operations("Session", {
  /**
   * Opens a session: always under a new secret (no session fixation). One that takes the place of another that lives is
   * the same session to its clients: it keeps the `sid`, the clients, and the grants that were made in it. Asked again
   * it answers with the session as it is, for as long as that lives.
   */
  open: Strong<
    (request: SessionOpening) => Effect.Effect<Session, UserGone | SessionOver | PasskeyRefused | StorageError>
  >({
    kind: "write",
    repeat: "idempotent"
  }),
  find: Strong<(key: SessionKey) => Effect.Effect<SessionAndUser | null, StorageError>>({ kind: "read" }),
  /**
   * Ends one session, and with it every grant without offline access that was made in it. The clients that asked for a
   * request are told by the outbox. Asked again it answers the same, for as long as the session is not swept.
   */
  end: Strong<(key: SessionKey) => Effect.Effect<EndedSession | null, StorageError>>({
    kind: "write",
    repeat: "idempotent"
  }),
  /**
   * Ends some of a user's sessions, or all, in one transaction; says how many of those lived. The same attempt,
   * executed again and late, ends none that was opened since, unless it had found none to end.
   */
  endMany: Strong<(request: SessionsEnding) => Effect.Effect<number, StorageError>>({
    kind: "write",
    repeat: "attempt"
  }),
  /**
   * Ends sessions and grants of many users of one shard in one transaction, or a page of a large shard: says how many,
   * and where the next call begins. The same attempt at the same place, executed again and late, ends nothing that
   * began since, unless it had found nothing to end.
   */
  endWhere: Strong<(request: BatchEnd) => Effect.Effect<BatchEnded, StorageError>>({
    kind: "write",
    repeat: "attempt"
  }),
  /** The live sessions of a user, as they are shown to them: the latest login first. */
  list: Strong<(userId: UserId) => Effect.Effect<ReadonlyArray<ShownSession>, StorageError>>({ kind: "read" }),
  /** What an access token rests on and the session behind it; null once anything under the token has fallen. */
  behind: Strong<(jti: AccessTokenId) => Effect.Effect<GrantAndSession | null, StorageError>>({ kind: "read" }),
  /** The same, as a use of the session: it may stay unused for as long again, though not beyond its absolute end. */
  use: Strong<(jti: AccessTokenId) => Effect.Effect<GrantAndSession | null, StorageError>>({
    kind: "write",
    repeat: "idempotent"
  })
})
