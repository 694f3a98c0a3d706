/** Userinfo: the claims of a token that still stands. OIDC Core §5.3, RFC 6750, RFC 9449 §7. */
import { Effect } from "effect"
import type { SigningAlg } from "../../domain/ClientMetadata.ts"
import { mayProveWith } from "../../domain/ClientRules.ts"
import { type ShownProof, type TokenScheme, unproven } from "../../domain/Dpop.ts"
import { InvalidToken } from "../../domain/OAuthError.ts"
import { AccessTokenClaims, userinfo } from "../../domain/Tokens.ts"
import { claims } from "../../domain/User.ts"
import { ProviderConfig } from "../ports/ProviderConfig.ts"
import { Signer } from "../ports/Signer.ts"
import { AccessTokens } from "../storage/AccessTokens.ts"
import { retried } from "../storage/Retry.ts"
import { proveKey, refused } from "./ProveKey.ts"
import { signingKey } from "./Keys.ts"
import { readAccessToken } from "./ReadAccessToken.ts"

const invalid = (reason: string) =>
  new InvalidToken({ error_description: "the access token is not valid", reason, status: 401 })

/** How a token was presented, and what came with it. */
export interface Presentation {
  readonly scheme: TokenScheme
  readonly proof: ShownProof
}

const byBearer: Presentation = { scheme: "Bearer", proof: unproven }

/** The claims, or a JWT of them for a client that is registered for one (`userinfo_signed_response_alg`). */
export const userInfo = Effect.fn("UserInfo")(function* (token: string, presentation = byBearer) {
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
  const proven = yield* proveTokenKey(presented, token, presentation)
  const found = yield* retried(AccessTokens.inspect)(presented.jti)
  if (found === null) return yield* invalid("revoked")
  // Which algorithms the client is held to is known only now, and a key of RSA goes with several.
  if (proven !== undefined && !mayProveWith(found.grant.profile, proven.alg)) return yield* refused("alg")
  const told = userinfo(presented.sub, claims(found.user), scopes, found.grant.claims.userinfo)
  const { clientId, userinfoAlg } = found.grant
  return userinfoAlg === undefined ? told : yield* signed(userinfoAlg, { ...told, iss: issuer, aud: clientId })
})

/** No `exp`: nobody shall take it for an ID token (OIDC Core §5.3.2, RFC 8725 §2.8). */
const signed = Effect.fnUntraced(function* (alg: SigningAlg, told: Readonly<Record<string, unknown>>) {
  const key = yield* signingKey(alg)
  return yield* Signer.use((signer) => signer.sign(key, "JWT", told))
})

/** A token that is bound to a key is no bearer's, and a bearer's token is bound to none (§7.1, §7.2). */
const proveTokenKey = Effect.fnUntraced(function* (
  { cnf }: AccessTokenClaims,
  text: string,
  { proof, scheme }: Presentation
) {
  if (scheme === "Bearer") return cnf === undefined ? undefined : yield* invalid("bound to a key, and not proved")
  if (cnf === undefined) return yield* invalid("bound to no key")
  return yield* proveKey(proof, { required: true, algs: null, token: { text, jkt: cnf.jkt } })
})
