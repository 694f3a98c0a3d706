/** Userinfo: the claims of a token that still stands. OIDC Core §5.3, RFC 6750. */
import { Effect } from "effect"
import { InvalidToken } from "../../domain/OAuthError.ts"
import { userinfo } from "../../domain/Tokens.ts"
import { claims } from "../../domain/User.ts"
import { AccessTokens } from "../storage/AccessTokens.ts"
import { retried } from "../storage/Retry.ts"
import { readAccessToken } from "./ReadAccessToken.ts"

const invalid = (reason: string) =>
  new InvalidToken({ error_description: "the access token is not valid", reason, status: 401 })

export const userInfo = Effect.fn("UserInfo")(function* (token: string) {
  const presented = yield* readAccessToken(token)
  if (presented === undefined) return yield* invalid("malformed, expired or not ours")
  const scopes = presented.scope.split(" ")
  if (!scopes.includes("openid")) {
    return yield* new InvalidToken({ error_description: "the openid scope is required", reason: "scope", status: 403 })
  }
  const found = yield* retried(AccessTokens.inspect)(presented.jti)
  if (found === null) return yield* invalid("revoked")
  return userinfo(claims(found.user), scopes, found.grant.claims.userinfo)
})
