/**
 * What every home keeps of the keys that clients prove: whose a code and a refresh token is, and that the token of a
 * client which proves a key and itself at each use stays. RFC 9449 §5, §10; FAPI 2.0 Security Profile §5.3.2.1.
 */
import { Effect, Result } from "effect"
import { Jkt } from "../../domain/Ids.ts"
import { AccessTokens } from "./AccessTokens.ts"
import { expectHead, rotated } from "./FamilyRevocation.laws.ts"
import { expectThat, law } from "./Law.ts"
import {
  advance,
  atOnce,
  expectRefusal,
  freshHash,
  lifetimes,
  offline,
  redeemed,
  restart,
  withCode,
  withFamily
} from "./World.laws.ts"

const redeem = ["AuthorizationCode.redeem"]
const rotate = ["RefreshToken.rotate", "RefreshToken.inspect"]

const freshKey = Effect.map(freshHash, (text) => Jkt.make(text))

/** A family of a client that proved a key; its refresh tokens are bound to it if they should be. */
const familyOf = Effect.fnUntraced(function* (bindsRefresh: boolean) {
  const jkt = yield* freshKey
  const scene = yield* withCode({ scopes: offline })
  const tokens = yield* redeemed(scene.issuance, { jkt, bindsRefresh })
  return { ...scene, ...tokens, jkt, familyHash: tokens.grant.familyHash ?? scene.issuance.codeHash }
})

const kept = { keeps: true }

export const codeKeyLaws = [
  law(
    "RFC 9449 §10: a code that is bound to a key is refused to another, and to none; its own redeems it all the same",
    [...redeem, "AccessToken.inspect"],
    Effect.gen(function* () {
      const dpopJkt = yield* freshKey
      const { issuance } = yield* withCode({ dpopJkt })
      yield* expectRefusal(redeemed(issuance, { jkt: yield* freshKey }), "dpop_key", "another key is refused")
      yield* expectRefusal(redeemed(issuance), "dpop_key", "so is none")
      const { jti } = yield* redeemed(issuance, { jkt: dpopJkt })
      yield* expectThat((yield* AccessTokens.inspect(jti)) !== null, "its own key redeems it")
    })
  ),
  law(
    "RFC 9449 §5: a code that is bound to no key is redeemed with any, or without one",
    redeem,
    Effect.gen(function* () {
      yield* redeemed((yield* withCode()).issuance, { jkt: yield* freshKey })
      yield* redeemed((yield* withCode()).issuance)
    })
  )
]

export const familyKeyLaws = [
  law(
    "RFC 9449 §5: refresh tokens that are bound to a key give nothing to another, nor to none, and are not harmed",
    rotate,
    Effect.gen(function* () {
      const family = yield* familyOf(true)
      const { jkt } = family
      yield* expectRefusal(rotated(family, 1, { jkt: yield* freshKey }), "dpop_key", "another key is refused")
      yield* expectRefusal(rotated(family, 1), "dpop_key", "so is none")
      yield* expectHead(family, 1, "after the refusals")
      yield* rotated(family, 1, { jkt })
      yield* rotated(family, 2, { jkt })
      yield* advance(lifetimes.refreshGrace + 1)
      // Who has a token without its key stole it, and must not be able to end the family of who has both.
      yield* expectRefusal(rotated(family, 1, { jkt: yield* freshKey }), "dpop_key", "an old token without its key")
      yield* restart
      yield* expectHead(family, 3, "after that")
    })
  ),
  law(
    "RFC 9449 §5: a confidential client may come with a new key",
    rotate,
    Effect.gen(function* () {
      const family = yield* familyOf(false)
      yield* rotated(family, 1, { jkt: yield* freshKey })
      yield* rotated(family, 2, { jkt: yield* freshKey })
      yield* expectHead(family, 3, "whatever its keys")
    })
  ),
  law(
    "FAPI 2.0 §5.3.2.1: a token that is kept stays the head, however often and however late it is used",
    rotate,
    Effect.gen(function* () {
      const family = yield* withFamily
      for (let times = 0; times < 3; times++) {
        const { grant } = yield* rotated(family, 1, kept)
        yield* expectThat(grant.generation === 1, "it is its own successor")
        yield* advance(lifetimes.refreshGrace + 1)
      }
      yield* restart
      yield* expectHead(family, 1, "after its uses")
      yield* expectThat(family.grant.expiresAt === (yield* rotated(family, 1, kept)).grant.expiresAt, "the end stays")
    })
  ),
  law(
    "FAPI 2.0 §5.3.2.1: a token that is kept is judged like any other: its end, and what was asked",
    ["RefreshToken.rotate"],
    Effect.gen(function* () {
      const family = yield* withFamily
      yield* expectRefusal(rotated(family, 1, { ...kept, scopes: ["email"] }), "scope", "a wider scope")
      yield* expectRefusal(rotated(family, 2, kept), "unknown", "a token that was never given")
      yield* advance(lifetimes.refreshToken)
      yield* expectRefusal(rotated(family, 1, kept), "expired", "its time is over")
    })
  )
]

/** Fifty uses of one refresh token that is kept, at once. */
export const keptRaceLaws = [
  law(
    "FAPI 2.0 §5.3.2.1: 50 uses at once of a token that is kept are all answered, and it stays",
    rotate,
    Effect.gen(function* () {
      const family = yield* withFamily
      const results = yield* atOnce(50, rotated(family, 1, kept))
      yield* expectThat(results.every(Result.isSuccess), "every one is answered")
      yield* expectHead(family, 1, "after the race")
    })
  )
]
