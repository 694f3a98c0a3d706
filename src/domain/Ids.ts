/** Names of things, branded so that none stands for another. An id that begins with a locator says where it lives. */
import { Option, Schema } from "effect"

const base64url = (length: number) => `[A-Za-z0-9_-]{${length}}`
const locator = "[1-9][0-9]{0,2}-[0-9]{1,5}"

/** A user, as `sub` shows it: locator and 128 random bits. At most 255 ASCII characters (OIDC Core §2). */
export const UserId = Schema.String.pipe(
  Schema.check(Schema.isPattern(new RegExp(`^${locator}\\.${base64url(22)}$`))),
  Schema.brand("UserId")
)
export type UserId = typeof UserId.Type

/**
 * What a user gave to a client once: a code, then the tokens it gave, then their successors. All of them carry this id;
 * it is not a secret and says nothing about the user but a shard number.
 */
export const GrantId = Schema.String.pipe(
  Schema.check(Schema.isPattern(new RegExp(`^${locator}\\.${base64url(22)}$`))),
  Schema.brand("GrantId")
)
export type GrantId = typeof GrantId.Type

/** The `jti` of an access token: its grant's id and 96 random bits. RFC 9068 §2.2. */
export const AccessTokenId = Schema.String.pipe(
  Schema.check(Schema.isPattern(new RegExp(`^${locator}\\.${base64url(22)}\\.${base64url(16)}$`))),
  Schema.brand("AccessTokenId")
)
export type AccessTokenId = typeof AccessTokenId.Type

/** The `jti` of an access token that a client got for itself: the locator of its shard and 128 random bits. */
export const ClientTokenId = Schema.String.pipe(
  Schema.check(Schema.isPattern(new RegExp(`^${locator}\\.${base64url(22)}$`))),
  Schema.brand("ClientTokenId")
)
export type ClientTokenId = typeof ClientTokenId.Type

/** The grant that an access token belongs to. */
export const grantOf = (jti: AccessTokenId): GrantId => GrantId.make(jti.slice(0, jti.lastIndexOf(".")))

/** A pushed authorization request: the locator of its shard and 128 random bits. RFC 9126 §7.1. */
export const PushedId = Schema.String.pipe(
  Schema.check(Schema.isPattern(new RegExp(`^${locator}\\.${base64url(22)}$`))),
  Schema.brand("PushedId")
)
export type PushedId = typeof PushedId.Type

/** A device that waits for a person: the locator of its shard and the head of its user code's tag. RFC 8628 §3.2. */
export const DeviceId = Schema.String.pipe(
  Schema.check(Schema.isPattern(new RegExp(`^${locator}\\.${base64url(22)}$`))),
  Schema.brand("DeviceId")
)
export type DeviceId = typeof DeviceId.Type

export const ClientId = Schema.String.pipe(
  // RFC 6749 Appendix A.1: VSCHAR. The upper bound is ours.
  Schema.check(Schema.isPattern(/^[\x20-\x7e]{1,255}$/)),
  Schema.brand("ClientId")
)
export type ClientId = typeof ClientId.Type

/** A session's public name, the `sid` of OIDC Front-Channel Logout §3. It opens nothing. */
export const Sid = Schema.String.pipe(Schema.check(Schema.isPattern(/^[A-Za-z0-9_-]{22}$/)), Schema.brand("Sid"))
export type Sid = typeof Sid.Type

/** The SHA-256 of a secret, as base64url: all that storage ever sees of it. */
export const SecretHash = Schema.String.pipe(
  Schema.check(Schema.isPattern(/^[A-Za-z0-9_-]{43}$/)),
  Schema.brand("SecretHash")
)
export type SecretHash = typeof SecretHash.Type

/** The SHA-256 thumbprint of a client's public key, as `jkt` shows it. RFC 7638, RFC 9449 §6.1. */
export const Jkt = Schema.String.pipe(Schema.check(Schema.isPattern(/^[A-Za-z0-9_-]{43}$/)), Schema.brand("Jkt"))
export type Jkt = typeof Jkt.Type

/** Names one try of one caller, so that storage can tell its repetition from somebody else's try. */
export const AttemptId = Schema.String.pipe(Schema.brand("AttemptId"))
export type AttemptId = typeof AttemptId.Type

/** An id and the secret behind its last dot, as text from outside. None if it has no such shape. */
export const splitSecret = (text: string): Option.Option<readonly [id: string, secret: string]> => {
  const dot = text.lastIndexOf(".")
  return dot > 0 && /^[A-Za-z0-9_-]{43}$/.test(text.slice(dot + 1))
    ? Option.some([text.slice(0, dot), text.slice(dot + 1)])
    : Option.none()
}
