/** A browser's session at the provider: when it lives, and when a use of it is written down. OIDC Core §3.1.2.3. */
import { Option, Schema } from "effect"
import { Authentication } from "./Authentication.ts"
import { AttemptId, ClientId, SecretHash, Sid, splitSecret, UserId } from "./Ids.ts"
import { LogoutChannels } from "./LogoutChannels.ts"
import type { Lifetimes } from "./Lifetime.ts"

/** A client that was given something in a session, and wants to be told of its end. */
export const SessionClient = Schema.Struct({ ...LogoutChannels.fields, id: ClientId })
export type SessionClient = typeof SessionClient.Type

/** Where a session was opened from, as its person sees it in the list of theirs. Nothing is decided by it. */
export const SessionOrigin = Schema.Struct({
  /** What the browser says it is. */
  userAgent: Schema.optionalKey(Schema.String.pipe(Schema.check(Schema.isMaxLength(300)))),
  /** The country or town that the platform takes the address for. */
  place: Schema.optionalKey(Schema.String.pipe(Schema.check(Schema.isMaxLength(100))))
})
export type SessionOrigin = typeof SessionOrigin.Type

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
  idle: Schema.Int,
  origin: Schema.optionalKey(SessionOrigin),
  /** Absent while there is none: most clients do not ask to be told. */
  clients: Schema.optionalKey(Schema.Array(SessionClient)),
  /** The session that a new login of the same user put in its place. Whatever hangs on this one hangs on that one. */
  continuedBy: Schema.optionalKey(SecretHash),
  /** The attempt that ended this one, maybe with others: its repetition ends none that was opened since. */
  ending: Schema.optionalKey(AttemptId)
}) {}

export const isLive = (session: Session, now: number): boolean =>
  session.continuedBy === undefined && now < endOf(session)

/**
 * The session after its end, which nothing opens again. It is kept until it is swept: its opening, if that was asked
 * for twice and is executed late, finds it and opens nothing.
 */
export const ended = (session: Session, now: number): Session =>
  new Session({ ...session, expiresAt: Math.min(session.expiresAt, now) })

/** When it ends if nobody uses it from now on. Milliseconds. */
export const endOf = (session: Session): number => Math.min(session.expiresAt, session.seenAt + session.idle)

/** Some of them, by name. */
export const ChosenSessions = Schema.Struct({ sids: Schema.Array(Sid).pipe(Schema.check(Schema.isMaxLength(1000))) })
export type ChosenSessions = typeof ChosenSessions.Type

/** Which of a user's sessions are meant, by their public names: a new login of the same one keeps its `sid`. */
export const SomeSessions = Schema.Union([Schema.Literal("all"), Schema.Struct({ except: Sid }), ChosenSessions])
export type SomeSessions = typeof SomeSessions.Type

export const isMeant = (which: SomeSessions, { sid }: Session): boolean =>
  which === "all" || ("except" in which ? sid !== which.except : which.sids.includes(sid))

/** The session as a use at `now` leaves it; the same value if the use is not worth a write. */
export const touched = (session: Session, now: number, lifetimes: Pick<Lifetimes, "sessionTouch">): Session =>
  now - session.seenAt < lifetimes.sessionTouch ? session : new Session({ ...session, seenAt: now })

/**
 * What a new login of the same user in the same browser makes of the session before: the same session with another
 * secret. Clients know it by the same `sid`, and will be told of its end; the secret before opens nothing any more.
 */
export const renewed = (before: Session, by: Session): { readonly before: Session; readonly by: Session } => ({
  before: new Session({ ...before, continuedBy: by.hash }),
  by: new Session({ ...by, sid: before.sid, ...(before.clients === undefined ? {} : { clients: before.clients }) })
})

/** The session with a client among those that will be told of its end; the same value if nothing changes by that. */
export const withClient = (session: Session, id: ClientId, channels: LogoutChannels | undefined): Session => {
  if (channels === undefined) return session
  const { clients = [] } = session
  const known = clients.find((client) => client.id === id)
  if (known?.front === channels.front && known.back === channels.back) return session
  return new Session({ ...session, clients: [...clients.filter((client) => client !== known), { ...channels, id }] })
}

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
