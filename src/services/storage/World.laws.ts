/**
 * People, sessions and grants for laws of the objects: each law makes its own, with ids nobody used before.
 *
 * A law that needs time to pass asks `LawClock`, and one about what survives asks `LawStorage`; whoever gives the
 * storage gives these, so that no law waits and none knows what a restart is.
 */
import { Clock, Context, Effect } from "effect"
import { SecureRandom } from "effect/crypto"
import { Base64Url } from "effect/encoding"
import { byPassword } from "../../domain/Authentication.ts"
import { consentTo as allowed, Issuance, Redemption } from "../../domain/AuthorizationCode.ts"
import { none } from "../../domain/ClaimsRequest.ts"
import { Consent } from "../../domain/Consent.ts"
import { AccessTokenId, AttemptId, ClientId, GrantId, SecretHash, Sid, type UserId } from "../../domain/Ids.ts"
import { defaults } from "../../domain/Lifetime.ts"
import { CodeChallenge } from "../../domain/Pkce.ts"
import { Rotation } from "../../domain/RefreshToken.ts"
import { Session, type SomeSessions } from "../../domain/Session.ts"
import { Profile, type User } from "../../domain/User.ts"
import { AuthorizationCodes } from "./AuthorizationCodes.ts"
import { freshText, freshUserId } from "./Fresh.laws.ts"
import { expectFailure, expectThat } from "./Law.ts"
import { Presented } from "./RefreshTokens.ts"
import { Sessions } from "./Sessions.ts"
import { PasswordSetting, Users } from "./Users.ts"

/** Lets time pass: the law's own and the storage's, together. */
export class LawClock extends Context.Service<
  LawClock,
  { readonly advance: (milliseconds: number) => Effect.Effect<void> }
>()("hapax/storage/LawClock") {}

/** Takes everything away that is not stored. */
export class LawStorage extends Context.Service<LawStorage, { readonly restart: Effect.Effect<void> }>()(
  "hapax/storage/LawStorage"
) {}

export const advance = (milliseconds: number) => LawClock.use((clock) => clock.advance(milliseconds))

export const restart = LawStorage.use((storage) => storage.restart)

const random = (bytes: number) =>
  SecureRandom.SecureRandom.use((source) => Effect.map(source.randomBytes(bytes), Base64Url.encode))

export const freshHash = Effect.map(random(32), (text) => SecretHash.make(text))
export const freshChallenge = Effect.map(random(32), (text) => CodeChallenge.make(text))
export const freshAttempt = Effect.map(freshText, (text) => AttemptId.make(text))
export const freshClientId = Effect.map(freshText, (text) => ClientId.make(text))
export const freshJti = (grant: GrantId) => Effect.map(random(12), (text) => AccessTokenId.make(`${grant}.${text}`))

/** Lifetimes as they are in production, so that a law's times mean what they mean there. */
export const lifetimes = defaults

export const profile = new Profile({ name: "Law", email: "law@example.com", email_verified: true })

/** A new password for somebody, as they are. */
export const freshSetting = Effect.fnUntraced(function* (user: User, changes: Partial<PasswordSetting> = {}) {
  return new PasswordSetting({
    userId: user.id,
    version: user.version,
    passwordHash: `$${yield* freshText}`,
    by: "reset",
    renews: null,
    ...changes
  })
})

/** Somebody who exists. */
export const freshUser = Effect.gen(function* () {
  return yield* Users.create({ userId: yield* freshUserId, profile, passwordHash: null })
})

/** The user with something changed, by a change that was judged by them as they are here. */
export const changed = (
  { id, version }: Pick<User, "id" | "version">,
  change: Omit<Parameters<typeof Users.change>[0], "userId" | "version">
) => Users.change({ userId: id, version, ...change })

/** A session of a user that begins now and is not open yet. */
export const freshSession = Effect.fnUntraced(function* (userId: UserId, changes: Partial<Session> = {}) {
  const now = yield* Clock.currentTimeMillis
  return new Session({
    userId,
    hash: yield* freshHash,
    sid: Sid.make(yield* freshText),
    authentication: byPassword(now),
    createdAt: now,
    seenAt: now,
    expiresAt: now + lifetimes.session,
    idle: lifetimes.sessionIdle,
    ...changes
  })
})

/** Opens one more session of a user. */
export const anotherSession = Effect.fnUntraced(function* (userId: UserId, changes: Partial<Session> = {}) {
  return yield* Sessions.open({ session: yield* freshSession(userId, changes), replaces: null })
})

/** Somebody who has just signed in. */
export const signedIn = Effect.gen(function* () {
  const user = yield* freshUser
  return { user, session: yield* anotherSession(user.id) }
})

/** Ends all sessions of a user, or some, in an attempt of its own. */
export const ending = (userId: UserId, which: SomeSessions = "all") =>
  Effect.flatMap(freshAttempt, (attempt) => Sessions.endMany({ attempt, userId, which }))

export const keyOf = (session: Session) => ({ userId: session.userId, hash: session.hash })

export const online = ["openid", "profile"]
export const offline = ["openid", "offline_access"]

/** What a client asks for in a session: a code with a PKCE challenge. */
export const freshIssuance = Effect.fnUntraced(function* (session: Session, changes: Partial<Issuance> = {}) {
  return new Issuance({
    grantId: GrantId.make(`${session.userId.slice(0, session.userId.indexOf("."))}.${yield* freshText}`),
    codeHash: yield* freshHash,
    userId: session.userId,
    sessionHash: session.hash,
    clientId: yield* freshClientId,
    scopes: online,
    claims: none,
    nonce: yield* freshText,
    redirectUri: "https://rp.example/cb",
    redirectUriNamed: true,
    codeChallenge: yield* freshChallenge,
    authenticatedSince: 0,
    subject: null,
    askAgain: false,
    codeLifetime: lifetimes.authorizationCode,
    ...changes
  })
})

/** The user allows all that is asked. */
export const consentTo = Effect.fnUntraced(function* (issuance: Issuance, changes: Partial<Consent> = {}) {
  return new Consent({ ...allowed(issuance, yield* Clock.currentTimeMillis), ...changes })
})

/** Somebody who has just allowed a client what it asks for: there is a code. */
export const withCode = Effect.fnUntraced(function* (changes: Partial<Issuance> = {}) {
  const { session, user } = yield* signedIn
  const issuance = yield* freshIssuance(session, changes)
  yield* AuthorizationCodes.approve({ issuance, consent: yield* consentTo(issuance) })
  return { user, session, issuance, clientId: issuance.clientId }
})

/** The code's own client redeems it, as it should. */
export const freshRedemption = Effect.fnUntraced(function* (issuance: Issuance, changes: Partial<Redemption> = {}) {
  return new Redemption({
    attempt: yield* freshAttempt,
    grantId: issuance.grantId,
    codeHash: issuance.codeHash,
    clientId: issuance.clientId,
    redirectUri: issuance.redirectUri,
    codeChallenge: issuance.codeChallenge,
    familyHash: yield* freshHash,
    accessTokenLifetime: lifetimes.accessToken,
    refreshTokenLifetime: lifetimes.refreshToken,
    ...changes
  })
})

/** Redeems a code and names an access token that was given for it. */
export const redeemed = Effect.fnUntraced(function* (issuance: Issuance, changes: Partial<Redemption> = {}) {
  const redemption = yield* freshRedemption(issuance, changes)
  const { grant } = yield* AuthorizationCodes.redeem(redemption)
  return { grant, redemption, jti: yield* freshJti(grant.id) }
})

/** Somebody whose client has tokens. */
export const withTokens = Effect.fnUntraced(function* (changes: Partial<Issuance> = {}) {
  const scene = yield* withCode(changes)
  return { ...scene, ...(yield* redeemed(scene.issuance)) }
})

/** Somebody whose client has a refresh token: the first of its family. */
export const withFamily = Effect.gen(function* () {
  const scene = yield* withTokens({ scopes: offline })
  const { familyHash } = scene.grant
  yield* expectThat(familyHash !== null, "a grant of offline access has a family of refresh tokens")
  return { ...scene, familyHash: familyHash ?? scene.issuance.codeHash }
})

type Family = Effect.Success<typeof withFamily>

/** Presents the refresh token of a generation for rotation. */
export const freshRotation = Effect.fnUntraced(function* (
  { familyHash, grant }: Pick<Family, "grant" | "familyHash">,
  generation: number,
  changes: Partial<Rotation> = {}
) {
  return new Rotation({
    attempt: yield* freshAttempt,
    grantId: grant.id,
    generation,
    familyHash,
    clientId: grant.clientId,
    scopes: null,
    grace: lifetimes.refreshGrace,
    ...changes
  })
})

/** The refresh token of a generation, as its client presents it for anything else. */
export const presentedAt = ({ familyHash, grant }: Pick<Family, "grant" | "familyHash">, generation: number) =>
  new Presented({ grantId: grant.id, generation, familyHash, clientId: grant.clientId })

/** Does the same very often at the same time, and tells how each ended. */
export const atOnce = <A, E, R>(times: number, effect: Effect.Effect<A, E, R>) =>
  Effect.all(
    Array.from({ length: times }, () => Effect.result(effect)),
    { concurrency: "unbounded" }
  )

/** Fails with the sentence unless the effect is refused, for this reason or one of these. */
export const expectRefusal = <A, E extends { readonly _tag: string }, R>(
  effect: Effect.Effect<A, E, R>,
  reason: string | ReadonlyArray<string>,
  sentence: string
) =>
  Effect.gen(function* () {
    const failure = yield* expectFailure(effect, sentence)
    const said = "reason" in failure ? String(failure.reason) : failure._tag
    const expected = [reason].flat()
    yield* expectThat(expected.includes(said), `${sentence}: it should say ${expected.join(" or ")}, it said ${said}`)
  })
