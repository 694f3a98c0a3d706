/** Registering a client, and looking after it. RFC 7591 §3, RFC 7592 §2, OIDC Dynamic Registration §3 and §4. */
import { Effect, Redacted } from "effect"
import { HttpRouter, HttpServerRequest, HttpServerResponse } from "effect/http"
import { readClient, removeClient, replaceClient } from "../../services/flows/registration/ManageClient.ts"
import { register } from "../../services/flows/registration/Register.ts"
import { readJsonText } from "../JsonBody.ts"
import { readAddress } from "../NetworkAddress.ts"
import { jsonResponse } from "../OAuthErrorResponse.ts"
import { answerRegistrationErrors } from "../RegistrationErrorResponse.ts"
import { corsHeaders, securityHeaders } from "../SecurityHeaders.ts"

/** The token of the Authorization header, and nowhere else; undefined if there is none. RFC 6750 §2.1. */
const readToken = HttpServerRequest.HttpServerRequest.use(({ headers }) => {
  const [, token] = /^Bearer +([A-Za-z0-9\-._~+/]+=*)$/i.exec(headers["authorization"] ?? "") ?? []
  return Effect.succeed(token)
})

/** The client that the address names, and the token. Without one it is a wrong one (RFC 7592 §2). */
const readShown = Effect.gen(function* () {
  const { client_id: clientId = "" } = yield* HttpRouter.params
  return { clientId, token: Redacted.make((yield* readToken) ?? "") }
})

export const registerRoute = answerRegistrationErrors(
  Effect.gen(function* () {
    const body = yield* readJsonText()
    return jsonResponse(yield* register(yield* readToken, body, yield* readAddress), { status: 201 })
  })
)

export const readClientRoute = answerRegistrationErrors(
  Effect.gen(function* () {
    return jsonResponse(yield* readClient(yield* readShown))
  })
)

export const replaceClientRoute = answerRegistrationErrors(
  Effect.gen(function* () {
    const body = yield* readJsonText()
    return jsonResponse(yield* replaceClient(yield* readShown, body))
  })
)

export const removeClientRoute = answerRegistrationErrors(
  Effect.gen(function* () {
    yield* removeClient(yield* readShown)
    return HttpServerResponse.empty({ status: 204, headers: { ...securityHeaders, ...corsHeaders } })
  })
)
