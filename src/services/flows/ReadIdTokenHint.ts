/** Telling an ID token of ours that comes back as a hint. OIDC Core §3.1.2.1, RP-Initiated Logout 1.0 §2. */
import { Effect, Option, Schema } from "effect"
import { IdTokenHint } from "../../domain/Tokens.ts"
import { ProviderConfig } from "../ports/ProviderConfig.ts"
import { verify } from "./keys/Keys.ts"

/** The hint, expired or not: it still says who and which session is meant. Undefined for anything that is not ours. */
export const readIdTokenHint = Effect.fnUntraced(function* (text: string) {
  const { issuer } = yield* ProviderConfig
  const verified = Option.getOrUndefined(yield* verify(text))
  const hint = Option.getOrUndefined(Schema.decodeUnknownOption(IdTokenHint)(verified?.claims))
  return hint?.iss === issuer && verified?.typ === "JWT" ? hint : undefined
})
