/** Making the tokens of a redeemed or rotated grant. RFC 6749 §5.1, OIDC Core §3.1.3.3, RFC 9068 §2. */
import { Clock, Effect } from "effect"
import type { Grant } from "../../domain/Grant.ts"
import { toSeconds } from "../../domain/Lifetime.ts"
import { untagged } from "../../domain/RefreshToken.ts"
import type { SigningKey } from "../../domain/SigningKey.ts"
import * as Tokens from "../../domain/Tokens.ts"
import { claims } from "../../domain/User.ts"
import { ProviderConfig } from "../ports/ProviderConfig.ts"
import { Sealer } from "../ports/Sealer.ts"
import { Signer } from "../ports/Signer.ts"
import type { GrantAndUser } from "../storage/AuthorizationCodes.ts"
import { drawAccessTokenId, leftHalfHash } from "./Secrets.ts"

/** The answer of the token endpoint. RFC 6749 §5.1. */
export interface TokenResponse {
  readonly access_token: string
  readonly token_type: "Bearer"
  /** Seconds. */
  readonly expires_in: number
  readonly scope: string
  readonly id_token?: string
  readonly refresh_token?: string
}

/**
 * The tokens for `scopes`, signed with a key that was at hand before. `nonce` stays out of ID tokens that a refresh
 * gives (OIDC Core §12.2).
 */
export const issueTokens = Effect.fn("IssueTokens")(function* (
  key: SigningKey,
  { grant, user }: GrantAndUser,
  options: {
    readonly scopes: ReadonlyArray<string>
    readonly familySecret: string | undefined
    readonly withNonce: boolean
  }
) {
  const { issuer, lifetimes } = yield* ProviderConfig
  const now = yield* Clock.currentTimeMillis
  const signer = yield* Signer
  const accessClaims = Tokens.accessToken(grant, {
    issuer,
    jti: yield* drawAccessTokenId(grant.id),
    scopes: options.scopes,
    now,
    lifetime: lifetimes.accessToken
  })
  const access_token = yield* signer.sign(key, "at+jwt", { ...accessClaims })
  const response: TokenResponse = {
    access_token,
    token_type: "Bearer",
    expires_in: Math.max(0, accessClaims.exp - toSeconds(now)),
    scope: options.scopes.join(" ")
  }
  const refresh = options.familySecret === undefined ? {} : yield* refreshToken(grant, options.familySecret)
  if (!grant.scopes.includes("openid")) return { ...response, ...refresh }
  const idClaims = Tokens.idToken(grant, claims(user), {
    issuer,
    now,
    lifetime: lifetimes.idToken,
    atHash: yield* leftHalfHash(access_token),
    withNonce: options.withNonce
  })
  return { ...response, ...refresh, id_token: yield* signer.sign(key, "JWT", idClaims) }
})

/** The head of the family as text: derived from the family's secret, so that it can be given again. */
const refreshToken = Effect.fnUntraced(function* (grant: Grant, familySecret: string) {
  const text = untagged({ grantId: grant.id, generation: grant.generation, familySecret })
  const tag = yield* Sealer.use((sealer) => sealer.tag("refresh-token", text))
  return { refresh_token: `${text}.${tag}` }
})
