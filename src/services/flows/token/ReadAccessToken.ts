/**
 * Telling an access token of ours from anything else: one that we signed, or that we sealed. RFC 9068 §4.
 *
 * Whether it still stands is storage's to say, and whether it is for whoever reads it (`aud`) the reader's.
 */
import { Clock, Effect, Option, Schema } from "effect"
import { ClientTokenClaims } from "../../../domain/ClientToken.ts"
import { toSeconds } from "../../../domain/Lifetime.ts"
import { AccessTokenClaims } from "../../../domain/Tokens.ts"
import { ProviderConfig } from "../../ports/ProviderConfig.ts"
import { Sealer } from "../../ports/Sealer.ts"
import type { Verified } from "../../ports/Signer.ts"
import { verify, verifyNow } from "../keys/Keys.ts"

const decode = Schema.decodeUnknownOption(Schema.Union([AccessTokenClaims, ClientTokenClaims]))

/** The claims of a token of a user or a client that has not expired; undefined for anything else. */
export const readAccessToken = Effect.fnUntraced(function* (token: string) {
  return yield* currentOf(yield* openedOf(token))
})

/** The same of a token that we signed, where a sealed one is never given; by the keys as they are. */
export const readSignedAccessToken = Effect.fnUntraced(function* (token: string) {
  return yield* currentOf(signedIn(yield* verifyNow(token)))
})

const currentOf = Effect.fnUntraced(function* (payload: unknown) {
  const { issuer } = yield* ProviderConfig
  const claims = Option.getOrUndefined(decode(payload))
  const now = toSeconds(yield* Clock.currentTimeMillis)
  return claims?.iss === issuer && now < claims.exp ? claims : undefined
})

/** What is in a token, if it is one of ours in either format. */
const openedOf = Effect.fnUntraced(function* (token: string) {
  const verified = yield* verify(token)
  if (Option.isSome(verified)) return signedIn(verified)
  return Option.getOrUndefined(yield* Sealer.use((sealer) => sealer.open("access-token", token)))
})

const signedIn = (verified: Option.Option<Verified>): unknown =>
  Option.isSome(verified) && verified.value.typ === "at+jwt" ? verified.value.claims : undefined
