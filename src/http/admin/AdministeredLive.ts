/**
 * Before every endpoint of the admin API: first the token, then the body, then what was sent by its schema. So nobody
 * without a right learns anything, and nothing is read of who may not send it. RFC 6750 §3, RFC 9457.
 */
import { Context, Effect, Layer } from "effect"
import { HttpIncomingMessage, HttpServerRequest, HttpServerRespondable, HttpServerResponse } from "effect/http"
import { type HttpApiEndpoint, HttpApiError } from "effect/http-api"
import type { AdminScope } from "../../domain/AdminScope.ts"
import type { InvalidDpopProof, InvalidRequest, InvalidToken, UseDpopNonce } from "../../domain/OAuthError.ts"
import { acting } from "../../services/flows/Acting.ts"
import { authorizeAdministrator } from "../../services/flows/admin/AuthorizeAdministrator.ts"
import { faultyField } from "../../services/flows/operator/Field.ts"
import type { Unavailable } from "../../services/flows/authorize/Outcome.ts"
import { bareChallenge, challengeOf, logUnavailable, type Scheme } from "../OAuthErrorResponse.ts"
import { readHeaderToken, readScheme } from "../PresentedToken.ts"
import { readProof } from "../ProofHeader.ts"
import { Administered, Administrator, BodyLimit, scopeOf } from "./Administration.ts"
import { unavailable } from "./Answered.ts"
import { BadRequest, ContentTooLarge, Forbidden, Unauthorized, UnsupportedMediaType } from "./Problems.ts"

export const AdministeredLive = Layer.succeed(Administered, (endpointEffect, { endpoint, group }) =>
  Effect.gen(function* () {
    const needed = scopeOf(group.identifier, endpoint.method)
    if (needed === undefined) return yield* Effect.die(`${group.identifier} is no section`)
    const scheme = yield* readScheme
    const authorized = yield* Effect.result(authorize(needed))
    if (authorized._tag === "Failure") return yield* refused(authorized.failure, scheme, needed)
    const administrator = authorized.success
    if (administrator === undefined) return yield* challenged(new Unauthorized({}), bareChallenge)
    yield* readBody(endpoint)
    return yield* endpointEffect.pipe(
      Effect.provideService(Administrator, administrator),
      acting(administrator),
      Effect.mapError((error) => (isOfRequest(error) ? badRequest(error) : error))
    )
  })
)

/** Undefined for a request without a token, which is told no error (RFC 6750 §3.1). */
const authorize = Effect.fnUntraced(function* (needed: AdminScope) {
  const token = yield* readHeaderToken
  if (token === undefined) return undefined
  return yield* authorizeAdministrator(token, { scheme: yield* readScheme, proof: yield* readProof() }, needed)
})

type Refused = InvalidDpopProof | InvalidRequest | InvalidToken | UseDpopNonce

const refused = (error: Refused | Unavailable, scheme: Scheme, scope: AdminScope) => {
  if (error._tag === "NotExecuted" || error._tag === "OutcomeUnknown") {
    return Effect.andThen(logUnavailable(error), unavailable(undefined))
  }
  const told = challengeOf(error, scheme)
  const detail = error.error_description
  const log = Effect.logInfo("refused").pipe(
    Effect.annotateLogs({ error: error.code, reason: "reason" in error ? error.reason : detail, scope })
  )
  if (error._tag === "InvalidToken" && error.status === 403) {
    const challenge = { "www-authenticate": `${told["www-authenticate"] ?? scheme}, scope="${scope}"` }
    return Effect.andThen(log, challenged(new Forbidden({ detail, scope }), challenge))
  }
  const problem = error._tag === "InvalidRequest" ? new BadRequest({ detail }) : new Unauthorized({ detail })
  return Effect.andThen(log, challenged(problem, told))
}

const challenged = (problem: BadRequest | Forbidden | Unauthorized, headers: Readonly<Record<string, string>>) =>
  Effect.map(HttpServerRespondable.toResponse(problem), HttpServerResponse.setHeaders(headers))

/** Reads the body, so far as the endpoint takes one: what is larger is not read to its end. RFC 9110 §8.6. */
const readBody = Effect.fnUntraced(function* ({ annotations, payload }: HttpApiEndpoint.Top) {
  if (payload.size === 0) return
  const request = yield* HttpServerRequest.HttpServerRequest
  const mediaType = (request.headers["content-type"] ?? "").split(";")[0]?.trim().toLowerCase() ?? ""
  if (!payload.has(mediaType)) {
    return yield* new UnsupportedMediaType({ detail: `The body must be ${[...payload.keys()].join(" or ")}.` })
  }
  // The request keeps what is read: the endpoint's own reading finds it there.
  return yield* request.arrayBuffer.pipe(
    Effect.provideService(HttpIncomingMessage.MaxBodySize, Context.get(annotations, BodyLimit)),
    Effect.mapError(() => new ContentTooLarge({ detail: "The body is too large, or cannot be read." }))
  )
})

/** What was sent is not what the endpoint takes; that an answer is not what it gives is a defect of ours. */
const isOfRequest = (error: unknown): error is HttpApiError.HttpApiSchemaError =>
  HttpApiError.HttpApiSchemaError.is(error) && error.kind !== "Body" && error.kind !== "ResponseHeaders"

const badRequest = ({ cause, kind }: HttpApiError.HttpApiSchemaError) => {
  const { field, message } = faultyField(cause.issue, "is no member that is known here")
  return new BadRequest({ detail: `${kind}: ${message}`, ...(field === "" ? {} : { field }) })
}
