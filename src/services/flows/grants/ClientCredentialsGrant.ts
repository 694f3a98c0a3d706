/**
 * The client_credentials grant: a token for the client itself. RFC 6749 §4.4.
 *
 * No object is asked: there is nothing to spend, and a token that nobody ends is known by its signature alone
 * (docs/decisions/0016-resource-servers.md). So neither is there a refresh token (§4.4.3): a client that can ask can
 * ask again.
 */
import { Clock, Effect, Result } from "effect"
import { type Client, isPublic } from "../../../domain/Client.ts"
import { type ClientTokenClaims, clientToken, scopesFor } from "../../../domain/ClientToken.ts"
import { tokenType } from "../../../domain/Dpop.ts"
import type { Jkt } from "../../../domain/Ids.ts"
import { toSeconds } from "../../../domain/Lifetime.ts"
import { InvalidScope, InvalidTarget, UnauthorizedClient } from "../../../domain/OAuthError.ts"
import * as Scope from "../../../domain/Scope.ts"
import { ProviderConfig } from "../../ports/ProviderConfig.ts"
import { tell } from "../audit/Tell.ts"
import type { TokenResponse } from "../token/IssueTokens.ts"
import { clientKey } from "../keys/Keys.ts"
import { drawClientTokenId } from "../Secrets.ts"
import { targetNamed } from "../Targets.ts"
import { writeAccessToken } from "../token/WriteAccessToken.ts"

export interface ClientGrantRequest {
  readonly scope: string | undefined
  readonly resource: string | undefined
  /** The key that the request proved. */
  readonly jkt: Jkt | undefined
}

const badScope = () =>
  new InvalidScope({ error_description: "scope asks for more than the client may have for itself" })

const badTarget = () => new InvalidTarget({ error_description: "the client may do nothing at this resource" })

/** The log is all that knows of such a token: it is in no object, so its event is in no outbox. */
const tellIssued = ({ aud, client_id, jti, scope = "" }: ClientTokenClaims) =>
  tell({
    type: "tokens.issued",
    clientId: client_id,
    detail: { grant: "client_credentials", jti, scope, resource: aud }
  })

export const clientCredentialsGrant = Effect.fn("ClientCredentialsGrant")(function* (
  client: Client,
  request: ClientGrantRequest
) {
  if (isPublic(client)) {
    // Whoever knows the id of a client that cannot authenticate could be it (RFC 6749 §4.4).
    return yield* new UnauthorizedClient({
      error_description: "client_credentials is for clients that authenticate",
      parameter: "grant_type"
    })
  }
  const { issuer, ticketGenerations } = yield* ProviderConfig
  const asked = request.scope === undefined ? null : Scope.parse(request.scope)
  if (asked === undefined) return yield* badScope()
  const { own, target } = yield* targetNamed(request.resource)
  const scopes = scopesFor(client, asked, own ? null : target)
  if (Result.isFailure(scopes)) return yield* scopes.failure === "scope" ? badScope() : badTarget()
  const key = yield* clientKey(client)
  const now = yield* Clock.currentTimeMillis
  const claims = clientToken(client, {
    issuer,
    jti: yield* drawClientTokenId(ticketGenerations),
    target,
    scopes: scopes.success,
    jkt: request.jkt,
    now
  })
  const access_token = yield* writeAccessToken(key, target.format, claims)
  yield* tellIssued(claims)
  const response: TokenResponse = {
    access_token,
    token_type: tokenType(request.jkt),
    expires_in: claims.exp - toSeconds(now),
    ...(claims.scope === undefined ? {} : { scope: claims.scope })
  }
  return response
})
