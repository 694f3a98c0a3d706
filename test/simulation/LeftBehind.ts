/** What operators leave behind in D1: a name reserved for nobody, and a token that nobody used. */
import { Clock, Effect } from "effect"
import { InitialAccessToken, InitialTokenId } from "../../src/domain/InitialAccessToken.ts"
import { freshEvent, freshName, freshText, freshUserId } from "../../src/services/storage/Fresh.laws.ts"
import { Identifiers } from "../../src/services/storage/Identifiers.ts"
import { InitialAccessTokens } from "../../src/services/storage/InitialAccessTokens.ts"
import { freshHash } from "../../src/services/storage/World.laws.ts"

export const leftBehind = Effect.gen(function* () {
  const now = yield* Clock.currentTimeMillis
  const userId = yield* freshUserId
  const reserved = yield* freshEvent({ type: "identifier.reserved", userId })
  yield* Identifiers.reserve({ userId, identifiers: [yield* freshName], now }, reserved)
  const id = InitialTokenId.make(`t${yield* freshText}`)
  const token = { id, hash: yield* freshHash, uses: 1, used: 0, createdAt: now, expiresAt: now + 1 }
  yield* InitialAccessTokens.create(new InitialAccessToken(token), yield* freshEvent({ type: "initial_token.created" }))
})
