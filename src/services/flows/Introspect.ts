/** Introspection, for authenticated clients, of their own tokens. RFC 7662. */
import { Effect } from "effect"
import { type Client, isHolder, isPublic } from "../../domain/Client.ts"
import { ClientTokenClaims } from "../../domain/ClientToken.ts"
import { tokenType } from "../../domain/Dpop.ts"
import { InvalidClient } from "../../domain/OAuthError.ts"
import { toSeconds } from "../../domain/Lifetime.ts"
import { ProviderConfig } from "../ports/ProviderConfig.ts"
import { AccessTokens } from "../storage/AccessTokens.ts"
import { ClientTokens } from "../storage/ClientTokens.ts"
import { RefreshTokens } from "../storage/RefreshTokens.ts"
import { retried } from "../storage/Retry.ts"
import { authenticateClient, type Credentials } from "./AuthenticateClient.ts"
import { readAccessToken } from "./ReadAccessToken.ts"
import { readRefreshToken } from "./ReadRefreshToken.ts"
import { subjectOf } from "./Subject.ts"

/** All that is said of a token that is unknown, dead, or none of the asker's business. RFC 7662 §2.2. */
const inactive = { active: false } as const

export const introspect = Effect.fn("Introspect")(function* (credentials: Credentials, token: string) {
  const client = yield* authenticateClient(credentials)
  if (isPublic(client)) {
    // A public client cannot prove who it is, and introspection is for those who can (RFC 7662 §2.1).
    return yield* new InvalidClient({
      error_description: "client authentication is required",
      reason: "method",
      basic: credentials.method === "client_secret_basic"
    })
  }
  const refresh = yield* introspectRefreshToken(client, token)
  return refresh ?? (yield* introspectAccessToken(client, token)) ?? inactive
})

const introspectAccessToken = Effect.fnUntraced(function* (client: Client, token: string) {
  const claims = yield* readAccessToken(token)
  if (claims === undefined || !isHolder(client, claims)) return undefined
  const shown = { active: true, token_type: tokenType(claims.cnf?.jkt), ...claims }
  if (claims instanceof ClientTokenClaims) {
    return (yield* retried(ClientTokens.inspect)(claims.jti)) ? shown : undefined
  }
  const found = yield* retried(AccessTokens.inspect)(claims.jti)
  return found === null ? undefined : { ...shown, username: found.user.profile.preferred_username }
})

const introspectRefreshToken = Effect.fnUntraced(function* (client: Client, token: string) {
  const presented = yield* readRefreshToken(token)
  if (presented === undefined) return undefined
  const { familyHash, generation, grantId } = presented
  const grant = yield* retried(RefreshTokens.inspect)({ grantId, generation, familyHash, clientId: client.id })
  if (grant === null) return undefined
  const { issuer } = yield* ProviderConfig
  return {
    active: true,
    iss: issuer,
    sub: yield* subjectOf(client, grant.userId),
    client_id: grant.clientId,
    scope: grant.scopes.join(" "),
    iat: toSeconds(grant.rotatedAt ?? grant.issuedAt),
    exp: toSeconds(grant.expiresAt),
    auth_time: toSeconds(grant.authentication.authTime)
  }
})
