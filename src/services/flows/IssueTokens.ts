/** Making the tokens of a redeemed or rotated grant. RFC 6749 §5.1, OIDC Core §3.1.3.3, RFC 9068 §2. */
import { Clock, Effect, Result } from "effect"
import { choose, provider } from "../../domain/AccessTarget.ts"
import { tokenType, type TokenScheme } from "../../domain/Dpop.ts"
import type { Grant } from "../../domain/Grant.ts"
import type { Jkt } from "../../domain/Ids.ts"
import { toSeconds } from "../../domain/Lifetime.ts"
import { InvalidTarget } from "../../domain/OAuthError.ts"
import { untagged } from "../../domain/RefreshToken.ts"
import type { SigningKey } from "../../domain/SigningKey.ts"
import * as Tokens from "../../domain/Tokens.ts"
import { claims } from "../../domain/User.ts"
import { ProviderConfig } from "../ports/ProviderConfig.ts"
import { Sealer } from "../ports/Sealer.ts"
import { Signer } from "../ports/Signer.ts"
import type { GrantAndUser } from "../storage/AuthorizationCodes.ts"
import { drawAccessTokenId, leftHalfHash } from "./Secrets.ts"
import { writeAccessToken } from "./WriteAccessToken.ts"

/** The answer of the token endpoint. RFC 6749 §5.1. */
export interface TokenResponse {
  readonly access_token: string
  readonly token_type: TokenScheme
  /** Seconds. */
  readonly expires_in: number
  /** Absent for a client's own token that is for none. */
  readonly scope?: string
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
    /** The resource server that was named, if one was. */
    readonly resource: string | undefined
    /** The key that the access token is bound to. */
    readonly jkt: Jkt | undefined
    readonly familySecret: string | undefined
    readonly withNonce: boolean
  }
) {
  const { issuer, lifetimes } = yield* ProviderConfig
  const now = yield* Clock.currentTimeMillis
  const signer = yield* Signer
  const { access_token, claims: accessClaims } = yield* accessTokenOf(key, grant, options)
  const response: TokenResponse = {
    access_token,
    token_type: tokenType(options.jkt),
    expires_in: Math.max(0, accessClaims.exp - toSeconds(now)),
    scope: accessClaims.scope
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

/** An access token of a grant, for the resource server that was named, or the one there is. */
export const accessTokenOf = Effect.fnUntraced(function* (
  key: SigningKey,
  grant: Grant,
  options: {
    readonly scopes: ReadonlyArray<string>
    readonly resource: string | undefined
    readonly jkt: Jkt | undefined
  }
) {
  const { issuer, lifetimes } = yield* ProviderConfig
  const chosen = choose(grant.targets ?? [], options.resource, grant.scopes)
  // The grant's own step refused what cannot be chosen, so this is a defect of ours.
  if (Result.isFailure(chosen)) return yield* Effect.die("no target for the access token")
  const target = chosen.success ?? provider(issuer, lifetimes.accessToken)
  const claims = Tokens.accessToken(grant, {
    issuer,
    jti: yield* drawAccessTokenId(grant.id),
    target,
    scopes: options.scopes,
    jkt: options.jkt,
    now: yield* Clock.currentTimeMillis
  })
  return { access_token: yield* writeAccessToken(key, target.format, claims), claims }
})

/** RFC 8707 §2.2. Nothing was spent. */
export const notGranted = () =>
  new InvalidTarget({ error_description: "resource is none that was granted, or several were and none is named" })

/** The head of the family as text: derived from the family's secret, so that it can be given again. */
const refreshToken = Effect.fnUntraced(function* (grant: Grant, familySecret: string) {
  const text = untagged({ grantId: grant.id, generation: grant.generation, familySecret })
  const tag = yield* Sealer.use((sealer) => sealer.tag("refresh-token", text))
  return { refresh_token: `${text}.${tag}` }
})
