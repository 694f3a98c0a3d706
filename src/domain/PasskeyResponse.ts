/**
 * What a browser answers a ceremony with, as JSON of bounded size, and what the answer has to be about.
 * WebAuthn Level 3 §5.1 (RegistrationResponseJSON, AuthenticationResponseJSON), §5.8.1, §13.4.9.
 */
import { Option, Result, Schema } from "effect"
import { Base64Url } from "effect/encoding"
import { UserId } from "./Ids.ts"
import { CredentialId } from "./Passkey.ts"

/** Bytes as base64url, at most so many characters. */
const bytes = (longest: number) =>
  Schema.String.pipe(Schema.check(Schema.isPattern(new RegExp(`^[A-Za-z0-9_-]{1,${longest}}$`))))

const clientDataJSON = bytes(4096)

const credential = { id: CredentialId, rawId: CredentialId, type: Schema.Literal("public-key") }

/** Of `navigator.credentials.create`. An attestation with a chain of certificates is larger, and was not asked for. */
export const AttestationResponse = Schema.Struct({
  ...credential,
  response: Schema.Struct({
    clientDataJSON,
    attestationObject: bytes(16_384),
    transports: Schema.Array(Schema.String.pipe(Schema.check(Schema.isMaxLength(32)))).pipe(
      Schema.check(Schema.isMaxLength(10))
    )
  })
})
export type AttestationResponse = typeof AttestationResponse.Type

/** Of `navigator.credentials.get`. A passkey says whose it is, because nobody else did (§7.2 step 6). */
export const AssertionResponse = Schema.Struct({
  ...credential,
  response: Schema.Struct({
    clientDataJSON,
    authenticatorData: bytes(2048),
    signature: bytes(2048),
    userHandle: bytes(86)
  })
})
export type AssertionResponse = typeof AssertionResponse.Type

export const parseAttestation = Schema.decodeUnknownOption(Schema.fromJsonString(AttestationResponse))
export const parseAssertion = Schema.decodeUnknownOption(Schema.fromJsonString(AssertionResponse))

/** The COSE algorithms of keys that are taken, best first: ES256, EdDSA, RS256. RFC 9053 §2, RFC 8812 §2. */
export const algorithms = [-7, -8, -257] as const

/** What an answer has to be about: this challenge of ours, on a page of ours. */
export interface Ceremony {
  /** base64url, as the browser repeats it. */
  readonly challenge: string
  readonly origin: string
  readonly rpId: string
}

/**
 * The ceremony of a single-use ticket at this issuer: the ticket is the challenge. It has 128 random bits (§13.4.3),
 * and whoever knows it can do nothing with it, because what spends it travels sealed.
 */
export const ceremony = (issuer: string, ticket: string): Ceremony => ({
  challenge: Base64Url.encode(ticket),
  origin: issuer,
  rpId: new URL(issuer).hostname
})

/** The user handle of a user: bytes that say nothing of the person (§5.4.3, §14.6.1). */
export const userHandle = (userId: UserId): string => Base64Url.encode(userId)

/** Whose handle it is, if it may be anybody's here. */
export const userOf = (handle: string): Option.Option<UserId> =>
  Result.getSuccess(Base64Url.decodeString(handle)).pipe(Option.flatMap(Schema.decodeUnknownOption(UserId)))
