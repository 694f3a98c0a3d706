/** What every home keeps of tokens that the authorization endpoint gives itself. OIDC Core §3.2.2.5, §3.3.2.5. */
import { Effect } from "effect"
import type { Issuance } from "../../domain/AuthorizationCode.ts"
import { AccessTokens } from "./AccessTokens.ts"
import { AuthorizationCodes } from "./AuthorizationCodes.ts"
import { expectThat, law } from "./Law.ts"
import { Sessions } from "./Sessions.ts"
import {
  advance,
  expectRefusal,
  freshHash,
  freshIssuance,
  freshJti,
  keyOf,
  lifetimes,
  offline,
  redeemed,
  withCode
} from "./World.laws.ts"

const inspect = ["AccessToken.inspect"]
const redeem = ["AuthorizationCode.redeem"]

const hybrid: Partial<Issuance> = { atOnceLifetime: lifetimes.accessToken }
const implicit: Partial<Issuance> = { ...hybrid, codeLifetime: 0 }

/** Somebody whose client has an access token from the authorization endpoint. */
const withTokenAtOnce = Effect.fnUntraced(function* (changes: Partial<Issuance>) {
  const scene = yield* withCode(changes)
  return { ...scene, jti: yield* freshJti(scene.issuance.grantId) }
})

const stands = (jti: Effect.Success<ReturnType<typeof freshJti>>) =>
  Effect.map(AccessTokens.inspect(jti), (found) => found !== null)

export const atOnceLaws = [
  law(
    "OIDC Core §3.1.2.5: issuing gives the grant and its user, so that tokens can be made of them at once",
    ["AuthorizationCode.issue", "AuthorizationCode.approve"],
    Effect.gen(function* () {
      const { clientId, issuance, session, user } = yield* withCode(hybrid)
      const given = yield* AuthorizationCodes.issue(yield* freshIssuance(session, { ...hybrid, clientId }))
      yield* expectThat(given.user.profile.email === user.profile.email, "the user as the home has them")
      yield* expectThat(given.grant.sid === session.sid && given.grant.redeemedAt === null, "a grant of this session")
      yield* expectThat(given.grant.id !== issuance.grantId, "and a grant of its own")
    })
  ),
  law(
    "OIDC Core §3.3.2.5: an access token given beside a code stands before and after its redemption, and in its time",
    [...inspect, ...redeem],
    Effect.gen(function* () {
      const { issuance, jti } = yield* withTokenAtOnce(hybrid)
      yield* expectThat(yield* stands(jti), "before")
      yield* redeemed(issuance)
      yield* expectThat(yield* stands(jti), "after")
      const alone = yield* withTokenAtOnce(hybrid)
      yield* advance(lifetimes.accessToken - 1)
      yield* expectThat(yield* stands(alone.jti), "to its last millisecond, though nobody redeemed the code")
      yield* advance(1)
      yield* expectThat(!(yield* stands(alone.jti)), "and no longer")
    })
  ),
  law(
    "OIDC Core §3.3.2.5: a code beside an access token lives its own time, and no longer",
    redeem,
    Effect.gen(function* () {
      const { issuance } = yield* withTokenAtOnce(hybrid)
      yield* advance(lifetimes.authorizationCode)
      yield* expectRefusal(redeemed(issuance), "expired", "the code is too old, the token is not")
    })
  ),
  law(
    "RFC 6749 §4.1.2: a code used more than once also ends the access token that was given beside it",
    [...inspect, ...redeem],
    Effect.gen(function* () {
      const { issuance, jti } = yield* withTokenAtOnce(hybrid)
      yield* redeemed(issuance)
      yield* expectRefusal(redeemed(issuance), "reused", "the code was used")
      yield* expectThat(!(yield* stands(jti)), "the token fell with it")
    })
  ),
  law(
    "RFC 6749 §4.1.2: whoever tries a code with another secret ends nothing",
    [...inspect, ...redeem],
    Effect.gen(function* () {
      const { issuance, jti } = yield* withTokenAtOnce(hybrid)
      const codeHash = yield* freshHash
      yield* expectRefusal(redeemed(issuance, { codeHash }), "unknown", "it is not this code's secret")
      yield* expectThat(yield* stands(jti), "the token stands")
      yield* redeemed(issuance)
    })
  ),
  law(
    "OIDC Core §3.2.2.5: where no code is given there is none to redeem",
    [...inspect, ...redeem],
    Effect.gen(function* () {
      const { issuance, jti } = yield* withTokenAtOnce(implicit)
      yield* expectRefusal(redeemed(issuance), "expired", "no code was given")
      yield* expectThat(yield* stands(jti), "the access token stands all the same")
      const idTokenAlone = yield* withCode({ codeLifetime: 0 })
      yield* expectRefusal(redeemed(idTokenAlone.issuance), "expired", "nor beside an ID token alone")
    })
  ),
  law(
    "an access token that was given at once falls with its session, unless offline access was given with a code",
    [...inspect, "Session.end"],
    Effect.gen(function* () {
      for (const [changes, expected] of [
        [implicit, false],
        [hybrid, false],
        [{ ...hybrid, scopes: offline }, true]
      ] as const) {
        const { jti, session } = yield* withTokenAtOnce(changes)
        yield* Sessions.end(keyOf(session))
        yield* expectThat((yield* stands(jti)) === expected, expected ? "it outlives the session" : "it fell")
      }
    })
  )
]
