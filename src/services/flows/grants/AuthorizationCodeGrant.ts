/** The authorization_code grant. RFC 6749 §4.1.3, RFC 7636 §4.5, OIDC Core §3.1.3. */
import { Effect, Option } from "effect"
import { parseCode } from "../../../domain/AuthorizationCode.ts"
import type { Client } from "../../../domain/Client.ts"
import type { Jkt } from "../../../domain/Ids.ts"
import { InvalidGrant, InvalidRequest, type InvalidTarget } from "../../../domain/OAuthError.ts"
import { isVerifier } from "../../../domain/Pkce.ts"
import { notGranted } from "../token/IssueTokens.ts"
import { clientKey } from "../keys/Keys.ts"
import { isPlaced } from "../Placed.ts"
import { challengeOf, drawAttempt, drawSecret, hashSecret } from "../Secrets.ts"
import { redeemGrant } from "./RedeemGrant.ts"

export interface CodeGrantRequest {
  readonly code: string
  readonly redirectUri: string | undefined
  readonly codeVerifier: string | undefined
  readonly resource: string | undefined
  /** The key that the request proved. */
  readonly jkt: Jkt | undefined
}

const refused = (reason: string) =>
  new InvalidGrant({ error_description: "the authorization code is not valid", reason })

export const authorizationCodeGrant = Effect.fn("AuthorizationCodeGrant")(function* (
  client: Client,
  request: CodeGrantRequest
) {
  const parsed = Option.getOrUndefined(parseCode(request.code))
  if (parsed === undefined || !(yield* isPlaced(parsed[0]))) return yield* refused("malformed")
  const [grantId, secret] = parsed
  if (request.codeVerifier !== undefined && !isVerifier(request.codeVerifier)) {
    return yield* new InvalidRequest({
      error_description: "code_verifier is not 43 to 128 unreserved characters",
      parameter: "code_verifier"
    })
  }
  const key = yield* clientKey(client)
  const familySecret = yield* drawSecret
  const presented = {
    attempt: yield* drawAttempt,
    grantId,
    codeHash: yield* hashSecret(secret),
    redirectUri: request.redirectUri ?? null,
    codeChallenge: request.codeVerifier === undefined ? null : yield* challengeOf(request.codeVerifier)
  }
  return yield* redeemGrant(client, key, presented, { ...request, familySecret }).pipe(
    Effect.catchTag("CodeRefused", ({ reason }): Effect.Effect<never, InvalidGrant | InvalidTarget> =>
      Effect.fail(reason === "resource" ? notGranted() : refused(reason))
    )
  )
})
