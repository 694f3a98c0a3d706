/** What every shard keeps of the tokens that clients got for themselves: each stands until it is ended. RFC 7009. */
import { Clock, Effect } from "effect"
import { ClientTokenId } from "../../domain/Ids.ts"
import { ClientTokens } from "./ClientTokens.ts"
import { freshText } from "./Fresh.laws.ts"
import { expectThat, law } from "./Law.ts"
import { advance, atOnce, freshClientId, lifetimes, restart } from "./World.laws.ts"

const inspect = "ClientToken.inspect"
const revoke = "ClientToken.revoke"

/** A token in the first shard of the first generation, which every configuration has, and what ends it. */
const freshRevocation = Effect.gen(function* () {
  return {
    jti: ClientTokenId.make(`1-0.${yield* freshText}`),
    clientId: yield* freshClientId,
    expiresAt: (yield* Clock.currentTimeMillis) + lifetimes.accessToken
  }
})

const expectStanding = (jti: ClientTokenId, sentence: string) =>
  Effect.flatMap(ClientTokens.inspect(jti), (stands) => expectThat(stands, sentence))

const expectEnded = (jti: ClientTokenId, sentence: string) =>
  Effect.flatMap(ClientTokens.inspect(jti), (stands) => expectThat(!stands, sentence))

export const clientTokenLaws = [
  law(
    "a client's token that nobody ended stands, and asking ends nothing",
    [inspect],
    Effect.gen(function* () {
      const { jti } = yield* freshRevocation
      yield* expectStanding(jti, "it stands")
      yield* expectStanding(jti, "and still does")
    })
  ),
  law(
    "RFC 7009 §2.1: a client's revoked token is dead, and it alone",
    [inspect, revoke],
    Effect.gen(function* () {
      const revocation = yield* freshRevocation
      const other = yield* freshRevocation
      yield* ClientTokens.revoke(revocation)
      yield* expectEnded(revocation.jti, "it is dead")
      yield* expectStanding(other.jti, "another lives")
      yield* ClientTokens.revoke(revocation)
      yield* expectEnded(revocation.jti, "revoked again it stays dead")
    })
  ),
  law(
    "a client's token stays revoked after a restart, to the end of its time",
    [inspect, revoke],
    Effect.gen(function* () {
      const revocation = yield* freshRevocation
      yield* ClientTokens.revoke(revocation)
      yield* restart
      yield* expectEnded(revocation.jti, "it is dead after the restart")
      yield* advance(lifetimes.accessToken - 1)
      yield* expectEnded(revocation.jti, "it is dead in the last millisecond in which it could be used")
    })
  ),
  law(
    "50 revocations of a client's token at once are all acknowledged, and it is dead",
    [inspect, revoke],
    Effect.gen(function* () {
      const revocation = yield* freshRevocation
      const results = yield* atOnce(50, ClientTokens.revoke(revocation))
      yield* expectThat(
        results.every(({ _tag }) => _tag === "Success"),
        "every one is acknowledged"
      )
      yield* expectEnded(revocation.jti, "it is dead")
    })
  )
]
