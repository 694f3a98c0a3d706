/** The claims of ID tokens and access tokens. OIDC Core §2, RFC 9068 §2.2. */
import { Schema } from "effect"
import type { AccessTarget } from "./AccessTarget.ts"
import type { Grant } from "./Grant.ts"
import { AccessTokenId, ClientId, Jkt, Sid } from "./Ids.ts"
import { toSeconds } from "./Lifetime.ts"
import * as Scope from "./Scope.ts"

/** The payload of an access token (`typ: at+jwt`). Times in seconds. */
export class AccessTokenClaims extends Schema.Class<AccessTokenClaims>("AccessTokenClaims")({
  iss: Schema.String,
  /** The subject as the client knows it, which may be a pairwise one (OIDC Core §8.1), or the client itself. */
  sub: Schema.String,
  aud: Schema.String,
  client_id: ClientId,
  scope: Schema.String,
  jti: AccessTokenId,
  iat: Schema.Int,
  exp: Schema.Int,
  auth_time: Schema.Int,
  acr: Schema.String,
  amr: Schema.Array(Schema.String),
  /** The key that whoever uses the token has to prove. RFC 9449 §6.1. */
  cnf: Schema.optionalKey(Schema.Struct({ jkt: Jkt }))
}) {}

/** The access token of a grant for one target: of the scopes asked for, those that mean something there. */
export const accessToken = (
  grant: Grant,
  options: {
    readonly issuer: string
    readonly subject: string
    readonly jti: AccessTokenId
    readonly target: AccessTarget
    readonly scopes: ReadonlyArray<string>
    readonly jkt: Jkt | undefined
    readonly now: number
  }
): AccessTokenClaims =>
  new AccessTokenClaims({
    iss: options.issuer,
    sub: options.subject,
    aud: options.target.audience,
    client_id: grant.clientId,
    scope: options.scopes.filter((scope) => options.target.scopes.includes(scope)).join(" "),
    jti: options.jti,
    iat: toSeconds(options.now),
    exp: toSeconds(Math.min(options.now + options.target.lifetime, grant.expiresAt)),
    auth_time: toSeconds(grant.authentication.authTime),
    acr: grant.authentication.acr,
    amr: grant.authentication.amr,
    ...(options.jkt === undefined ? {} : { cnf: { jkt: options.jkt } })
  })

export interface IdTokenOptions {
  readonly issuer: string
  readonly subject: string
  /** The session as the client knows it. */
  readonly sid: Sid
  /** Milliseconds. */
  readonly now: number
  /** Milliseconds. */
  readonly lifetime: number
  /** Of what is given beside it: OIDC Core §3.1.3.6 (at_hash), §3.3.2.11 (c_hash); FAPI 1.0 Part 2 §5.1 (s_hash). */
  readonly hashes: Readonly<Partial<Record<"at_hash" | "c_hash" | "s_hash", string>>>
  /** Names of claims to tell besides those that were asked for one by one. */
  readonly claims: ReadonlyArray<string>
  /** What scopes of the operator's own tell, where there is no userinfo to tell it. */
  readonly mapped?: Readonly<Record<string, unknown>>
  readonly withNonce: boolean
}

/** The ID token of a grant. `auth_time` is the login's time (OIDC Core §2), whenever the token is made. */
export const idToken = (
  grant: Grant,
  claims: Readonly<Record<string, unknown>>,
  options: IdTokenOptions
): Readonly<Record<string, unknown>> => ({
  ...options.mapped,
  ...pick(claims, [...grant.claims.idToken, ...options.claims]),
  iss: options.issuer,
  sub: options.subject,
  aud: grant.clientId,
  iat: toSeconds(options.now),
  exp: toSeconds(options.now + options.lifetime),
  auth_time: toSeconds(grant.authentication.authTime),
  acr: grant.authentication.acr,
  amr: grant.authentication.amr,
  ...options.hashes,
  sid: options.sid,
  ...(grant.nonce === null || !options.withNonce ? {} : { nonce: grant.nonce })
})

/**
 * What userinfo tells: the claims of the token's scopes, and those asked for one by one. `mapped` are those of scopes
 * of the operator's own, which take no other's name. OIDC Core §5.1.2, §5.3.2, §5.5.
 */
export const userinfo = (
  subject: string,
  claims: Readonly<Record<string, unknown>>,
  scopes: ReadonlyArray<string>,
  asked: ReadonlyArray<string>,
  mapped: Readonly<Record<string, unknown>> = {}
): Readonly<Record<string, unknown>> => ({
  ...mapped,
  sub: subject,
  ...pick(claims, [...Scope.claimsOf(scopes), ...asked])
})

/** Of all that could be told, what was asked for. Names that are no standard claim tell nothing. */
const pick = (claims: Readonly<Record<string, unknown>>, names: ReadonlyArray<string>) =>
  Object.fromEntries(
    Object.entries(claims).filter(
      ([name, value]) => value !== undefined && names.includes(name) && Scope.standardClaims.includes(name)
    )
  )

/** What of an ID token is used when it comes back as a hint. OIDC Core §3.1.2.1, RP-Initiated Logout §2. */
export class IdTokenHint extends Schema.Class<IdTokenHint>("IdTokenHint")({
  iss: Schema.String,
  sub: Schema.String,
  aud: ClientId,
  sid: Sid
}) {}
