/** A browser's session at the provider: when it lives, and when a use of it is written down. OIDC Core §3.1.2.3. */
import { Option, Schema } from "effect"
import { Authentication } from "./Authentication.ts"
import { SecretHash, Sid, splitSecret, UserId } from "./Ids.ts"
import type { Lifetimes } from "./Lifetime.ts"

/** A session as its user's home keeps it; the cookie's secret is there only as `hash`. Times in milliseconds. */
export class Session extends Schema.Class<Session>("Session")({
  userId: UserId,
  hash: SecretHash,
  sid: Sid,
  authentication: Authentication,
  createdAt: Schema.Int,
  seenAt: Schema.Int,
  /** Absolute end. */
  expiresAt: Schema.Int,
  /** How long it may stay unused. */
  idle: Schema.Int
}) {}

export const isLive = (session: Session, now: number): boolean =>
  now < session.expiresAt && now < session.seenAt + session.idle

/**
 * The session after its end, which nothing opens again. It is kept until it is swept: its opening, if that was asked
 * for twice and is executed late, finds it and opens nothing.
 */
export const ended = (session: Session, now: number): Session =>
  new Session({ ...session, expiresAt: Math.min(session.expiresAt, now) })

/** The session as a use at `now` leaves it; the same value if the use is not worth a write. */
export const touched = (session: Session, now: number, lifetimes: Pick<Lifetimes, "sessionTouch">): Session =>
  now - session.seenAt < lifetimes.sessionTouch ? session : new Session({ ...session, seenAt: now })

/** What the cookie carries: the user, who says where the session lives, and the secret that opens it. */
export interface SessionToken {
  readonly userId: UserId
  readonly secret: string
}

export const parseToken = (cookie: string): Option.Option<SessionToken> =>
  Option.flatMap(splitSecret(cookie), ([id, secret]) =>
    Option.map(Schema.decodeUnknownOption(UserId)(id), (userId) => ({ userId, secret }))
  )

export const formatToken = (token: SessionToken): string => `${token.userId}.${token.secret}`
