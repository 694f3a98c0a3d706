/** Errors as OAuth and OpenID Connect clients read them. RFC 6749 §5.2, RFC 6750 §3, RFC 9449 §7.1. */
import { Effect } from "effect"
import { HttpServerResponse } from "effect/http"
import { proofAlgs, type TokenScheme } from "../domain/Dpop.ts"
import {
  type AccessDenied,
  type AuthorizationPending,
  describe,
  type ExpiredToken,
  type InvalidClient,
  type InvalidDpopProof,
  type InvalidGrant,
  type InvalidRequest,
  type InvalidScope,
  type InvalidTarget,
  type InvalidToken,
  type RequestRefused,
  type SlowDown,
  type UnauthorizedClient,
  type UnsupportedGrantType,
  type UseDpopNonce
} from "../domain/OAuthError.ts"
import type { TooMany } from "../domain/RateLimit.ts"
import type { Unavailable } from "../services/flows/authorize/Outcome.ts"
import { corsHeaders, securityHeaders } from "./SecurityHeaders.ts"
import { retryLater } from "./TooManyRequests.ts"

export type OAuthError =
  | AccessDenied
  | AuthorizationPending
  | ExpiredToken
  | InvalidClient
  | InvalidDpopProof
  | InvalidGrant
  | InvalidRequest
  | InvalidScope
  | InvalidTarget
  | InvalidToken
  | RequestRefused
  | SlowDown
  | UnauthorizedClient
  | UnsupportedGrantType
  | UseDpopNonce

const headers = { ...securityHeaders, ...corsHeaders }

/** A JSON answer of an endpoint that clients call. */
export const jsonResponse = (body: unknown, options: { status?: number; headers?: Record<string, string> } = {}) =>
  HttpServerResponse.jsonUnsafe(body, { status: options.status ?? 200, headers: { ...headers, ...options.headers } })

/** A JWT of such an endpoint. OIDC Core §5.3.2. */
export const jwtResponse = (jwt: string) => HttpServerResponse.text(jwt, { contentType: "application/jwt", headers })

const isOfProof = (error: OAuthError): boolean => error._tag === "InvalidDpopProof" || error._tag === "UseDpopNonce"

/** A proof that is wrong is a wrong request to whoever gives tokens, and a missing right where tokens are used. */
const statusOf = (error: OAuthError, scheme: Scheme): number => {
  if (error._tag === "InvalidToken") return error.status
  return error._tag === "InvalidClient" || (isOfProof(error) && scheme !== "Basic") ? 401 : 400
}

/** How an endpoint's callers show who they are: as a client, or by a token. */
export type Scheme = "Basic" | TokenScheme

const codeOf = (error: OAuthError): string =>
  error._tag === "InvalidToken" && error.status === 403 ? "insufficient_scope" : error.code

/** How a token that is bound to a key may be proved. RFC 9449 §7.1. */
const proving = `algs="${proofAlgs.join(" ")}"`

/** What a request without a token is told: either kind is taken. RFC 6750 §3.1, RFC 9449 §7.2. */
export const bareChallenge = { "www-authenticate": `Bearer realm="hapax", DPoP ${proving}` }

/** The challenge that goes with 401, and with every error of a request for a token's sake (RFC 6750 §3). */
export const challengeOf = (error: OAuthError, scheme: Scheme): Record<string, string> => {
  if (scheme === "Basic") return error._tag === "InvalidClient" ? { "www-authenticate": 'Basic realm="hapax"' } : {}
  const description = describe(error.error_description)
  const told = `${scheme} realm="hapax", error="${codeOf(error)}", error_description="${description}"`
  return { "www-authenticate": scheme === "DPoP" ? `${told}, ${proving}` : told }
}

const reasonOf = (error: OAuthError): string => ("reason" in error ? error.reason : error.error_description)

/** The error as JSON; what went wrong in detail is for the log alone. */
export const oauthErrorResponse = (error: OAuthError, scheme: Scheme) =>
  Effect.as(
    Effect.logInfo("refused").pipe(Effect.annotateLogs({ error: error.code, reason: reasonOf(error) })),
    jsonResponse(
      { error: codeOf(error), error_description: describe(error.error_description) },
      { status: statusOf(error, scheme), headers: challengeOf(error, scheme) }
    )
  )

/**
 * There were too many tries. OAuth has no code of its own for it: `slow_down` is of devices that poll (RFC 8628 §3.5),
 * and this one says that the same request may succeed later (RFC 6749 §4.1.2.1).
 */
export const tooManyResponse = (refusal: TooMany) =>
  retryLater(
    Effect.succeed(jsonResponse({ error: "temporarily_unavailable", error_description: "there were too many tries" })),
    refusal
  )

/** Storage did not answer, or nobody knows what it did: the client may try again, and is promised nothing. */
export const unavailableResponse = (error: Unavailable) =>
  Effect.as(
    logUnavailable(error),
    jsonResponse(
      { error: "temporarily_unavailable", error_description: "try again shortly" },
      { status: 503, headers: { "retry-after": "1" } }
    )
  )

export const logUnavailable = (error: Unavailable) =>
  Effect.logError("storage").pipe(
    Effect.annotateLogs({ known: error._tag, operation: error.operation, detail: error.detail })
  )

const isUnavailable = (error: OAuthError | Unavailable): error is Unavailable =>
  error._tag === "NotExecuted" || error._tag === "OutcomeUnknown"

/** Turns every error of a client-facing endpoint into its answer. */
export const answerErrors = <R>(
  effect: Effect.Effect<HttpServerResponse.HttpServerResponse, OAuthError | TooMany | Unavailable, R>,
  scheme: Scheme = "Basic"
): Effect.Effect<HttpServerResponse.HttpServerResponse, never, R> =>
  effect.pipe(
    Effect.catchTag("TooMany", tooManyResponse),
    Effect.catch((error) => (isUnavailable(error) ? unavailableResponse(error) : oauthErrorResponse(error, scheme)))
  )
