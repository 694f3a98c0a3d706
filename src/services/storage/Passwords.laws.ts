/** What every home of users keeps of passwords: one at a time, judged by the user as they are, and sessions with it. */
import { Effect, Result } from "effect"
import { equal } from "../../domain/ConstantTime.ts"
import { RoleName } from "../../domain/Role.ts"
import type { Session } from "../../domain/Session.ts"
import type { User } from "../../domain/User.ts"
import { AccessTokens } from "./AccessTokens.ts"
import { AuthorizationCodes } from "./AuthorizationCodes.ts"
import { freshUserId } from "./Fresh.laws.ts"
import { expectThat, law } from "./Law.ts"
import { RefreshTokens } from "./RefreshTokens.ts"
import { Sessions } from "./Sessions.ts"
import { PasswordSetting, Users } from "./Users.ts"
import {
  advance,
  anotherSession,
  atOnce,
  changed,
  consentTo,
  expectRefusal,
  freshHash,
  freshIssuance,
  freshRotation,
  freshSession,
  freshSetting,
  freshUser,
  keyOf,
  redeemed,
  restart,
  signedIn,
  withFamily,
  withTokens
} from "./World.laws.ts"

const set = ["User.setPassword"]
const setFind = [...set, "User.find"]
const setFindBoth = [...setFind, "Session.find"]

/** A change by the person, whose session goes on under a new secret. */
export const freshChange = Effect.fnUntraced(function* (session: Session, user: User) {
  return yield* freshSetting(user, { by: "change", renews: { hash: session.hash, by: yield* freshHash } })
})

const isHash = (user: User | null, hash: string): boolean => equal(user?.passwordHash ?? "", hash)

const found = (session: Session) => Effect.map(Sessions.find(keyOf(session)), (answer) => answer?.session ?? null)

/** Who asks first is told how many sessions ended; asked a second time, there is none left to end. */
export const passwordCountLaws = [
  law(
    "a password that is set is there, and no session of the one before, after a restart neither",
    [...setFindBoth, "AccessToken.inspect"],
    Effect.gen(function* () {
      const { jti, session, user } = yield* withTokens()
      const second = yield* anotherSession(user.id)
      const { session: foreign } = yield* signedIn
      const setting = yield* freshSetting(user)
      yield* expectThat((yield* Users.setPassword(setting)) === 2, "two sessions ended")
      yield* restart
      const now = yield* Users.find(user.id)
      yield* expectThat(isHash(now, setting.passwordHash), "the password is the new one")
      yield* expectThat(now?.version === user.version + 1, "and that is a change of the user")
      for (const one of [session, second]) yield* expectThat((yield* found(one)) === null, "each session is gone")
      yield* expectThat((yield* AccessTokens.inspect(jti)) === null, "with what was given in it")
      yield* expectThat((yield* found(foreign)) !== null, "another user's lives")
    })
  ),
  law(
    "whoever changes their password goes on in the same session under another secret; the others end",
    [...set, "Session.find"],
    Effect.gen(function* () {
      const { session, user } = yield* signedIn
      const elsewhere = yield* anotherSession(user.id)
      const change = yield* freshChange(session, user)
      yield* expectThat((yield* Users.setPassword(change)) === 1, "one other ended")
      yield* restart
      const renewed = yield* Sessions.find({ userId: user.id, hash: change.renews?.by ?? session.hash })
      yield* expectThat(renewed?.session.sid === session.sid, "it is the same session to whoever knows it")
      yield* expectThat(renewed?.session.authentication.authTime === session.authentication.authTime, "of that login")
      yield* expectThat((yield* found(session)) === null, "the secret before opens nothing")
      yield* expectThat((yield* found(elsewhere)) === null, "nor does another session")
    })
  )
]

const grantLaws = [
  law(
    "a reset takes back what applications may do offline, and what they are given after it stands",
    [...set, "RefreshToken.rotate", "AuthorizationCode.approve", "AccessToken.inspect"],
    Effect.gen(function* () {
      const family = yield* withFamily
      yield* Users.setPassword(yield* freshSetting(family.user))
      yield* restart
      yield* expectRefusal(freshRotated(family), "revoked", "nothing is refreshed")
      yield* expectThat((yield* AccessTokens.inspect(family.jti)) === null, "its access tokens are dead")
      const session = yield* anotherSession(family.user.id)
      const issuance = yield* freshIssuance(session, { clientId: family.clientId })
      yield* AuthorizationCodes.approve({ issuance, consent: yield* consentTo(issuance) })
      const { jti } = yield* redeemed(issuance)
      yield* expectThat((yield* AccessTokens.inspect(jti)) !== null, "a grant that was made after it stands")
    })
  ),
  law(
    "what applications may do offline outlives a change by the person, and a password that an operator sets",
    [...set, "User.find", "RefreshToken.rotate"],
    Effect.gen(function* () {
      const family = yield* withFamily
      yield* Users.setPassword(yield* freshChange(family.session, family.user))
      const user = (yield* Users.find(family.user.id)) ?? family.user
      yield* Users.setPassword(yield* freshSetting(user, { by: "operator" }))
      const { grant } = yield* freshRotated(family)
      yield* expectThat(grant.generation === 2, "it is refreshed")
    })
  )
]

const freshRotated = (family: Effect.Success<typeof withFamily>) =>
  Effect.flatMap(freshRotation(family, 1), RefreshTokens.rotate)

const refusalLaws = [
  law(
    "asked for again it is done already: nothing ends that was opened since",
    setFindBoth,
    Effect.gen(function* () {
      const { session, user } = yield* signedIn
      const change = yield* freshChange(session, user)
      yield* Users.setPassword(change)
      const since = yield* anotherSession(user.id)
      yield* expectThat((yield* Users.setPassword(change)) === 0, "nothing is done twice")
      yield* expectThat((yield* found(since)) !== null, "a session of the new password lives")
      yield* expectThat((yield* Users.find(user.id))?.version === user.version + 1, "it was one change")
    })
  ),
  law(
    "no password for a user who was changed since it was judged, and nothing ends",
    [...setFindBoth, "User.change"],
    Effect.gen(function* () {
      const { session, user } = yield* signedIn
      const setting = yield* freshSetting(user)
      yield* changed(user, { roles: [RoleName.make("law")] })
      yield* expectRefusal(Users.setPassword(setting), "UserChanged", "it was judged by another")
      yield* expectThat((yield* Users.find(user.id))?.passwordHash === null, "there is no password")
      yield* expectThat((yield* found(session)) !== null, "and the session lives")
    })
  ),
  law(
    "a setting that comes late does not bring an old password back",
    setFind,
    Effect.gen(function* () {
      const user = yield* freshUser
      const first = yield* freshSetting(user)
      yield* Users.setPassword(first)
      const second = yield* freshSetting({ ...user, version: user.version + 1 })
      yield* Users.setPassword(second)
      yield* expectRefusal(Users.setPassword(first), "UserChanged", "its time has passed")
      yield* expectThat(isHash(yield* Users.find(user.id), second.passwordHash), "the newest stands")
    })
  ),
  law(
    "no change of a password by a session that is over: nothing ends and nothing is set",
    [...setFindBoth, "Session.end"],
    Effect.gen(function* () {
      const { session, user } = yield* signedIn
      const elsewhere = yield* anotherSession(user.id)
      const change = yield* freshChange(session, user)
      yield* Sessions.end(keyOf(session))
      yield* expectRefusal(Users.setPassword(change), "SessionOver", "the session that asked is over")
      yield* expectThat((yield* found(elsewhere)) !== null, "another lives")
      yield* expectThat((yield* Users.find(user.id))?.passwordHash === null, "there is no password")
    })
  ),
  law(
    "nobody has no password: not for an id without a home, nor for a user who was deleted",
    [...set, "User.remove"],
    Effect.gen(function* () {
      const user = yield* freshUser
      const unknown = new PasswordSetting({ ...(yield* freshSetting(user)), userId: yield* freshUserId })
      yield* expectRefusal(Users.setPassword(unknown), "NoSuchUser", "nobody is there")
      yield* Users.remove({ userId: user.id, version: user.version })
      yield* expectRefusal(Users.setPassword(yield* freshSetting(user)), "NoSuchUser", "nobody is there any more")
    })
  ),
  law(
    "of 50 settings that were judged by the same user at once, one is done",
    setFind,
    Effect.gen(function* () {
      const user = yield* freshUser
      const answers = yield* atOnce(50, Effect.flatMap(freshSetting(user), Users.setPassword))
      yield* expectThat(answers.filter(Result.isSuccess).length === 1, "one")
      yield* expectThat((yield* Users.find(user.id))?.version === user.version + 1, "and no other")
    })
  )
]

/** Hashes that are made anew at a login. */
const rehashingLaws = [
  law(
    "a better hash of the same password is stored with the session that it opens, and is no change of the user",
    ["Session.open", "User.find", "Session.find"],
    Effect.gen(function* () {
      const user = yield* freshUser
      yield* advance(1)
      const session = yield* freshSession(user.id)
      yield* Sessions.open({ session, replaces: null, userVersion: user.version, rehashed: "$better" })
      yield* restart
      const now = yield* Users.find(user.id)
      yield* expectThat(isHash(now, "$better"), "it is stored")
      yield* expectThat(now?.version === user.version && now.updatedAt === user.updatedAt, "nothing else is")
      yield* expectThat((yield* found(session)) !== null, "the session is open")
    })
  ),
  law(
    "a better hash of a password that was replaced since is not stored",
    ["Session.open", ...setFind],
    Effect.gen(function* () {
      const user = yield* freshUser
      const setting = yield* freshSetting(user)
      yield* Users.setPassword(setting)
      const session = yield* freshSession(user.id)
      const late = Sessions.open({ session, replaces: null, userVersion: user.version, rehashed: "$better" })
      yield* expectRefusal(late, "UserGone", "it was judged by the password before")
      yield* expectThat(isHash(yield* Users.find(user.id), setting.passwordHash), "the new one stands")
    })
  )
]

export const passwordLaws = [...passwordCountLaws, ...grantLaws, ...refusalLaws, ...rehashingLaws]
