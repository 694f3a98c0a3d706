/** Telling an access token of ours from anything else, by signature and claims. RFC 9068 §4. */
import { Clock, Effect, Option, Schema } from "effect"
import { toSeconds } from "../../domain/Lifetime.ts"
import { AccessTokenClaims } from "../../domain/Tokens.ts"
import { ProviderConfig } from "../ports/ProviderConfig.ts"
import { verify } from "./Keys.ts"

/** The claims of a token that this provider signed and that has not expired; undefined for anything else. */
export const readAccessToken = Effect.fnUntraced(function* (token: string) {
  const { issuer } = yield* ProviderConfig
  const verified = Option.getOrUndefined(yield* verify(token))
  if (verified?.typ !== "at+jwt") return undefined
  const claims = Option.getOrUndefined(Schema.decodeUnknownOption(AccessTokenClaims)(verified.claims))
  const now = toSeconds(yield* Clock.currentTimeMillis)
  return claims?.iss === issuer && claims.aud === issuer && now < claims.exp ? claims : undefined
})
