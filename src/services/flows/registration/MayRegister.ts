/** Who may register a client here: nobody, whoever has an initial access token, or anybody. RFC 7591 §3. */
import { Clock, Effect, Option, Schema } from "effect"
import { equal } from "../../../domain/ConstantTime.ts"
import { splitSecret } from "../../../domain/Ids.ts"
import { InitialTokenId, refusal } from "../../../domain/InitialAccessToken.ts"
import { InvalidToken } from "../../../domain/OAuthError.ts"
import { RegistrationClosed } from "../../../domain/RegistrationError.ts"
import { ProviderConfig } from "../../ports/ProviderConfig.ts"
import { InitialAccessTokens } from "../../storage/InitialAccessTokens.ts"
import { retried } from "../../storage/Retry.ts"
import { tellOnce } from "../audit/Tell.ts"
import { hashSecret } from "../Secrets.ts"

/** The same to whoever has none, a wrong one, and one that is no longer good; why is for the log. */
export const refusedToken = (reason: string) =>
  new InvalidToken({ error_description: "the initial access token is not good here", reason, status: 401 })

const idOf = Schema.decodeUnknownOption(InitialTokenId)

/** The token whose use is to be counted; null where anybody may register. Nothing is counted yet. */
export const mayRegister = Effect.fnUntraced(function* (shown: string | undefined) {
  const { registration } = yield* ProviderConfig
  if (registration === "closed") {
    return yield* new RegistrationClosed({ error_description: "clients are registered by the operator here" })
  }
  if (registration === "open") return null
  const [id, secret] = Option.getOrElse(splitSecret(shown ?? ""), () => ["", ""] as const)
  const tokenId = idOf(id)
  if (Option.isNone(tokenId)) return yield* refusedToken(shown === undefined ? "missing" : "malformed")
  const token = yield* retried(InitialAccessTokens.find)(tokenId.value)
  if (token === null) return yield* refusedToken("unknown")
  const isRight = equal(yield* hashSecret(secret), token.hash)
  const reason = isRight ? refusal(token, yield* Clock.currentTimeMillis) : "unknown"
  if (reason === undefined) return token.id
  yield* tellOnce({ type: "registration.refused", detail: { token: token.id, reason } }, `${token.id} ${reason}`)
  return yield* refusedToken(reason)
})
