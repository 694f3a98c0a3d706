/** Errors as OAuth and OpenID Connect clients read them. RFC 6749 §5.2, RFC 6750 §3. */
import { Effect } from "effect"
import { HttpServerResponse } from "effect/http"
import type {
  InvalidClient,
  InvalidGrant,
  InvalidRequest,
  InvalidScope,
  InvalidToken,
  UnauthorizedClient,
  UnsupportedGrantType
} from "../domain/OAuthError.ts"
import type { StorageError } from "../services/storage/StorageError.ts"
import { corsHeaders, securityHeaders } from "./SecurityHeaders.ts"

export type OAuthError =
  | InvalidClient
  | InvalidGrant
  | InvalidRequest
  | InvalidScope
  | InvalidToken
  | UnauthorizedClient
  | UnsupportedGrantType

const headers = { ...securityHeaders, ...corsHeaders }

/** A JSON answer of an endpoint that clients call. */
export const jsonResponse = (body: unknown, options: { status?: number; headers?: Record<string, string> } = {}) =>
  HttpServerResponse.jsonUnsafe(body, { status: options.status ?? 200, headers: { ...headers, ...options.headers } })

const statusOf = (error: OAuthError): number =>
  error._tag === "InvalidClient" ? 401 : error._tag === "InvalidToken" ? error.status : 400

/** The challenge that goes with 401, and with errors of a bearer token. */
const challengeOf = (error: OAuthError): Record<string, string> => {
  if (error._tag === "InvalidClient") return { "www-authenticate": 'Basic realm="hapax"' }
  if (error._tag !== "InvalidToken") return {}
  const code = error.status === 403 ? "insufficient_scope" : error.code
  return { "www-authenticate": `Bearer realm="hapax", error="${code}", error_description="${error.error_description}"` }
}

const reasonOf = (error: OAuthError): string => ("reason" in error ? error.reason : error.error_description)

/** The error as JSON; what went wrong in detail is for the log alone. */
export const oauthErrorResponse = (error: OAuthError) =>
  Effect.as(
    Effect.logInfo("refused").pipe(Effect.annotateLogs({ error: error.code, reason: reasonOf(error) })),
    jsonResponse(
      {
        error: error._tag === "InvalidToken" && error.status === 403 ? "insufficient_scope" : error.code,
        error_description: error.error_description
      },
      { status: statusOf(error), headers: challengeOf(error) }
    )
  )

/** Storage did not answer, or nobody knows what it did: the client may try again, and is promised nothing. */
export const unavailableResponse = (error: StorageError) =>
  Effect.as(
    logUnavailable(error),
    jsonResponse(
      { error: "temporarily_unavailable", error_description: "try again shortly" },
      { status: 503, headers: { "retry-after": "1" } }
    )
  )

export const logUnavailable = (error: StorageError) =>
  Effect.logError("storage").pipe(
    Effect.annotateLogs({ known: error._tag, operation: error.operation, detail: error.detail })
  )

const isStorageError = (error: OAuthError | StorageError): error is StorageError =>
  error._tag === "NotExecuted" || error._tag === "OutcomeUnknown"

/** Turns every error of a client-facing endpoint into its answer. */
export const answerErrors = <R>(
  effect: Effect.Effect<HttpServerResponse.HttpServerResponse, OAuthError | StorageError, R>
): Effect.Effect<HttpServerResponse.HttpServerResponse, never, R> =>
  Effect.catch(effect, (error) => (isStorageError(error) ? unavailableResponse(error) : oauthErrorResponse(error)))
