/** What every home keeps of a refresh token family's end: revoked by its client, it is dead. RFC 7009 §2.1. */
import { Effect } from "effect"
import type { Rotation } from "../../domain/RefreshToken.ts"
import { AccessTokens } from "./AccessTokens.ts"
import { expectThat, law } from "./Law.ts"
import { RefreshTokens } from "./RefreshTokens.ts"
import {
  expectRefusal,
  freshClientId,
  freshHash,
  freshJti,
  freshRotation,
  presentedAt,
  restart,
  withFamily
} from "./World.laws.ts"

type Family = Effect.Success<typeof withFamily>

/** Presents the token of a generation, in an attempt of its own. */
export const rotated = (family: Family, generation: number, changes: Partial<Rotation> = {}) =>
  Effect.flatMap(freshRotation(family, generation, changes), RefreshTokens.rotate)

/** Fails with the sentence unless this generation is the live head, and the family's access tokens stand. */
export const expectHead = (family: Family, generation: number, sentence: string) =>
  Effect.gen(function* () {
    const head = yield* RefreshTokens.inspect(presentedAt(family, generation))
    yield* expectThat(head?.generation === generation, `${sentence}: generation ${generation} is the head`)
    yield* expectThat((yield* AccessTokens.inspect(family.jti)) !== null, `${sentence}: the access tokens stand`)
  })

/** Fails with the sentence unless nothing of the family lives. */
export const expectDead = (family: Family, sentence: string) =>
  Effect.gen(function* () {
    for (const generation of [1, 2, 3, 4]) {
      const found = yield* RefreshTokens.inspect(presentedAt(family, generation))
      yield* expectThat(found === null, `${sentence}: generation ${generation} is dead`)
    }
    yield* expectThat((yield* AccessTokens.inspect(family.jti)) === null, `${sentence}: its access tokens are dead`)
  })

export const familyRevocationLaws = [
  law(
    "RFC 7009 §2.1: revoking a refresh token ends its family and all its access tokens",
    ["RefreshToken.revoke", "RefreshToken.inspect"],
    Effect.gen(function* () {
      const family = yield* withFamily
      const other = yield* freshJti(family.grant.id)
      yield* RefreshTokens.revoke({ presented: presentedAt(family, 1), because: "client" })
      yield* expectDead(family, "after the revocation")
      yield* expectThat((yield* AccessTokens.inspect(other)) === null, "every access token of it is dead")
      yield* expectRefusal(rotated(family, 1), "revoked", "nothing is refreshed")
      yield* restart
      yield* expectDead(family, "after a restart")
    })
  ),
  law(
    "RFC 7009 §2.1: an old token of the family revokes it as well",
    ["RefreshToken.revoke", "RefreshToken.inspect"],
    Effect.gen(function* () {
      const family = yield* withFamily
      yield* rotated(family, 1)
      yield* RefreshTokens.revoke({ presented: presentedAt(family, 1), because: "client" })
      yield* expectDead(family, "after the revocation")
    })
  ),
  law(
    "RFC 7009 §2.1: revocation by another client, of a forged token or of one never given has no effect",
    ["RefreshToken.revoke", "RefreshToken.inspect"],
    Effect.gen(function* () {
      const family = yield* withFamily
      const presented = presentedAt(family, 1)
      const clientId = yield* freshClientId
      const familyHash = yield* freshHash
      yield* RefreshTokens.revoke({ presented: { ...presented, clientId }, because: "client" })
      yield* RefreshTokens.revoke({ presented: { ...presented, familyHash }, because: "client" })
      yield* RefreshTokens.revoke({ presented: { ...presented, generation: 2 }, because: "client" })
      yield* RefreshTokens.revoke({ presented: { ...presented, generation: 0 }, because: "client" })
      yield* expectHead(family, 1, "after the revocations")
      yield* rotated(family, 1)
    })
  ),
  law(
    "RFC 7662 §2.2: another client's, a forged and a future token are not there",
    ["RefreshToken.inspect"],
    Effect.gen(function* () {
      const family = yield* withFamily
      const presented = presentedAt(family, 1)
      const seen = (changes: object) => RefreshTokens.inspect({ ...presented, ...changes })
      yield* expectThat((yield* seen({})) !== null, "the token itself is there")
      yield* expectThat((yield* seen({ clientId: yield* freshClientId })) === null, "not for another client")
      yield* expectThat((yield* seen({ familyHash: yield* freshHash })) === null, "nor a forged one")
      yield* expectThat((yield* seen({ generation: 2 })) === null, "nor one that was never given")
    })
  )
]
