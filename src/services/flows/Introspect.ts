/** Introspection, for clients of their own tokens, and for resource servers of those they are shown. RFC 7662. */
import { Effect } from "effect"
import { type Client, isHolder } from "../../domain/Client.ts"
import { ClientTokenClaims } from "../../domain/ClientToken.ts"
import { tokenType } from "../../domain/Dpop.ts"
import type { ClientId } from "../../domain/Ids.ts"
import { toSeconds } from "../../domain/Lifetime.ts"
import { sectorOf } from "../../domain/Subject.ts"
import { ProviderConfig } from "../ports/ProviderConfig.ts"
import { AccessTokens } from "../storage/AccessTokens.ts"
import { Clients } from "../storage/Clients.ts"
import { ClientTokens } from "../storage/ClientTokens.ts"
import { RefreshTokens } from "../storage/RefreshTokens.ts"
import { ResourceServers } from "../storage/ResourceServers.ts"
import { retried } from "../storage/Retry.ts"
import { authenticateConfidentialClient, type Credentials } from "./client/AuthenticateClient.ts"
import { readAccessToken } from "./token/ReadAccessToken.ts"
import { readRefreshToken } from "./token/ReadRefreshToken.ts"
import { subjectOf } from "./Subject.ts"

/** All that is said of a token that is unknown, dead, or none of the asker's business. RFC 7662 §2.2. */
const inactive = { active: false } as const

export const introspect = Effect.fn("Introspect")(function* (credentials: Credentials, token: string) {
  // Introspection is for those who can prove who they are (RFC 7662 §2.1).
  const client = yield* authenticateConfidentialClient(credentials)
  const refresh = yield* introspectRefreshToken(client, token)
  return refresh ?? (yield* introspectAccessToken(client, token)) ?? inactive
})

const introspectAccessToken = Effect.fnUntraced(function* (client: Client, token: string) {
  const claims = yield* readAccessToken(token)
  const holder = claims === undefined ? undefined : yield* holderFor(client, claims)
  if (claims === undefined || holder === undefined || !isHolder(holder, claims)) return undefined
  const shown = { active: true, token_type: tokenType(claims.cnf?.jkt), ...claims }
  if (claims instanceof ClientTokenClaims) {
    return (yield* retried(ClientTokens.inspect)(claims.jti)) ? shown : undefined
  }
  const found = yield* retried(AccessTokens.inspect)(claims.jti)
  if (found === null) return undefined
  // The user told it to the client, and not to whomever the client uses. A name joins what pairwise subjects part.
  const isTold = holder === client && (sectorOf(client) === null || found.grant.scopes.includes("profile"))
  return isTold ? { ...shown, username: found.user.profile.preferred_username } : shown
})

/**
 * The client that a token was given to, if the asker may know of the token: it is that client, or stands for the
 * resource server that the token is for. A client that is deleted holds nothing any more.
 */
const holderFor = Effect.fnUntraced(function* (
  client: Client,
  { aud, client_id }: { aud: string; client_id: ClientId }
) {
  if (client_id === client.id) return client
  const { issuer } = yield* ProviderConfig
  if (aud === issuer) return undefined
  const [server] = yield* retried(ResourceServers.find)([aud])
  if (server?.metadata.client_id !== client.id) return undefined
  return (yield* retried(Clients.find)(client_id)) ?? undefined
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
