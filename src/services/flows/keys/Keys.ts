/** The keys that sign and verify now; the first request of a new provider makes them. OIDC Core §10.1.1. */
import { Clock, Effect, Option, Schema } from "effect"
import type { Client } from "../../../domain/Client.ts"
import { SigningAlg } from "../../../domain/ClientMetadata.ts"
import { allowedAlg, rulesOf } from "../../../domain/ClientRules.ts"
import {
  always,
  copyLifetime,
  freshness,
  type KeyRing,
  missing,
  published,
  signing,
  SigningKey
} from "../../../domain/SigningKey.ts"
import { JwtVerifier } from "../../ports/JwtVerifier.ts"
import { ProviderConfig } from "../../ports/ProviderConfig.ts"
import { Sealer } from "../../ports/Sealer.ts"
import { Signer } from "../../ports/Signer.ts"
import { retried } from "../../storage/Retry.ts"
import { SigningKeys } from "../../storage/SigningKeys.ts"

/** The ring, complete: where no key signs yet, one is made, and of several makers the first one's is kept. */
export const currentRing = Effect.fn("Keys.currentRing")(function* (
  also: ReadonlyArray<SigningAlg> = [],
  maximumAge = copyLifetime
) {
  const now = yield* Clock.currentTimeMillis
  const wanted = [...new Set([...always, ...also])]
  const copy = yield* retried(SigningKeys.copy)(maximumAge)
  if (missing(copy, now, wanted).length === 0) return copy
  const ring = yield* completed(yield* retried(SigningKeys.ring)(), wanted, now)
  // Else this isolate would go on with the copy that lacks the key, and would not show it to who verifies.
  if (copy.keys.length > 0) yield* retried(SigningKeys.copy)(0)
  return ring
})

const completed = Effect.fnUntraced(function* (ring: KeyRing, wanted: ReadonlyArray<SigningAlg>, now: number) {
  const absent = missing(ring, now, wanted)
  if (absent.length === 0) return ring
  const keys = yield* Effect.forEach(absent, (alg) => makeKey(alg, now))
  const after = yield* retried(SigningKeys.install)({ expected: ring.version, keys })
  // Somebody else's keys came first, and they may be for other algorithms than ours.
  const left = missing(after, now, wanted)
  if (left.length === 0) return after
  const others = keys.filter(({ alg }) => left.includes(alg))
  return yield* retried(SigningKeys.install)({ expected: after.version, keys: others })
})

/** A new key that signs from now on, unless whoever adds it to the ring says otherwise. */
export const makeKey = Effect.fnUntraced(function* (alg: SigningAlg, now: number) {
  const signer = yield* Signer
  const made = yield* signer.generate(alg)
  const sealedPrivateJwk = yield* Sealer.use((sealer) => sealer.seal("signing-key", made.privateJwk))
  return new SigningKey({
    kid: made.kid,
    alg,
    publicJwk: made.publicJwk,
    sealedPrivateJwk,
    publishedFrom: now,
    // A first key signs from ever. Were it from now, another isolate whose clock is behind, or whose request began
    // earlier, would find that no key signs yet, and add its own.
    signsFrom: 0,
    signsUntil: null,
    publishedUntil: null
  })
})

/**
 * The key that signs `alg` now. A flow asks for it before it consumes anything: were the ring out of reach afterwards,
 * the code would be spent and nobody would have the tokens.
 */
export const signingKey = Effect.fnUntraced(function* (alg: SigningAlg) {
  const ring = yield* currentRing([alg])
  const now = yield* Clock.currentTimeMillis
  // `currentRing` is complete, so a ring without this key is a defect of ours, not an answer for the client.
  return signing(ring, alg, now) ?? (yield* Effect.die(`no key signs ${alg}`))
})

/** The key that signs for a client: what it is registered for, within what its profile allows. */
export const clientKey = Effect.fnUntraced(function* (client: Client) {
  const rules = rulesOf(client, yield* ProviderConfig)
  return yield* signingKey(allowedAlg(rules, client.metadata.id_token_signed_response_alg))
})

/**
 * A token of ours, by the keys as they are: one that was withdrawn is believed no more from the acknowledgement on. For
 * what gives more than one user's rights; it costs a call.
 */
export const verifyNow = Effect.fnUntraced(function* (token: string) {
  const now = yield* Clock.currentTimeMillis
  const ring = yield* retried(SigningKeys.ring)()
  return yield* Signer.use((signer) => signer.verify(published(ring, now), token))
})

/** A token of ours, by keys at most a minute old. Whether it has expired is the caller's question. */
export const verify = Effect.fnUntraced(function* (token: string) {
  const now = yield* Clock.currentTimeMillis
  const ring = yield* currentRing()
  const signer = yield* Signer
  const named = yield* keyNamedBy(token)
  const isThere = named === undefined || ring.keys.some(({ kid }) => kid === named.kid)
  // The first key of its kind, or what an emergency put in a key's place, may have been made a moment ago.
  const keys = published(isThere ? ring : yield* currentRing([], freshness), now)
  return yield* signer.verify(keys, token)
})

/** What a token says it is signed with; believed only as far as to look for such a key. */
const keyNamedBy = Effect.fnUntraced(function* (token: string) {
  const jwt = Option.getOrUndefined(yield* JwtVerifier.use((verifier) => verifier.decode(token)))
  return Option.getOrUndefined(decodeName(jwt?.header))
})

const decodeName = Schema.decodeUnknownOption(Schema.Struct({ alg: SigningAlg, kid: Schema.String }))

/** The JWKS: public members only. RFC 7517 §5. */
export const jwks = Effect.fn("Keys.jwks")(function* () {
  const now = yield* Clock.currentTimeMillis
  const ring = yield* currentRing([], freshness)
  return { keys: published(ring, now).map((key) => ({ ...key.publicJwk, kid: key.kid, alg: key.alg, use: "sig" })) }
})
