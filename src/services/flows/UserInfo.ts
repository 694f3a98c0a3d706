/** Userinfo: the claims of a token that still stands. OIDC Core §5.3, RFC 6750. */
import { Effect } from "effect"
import { InvalidToken } from "../../domain/OAuthError.ts"
import { AccessTokenClaims, userinfo } from "../../domain/Tokens.ts"
import { claims } from "../../domain/User.ts"
import { ProviderConfig } from "../ports/ProviderConfig.ts"
import { AccessTokens } from "../storage/AccessTokens.ts"
import { retried } from "../storage/Retry.ts"
import { readAccessToken } from "./ReadAccessToken.ts"

const invalid = (reason: string) =>
  new InvalidToken({ error_description: "the access token is not valid", reason, status: 401 })

export const userInfo = Effect.fn("UserInfo")(function* (token: string) {
  const { issuer } = yield* ProviderConfig
  const presented = yield* readAccessToken(token)
  if (presented === undefined) return yield* invalid("malformed, expired or not ours")
  // What was given to a resource server must not open this provider to it (RFC 9068 §4, RFC 9700 §2.3).
  if (presented.aud !== issuer) return yield* invalid("for somebody else")
  if (!(presented instanceof AccessTokenClaims)) return yield* invalid("of a client, and no user's")
  const scopes = presented.scope.split(" ")
  if (!scopes.includes("openid")) {
    return yield* new InvalidToken({ error_description: "the openid scope is required", reason: "scope", status: 403 })
  }
  const found = yield* retried(AccessTokens.inspect)(presented.jti)
  if (found === null) return yield* invalid("revoked")
  return userinfo(claims(found.user), scopes, found.grant.claims.userinfo)
})
