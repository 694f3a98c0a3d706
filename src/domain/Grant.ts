/**
 * One grant: the code a user gave a client, the tokens it was redeemed for, and their successors, as one row.
 *
 * A code and its token family are one thing at different times, so they are one row: a step writes one row, a reused
 * code revokes what it gave by marking itself, and no table has to be searched. RFC 6749 §4.1, §6; RFC 9700 §4.14.
 */
import { Schema } from "effect"
import { AccessTarget } from "./AccessTarget.ts"
import { Authentication } from "./Authentication.ts"
import { ClaimsRequest } from "./ClaimsRequest.ts"
import type { Consent } from "./Consent.ts"
import { ClientMetadata, SigningAlg } from "./ClientMetadata.ts"
import { ClientId, GrantId, Jkt, SecretHash, Sid, UserId } from "./Ids.ts"
import { CodeChallenge } from "./Pkce.ts"
import { Mapped } from "./ScopeMapping.ts"
import { isLive, type Session } from "./Session.ts"
import type { User } from "./User.ts"

export const RevocationReason = Schema.Literals(["code_reused", "refresh_reused", "client", "user", "operator"])
export type RevocationReason = typeof RevocationReason.Type

/** A grant as its user's home keeps it. Times in milliseconds. */
export class Grant extends Schema.Class<Grant>("Grant")({
  id: GrantId,
  userId: UserId,
  clientId: ClientId,
  scopes: Schema.Array(Schema.String),
  claims: ClaimsRequest,
  nonce: Schema.NullOr(Schema.String),
  authentication: Authentication,
  sessionHash: SecretHash,
  sid: Sid,
  /** The `since` of the consent it rests on. */
  consentSince: Schema.optionalKey(GrantId),
  /** The `recalls` of its user when it was given. */
  recalls: Schema.optionalKey(Schema.Int),

  codeHash: SecretHash,
  codeExpiresAt: Schema.Int,
  redirectUri: Schema.String,
  /** Whether the authorization request named its redirect_uri: then the token request must too (RFC 6749 §4.1.3). */
  redirectUriNamed: Schema.Boolean,
  codeChallenge: Schema.NullOr(CodeChallenge),
  /** Tokens were given with the code, or instead of one, by the authorization endpoint (implicit, hybrid). */
  atOnce: Schema.optionalKey(Schema.Boolean),
  /** The key to which the code is bound: whoever redeems it proves that key. RFC 9449 §10. */
  dpopJkt: Schema.optionalKey(Jkt),
  /** The key to which the refresh tokens of a public client are bound. RFC 9449 §5. */
  refreshJkt: Schema.optionalKey(Jkt),
  /** The resource servers that tokens of this grant may be for. RFC 8707. */
  targets: Schema.optionalKey(Schema.Array(AccessTarget)),
  /** The scopes of the operator's own among them, and what each tells, as it was when the user agreed. */
  mapped: Schema.optionalKey(Schema.Array(Mapped)),
  /** The profile its client was held to: what it signs with, too, where no client is looked up. */
  profile: ClientMetadata.fields.profile,
  /** How userinfo is signed for this client; as JSON if it is absent. OIDC Core §5.3.2. */
  userinfoAlg: Schema.optionalKey(SigningAlg),

  redeemedAt: Schema.NullOr(Schema.Int),
  /** The hash of the secret that all refresh tokens of this family share; null if it has none. */
  familyHash: Schema.NullOr(SecretHash),
  /** The generation of the one live refresh token. */
  generation: Schema.Int,
  rotatedAt: Schema.NullOr(Schema.Int),
  /** The attempt that last changed this row, so that its repetition gets the same answer. */
  attempt: Schema.NullOr(Schema.String),

  revokedAt: Schema.NullOr(Schema.Int),
  revokedBecause: Schema.NullOr(RevocationReason),
  issuedAt: Schema.Int,
  /** After this nothing of the grant is valid, and the row may be deleted. */
  expiresAt: Schema.Int
}) {}

/** What a grant's life depends on besides itself. */
export interface Surroundings {
  readonly user: User | undefined
  readonly session: Session | undefined
  readonly consent: Consent | undefined
}

/** Why nothing of a grant may be used any more. */
export const Dead = Schema.Literals(["revoked", "expired", "user", "consent", "session"])
export type Dead = typeof Dead.Type

export const isOffline = (grant: Pick<Grant, "scopes">): boolean => grant.scopes.includes("offline_access")

/** Whether there is a code at all: a grant that only gives tokens at once is made with one that nobody sees. */
export const givesCode = (grant: Grant): boolean => grant.codeExpiresAt > grant.issuedAt

/** Whether there are access tokens of a grant at all: by its code, or beside it. */
export const gaveTokens = (grant: Grant): boolean => grant.redeemedAt !== null || grant.atOnce === true

/**
 * Whether a grant still stands. It falls with its user, with the consent it rests on, and, unless offline access was
 * given (OIDC Core §11), with the session in which it was made.
 */
export const death = (grant: Grant, { consent, session, user }: Surroundings, now: number): Dead | undefined => {
  if (grant.revokedAt !== null) return "revoked"
  if (now >= grant.expiresAt) return "expired"
  if (user?.status !== "active") return "user"
  if ((grant.recalls ?? 0) !== (user.recalls ?? 0)) return "revoked"
  if (consent === undefined || consent.since !== grant.consentSince) return "consent"
  if (!isOffline(grant) && (session === undefined || !isLive(session, now))) return "session"
  return undefined
}

export const revoked = (grant: Grant, because: RevocationReason, now: number): Grant =>
  grant.revokedAt === null ? new Grant({ ...grant, revokedAt: now, revokedBecause: because }) : grant
