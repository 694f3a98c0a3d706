/**
 * A defect of ours, at the one place where all are caught: logged whole under a reference, told as that reference only.
 * RFC 6749 §4.1.2.1 `server_error`.
 */
import { Cause, Effect } from "effect"
import { SecureRandom } from "effect/crypto"
import { HttpServerError, HttpServerRequest, HttpServerResponse } from "effect/http"
import { errorPageResponse, notFoundResponse } from "./PageResponse.ts"
import { securityHeaders } from "./SecurityHeaders.ts"

/** Answers what nobody expected with 500; an interruption, by a client that went away, stays one. */
export const answerDefects = <E, R>(app: Effect.Effect<HttpServerResponse.HttpServerResponse, E, R>) =>
  app.pipe(
    // No route: a path whose percent-encoding is broken, or whose parameter is longer than any of ours.
    Effect.catchIf(HttpServerError.isHttpServerError, () => notFoundResponse),
    Effect.catchCause((cause) => (Cause.hasInterruptsOnly(cause) ? Effect.interrupt : answerDefect(cause)))
  )

const answerDefect = Effect.fnUntraced(function* (cause: Cause.Cause<unknown>) {
  const reference = yield* SecureRandom.SecureRandom.use((random) => random.uuidV4())
  yield* Effect.logError("defect", cause).pipe(Effect.annotateLogs({ reference }))
  const { headers } = yield* HttpServerRequest.HttpServerRequest
  return (headers["accept"] ?? "").includes("text/html")
    ? yield* errorPageResponse({ problem: "defect", error: "server_error", reference }, 500)
    : // No CORS: this may be the authorization endpoint.
      HttpServerResponse.jsonUnsafe(
        {
          error: "server_error",
          error_description: `something is wrong at this provider, whose log has it under ${reference}`
        },
        { status: 500, headers: securityHeaders }
      )
})
