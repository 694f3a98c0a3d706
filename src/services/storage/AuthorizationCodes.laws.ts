/** What every home keeps of a code: its own client gets tokens for it, once. RFC 6749 §4.1.2, RFC 9700 §4.5. */
import { Effect, Result } from "effect"
import { CodeRefused, type Redemption } from "../../domain/AuthorizationCode.ts"
import { AccessTokens } from "./AccessTokens.ts"
import { AuthorizationCodes } from "./AuthorizationCodes.ts"
import { approveLaws, issueLaws } from "./CodeIssue.laws.ts"
import { expectThat, law } from "./Law.ts"
import { RefreshTokens } from "./RefreshTokens.ts"
import { Sessions } from "./Sessions.ts"
import {
  advance,
  atOnce,
  changed,
  expectRefusal,
  freshAttempt,
  freshChallenge,
  freshClientId,
  freshHash,
  freshJti,
  freshRedemption,
  keyOf,
  lifetimes,
  offline,
  presentedAt,
  redeemed,
  restart,
  withCode,
  withFamily,
  withTokens
} from "./World.laws.ts"

const redeem = ["AuthorizationCode.redeem"]
const redeemInspect = [...redeem, "AccessToken.inspect"]

const onceLaws = [
  law(
    "a redeemed code gives its grant and its user, and the access tokens of the grant stand",
    redeemInspect,
    Effect.gen(function* () {
      const { issuance, user } = yield* withCode()
      const given = yield* AuthorizationCodes.redeem(yield* freshRedemption(issuance))
      yield* expectThat(given.grant.id === issuance.grantId && given.user.id === user.id, "the grant and the user")
      yield* expectThat(given.user.profile.email === user.profile.email, "the user as the home has them")
      yield* expectThat(given.grant.nonce === issuance.nonce, "the grant as it was issued")
      const found = yield* AccessTokens.inspect(yield* freshJti(given.grant.id))
      yield* expectThat(found?.user.id === user.id, "its access tokens stand")
    })
  ),
  law(
    "a code that was not redeemed yet has no access tokens",
    ["AccessToken.inspect"],
    Effect.gen(function* () {
      const { issuance } = yield* withCode()
      const found = yield* AccessTokens.inspect(yield* freshJti(issuance.grantId))
      yield* expectThat(found === null, "there is none")
    })
  ),
  law(
    "RFC 6749 §4.1.2: a code used more than once is refused, and the tokens it gave are revoked",
    redeemInspect,
    Effect.gen(function* () {
      const { issuance, jti } = yield* withTokens()
      yield* expectRefusal(redeemed(issuance), "reused", "the second use is refused")
      yield* expectThat((yield* AccessTokens.inspect(jti)) === null, "the access token of the first use is revoked")
      yield* expectRefusal(redeemed(issuance), "reused", "and every later use is refused")
    })
  ),
  law(
    "RFC 6749 §4.1.2: a code used more than once takes its refresh tokens with it",
    [...redeem, "RefreshToken.inspect"],
    Effect.gen(function* () {
      const family = yield* withFamily
      yield* expectThat((yield* RefreshTokens.inspect(presentedAt(family, 1))) !== null, "there is a refresh token")
      yield* expectRefusal(redeemed(family.issuance), "reused", "the second use is refused")
      yield* expectThat((yield* RefreshTokens.inspect(presentedAt(family, 1))) === null, "the family is revoked")
    })
  ),
  law(
    "the same attempt asked again gets its own answer again, and revokes nothing",
    redeemInspect,
    Effect.gen(function* () {
      const { grant, jti, redemption } = yield* withTokens({ scopes: offline })
      yield* advance(1)
      const again = yield* AuthorizationCodes.redeem(redemption)
      yield* expectThat(again.grant.redeemedAt === grant.redeemedAt, "it is the first answer")
      yield* expectThat(again.grant.expiresAt === grant.expiresAt, "and nothing lives longer for it")
      yield* expectThat((yield* AccessTokens.inspect(jti)) !== null, "the access token stands")
    })
  ),
  law(
    "an attempt whose code was used again meanwhile gets nothing more",
    redeem,
    Effect.gen(function* () {
      const { issuance, redemption } = yield* withTokens()
      yield* expectRefusal(redeemed(issuance), "reused", "somebody else's use is refused")
      yield* expectRefusal(AuthorizationCodes.redeem(redemption), "reused", "and what the first got stays revoked")
    })
  )
]

/** Fifty uses of one code at once. */
export const codeRaceLaws = [
  law(
    "50 redemptions of one code at once: one wins, every other hears that it was reused, and nothing is left",
    redeemInspect,
    Effect.gen(function* () {
      const { issuance } = yield* withCode({ scopes: offline })
      const results = yield* atOnce(50, redeemed(issuance))
      const winners = results.filter(Result.isSuccess)
      yield* expectThat(winners.length === 1, `one wins, not ${winners.length}`)
      const others = results.filter(Result.isFailure).map(({ failure }) => failure)
      yield* expectThat(
        others.every((failure) => failure instanceof CodeRefused && failure.reason === "reused"),
        "every other one is refused because the code was used"
      )
      for (const { success } of winners) {
        yield* expectThat((yield* AccessTokens.inspect(success.jti)) === null, "the winner's access token is revoked")
      }
    })
  ),
  law(
    "50 repetitions of one attempt at once all get its one answer, and it stands",
    redeemInspect,
    Effect.gen(function* () {
      const { issuance } = yield* withCode({ scopes: offline })
      const redemption = yield* freshRedemption(issuance)
      const results = yield* atOnce(50, AuthorizationCodes.redeem(redemption))
      yield* expectThat(results.every(Result.isSuccess), "every one is answered with the grant")
      const found = yield* AccessTokens.inspect(yield* freshJti(issuance.grantId))
      yield* expectThat(found !== null, "its access tokens stand")
    })
  )
]

/** A redemption that must be refused, and after which the code's own client still redeems the code. */
const refusedUnharmed = <E, R>(changes: Effect.Effect<Partial<Redemption>, E, R>, reason: string, issued = {}) =>
  Effect.gen(function* () {
    const { issuance } = yield* withCode(issued)
    const wrong = yield* freshRedemption(issuance, yield* changes)
    yield* expectRefusal(AuthorizationCodes.redeem(wrong), reason, "it is refused")
    const { jti } = yield* redeemed(issuance)
    yield* expectThat((yield* AccessTokens.inspect(jti)) !== null, "the code's own client redeems it all the same")
  })

const bindingLaws = [
  law(
    "RFC 6749 §4.1.3: a code is bound to its client; another's try does not burn it",
    redeemInspect,
    refusedUnharmed(
      Effect.map(freshClientId, (clientId) => ({ clientId })),
      "client"
    )
  ),
  law(
    "a code's id alone opens nothing: the secret must be its own",
    redeemInspect,
    refusedUnharmed(
      Effect.map(freshHash, (codeHash) => ({ codeHash })),
      "unknown"
    )
  ),
  law(
    "RFC 6749 §4.1.3: redirect_uri must be the one of the request",
    redeemInspect,
    refusedUnharmed(Effect.succeed({ redirectUri: "https://rp.example/cb/" }), "redirect_uri")
  ),
  law(
    "RFC 6749 §4.1.3: redirect_uri must be there if the request named it",
    redeemInspect,
    refusedUnharmed(Effect.succeed({ redirectUri: null }), "redirect_uri")
  ),
  law(
    "RFC 6749 §4.1.3: redirect_uri may be left out if the request left it out",
    redeem,
    Effect.flatMap(withCode({ redirectUriNamed: false }), ({ issuance }) => redeemed(issuance, { redirectUri: null }))
  ),
  law(
    "RFC 7636 §4.6: a wrong verifier is refused",
    redeemInspect,
    refusedUnharmed(
      Effect.map(freshChallenge, (codeChallenge) => ({ codeChallenge })),
      "code_verifier"
    )
  ),
  law(
    "RFC 7636 §4.6: a missing verifier is refused",
    redeemInspect,
    refusedUnharmed(Effect.succeed({ codeChallenge: null }), "code_verifier")
  ),
  law(
    "RFC 9700 §2.1.1: a verifier for a code that had no challenge is refused",
    redeemInspect,
    refusedUnharmed(
      Effect.map(freshChallenge, (codeChallenge) => ({ codeChallenge })),
      "code_verifier",
      { codeChallenge: null }
    )
  ),
  law(
    "another client's use of a redeemed code revokes nothing",
    redeemInspect,
    Effect.gen(function* () {
      const { issuance, jti } = yield* withTokens()
      const clientId = yield* freshClientId
      yield* expectRefusal(redeemed(issuance, { clientId }), "client", "it is refused")
      yield* expectThat((yield* AccessTokens.inspect(jti)) !== null, "and the access token stands")
    })
  )
]

const lifeLaws = [
  law(
    "RFC 6749 §4.1.2: an expired code is refused; it lives to its last millisecond",
    redeem,
    Effect.gen(function* () {
      const lateness = lifetimes.authorizationCode
      const first = yield* withCode()
      const second = yield* withCode()
      yield* advance(lateness - 1)
      yield* redeemed(first.issuance)
      yield* advance(1)
      yield* expectRefusal(redeemed(second.issuance), "expired", "its time is over")
    })
  ),
  law(
    "a code falls with its session and with its user",
    [...redeem, "Session.end", "User.change"],
    Effect.gen(function* () {
      const left = yield* withCode()
      yield* Sessions.end(keyOf(left.session))
      yield* expectRefusal(redeemed(left.issuance), "session", "the session has ended")
      const banned = yield* withCode({ scopes: offline })
      yield* changed(banned.user, { status: "disabled" })
      yield* expectRefusal(redeemed(banned.issuance), "user", "the user is disabled")
    })
  ),
  law(
    "a code outlives a restart, and is single-use after one",
    redeemInspect,
    Effect.gen(function* () {
      const { issuance } = yield* withCode()
      yield* restart
      const { jti, redemption } = yield* redeemed(issuance)
      yield* restart
      const again = yield* AuthorizationCodes.redeem(redemption)
      yield* expectThat(again.grant.id === issuance.grantId, "the same attempt is remembered")
      const attempt = yield* freshAttempt
      yield* expectRefusal(redeemed(issuance, { attempt }), "reused", "another one is refused")
      yield* restart
      yield* expectThat((yield* AccessTokens.inspect(jti)) === null, "and what was revoked stays revoked")
    })
  )
]

export const authorizationCodeLaws = [
  ...issueLaws,
  ...approveLaws,
  ...onceLaws,
  ...bindingLaws,
  ...lifeLaws,
  ...codeRaceLaws
]
