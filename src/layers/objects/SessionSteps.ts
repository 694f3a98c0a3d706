/** The transactions of sessions and consents. OIDC Core §3.1.2.3, RP-Initiated Logout §2. */
import { Result, Schema } from "effect"
import { Consent } from "../../domain/Consent.ts"
import { UserId } from "../../domain/Ids.ts"
import { PasskeyRefused } from "../../domain/Passkey.ts"
import { ended, endOf, isLive, isMeant, renewed, Session } from "../../domain/Session.ts"
import { User } from "../../domain/User.ts"
import { ConsentKey } from "../../services/storage/Consents.ts"
import {
  EndedSession,
  SessionAndUser,
  SessionKey,
  SessionOpening,
  SessionOver,
  SessionsEnding,
  ShownSession,
  UserGone
} from "../../services/storage/Sessions.ts"
import { type AccountTransaction, type accountTables } from "./AccountTables.ts"
import { usePasskey } from "./PasskeySteps.ts"
import { step } from "./Step.ts"

const accountStep = step<typeof accountTables>()

export const openStep = accountStep({
  request: SessionOpening,
  reply: Session,
  refusal: Schema.Union([UserGone, SessionOver, PasskeyRefused]),
  run: (tx, { passkey, rehashed, replaces, session, userVersion }) => {
    const user = tx.users.get(session.userId)
    if (user?.status !== "active" || user.version !== (userVersion ?? user.version)) {
      return Result.fail(new UserGone())
    }
    const known = tx.sessions.get(session.userId, session.hash)
    if (known !== undefined) return isLive(known, tx.now) ? Result.succeed(known) : Result.fail(new SessionOver())
    const used = passkey === undefined ? Result.void : usePasskey(tx, session, passkey)
    if (Result.isFailure(used)) return Result.fail(used.failure)
    // No new version: it is the same password, and whoever was judged by it a moment ago was judged rightly.
    if (rehashed !== undefined) tx.users.put(new User({ ...user, passwordHash: rehashed }))
    const before = replaces === null ? undefined : tx.sessions.get(session.userId, replaces)
    if (before === undefined || !isLive(before, tx.now)) {
      tx.sessions.put(session)
      tx.audit({ type: "session.started", ...about(session) })
      return Result.succeed(session)
    }
    return Result.succeed(renew(tx, before, session))
  }
})

/** The session goes on as `session`, under another secret. */
export const renew = (tx: AccountTransaction, before: Session, session: Session): Session => {
  const both = renewed(before, session)
  tx.sessions.put(both.before)
  tx.sessions.put(both.by)
  tx.audit({ type: "session.renewed", ...about(both.by) })
  return both.by
}

/** What the event of a login says: whose it is, and how and when they signed in. */
const about = ({ authentication, sid, userId }: Session) => ({
  userId,
  sid,
  detail: { acr: authentication.acr, amr: authentication.amr.join(" "), auth_time: String(authentication.authTime) }
})

export const findStep = accountStep({
  request: SessionKey,
  reply: Schema.NullOr(SessionAndUser),
  refusal: Schema.Never,
  run: (tx, { hash, userId }) => {
    const session = tx.sessions.get(userId, hash)
    const user = tx.users.get(userId)
    return Result.succeed(
      session !== undefined && isLive(session, tx.now) && user?.status === "active"
        ? new SessionAndUser({ session, user })
        : null
    )
  }
})

export const endStep = accountStep({
  request: SessionKey,
  reply: Schema.NullOr(EndedSession),
  refusal: Schema.Never,
  run: (tx, { hash, userId }) => {
    const session = tx.sessions.get(userId, hash)
    if (session === undefined || session.continuedBy !== undefined) return Result.succeed(null)
    if (isLive(session, tx.now)) endLive(tx, session)
    return Result.succeed(new EndedSession({ sid: session.sid, clients: session.clients ?? [] }))
  }
})

export const endManyStep = accountStep({
  request: SessionsEnding,
  reply: Schema.Int,
  refusal: Schema.Never,
  run: (tx, { attempt, userId, which }) => {
    const all = tx.sessions.under(userId)
    const known = all.filter((session) => session.ending === attempt)
    // Executed again, and maybe late: whoever signed in since is none of those that were meant.
    if (known.length > 0) return Result.succeed(known.length)
    const meant = all.filter((session) => isLive(session, tx.now) && isMeant(which, session))
    for (const session of meant) endLive(tx, new Session({ ...session, ending: attempt }))
    return Result.succeed(meant.length)
  }
})

export const listStep = accountStep({
  request: UserId,
  reply: Schema.Array(ShownSession),
  refusal: Schema.Never,
  run: (tx, userId) =>
    Result.succeed(
      liveOf(tx, userId)
        .map(shown)
        .toSorted((a, b) => b.authentication.authTime - a.authentication.authTime || (a.sid < b.sid ? -1 : 1))
    )
})

export const listConsentsStep = accountStep({
  request: UserId,
  reply: Schema.Array(Consent),
  refusal: Schema.Never,
  run: (tx, userId) => Result.succeed(tx.consents.under(userId))
})

export const withdrawStep = accountStep({
  request: ConsentKey,
  reply: Schema.Boolean,
  refusal: Schema.Never,
  run: (tx, { clientId, userId }) => {
    const there = tx.consents.delete(userId, clientId)
    if (there) tx.audit({ type: "consent.withdrawn", userId, clientId })
    return Result.succeed(there)
  }
})

/** All sessions in which somebody is signed in. */
export const liveOf = (tx: AccountTransaction, userId: UserId): ReadonlyArray<Session> =>
  tx.sessions.under(userId).filter((session) => isLive(session, tx.now))

const shown = (session: Session): ShownSession =>
  new ShownSession({
    sid: session.sid,
    authentication: session.authentication,
    ...(session.origin === undefined ? {} : { origin: session.origin }),
    seenAt: session.seenAt,
    endsAt: endOf(session),
    clients: (session.clients ?? []).map(({ id }) => id)
  })

/** Grants without offline access fall with their session by themselves: it is what they are judged by. */
export const endLive = (tx: AccountTransaction, session: Session): void => {
  tx.sessions.put(ended(session, tx.now))
  tx.audit({ type: "session.ended", userId: session.userId, sid: session.sid })
  tellClients(tx, session)
}

/** Tells the clients that asked for a request when a session in which they were given something ends. */
export const tellClients = (tx: AccountTransaction, { clients = [], sid, userId }: Session): void => {
  for (const { back, id } of clients) if (back) tx.tell({ clientId: id, userId, sid })
}
