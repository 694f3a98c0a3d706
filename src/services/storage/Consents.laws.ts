/** What every home keeps of consents: what rests on a withdrawn one falls, and stays down. OIDC Core §3.1.2.4. */
import { Effect } from "effect"
import { AccessTokens } from "./AccessTokens.ts"
import { AuthorizationCodes } from "./AuthorizationCodes.ts"
import { Consents } from "./Consents.ts"
import { freshUserId } from "./Fresh.laws.ts"
import { expectThat, law } from "./Law.ts"
import { RefreshTokens } from "./RefreshTokens.ts"
import {
  consentTo,
  expectRefusal,
  freshClientId,
  freshIssuance,
  freshRotation,
  presentedAt,
  redeemed,
  restart,
  withCode,
  withFamily
} from "./World.laws.ts"

const withdraw = ["Consent.withdraw"]

/** The user allows the client of the scene the same again, which makes one more code. */
const allowedAgain = Effect.fnUntraced(function* ({ issuance, session }: Effect.Success<ReturnType<typeof withCode>>) {
  const { clientId, scopes } = issuance
  const next = yield* freshIssuance(session, { clientId, scopes })
  yield* AuthorizationCodes.approve({ issuance: next, consent: yield* consentTo(next) })
  return next
})

/** Who is told first that there was a consent; asked a second time, there is none. */
export const consentAnswerLaws = [
  law(
    "withdrawing says whether there was a consent",
    withdraw,
    Effect.gen(function* () {
      const { clientId, user } = yield* withCode()
      const key = { userId: user.id, clientId }
      const stranger = { userId: user.id, clientId: yield* freshClientId }
      yield* expectThat(!(yield* Consents.withdraw(stranger)), "there was none for another client")
      yield* expectThat(yield* Consents.withdraw(key), "there was one")
      yield* expectThat(!(yield* Consents.withdraw(key)), "now there is none")
    })
  )
]

const listLaws = [
  law(
    "what a user has allowed is told until it is withdrawn, after a restart too, and nothing of another's",
    ["Consent.list", ...withdraw],
    Effect.gen(function* () {
      const { clientId, issuance, session, user } = yield* withCode({ scopes: ["openid", "offline_access"] })
      const other = yield* freshIssuance(session, { scopes: ["openid", "email"] })
      yield* AuthorizationCodes.approve({ issuance: other, consent: yield* consentTo(other) })
      const foreign = yield* withCode()
      yield* restart
      const both = yield* Consents.list(user.id)
      yield* expectThat(
        both.map((consent) => consent.clientId).join(" ") === [clientId, other.clientId].toSorted().join(" "),
        "both clients, in the order of their ids, and not the other user's"
      )
      const consent = both.find((one) => one.clientId === clientId)
      yield* expectThat(consent?.scopes.join(" ") === issuance.scopes.join(" "), "with what each may do")
      yield* expectThat(consent?.since === issuance.grantId, "and since when")
      yield* Consents.withdraw({ userId: user.id, clientId })
      const left = yield* Consents.list(user.id)
      yield* expectThat(left.length === 1 && left[0]?.clientId === other.clientId, "the other one is left")
      yield* expectThat((yield* Consents.list(foreign.user.id)).length === 1, "another user's stay")
      yield* expectThat((yield* Consents.list(yield* freshUserId)).length === 0, "somebody unknown allowed nothing")
    })
  )
]

export const consentLaws = [
  ...listLaws,
  law(
    "after a withdrawal the client is issued no code without asking",
    [...withdraw, "AuthorizationCode.issue"],
    Effect.gen(function* () {
      const { clientId, session, user } = yield* withCode()
      const other = yield* freshIssuance(session)
      yield* AuthorizationCodes.approve({ issuance: other, consent: yield* consentTo(other) })
      yield* Consents.withdraw({ userId: user.id, clientId })
      yield* restart
      const silent = yield* freshIssuance(session, { clientId })
      yield* expectRefusal(AuthorizationCodes.issue(silent), "ConsentRequired", "nothing is allowed any more")
      yield* AuthorizationCodes.issue(yield* freshIssuance(session, { clientId: other.clientId }))
    })
  ),
  law(
    "a code that waits falls with the consent, and stays down when the user consents anew",
    [...withdraw, "AuthorizationCode.redeem"],
    Effect.gen(function* () {
      const scene = yield* withCode()
      yield* Consents.withdraw({ userId: scene.user.id, clientId: scene.clientId })
      yield* expectRefusal(redeemed(scene.issuance), "consent", "the consent is gone")
      const next = yield* allowedAgain(scene)
      yield* expectRefusal(redeemed(scene.issuance), "consent", "a new consent is another consent")
      yield* redeemed(next)
    })
  ),
  law(
    "tokens fall with the consent, and stay down when the user consents anew, at the same moment too",
    [...withdraw, "RefreshToken.rotate", "AccessToken.inspect"],
    Effect.gen(function* () {
      const family = yield* withFamily
      yield* Consents.withdraw({ userId: family.user.id, clientId: family.clientId })
      const attempt = freshRotation(family, 1)
      yield* expectRefusal(Effect.flatMap(attempt, RefreshTokens.rotate), "consent", "nothing is refreshed")
      yield* expectThat((yield* AccessTokens.inspect(family.jti)) === null, "nor is an access token accepted")
      // No time passes: it is not the time that tells one consent from the next.
      const { jti } = yield* redeemed(yield* allowedAgain(family))
      yield* expectRefusal(Effect.flatMap(attempt, RefreshTokens.rotate), "consent", "nor after a new consent")
      yield* expectThat((yield* RefreshTokens.inspect(presentedAt(family, 1))) === null, "the old family stays dead")
      yield* expectThat((yield* AccessTokens.inspect(family.jti)) === null, "the old access token stays dead")
      yield* expectThat((yield* AccessTokens.inspect(jti)) !== null, "the new one lives")
    })
  ),
  law(
    "another client's grants do not fall",
    [...withdraw, "AccessToken.inspect"],
    Effect.gen(function* () {
      const scene = yield* withCode()
      const other = yield* freshIssuance(scene.session)
      yield* AuthorizationCodes.approve({ issuance: other, consent: yield* consentTo(other) })
      const { jti } = yield* redeemed(other)
      yield* Consents.withdraw({ userId: scene.user.id, clientId: scene.clientId })
      yield* expectThat((yield* AccessTokens.inspect(jti)) !== null, "its consent was not withdrawn")
    })
  ),
  ...consentAnswerLaws
]
