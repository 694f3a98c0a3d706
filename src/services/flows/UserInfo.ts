/** Userinfo: the claims of a token that still stands. OIDC Core §5.3, RFC 6750, RFC 9449 §7. */
import { Effect } from "effect"
import type { SigningAlg } from "../../domain/ClientMetadata.ts"
import { mappedClaims } from "../../domain/ScopeMapping.ts"
import { userinfo } from "../../domain/Tokens.ts"
import { claims } from "../../domain/User.ts"
import { ProviderConfig } from "../ports/ProviderConfig.ts"
import { Signer } from "../ports/Signer.ts"
import { AccessTokens } from "../storage/AccessTokens.ts"
import { retried } from "../storage/Retry.ts"
import { signingKey } from "./keys/Keys.ts"
import { byBearer, invalidToken, presentedToken, provenAsAllowed } from "./token/PresentedToken.ts"

/** The claims, or a JWT of them for a client that is registered for one (`userinfo_signed_response_alg`). */
export const userInfo = Effect.fn("UserInfo")(function* (token: string, presentation = byBearer) {
  const presented = yield* presentedToken(token, presentation)
  const { jti, scope, sub } = presented.claims
  const found = yield* retried(AccessTokens.inspect)(jti)
  if (found === null) return yield* invalidToken("revoked")
  yield* provenAsAllowed(presented, found.grant)
  const { grant, user } = found
  const scopes = scope.split(" ")
  const mapped = mappedClaims(grant.mapped ?? [], scopes, user)
  const told = userinfo(sub, claims(user), scopes, grant.claims.userinfo, mapped)
  const { clientId, userinfoAlg } = grant
  if (userinfoAlg === undefined) return told
  const { issuer } = yield* ProviderConfig
  return yield* signed(userinfoAlg, { ...told, iss: issuer, aud: clientId })
})

/** No `exp`: nobody shall take it for an ID token (OIDC Core §5.3.2, RFC 8725 §2.8). */
const signed = Effect.fnUntraced(function* (alg: SigningAlg, told: Readonly<Record<string, unknown>>) {
  const key = yield* signingKey(alg)
  return yield* Signer.use((signer) => signer.sign(key, "JWT", told))
})
