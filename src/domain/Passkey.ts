/**
 * A passkey as its user's home keeps it, and the judgement of its signature counter.
 * WebAuthn Level 3 §4 (credential record), §6.1.1 (signature counter), §7.2 (verifying an assertion).
 */
import { Result, Schema } from "effect"
import { SecretHash, UserId } from "./Ids.ts"

const base64url = (shortest: number, longest: number) =>
  Schema.String.pipe(Schema.check(Schema.isPattern(new RegExp(`^[A-Za-z0-9_-]{${shortest},${longest}}$`))))

/** At most 1023 bytes, as base64url (WebAuthn Level 3 §7.1). */
export const CredentialId = base64url(16, 1364).pipe(Schema.brand("CredentialId"))
export type CredentialId = typeof CredentialId.Type

/** 32 bits without a sign (§6.1). */
export const SignCount = Schema.Int.pipe(Schema.check(Schema.isBetween({ minimum: 0, maximum: 0xffff_ffff })))

/** What its person calls it. */
export const PasskeyName = Schema.String.pipe(Schema.check(Schema.isPattern(/^\S(.{0,62}\S)?$/u)))

/** What a registration proved about a new credential. */
export const Credential = Schema.Struct({
  credentialId: CredentialId,
  /** A COSE key, as base64url. RFC 9052 §7. */
  publicKey: base64url(1, 2048),
  signCount: SignCount,
  /** How browsers can reach the authenticator: a hint for them, and nothing here. */
  transports: Schema.Array(Schema.String.pipe(Schema.check(Schema.isPattern(/^[a-z-]{1,32}$/)))),
  /** Whether it may be synced to other devices, which never changes (§6.1.3). */
  backupEligible: Schema.Boolean,
  /** Whether it is. */
  backedUp: Schema.Boolean,
  /** The model of the authenticator, as it says itself: nobody vouched for it. */
  aaguid: Schema.String.pipe(Schema.check(Schema.isPattern(/^[0-9a-f-]{36}$/)))
})
export type Credential = typeof Credential.Type

/** Times in milliseconds. Its user handle is the id of the user (§5.4.3). */
export class Passkey extends Schema.Class<Passkey>("Passkey")({
  ...Credential.fields,
  userId: UserId,
  name: PasskeyName,
  createdAt: Schema.Int,
  lastUsedAt: Schema.NullOr(Schema.Int),
  /** The last time that its counter did not go up, and the login that was refused for it. */
  suspected: Schema.optionalKey(Schema.Struct({ at: Schema.Int, session: SecretHash }))
}) {}

/** What a verified assertion says of the passkey that made it. */
export class PasskeyUse extends Schema.Class<PasskeyUse>("PasskeyUse")({
  credentialId: CredentialId,
  signCount: SignCount,
  backupEligible: Schema.Boolean,
  backedUp: Schema.Boolean
}) {}

/**
 * Nobody is signed in by it. `unknown`: the user has no such passkey (any more). `clone`: its counter did not go up, so
 * the key may be in two places. `backup`: it says of itself what it was not when it was made.
 */
export class PasskeyRefused extends Schema.TaggedError<PasskeyRefused>()("PasskeyRefused", {
  reason: Schema.Literals(["unknown", "clone", "backup"])
}) {}

/** How many a user may have. */
export const mostPasskeys = 20

/**
 * The passkey as a use of it at `now` leaves it. The counter goes strictly up; one that is 0 and stays 0 says that the
 * authenticator does not count, as those that sync do not (§7.2 step 22, §6.1.1).
 */
export const advance = (passkey: Passkey, use: PasskeyUse, now: number): Result.Result<Passkey, PasskeyRefused> => {
  if (use.backupEligible !== passkey.backupEligible) return Result.fail(new PasskeyRefused({ reason: "backup" }))
  const counts = use.signCount > 0 || passkey.signCount > 0
  if (counts && use.signCount <= passkey.signCount) return Result.fail(new PasskeyRefused({ reason: "clone" }))
  return Result.succeed(new Passkey({ ...passkey, signCount: use.signCount, backedUp: use.backedUp, lastUsedAt: now }))
}
