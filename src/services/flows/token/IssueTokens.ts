/** Making the tokens of a redeemed or rotated grant. RFC 6749 §5.1, OIDC Core §3.1.3.3, RFC 9068 §2. */
import { Clock, Effect, Result } from "effect"
import { choose, provider } from "../../../domain/AccessTarget.ts"
import { adminAudience } from "../../../domain/AdminScope.ts"
import type { Client } from "../../../domain/Client.ts"
import { tokenType, type TokenScheme } from "../../../domain/Dpop.ts"
import type { Grant } from "../../../domain/Grant.ts"
import type { Jkt } from "../../../domain/Ids.ts"
import { toSeconds } from "../../../domain/Lifetime.ts"
import { InvalidTarget } from "../../../domain/OAuthError.ts"
import { untagged } from "../../../domain/RefreshToken.ts"
import type { SigningKey } from "../../../domain/SigningKey.ts"
import * as Tokens from "../../../domain/Tokens.ts"
import { claims, type User } from "../../../domain/User.ts"
import { ProviderConfig } from "../../ports/ProviderConfig.ts"
import { Sealer } from "../../ports/Sealer.ts"
import { Signer } from "../../ports/Signer.ts"
import type { GrantAndUser } from "../../storage/AuthorizationCodes.ts"
import { permittedTo } from "../admin/Permissions.ts"
import { drawAccessTokenId, leftHalfHash } from "../Secrets.ts"
import { sidOf, subjectOf } from "../Subject.ts"
import { writeAccessToken } from "./WriteAccessToken.ts"

/** What an answer says of an access token. RFC 6749 §5.1. */
export interface AccessTokenResponse {
  readonly access_token: string
  readonly token_type: TokenScheme
  /** Seconds. */
  readonly expires_in: number
  /** Absent for a client's own token that is for none. */
  readonly scope?: string
}

/** The answer of the token endpoint. */
export interface TokenResponse extends AccessTokenResponse {
  readonly id_token?: string
  readonly refresh_token?: string
}

interface AccessTokenOptions {
  readonly scopes: ReadonlyArray<string>
  /** The resource server that was named, if one was. */
  readonly resource: string | undefined
  /** The key that the access token is bound to. */
  readonly jkt: Jkt | undefined
}

/**
 * The tokens for `scopes`, signed with a key that was at hand before. `nonce` stays out of ID tokens that a refresh
 * gives (OIDC Core §12.2).
 */
export const issueTokens = Effect.fn("IssueTokens")(function* (
  key: SigningKey,
  granted: GrantAndUser,
  options: AccessTokenOptions & {
    readonly client: Client
    readonly familySecret: string | undefined
    readonly withNonce: boolean
  }
) {
  const { grant } = granted
  const subject = yield* subjectOf(options.client, grant.userId)
  const access = yield* accessTokenOf(key, granted, { ...options, subject })
  const refresh = options.familySecret === undefined ? {} : yield* refreshToken(grant, options.familySecret)
  const response: TokenResponse = { ...access, ...refresh }
  if (!grant.scopes.includes("openid")) return response
  const id_token = yield* idTokenOf(key, granted, {
    subject,
    sid: yield* sidOf(options.client, grant.sid),
    hashes: { at_hash: yield* leftHalfHash(key.alg, access.access_token) },
    claims: [],
    withNonce: options.withNonce
  })
  return { ...response, id_token } satisfies TokenResponse
})

/** An access token of a grant, for the resource server that was named, or the one there is. */
export const accessTokenOf = Effect.fnUntraced(function* (
  key: SigningKey,
  { grant, user }: GrantAndUser,
  options: AccessTokenOptions & { readonly subject: string }
) {
  const { issuer, lifetimes } = yield* ProviderConfig
  const chosen = choose(grant.targets ?? [], options.resource, grant.scopes)
  // Whoever made the grant refused what cannot be chosen, so this is a defect of ours.
  if (Result.isFailure(chosen)) return yield* Effect.die("no target for the access token")
  const target =
    chosen.success ??
    provider(
      issuer,
      lifetimes.accessToken,
      (grant.mapped ?? []).map(({ scope }) => scope)
    )
  const now = yield* Clock.currentTimeMillis
  const claims = Tokens.accessToken(grant, {
    issuer,
    subject: options.subject,
    jti: yield* drawAccessTokenId(grant.id),
    target,
    scopes: target.audience === adminAudience(issuer) ? yield* stillPermitted(options.scopes, user) : options.scopes,
    jkt: options.jkt,
    now
  })
  return {
    access_token: yield* writeAccessToken(key, target.format, claims),
    token_type: tokenType(options.jkt),
    expires_in: Math.max(0, claims.exp - toSeconds(now)),
    scope: claims.scope
  } satisfies AccessTokenResponse
})

/**
 * Of the scopes of the admin API, those that the user's roles permit now. It only tells: what counts is judged at each
 * request. So where the roles cannot be read the tokens are given all the same, for the code is spent by now.
 */
const stillPermitted = (scopes: ReadonlyArray<string>, { roles = [] }: User) =>
  permittedTo(roles).pipe(
    Effect.map((permitted) => scopes.filter((scope) => (permitted as ReadonlyArray<string>).includes(scope))),
    Effect.orElseSucceed(() => scopes)
  )

/** An ID token of a grant. `claims` are told besides those that were asked for one by one. */
export const idTokenOf = Effect.fnUntraced(function* (
  key: SigningKey,
  { grant, user }: GrantAndUser,
  options: Pick<Tokens.IdTokenOptions, "subject" | "sid" | "hashes" | "claims" | "mapped" | "withNonce">
) {
  const { issuer, lifetimes } = yield* ProviderConfig
  const now = yield* Clock.currentTimeMillis
  const idClaims = Tokens.idToken(grant, claims(user), { ...options, issuer, now, lifetime: lifetimes.idToken })
  return yield* Signer.use((signer) => signer.sign(key, "JWT", idClaims))
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
