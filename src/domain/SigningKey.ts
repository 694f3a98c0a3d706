/** Signing keys: which one signs now, which are published. RFC 7517, OIDC Core §10.1.1. */
import { Schema } from "effect"
import { SigningAlg } from "./ClientMetadata.ts"

/** A public key as the JWKS shows it: never private or symmetric material. */
export const PublicJwk = Schema.Record(Schema.String, Schema.String)
export type PublicJwk = typeof PublicJwk.Type

/** One key. Times in milliseconds; `signsUntil` and `publishedUntil` are null while no successor is known. */
export class SigningKey extends Schema.Class<SigningKey>("SigningKey")({
  kid: Schema.String,
  alg: SigningAlg,
  publicJwk: PublicJwk,
  /** The private JWK, sealed under the provider's secret. */
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
