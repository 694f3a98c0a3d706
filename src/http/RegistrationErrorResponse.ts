/** Errors of the registration endpoint and of the addresses of clients. RFC 7591 §3.2.2, RFC 6750 §3. */
import { Effect } from "effect"
import type { HttpServerResponse } from "effect/http"
import { describe } from "../domain/OAuthError.ts"
import type { TooMany } from "../domain/RateLimit.ts"
import type { RegistrationError } from "../domain/RegistrationError.ts"
import type { Unavailable } from "../services/flows/authorize/Outcome.ts"
import { answerErrors, jsonResponse, type OAuthError } from "./OAuthErrorResponse.ts"

/** What is wrong with metadata is no question of tokens, so no challenge goes with it. */
const registrationErrorResponse = ({ code, error_description, status }: RegistrationError) =>
  Effect.as(
    Effect.logInfo("refused").pipe(Effect.annotateLogs({ error: code, reason: error_description })),
    jsonResponse({ error: code, error_description: describe(error_description) }, { status })
  )

/** Turns every error of these endpoints into its answer. */
export const answerRegistrationErrors = <R>(
  effect: Effect.Effect<
    HttpServerResponse.HttpServerResponse,
    OAuthError | RegistrationError | TooMany | Unavailable,
    R
  >
): Effect.Effect<HttpServerResponse.HttpServerResponse, never, R> =>
  answerErrors(
    effect.pipe(
      Effect.catchTags({
        InvalidRedirectUri: registrationErrorResponse,
        InvalidClientMetadata: registrationErrorResponse,
        InvalidSoftwareStatement: registrationErrorResponse,
        UnapprovedSoftwareStatement: registrationErrorResponse,
        RegistrationClosed: registrationErrorResponse,
        RegistrationConflict: registrationErrorResponse
      })
    ),
    "Bearer"
  )
