/** Revocation of a client's own tokens; 200 whatever the token was. RFC 7009. */
import { Effect } from "effect"
import { ClientTokenClaims } from "../../domain/ClientToken.ts"
import { authenticateClient, type Credentials } from "./client/AuthenticateClient.ts"
import { AccessTokens } from "../storage/AccessTokens.ts"
import { ClientTokens } from "../storage/ClientTokens.ts"
import { RefreshTokens } from "../storage/RefreshTokens.ts"
import { retried } from "../storage/Retry.ts"
import { readAccessToken } from "./token/ReadAccessToken.ts"
import { readRefreshToken } from "./token/ReadRefreshToken.ts"

/** A refresh token ends with its whole family and the access tokens it gave; an access token ends alone (§2.1). */
export const revoke = Effect.fn("Revoke")(function* (credentials: Credentials, token: string) {
  const client = yield* authenticateClient(credentials)
  const refresh = yield* readRefreshToken(token)
  if (refresh !== undefined) {
    const { familyHash, generation, grantId } = refresh
    return yield* retried(RefreshTokens.revoke)({
      presented: { grantId, generation, familyHash, clientId: client.id },
      because: "client"
    })
  }
  const access = yield* readAccessToken(token)
  if (access?.client_id !== client.id) return
  const revocation = { clientId: client.id, expiresAt: access.exp * 1000 }
  yield* access instanceof ClientTokenClaims
    ? retried(ClientTokens.revoke)({ ...revocation, jti: access.jti })
    : retried(AccessTokens.revoke)({ ...revocation, jti: access.jti })
})
