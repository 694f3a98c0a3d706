/** What every answer of the admin API has in common, whatever came of it. RFC 9110 §13.1.2, RFC 9457. */
import { Cause, Effect, Result } from "effect"
import { SecureRandom } from "effect/crypto"
import { HttpServerError, HttpServerRequest, HttpServerRespondable, HttpServerResponse } from "effect/http"
import { isKnown, readTags } from "../../domain/EntityTag.ts"
import { pathText } from "../RequestTarget.ts"
import { securityHeaders } from "../SecurityHeaders.ts"
import { MethodNotAllowed, NotFound, ServerError } from "./Problems.ts"

/** The methods of a path; none for a path that is nothing here. */
export type MethodsOf = (path: string) => ReadonlyArray<string>

export const answerAsAdminApi =
  (methodsOf: MethodsOf) =>
  <E, R>(api: Effect.Effect<HttpServerResponse.HttpServerResponse, E, R>) =>
    api.pipe(
      Effect.catchIf(HttpServerError.isHttpServerError, () => unrouted(methodsOf)),
      Effect.catchCause((cause) => (Cause.hasInterruptsOnly(cause) ? Effect.interrupt : defect(cause))),
      Effect.flatMap(unlessKnown),
      Effect.map(HttpServerResponse.setHeaders(securityHeaders))
    )

/** A path that is nothing here, or is, and for other methods. */
const unrouted = Effect.fnUntraced(function* (methodsOf: MethodsOf) {
  const { url } = yield* HttpServerRequest.HttpServerRequest
  const allow = methodsOf(pathText(url))
  if (allow.length === 0) return yield* HttpServerRespondable.toResponse(new NotFound({}))
  const response = yield* HttpServerRespondable.toResponse(new MethodNotAllowed({}))
  return HttpServerResponse.setHeader(response, "allow", allow.join(", "))
})

/** Told as a reference, under which the log has it whole. */
const defect = Effect.fnUntraced(function* (cause: Cause.Cause<unknown>) {
  const reference = yield* SecureRandom.SecureRandom.use((random) => random.uuidV4())
  yield* Effect.logError("defect", cause).pipe(Effect.annotateLogs({ reference }))
  return yield* HttpServerRespondable.toResponse(new ServerError({ reference }))
})

/** What the asker has already is not sent again. RFC 9110 §13.1.2 and §15.4.5. */
const unlessKnown = Effect.fnUntraced(function* (response: HttpServerResponse.HttpServerResponse) {
  const { headers, method } = yield* HttpServerRequest.HttpServerRequest
  const { etag } = response.headers
  const known = headers["if-none-match"]
  if (response.status !== 200 || (method !== "GET" && method !== "HEAD")) return response
  if (etag === undefined || known === undefined) return response
  const isTold = Result.match(readTags(known), { onFailure: () => false, onSuccess: (tags) => isKnown(tags, etag) })
  return isTold ? HttpServerResponse.empty({ status: 304, headers: { etag } }) : response
})
