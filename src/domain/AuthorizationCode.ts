/** Issuing and redeeming authorization codes. RFC 6749 §4.1, RFC 7636 §4.6, RFC 9700 §2.1.1 and §4.5. */
import { Option, Result, Schema } from "effect"
import { AccessTarget, choose } from "./AccessTarget.ts"
import { Authentication } from "./Authentication.ts"
import { ContextWish, judgeContext, reported } from "./AuthenticationContext.ts"
import { ClaimsRequest } from "./ClaimsRequest.ts"
import { type Asked, Consent, isEnough } from "./Consent.ts"
import { equal } from "./ConstantTime.ts"
import { death, Grant, isOffline, revoked, type Surroundings } from "./Grant.ts"
import { isBefore } from "./Client.ts"
import { ClientMetadata, SigningAlg } from "./ClientMetadata.ts"
import { AttemptId, ClientId, GrantId, Jkt, SecretHash, splitSecret, UserId } from "./Ids.ts"
import { CodeChallenge } from "./Pkce.ts"
import { LogoutChannels } from "./LogoutChannels.ts"
import * as Scope from "./Scope.ts"
import { claimNamesOf, Mapped } from "./ScopeMapping.ts"
import { isLive } from "./Session.ts"
import { displayName } from "./User.ts"

/** What the authorization endpoint asks the user's home: a code, if the session and the consent allow one. */
export class Issuance extends Schema.Class<Issuance>("Issuance")({
  grantId: GrantId,
  codeHash: SecretHash,
  userId: UserId,
  sessionHash: SecretHash,
  clientId: ClientId,
  /** When the client was registered, in milliseconds: what was allowed to another of its id before is not its own. */
  clientSince: Schema.optionalKey(Schema.Int),
  scopes: Schema.Array(Schema.String),
  claims: ClaimsRequest,
  nonce: Schema.NullOr(Schema.String),
  redirectUri: Schema.String,
  redirectUriNamed: Schema.Boolean,
  codeChallenge: Schema.NullOr(CodeChallenge),
  /** The login must not be older than this moment (milliseconds): prompt=login, max_age. */
  authenticatedSince: Schema.Int,
  /** The user the client expects: id_token_hint, or `sub` in the claims parameter. */
  subject: Schema.NullOr(Schema.String),
  /** prompt=consent: what was allowed before is not enough. */
  askAgain: Schema.Boolean,
  /** How the client wants its user to have signed in, and whether somebody may be asked for that who did not. */
  acr: Schema.optionalKey(Schema.Struct({ ...ContextWish.fields, mayAsk: Schema.Boolean })),
  /** How long the code may wait, in milliseconds; 0 where no code is given, and so none can be redeemed. */
  codeLifetime: Schema.Int,
  /** How long tokens that are given at once live, in milliseconds; absent where only the code is given. */
  atOnceLifetime: Schema.optionalKey(Schema.Int),
  dpopJkt: Schema.optionalKey(Jkt),
  targets: Schema.optionalKey(Schema.Array(AccessTarget)),
  mapped: Schema.optionalKey(Schema.Array(Mapped)),
  profile: ClientMetadata.fields.profile,
  userinfoAlg: Schema.optionalKey(SigningAlg),
  /** How the client is to be told when the session ends; absent if it asks for nothing. */
  logoutChannels: Schema.optionalKey(LogoutChannels)
}) {}

/**
 * The session is gone, too old for this request, another user's, or was opened in a way that is not enough (`acr`) and
 * that its person has no better one than (`unmet`). OIDC Core §3.1.2.6 `login_required`.
 */
export class LoginRequired extends Schema.TaggedError<LoginRequired>()("LoginRequired", {
  reason: Schema.Literals(["session", "age", "subject", "user", "acr", "unmet"])
}) {}

/** The user has not allowed all of this. OIDC Core §3.1.2.6 `consent_required`. */
export class ConsentRequired extends Schema.TaggedError<ConsentRequired>()("ConsentRequired", {
  userName: Schema.String,
  /** The login it was judged by, in milliseconds. */
  authTime: Schema.Int
}) {}

/** The grant to write down, or what has to happen first. */
export const issue = (
  request: Issuance,
  { session, user, ...around }: Surroundings & { readonly canDoBetter: () => boolean },
  now: number
): Result.Result<Grant, LoginRequired | ConsentRequired> => {
  const consent = standing(around.consent, request)
  const login = (reason: LoginRequired["reason"]) => Result.fail(new LoginRequired({ reason }))
  // A session that a new login has renewed is not opened by the secret before.
  const shown = session !== undefined && equal(session.hash, request.sessionHash) ? session : undefined
  if (shown === undefined || !isLive(shown, now)) return login("session")
  if (user?.status !== "active") return login("user")
  if (request.subject !== null && request.subject !== user.id) return login("subject")
  if (shown.authentication.authTime < request.authenticatedSince) return login("age")
  const { acr } = shown.authentication
  const context = judgeContext(acr, request.acr, { ...around, mayAsk: request.acr?.mayAsk === true })
  if (context !== "enough") return login(context === "ask" ? "acr" : "unmet")
  if (request.askAgain || !isEnough(consent, askedBy(request))) {
    return Result.fail(new ConsentRequired({ userName: displayName(user), authTime: shown.authentication.authTime }))
  }
  return Result.succeed(
    new Grant({
      ...request,
      id: request.grantId,
      authentication: new Authentication({ ...shown.authentication, acr: reported(acr, request.acr) }),
      sid: shown.sid,
      ...(user.recalls === undefined ? {} : { recalls: user.recalls }),
      ...(consent.since === undefined ? {} : { consentSince: consent.since }),
      codeExpiresAt: now + request.codeLifetime,
      redeemedAt: null,
      familyHash: null,
      generation: 0,
      rotatedAt: null,
      attempt: null,
      revokedAt: null,
      revokedBecause: null,
      issuedAt: now,
      ...(request.atOnceLifetime === undefined ? {} : { atOnce: true }),
      expiresAt: now + Math.max(request.codeLifetime, request.atOnceLifetime ?? 0)
    })
  )
}

/** A consent, unless it was given to a client that had this id before. */
export const standing = (consent: Consent | undefined, { clientSince = 0 }: Issuance): Consent | undefined =>
  consent === undefined || isBefore(consent.grantedAt, clientSince) ? undefined : consent

/** The individually asked claims that a user has to allow. */
export const claimNames = (claims: ClaimsRequest): ReadonlyArray<string> => [
  ...new Set([...claims.userinfo, ...claims.idToken])
]

/** What the user has to allow for this. The provider's own scopes are allowed once, whoever else is named. */
const askedBy = ({ claims, mapped = [], scopes, targets = [] }: Issuance): Asked => {
  const servers = targets.filter((target) => !target.scopes.some(Scope.isOwn))
  const resources = servers.map((target) => ({
    resource: target.audience,
    scopes: scopes.filter((scope) => target.scopes.includes(scope))
  }))
  // By name, so that a scope that came to tell more since is asked for again.
  const told = [...new Set([...claimNames(claims), ...claimNamesOf(mapped)])]
  return { scopes, claims: told, ...(resources.length === 0 ? {} : { resources }) }
}

/** The consent of a user who allows all of it (milliseconds). */
export const consentTo = (issuance: Issuance, grantedAt: number): Consent =>
  new Consent({ userId: issuance.userId, clientId: issuance.clientId, ...askedBy(issuance), grantedAt })

/** What the token endpoint presents. RFC 6749 §4.1.3. */
export class Redemption extends Schema.Class<Redemption>("Redemption")({
  attempt: AttemptId,
  grantId: GrantId,
  codeHash: SecretHash,
  clientId: ClientId,
  redirectUri: Schema.NullOr(Schema.String),
  /** The S256 of the verifier that was sent, if one was. */
  codeChallenge: Schema.NullOr(CodeChallenge),
  /** The key that the client proved, if it proved one. RFC 9449 §5. */
  jkt: Schema.optionalKey(Jkt),
  /** Whether refresh tokens are to be bound to that key: those of a client that cannot authenticate. RFC 9449 §5. */
  bindsRefresh: Schema.optionalKey(Schema.Boolean),
  /** The resource that the access token is asked for. RFC 8707 §2.2. */
  resource: Schema.optionalKey(Schema.String),
  /** The hash of the secret for a refresh family, used if offline access was given. */
  familyHash: Schema.NullOr(SecretHash),
  accessTokenLifetime: Schema.Int,
  refreshTokenLifetime: Schema.Int
}) {}

export const RedeemRefusal = Schema.Literals([
  "unknown",
  "client",
  "redirect_uri",
  "code_verifier",
  "dpop_key",
  "resource",
  "expired",
  "reused",
  "revoked",
  "user",
  "consent",
  "session"
])
export type RedeemRefusal = typeof RedeemRefusal.Type

/** The code was not redeemed; `reason` is for the log, the client hears invalid_grant. RFC 6749 §5.2. */
export class CodeRefused extends Schema.TaggedError<CodeRefused>()("CodeRefused", { reason: RedeemRefusal }) {}

/** What a redemption does to the grant: gives tokens, changes nothing, or revokes what an earlier one gave. */
export type Redeemed =
  | { readonly _tag: "Given"; readonly grant: Grant }
  | { readonly _tag: "GivenBefore"; readonly grant: Grant }
  | { readonly _tag: "Refused"; readonly reason: RedeemRefusal }
  | { readonly _tag: "Reused"; readonly grant: Grant }

/**
 * Decides a redemption. A request that is not the client's own changes nothing: its client can still redeem
 * (docs/decisions/0006-refused-codes-are-not-burned.md).
 */
export const redeem = (grant: Grant | undefined, request: Redemption, around: Surroundings, now: number): Redeemed => {
  const refused = (reason: RedeemRefusal): Redeemed => ({ _tag: "Refused", reason })
  if (grant === undefined || !equal(grant.codeHash, request.codeHash)) return refused("unknown")
  if (grant.clientId !== request.clientId) return refused("client")
  if (grant.redeemedAt !== null) {
    // The code leaked or was replayed: what it gave can no longer be trusted (RFC 6749 §4.1.2, §10.5).
    const isRepetition = grant.attempt === request.attempt && grant.revokedAt === null
    if (!isRepetition) return { _tag: "Reused", grant: revoked(grant, "code_reused", now) }
  }
  // A repetition is judged like the first: between the two, the user may have been disabled or signed out.
  const dead = death(grant, around, now)
  if (dead !== undefined) return refused(dead)
  if (grant.redeemedAt !== null) return { _tag: "GivenBefore", grant }
  if (grant.redirectUriNamed && request.redirectUri === null) return refused("redirect_uri")
  if (request.redirectUri !== null && request.redirectUri !== grant.redirectUri) return refused("redirect_uri")
  if (!verifies(grant.codeChallenge, request.codeChallenge)) return refused("code_verifier")
  if (grant.dpopJkt !== undefined && grant.dpopJkt !== request.jkt) return refused("dpop_key")
  const target = choose(grant.targets ?? [], request.resource, grant.scopes)
  if (Result.isFailure(target)) return refused("resource")
  // A code lives its own time, whatever was given beside it.
  if (now >= grant.codeExpiresAt) return refused("expired")
  // A refresh token needs offline access, which outlives the session; other grants live as long as an access token may.
  const family = isOffline(grant) ? request.familyHash : null
  const access = target.success?.lifetime ?? request.accessTokenLifetime
  const alive = grant.atOnce === true ? grant.expiresAt : 0
  return {
    _tag: "Given",
    grant: new Grant({
      ...grant,
      redeemedAt: now,
      attempt: request.attempt,
      ...(request.bindsRefresh === true && request.jkt !== undefined ? { refreshJkt: request.jkt } : {}),
      familyHash: family,
      generation: family === null ? 0 : 1,
      rotatedAt: now,
      expiresAt: family === null ? Math.max(alive, now + access) : now + request.refreshTokenLifetime
    })
  }
}

/** A verifier must be there exactly if a challenge was, and must answer it: no downgrade in either direction. */
const verifies = (challenge: CodeChallenge | null, answer: CodeChallenge | null): boolean =>
  challenge === null ? answer === null : answer !== null && equal(challenge, answer)

/** A code as text: the grant's id and 256 random bits. */
export const formatCode = (id: GrantId, secret: string): string => `${id}.${secret}`

export const parseCode = (text: string): Option.Option<readonly [GrantId, string]> =>
  Option.flatMap(splitSecret(text), ([id, secret]) =>
    Option.map(Schema.decodeUnknownOption(GrantId)(id), (grantId) => [grantId, secret] as const)
  )
