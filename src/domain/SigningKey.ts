/** Signing keys: which one signs now, which are published. RFC 7517, OIDC Core §10.1.1. */
import { Schema } from "effect"
import { SigningAlg } from "./ClientMetadata.ts"

/** How old an isolate's copy of the ring may be, in milliseconds. A new key is published far longer before it signs. */
export const copyLifetime = 60_000

/**
 * How old it may be, in milliseconds, where all keys are shown, or one is looked for that a copy does not have: the
 * first key of a kind signs from its first moment on, and who verifies must find it. It keeps a crowd, or whoever sends
 * tokens that nobody signed, from asking the one key ring for each of them.
 */
export const freshness = 5_000

/** How long whoever verifies may keep the JWKS, in seconds: the `max-age` of its answer. */
export const jwksMaxAge = 300

/** By how much two clocks may disagree about a key, in milliseconds: far more than they do. */
export const clockMargin = 300_000

/** How long a key has to be published before it signs, in milliseconds: nobody is left who keeps a JWKS without it. */
export const leastLead = jwksMaxAge * 1000 + freshness + copyLifetime + clockMargin

/** A public key as the JWKS shows it: never private or symmetric material. */
export const PublicJwk = Schema.Record(Schema.String, Schema.String)
export type PublicJwk = typeof PublicJwk.Type

/**
 * One key. Times in milliseconds; `signsUntil` and `publishedUntil` are null while no successor is known, and both are
 * 0 for a key that an emergency has withdrawn. Older versions of this code read all of this as this one does.
 */
export class SigningKey extends Schema.Class<SigningKey>("SigningKey")({
  kid: Schema.String,
  alg: SigningAlg,
  publicJwk: PublicJwk,
  /** The private JWK, sealed under the provider's secret; empty once the key signs no more. */
  sealedPrivateJwk: Schema.String,
  publishedFrom: Schema.Int,
  signsFrom: Schema.Int,
  signsUntil: Schema.NullOr(Schema.Int),
  publishedUntil: Schema.NullOr(Schema.Int)
}) {}

/** All keys; `version` counts the changes. */
export class KeyRing extends Schema.Class<KeyRing>("KeyRing")({
  version: Schema.Int,
  keys: Schema.Array(SigningKey)
}) {}

/** The key that signs with `alg` now: of those in their time, the youngest. */
export const signing = (ring: KeyRing, alg: SigningAlg, now: number): SigningKey | undefined =>
  ring.keys
    .filter((key) => key.alg === alg && key.signsFrom <= now && (key.signsUntil === null || now < key.signsUntil))
    .sort((a, b) => b.signsFrom - a.signsFrom)[0]

/** The keys that verify now, and are published. */
export const published = (ring: KeyRing, now: number): ReadonlyArray<SigningKey> =>
  ring.keys.filter((key) => key.publishedUntil === null || now < key.publishedUntil)

/**
 * What every provider signs with from its first request on. Keys for other algorithms are made when a client is
 * registered for them: a key of a kind that no client asked for breaks the libraries of some (RFC 8037 keys above all).
 */
export const always: ReadonlyArray<SigningAlg> = ["RS256", "ES256"]

/** The algorithms of `wanted` for which no key signs now. */
export const missing = (ring: KeyRing, now: number, wanted: ReadonlyArray<SigningAlg>): ReadonlyArray<SigningAlg> =>
  wanted.filter((alg) => signing(ring, alg, now) === undefined)
