/** The endpoints that clients call for and with tokens. RFC 6749 §3.2, RFC 7662, RFC 7009, OIDC Core §5.3, RFC 9449. */
import { Effect } from "effect"
import { HttpServerResponse } from "effect/http"
import { eachOnce, required } from "../../domain/Parameters.ts"
import { introspect } from "../../services/flows/Introspect.ts"
import { revoke } from "../../services/flows/Revoke.ts"
import { token } from "../../services/flows/Token.ts"
import { userInfo } from "../../services/flows/UserInfo.ts"
import { answerToToken } from "../AnswerToToken.ts"
import { readCredentials } from "../ClientCredentials.ts"
import { readForm } from "../FormBody.ts"
import { readProof } from "../ProofHeader.ts"
import { answerErrors, jsonResponse } from "../OAuthErrorResponse.ts"
import { corsHeaders, securityHeaders } from "../SecurityHeaders.ts"

export const tokenRoute = answerErrors(
  Effect.gen(function* () {
    const form = yield* readForm()
    return jsonResponse(yield* token(yield* readCredentials(form), form, yield* readProof()))
  })
)

/** The one parameter that introspection and revocation are about. */
const readClientAndToken = Effect.fnUntraced(function* () {
  const form = yield* readForm()
  const credentials = yield* readCredentials(form)
  yield* Effect.fromResult(eachOnce(form))
  return { credentials, token: yield* Effect.fromResult(required(form, "token")) }
})

export const introspectRoute = answerErrors(
  Effect.gen(function* () {
    const asked = yield* readClientAndToken()
    return jsonResponse(yield* introspect(asked.credentials, asked.token))
  })
)

export const revokeRoute = answerErrors(
  Effect.gen(function* () {
    const asked = yield* readClientAndToken()
    yield* revoke(asked.credentials, asked.token)
    return HttpServerResponse.empty({ status: 200, headers: { ...securityHeaders, ...corsHeaders } })
  })
)

export const userInfoRoute = answerToToken(userInfo)
