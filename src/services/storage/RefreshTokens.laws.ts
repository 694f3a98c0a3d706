/** What every home keeps of refresh token families: one live head, none after reuse. RFC 6749 §6, RFC 9700 §4.14.2. */
import { Effect, Result } from "effect"
import type { Rotation } from "../../domain/RefreshToken.ts"
import { expectDead, expectHead, familyRevocationLaws, rotated } from "./FamilyRevocation.laws.ts"
import { expectThat, law } from "./Law.ts"
import { RefreshTokens } from "./RefreshTokens.ts"
import { Sessions } from "./Sessions.ts"
import {
  advance,
  atOnce,
  changed,
  expectRefusal,
  freshClientId,
  freshHash,
  freshRotation,
  keyOf,
  lifetimes,
  presentedAt,
  redeemed,
  restart,
  withCode,
  withFamily,
  withTokens
} from "./World.laws.ts"

const rotate = ["RefreshToken.rotate"]
const rotateInspect = [...rotate, "RefreshToken.inspect"]

/** Reuse revokes, and says so; the second time it is asked, all it can say is that the family is revoked. */
const reuse = ["reused", "revoked"]

const rotationLaws = [
  law(
    "RFC 9700 §4.14.2: rotation gives the next generation, and the one before is no longer the head",
    rotateInspect,
    Effect.gen(function* () {
      const family = yield* withFamily
      const { grant, user } = yield* rotated(family, 1)
      yield* expectThat(grant.generation === 2 && user.id === family.user.id, "the second generation, and whose it is")
      yield* expectHead(family, 2, "after a rotation")
      yield* expectThat((yield* RefreshTokens.inspect(presentedAt(family, 1))) === null, "there is one head")
      yield* expectThat((yield* RefreshTokens.inspect(presentedAt(family, 3))) === null, "and none to come")
    })
  ),
  law(
    "in the grace time the preceding token gets the same successor again, however often",
    rotateInspect,
    Effect.gen(function* () {
      const family = yield* withFamily
      yield* rotated(family, 1)
      yield* advance(lifetimes.refreshGrace)
      for (let times = 0; times < 3; times++) {
        const { grant } = yield* rotated(family, 1)
        yield* expectThat(grant.generation === 2, "the same successor")
      }
      yield* expectHead(family, 2, "after the grace time was used")
    })
  ),
  law(
    "the grace time is not renewed by its use",
    rotateInspect,
    Effect.gen(function* () {
      const family = yield* withFamily
      yield* rotated(family, 1)
      yield* advance(lifetimes.refreshGrace)
      yield* rotated(family, 1)
      yield* advance(1)
      yield* expectRefusal(rotated(family, 1), reuse, "the grace time is over")
      yield* expectDead(family, "after reuse")
    })
  ),
  law(
    "RFC 9700 §4.14.2: a token reused after the grace time revokes its family and its access tokens",
    rotateInspect,
    Effect.gen(function* () {
      const family = yield* withFamily
      yield* rotated(family, 1)
      yield* advance(lifetimes.refreshGrace + 1)
      yield* expectRefusal(rotated(family, 1), reuse, "it was replaced long ago")
      yield* expectDead(family, "after reuse")
      yield* expectRefusal(rotated(family, 2), "revoked", "the live head died with it")
    })
  ),
  law(
    "RFC 9700 §4.14.2: a token two generations old revokes its family, grace time or not",
    rotateInspect,
    Effect.gen(function* () {
      const family = yield* withFamily
      yield* rotated(family, 1)
      yield* rotated(family, 2)
      yield* expectRefusal(rotated(family, 1), reuse, "its successor was used already")
      yield* expectDead(family, "after reuse")
    })
  ),
  law(
    "the same attempt gets the same answer, after the grace time too",
    rotateInspect,
    Effect.gen(function* () {
      const family = yield* withFamily
      const rotation = yield* freshRotation(family, 1)
      yield* RefreshTokens.rotate(rotation)
      yield* advance(lifetimes.refreshGrace * 2)
      const { grant } = yield* RefreshTokens.rotate(rotation)
      yield* expectThat(grant.generation === 2, "the same successor")
      yield* expectHead(family, 2, "after the repetition")
    })
  ),
  law(
    "rotation does not move the absolute end: after it nothing is refreshed",
    rotateInspect,
    Effect.gen(function* () {
      const family = yield* withFamily
      yield* advance(lifetimes.refreshToken - 1)
      const { grant } = yield* rotated(family, 1)
      yield* expectThat(grant.expiresAt === family.grant.expiresAt, "the end stays")
      yield* expectHead(family, 2, "in its last millisecond")
      yield* advance(1)
      yield* expectRefusal(rotated(family, 2), "expired", "its time is over")
      yield* expectDead(family, "after its end")
    })
  ),
  law(
    "a grant without offline access has no refresh token",
    rotate,
    Effect.gen(function* () {
      const scene = yield* withTokens()
      yield* expectThat(scene.grant.familyHash === null, "no family was made")
      const forged = yield* freshRotation({ ...scene, familyHash: yield* freshHash }, 1)
      yield* expectRefusal(RefreshTokens.rotate(forged), "unknown", "nothing can be rotated")
    })
  ),
  law(
    "a code that was not redeemed yet has no refresh token",
    rotate,
    Effect.gen(function* () {
      const { issuance } = yield* withCode({ scopes: ["openid", "offline_access"] })
      const grant = { ...issuance, id: issuance.grantId } as never
      const forged = yield* freshRotation({ grant, familyHash: yield* freshHash }, 1)
      yield* expectRefusal(RefreshTokens.rotate(forged), "unknown", "nothing can be rotated")
      yield* redeemed(issuance)
    })
  )
]

/** A rotation that must be refused, and after which the family is as it was. */
const refusedUnharmed = <E, R>(generation: number, changes: Effect.Effect<Partial<Rotation>, E, R>, reason: string) =>
  Effect.gen(function* () {
    const family = yield* withFamily
    yield* rotated(family, 1)
    yield* rotated(family, 2)
    yield* expectRefusal(rotated(family, generation, yield* changes), reason, "it is refused")
    yield* expectHead(family, 3, "after the refusal")
    yield* rotated(family, 3)
  })

const nothing = Effect.succeed({})
const foreign = Effect.map(freshHash, (familyHash) => ({ familyHash }))
const another = Effect.map(freshClientId, (clientId) => ({ clientId }))

const bindingLaws = [
  law("a forged head changes nothing", rotateInspect, refusedUnharmed(3, foreign, "unknown")),
  law("a forged old token revokes nothing", rotateInspect, refusedUnharmed(1, foreign, "unknown")),
  law("a generation that was never given changes nothing", rotateInspect, refusedUnharmed(4, nothing, "unknown")),
  law("nor does generation 0, which is no token", rotateInspect, refusedUnharmed(0, nothing, "unknown")),
  law("RFC 6749 §6: another client's head changes nothing", rotateInspect, refusedUnharmed(3, another, "client")),
  law("another client's old token revokes nothing", rotateInspect, refusedUnharmed(1, another, "client")),
  law(
    "RFC 6749 §6: a wider scope than was granted is refused and changes nothing",
    rotateInspect,
    refusedUnharmed(3, Effect.succeed({ scopes: ["openid", "email"] }), "scope")
  ),
  law(
    "RFC 6749 §6: a narrower scope is for this answer; the family keeps all of its own",
    rotate,
    Effect.gen(function* () {
      const family = yield* withFamily
      yield* rotated(family, 1, { scopes: ["openid"] })
      const { grant } = yield* rotated(family, 2, { scopes: family.grant.scopes })
      yield* expectThat(grant.scopes.length === family.grant.scopes.length, "all that was granted may be asked again")
    })
  )
]

const lifeLaws = [
  law(
    "OIDC Core §11: offline access outlives the session, and its restart",
    [...rotateInspect, "Session.end"],
    Effect.gen(function* () {
      const family = yield* withFamily
      yield* Sessions.end(keyOf(family.session))
      yield* rotated(family, 1)
      yield* expectHead(family, 2, "after the session")
    })
  ),
  law(
    "a disabled user's tokens are not refreshed, nor when the user is enabled again",
    [...rotate, "User.change"],
    Effect.gen(function* () {
      const family = yield* withFamily
      const disabled = yield* changed(family.user, { status: "disabled" })
      yield* expectRefusal(rotated(family, 1), "user", "the user is disabled")
      yield* expectDead(family, "while the user is disabled")
      yield* changed(disabled, { status: "active" })
      yield* expectRefusal(rotated(family, 1), "revoked", "a grant of the time before")
      yield* expectDead(family, "and for good")
    })
  ),
  law(
    "a family survives a restart: head, grace, attempt and reuse are remembered",
    rotateInspect,
    Effect.gen(function* () {
      const family = yield* withFamily
      yield* restart
      const rotation = yield* freshRotation(family, 1)
      yield* RefreshTokens.rotate(rotation)
      yield* restart
      yield* expectHead(family, 2, "after a restart")
      yield* advance(lifetimes.refreshGrace + 1)
      const again = yield* RefreshTokens.rotate(rotation)
      yield* expectThat(again.grant.generation === 2, "the attempt is remembered")
      yield* expectRefusal(rotated(family, 1), reuse, "so is that the token was replaced")
      yield* restart
      yield* expectDead(family, "what was revoked stays revoked")
    })
  )
]

/** Fifty uses of one refresh token at once. */
export const rotationRaceLaws = [
  law(
    "RFC 9700 §4.14.2: 50 rotations of one token at once give one generation",
    rotateInspect,
    Effect.gen(function* () {
      const family = yield* withFamily
      const results = yield* atOnce(50, rotated(family, 1))
      const generations = new Set(
        results.map((result) => (Result.isSuccess(result) ? result.success.grant.generation : 0))
      )
      yield* expectThat(generations.size === 1 && generations.has(2), "every one is answered with the same successor")
      yield* expectHead(family, 2, "after the race")
    })
  ),
  law(
    "50 uses at once of a token without grace: one wins, and the family is revoked",
    rotateInspect,
    Effect.gen(function* () {
      const family = yield* withFamily
      const results = yield* atOnce(50, rotated(family, 1, { grace: -1 }))
      yield* expectThat(results.filter(Result.isSuccess).length === 1, "one wins")
      yield* expectDead(family, "after reuse")
    })
  )
]

export const refreshTokenLaws = [
  ...rotationLaws,
  ...bindingLaws,
  ...lifeLaws,
  ...familyRevocationLaws,
  ...rotationRaceLaws
]
