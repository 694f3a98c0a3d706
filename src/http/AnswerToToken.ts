/** Endpoints that are asked with a user's access token, as a bearer's or with a proof. RFC 6750 §2, RFC 9449 §7. */
import { Effect } from "effect"
import { HttpServerResponse } from "effect/http"
import type { TooMany } from "../domain/RateLimit.ts"
import type { Presentation } from "../services/flows/token/PresentedToken.ts"
import type { Unavailable } from "../services/flows/authorize/Outcome.ts"
import { answerErrors, bareChallenge, jsonResponse, jwtResponse, type OAuthError } from "./OAuthErrorResponse.ts"
import { readPresentedToken, readScheme } from "./PresentedToken.ts"
import { readProof } from "./ProofHeader.ts"
import { corsHeaders, securityHeaders } from "./SecurityHeaders.ts"

/** What the flow tells of the token: an object, or a JWT of one. */
export const answerToToken = <R>(
  flow: (
    token: string,
    presentation: Presentation
  ) => Effect.Effect<string | object, OAuthError | TooMany | Unavailable, R>
) =>
  Effect.flatMap(readScheme, (scheme) =>
    answerErrors(
      Effect.gen(function* () {
        const token = yield* readPresentedToken()
        // RFC 6750 §3.1: no error code for a request that brings no token.
        if (token === undefined) return unauthorized
        const told = yield* flow(token, { scheme, proof: yield* readProof() })
        return typeof told === "string" ? jwtResponse(told) : jsonResponse(told)
      }),
      scheme
    )
  )

const unauthorized = HttpServerResponse.empty({
  status: 401,
  headers: { ...securityHeaders, ...corsHeaders, ...bareChallenge }
})
