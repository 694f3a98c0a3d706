/** What every home of sessions keeps: an open one is found until it ends, and an ended one never again. */
import { Effect, Result } from "effect"
import { AccessTokens } from "./AccessTokens.ts"
import { AuthorizationCodes } from "./AuthorizationCodes.ts"
import { freshUserId } from "./Fresh.laws.ts"
import { expectThat, law } from "./Law.ts"
import type { Session } from "../../domain/Session.ts"
import { sessionClientLaws } from "./SessionClients.laws.ts"
import { Sessions } from "./Sessions.ts"
import { Users } from "./Users.ts"
import {
  advance,
  anotherSession,
  atOnce,
  changed,
  expectRefusal,
  freshHash,
  freshIssuance,
  freshSession,
  freshSetting,
  freshUser,
  keyOf,
  lifetimes,
  restart,
  signedIn,
  withTokens,
  ending
} from "./World.laws.ts"

const open = ["Session.open"]
const find = ["Session.find"]
const openFind = [...open, ...find]

const expectLive = (session: Session, sentence: string) =>
  Effect.flatMap(Sessions.find(keyOf(session)), (found) => expectThat(found !== null, sentence))

const expectGone = (session: Session, sentence: string) =>
  Effect.flatMap(Sessions.find(keyOf(session)), (found) => expectThat(found === null, sentence))

const openLaws = [
  law(
    "a session that was opened is found, with its user and its login",
    openFind,
    Effect.gen(function* () {
      const { session, user } = yield* signedIn
      const found = yield* Sessions.find(keyOf(session))
      yield* expectThat(found?.user.id === user.id && found.session.sid === session.sid, "it is this user's")
      yield* expectThat(
        found?.session.authentication.authTime === session.authentication.authTime,
        "it says the time of the login"
      )
      yield* expectThat((yield* Sessions.find({ userId: user.id, hash: yield* freshHash })) === null, "and no other is")
      const stranger = { userId: yield* freshUserId, hash: session.hash }
      yield* expectThat((yield* Sessions.find(stranger)) === null, "nor is it anybody else's")
    })
  ),
  law(
    "an opening asked for again opens the same session, and opens it no second time",
    [...openFind, "Session.end"],
    Effect.gen(function* () {
      const user = yield* freshUser
      const session = yield* freshSession(user.id)
      yield* Sessions.open({ session, replaces: null })
      yield* Sessions.open({ session, replaces: null })
      yield* expectLive(session, "it is open")
      yield* Sessions.end(keyOf(session))
      yield* expectRefusal(Sessions.open({ session, replaces: null }), "SessionOver", "it has ended")
      yield* expectGone(session, "an opening that comes late does not bring an ended session back")
    })
  ),
  law(
    "a new login replaces the session the browser had, and no other",
    openFind,
    Effect.gen(function* () {
      const { session: before, user } = yield* signedIn
      const elsewhere = yield* anotherSession(user.id)
      const session = yield* freshSession(user.id)
      yield* Sessions.open({ session, replaces: before.hash })
      yield* expectGone(before, "the one before is gone")
      yield* expectLive(session, "the new one is open")
      yield* expectRefusal(Sessions.open({ session: before, replaces: null }), "SessionOver", "nor is it opened again")
      yield* expectLive(elsewhere, "so is the one in another browser")
    })
  ),
  law(
    "no session for a user who is disabled, deleted or unknown",
    [...openFind, "User.change", "User.remove"],
    Effect.gen(function* () {
      const { session, user } = yield* signedIn
      const disabled = yield* changed(user, { status: "disabled" })
      yield* expectRefusal(anotherSession(user.id), "UserGone", "the user is disabled")
      yield* expectGone(session, "and one that was open is not found")
      const { version } = yield* changed(disabled, { status: "active" })
      yield* expectGone(session, "nor is it when the user is enabled again")
      yield* expectLive(yield* anotherSession(user.id), "who then signs in anew")
      yield* Users.remove({ userId: user.id, version })
      yield* expectRefusal(anotherSession(user.id), "UserGone", "the user is deleted")
      yield* expectRefusal(anotherSession(yield* freshUserId), "UserGone", "the user was never there")
    })
  ),
  law(
    "no session for a login that was judged by a password that is another by now",
    [...openFind, "User.setPassword"],
    Effect.gen(function* () {
      const user = yield* freshUser
      const session = yield* freshSession(user.id)
      yield* Users.setPassword(yield* freshSetting(user))
      const late = Sessions.open({ session, replaces: null, userVersion: user.version })
      yield* expectRefusal(late, "UserGone", "the password was replaced")
      yield* expectGone(session, "and nothing was opened")
      yield* Sessions.open({ session, replaces: null, userVersion: user.version + 1 })
      yield* expectLive(session, "whoever was judged by the new one is signed in")
    })
  )
]

const endLaws = [
  law(
    "an ended session is refused at once, and its grants without offline access with it",
    ["Session.end", ...find, "AccessToken.inspect", "AuthorizationCode.issue"],
    Effect.gen(function* () {
      const { clientId, jti, session } = yield* withTokens()
      const elsewhere = yield* anotherSession(session.userId)
      yield* Sessions.end(keyOf(session))
      yield* expectGone(session, "it is gone")
      yield* expectThat((yield* AccessTokens.inspect(jti)) === null, "its access tokens are dead")
      const issuance = yield* freshIssuance(session, { clientId })
      yield* expectRefusal(AuthorizationCodes.issue(issuance), "session", "and no code is issued in it")
      yield* expectLive(elsewhere, "another session of the user lives")
      yield* Sessions.end(keyOf(session))
      yield* Sessions.end({ userId: session.userId, hash: yield* freshHash })
    })
  ),
  law(
    "ending all sessions of a user ends every one of them, and nobody else's",
    ["Session.endMany", ...find],
    Effect.gen(function* () {
      const { session: first, user } = yield* signedIn
      const others = yield* Effect.replicateEffect(anotherSession(user.id), 20)
      const { session: foreign } = yield* signedIn
      yield* ending(user.id)
      for (const session of [first, ...others]) yield* expectGone(session, "each is gone")
      yield* expectLive(foreign, "another user's lives")
    })
  ),
  law(
    "ending all sessions while they are being opened: one that was answered before is gone, one after lives",
    ["Session.endMany", ...openFind],
    Effect.gen(function* () {
      const user = yield* freshUser
      const before = yield* anotherSession(user.id)
      const [, opened] = yield* Effect.all([ending(user.id), atOnce(20, anotherSession(user.id))], {
        concurrency: "unbounded"
      })
      yield* expectGone(before, "what was open is gone")
      yield* ending(user.id)
      for (const result of opened)
        if (Result.isSuccess(result)) yield* expectGone(result.success, "none is left behind")
    })
  )
]

const countLaws = [
  law(
    "ending all sessions says how many there were; those that had ended or expired are not counted",
    ["Session.endMany"],
    Effect.gen(function* () {
      const { session, user } = yield* signedIn
      yield* anotherSession(user.id)
      yield* anotherSession(user.id, { expiresAt: session.createdAt + 1 })
      yield* Sessions.end(keyOf(session))
      yield* Effect.replicateEffect(anotherSession(user.id), 3)
      yield* advance(1)
      yield* expectThat((yield* ending(user.id)) === 4, "four were alive")
      yield* expectThat((yield* ending(user.id)) === 0, "now there is none")
    })
  ),
  law(
    "50 openings and one end of all: what was counted and what is left are all of them",
    ["Session.endMany", ...open],
    Effect.gen(function* () {
      const user = yield* freshUser
      const [counted] = yield* Effect.all([ending(user.id), atOnce(50, anotherSession(user.id))], {
        concurrency: "unbounded"
      })
      const left = yield* ending(user.id)
      yield* expectThat(counted + left === 50, `all or none: ${counted} were ended and ${left} were left of 50`)
    })
  )
]

const lifeLaws = [
  law(
    "a session has an absolute end",
    openFind,
    Effect.gen(function* () {
      const user = yield* freshUser
      const session = yield* anotherSession(user.id, { idle: lifetimes.session * 2 })
      yield* advance(lifetimes.session - 1)
      yield* expectLive(session, "in its last millisecond")
      yield* advance(1)
      yield* expectGone(session, "after it")
    })
  ),
  law(
    "a session that nobody uses ends; looking at it is no use of it",
    openFind,
    Effect.gen(function* () {
      const { session } = yield* signedIn
      yield* advance(lifetimes.sessionIdle - 1)
      yield* expectLive(session, "in its last millisecond")
      yield* advance(1)
      yield* expectGone(session, "after it")
    })
  ),
  law(
    "a session survives a restart, and so does its end",
    [...openFind, "Session.end", "Session.endMany"],
    Effect.gen(function* () {
      const { session, user } = yield* signedIn
      const second = yield* anotherSession(user.id)
      yield* restart
      yield* expectLive(session, "it is open after a restart")
      yield* Sessions.end(keyOf(session))
      yield* restart
      yield* expectGone(session, "it is gone after a restart")
      yield* expectLive(second, "the other one is not")
      yield* ending(user.id)
      yield* restart
      yield* expectGone(second, "now it is")
    })
  )
]

export const sessionLaws = [...openLaws, ...endLaws, ...lifeLaws, ...sessionClientLaws, ...countLaws]
