/** The refresh_token grant. RFC 6749 §6, RFC 9700 §4.14.2, OIDC Core §12. */
import { Effect } from "effect"
import type { Client } from "../../../domain/Client.ts"
import { rulesOf } from "../../../domain/ClientRules.ts"
import type { Jkt } from "../../../domain/Ids.ts"
import { InvalidGrant, InvalidScope, type InvalidTarget } from "../../../domain/OAuthError.ts"
import * as Scope from "../../../domain/Scope.ts"
import { ProviderConfig } from "../../ports/ProviderConfig.ts"
import { RefreshTokens } from "../../storage/RefreshTokens.ts"
import { retried } from "../../storage/Retry.ts"
import { issueTokens, notGranted } from "../token/IssueTokens.ts"
import { clientKey } from "../keys/Keys.ts"
import { readRefreshToken } from "../token/ReadRefreshToken.ts"
import { drawAttempt } from "../Secrets.ts"

export interface RefreshGrantRequest {
  readonly refreshToken: string
  readonly scope: string | undefined
  readonly resource: string | undefined
  /** The key that the request proved. */
  readonly jkt: Jkt | undefined
}

const refused = (reason: string) => new InvalidGrant({ error_description: "the refresh token is not valid", reason })

const badScope = () => new InvalidScope({ error_description: "scope asks for more than was granted" })

export const refreshTokenGrant = Effect.fn("RefreshTokenGrant")(function* (
  client: Client,
  request: RefreshGrantRequest
) {
  const token = yield* readRefreshToken(request.refreshToken)
  if (token === undefined) return yield* refused("malformed")
  const asked = request.scope === undefined ? null : Scope.parse(request.scope)
  if (asked === undefined) return yield* badScope()
  const key = yield* clientKey(client)
  const provider = yield* ProviderConfig
  const rotated = yield* retried(RefreshTokens.rotate)({
    attempt: yield* drawAttempt,
    grantId: token.grantId,
    generation: token.generation,
    familyHash: token.familyHash,
    clientId: client.id,
    scopes: asked,
    grace: provider.lifetimes.refreshGrace,
    ...(rulesOf(client, provider).rotation ? {} : { keeps: true }),
    ...(request.resource === undefined ? {} : { resource: request.resource }),
    ...(request.jkt === undefined ? {} : { jkt: request.jkt })
  }).pipe(
    Effect.catchTag(
      "RefreshRefused",
      ({ reason }): Effect.Effect<never, InvalidGrant | InvalidScope | InvalidTarget> => {
        if (reason === "scope") return Effect.fail(badScope())
        return Effect.fail(reason === "resource" ? notGranted() : refused(reason))
      }
    )
  )
  return yield* issueTokens(key, rotated, {
    client,
    scopes: asked ?? rotated.grant.scopes,
    resource: request.resource,
    jkt: request.jkt,
    familySecret: token.familySecret,
    withNonce: false
  })
})
