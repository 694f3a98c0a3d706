/** What every home of sessions keeps of clients: which of them a session's end concerns, and what outlives a login. */
import { Effect, Equal } from "effect"
import type { ClientId } from "../../domain/Ids.ts"
import type { LogoutChannels } from "../../domain/LogoutChannels.ts"
import type { Session } from "../../domain/Session.ts"
import { AccessTokens } from "./AccessTokens.ts"
import { AuthorizationCodes } from "./AuthorizationCodes.ts"
import { expectThat, law } from "./Law.ts"
import { Sessions } from "./Sessions.ts"
import {
  advance,
  anotherSession,
  consentTo,
  expectRefusal,
  freshClientId,
  freshHash,
  freshIssuance,
  freshSession,
  keyOf,
  lifetimes,
  redeemed,
  signedIn
} from "./World.laws.ts"

const both: LogoutChannels = { front: true, back: true }

/** A client is given a code in a session, and asks to be told of its end. */
const joins = Effect.fnUntraced(function* (session: Session, channels?: LogoutChannels, id?: ClientId) {
  const clientId = id ?? (yield* freshClientId)
  const asked = channels === undefined ? {} : { logoutChannels: channels }
  const issuance = yield* freshIssuance(session, { clientId, ...asked })
  yield* AuthorizationCodes.approve({ issuance, consent: yield* consentTo(issuance) })
  return issuance
})

/** A login of the same user in the same browser. */
const renew = Effect.fnUntraced(function* (before: Session) {
  return yield* Sessions.open({ session: yield* freshSession(before.userId), replaces: before.hash })
})

const clientsOf = (session: Session) =>
  Effect.map(Sessions.end(keyOf(session)), (ended) =>
    ended === null ? undefined : ended.clients.toSorted((a, b) => (a.id < b.id ? -1 : 1))
  )

const endLaws = [
  law(
    "the end of a session says which one it was, and each client that is to be told of it once",
    ["Session.end", "Session.open", "AuthorizationCode.approve", "AuthorizationCode.issue"],
    Effect.gen(function* () {
      const { session } = yield* signedIn
      const { clientId: first } = yield* joins(session, both)
      const { clientId: second } = yield* joins(session, { front: true, back: false })
      yield* joins(session)
      yield* joins(session, both, first)
      yield* AuthorizationCodes.issue(yield* freshIssuance(session, { clientId: first, logoutChannels: both }))
      const clients = [
        { ...both, id: first },
        { front: true, back: false, id: second }
      ].toSorted((a, b) => (a.id < b.id ? -1 : 1))
      yield* expectThat(Equal.equals(yield* clientsOf(session), clients), "both that asked for it, and not the third")
      const again = yield* Sessions.end(keyOf(session))
      yield* expectThat(again?.sid === session.sid && again.clients.length === 2, "asked again it says the same")
      const nobody = { userId: session.userId, hash: yield* freshHash }
      yield* expectThat((yield* Sessions.end(nobody)) === null, "there is nothing to say of a session that never was")
    })
  ),
  law(
    "a client that asks for something else from now on is told so, and not as before",
    ["Session.end", "AuthorizationCode.approve"],
    Effect.gen(function* () {
      const { session } = yield* signedIn
      const { clientId } = yield* joins(session, { front: true, back: false })
      yield* joins(session, { front: false, back: true }, clientId)
      const clients = [{ front: false, back: true, id: clientId }]
      yield* expectThat(Equal.equals(yield* clientsOf(session), clients), "it is there once, with what it asked last")
    })
  )
]

const renewalLaws = [
  law(
    "a new login in the same browser goes on with the session: the same sid, and the same clients to tell",
    ["Session.open", "Session.end", "AuthorizationCode.approve"],
    Effect.gen(function* () {
      const { session: before } = yield* signedIn
      const { clientId } = yield* joins(before, both)
      const by = yield* renew(yield* renew(before))
      yield* expectThat(by.sid === before.sid, "its clients know it by the same name")
      const elsewhere = yield* anotherSession(before.userId)
      yield* expectThat(elsewhere.sid !== before.sid, "another browser has a session of its own")
      yield* expectThat((yield* Sessions.end(keyOf(before))) === null, "the secret before ends nothing")
      yield* expectThat((yield* Sessions.find(keyOf(by))) !== null, "so the session lives")
      yield* expectThat(Equal.equals(yield* clientsOf(by), [{ ...both, id: clientId }]), "and still knows its client")
    })
  ),
  law(
    "grants without offline access outlive a new login, and fall with the session that goes on",
    ["Session.open", "Session.end", "AccessToken.inspect", "AuthorizationCode.redeem"],
    Effect.gen(function* () {
      const { session: before } = yield* signedIn
      const { jti } = yield* redeemed(yield* joins(before))
      const waiting = yield* joins(before)
      const by = yield* renew(yield* renew(before))
      yield* expectThat((yield* AccessTokens.inspect(jti)) !== null, "a token of before is good")
      const { jti: late } = yield* redeemed(waiting)
      yield* expectThat((yield* AccessTokens.inspect(late)) !== null, "and so is a code of before")
      yield* Sessions.end(keyOf(by))
      yield* expectThat((yield* AccessTokens.inspect(jti)) === null, "until the session ends")
      yield* expectThat((yield* AccessTokens.inspect(late)) === null, "for all of them")
    })
  ),
  law(
    "what opened a session before a new login opens nothing after it: it gets no code, and is renewed no second time",
    ["Session.open", "Session.find", "AuthorizationCode.issue"],
    Effect.gen(function* () {
      const { session: before } = yield* signedIn
      const { clientId } = yield* joins(before)
      const by = yield* renew(before)
      const issuance = yield* freshIssuance(before, { clientId })
      yield* expectRefusal(AuthorizationCodes.issue(issuance), "session", "the secret before is refused")
      yield* AuthorizationCodes.issue(yield* freshIssuance(by, { clientId }))
      const other = yield* renew(before)
      yield* expectThat(other.sid !== before.sid, "whoever still shows it gets a session of their own")
      yield* expectThat((yield* Sessions.find(keyOf(by))) !== null, "and the renewed one is not touched")
    })
  ),
  law(
    "a session that had ended or expired is not gone on with",
    ["Session.open", "Session.end"],
    Effect.gen(function* () {
      const { session: ended } = yield* signedIn
      yield* Sessions.end(keyOf(ended))
      yield* expectThat((yield* renew(ended)).sid !== ended.sid, "not one that ended")
      const { session: unused } = yield* signedIn
      yield* advance(lifetimes.sessionIdle)
      yield* expectThat((yield* renew(unused)).sid !== unused.sid, "nor one that nobody used")
    })
  )
]

export const sessionClientLaws = [...endLaws, ...renewalLaws]
