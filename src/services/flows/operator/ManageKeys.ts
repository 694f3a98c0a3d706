/** What an operator does with the signing keys: looks at them, renews them, takes some back in an emergency. */
import { Clock, Effect, Schema } from "effect"
import { SigningAlg } from "../../../domain/ClientMetadata.ts"
import { beginOf, isWithdrawn, renewable, stageOf } from "../../../domain/KeyRotation.ts"
import { copyLifetime, jwksMaxAge, type KeyRing } from "../../../domain/SigningKey.ts"
import { retried } from "../../storage/Retry.ts"
import { SigningKeys } from "../../storage/SigningKeys.ts"
import { makeKey } from "../keys/Keys.ts"
import { rotateKeys } from "../keys/RotateKeys.ts"
import { InvalidField, KeyNotFound } from "./Refusals.ts"

/** With an algorithm only its key is renewed, wanted or not; without one, all that clients want. */
export const KeyRenewal = Schema.Struct({ alg: Schema.optionalKey(SigningAlg) })

/** With a name only that key is taken back; without one, all of them. */
export const KeyEmergency = Schema.Struct({ kid: Schema.optionalKey(Schema.String) })

/** All keys of the ring, without anything private. */
export const listKeys = Effect.fn("ListKeys")(function* () {
  return shown(yield* retried(SigningKeys.ring)(), yield* Clock.currentTimeMillis)
})

/** Publishes a successor now. It signs when it has been published long enough; one that is published already stays. */
export const renewKeys = Effect.fn("RenewKeys")(function* ({ alg }: typeof KeyRenewal.Type) {
  const ring = yield* retried(SigningKeys.ring)()
  const now = yield* Clock.currentTimeMillis
  const algs = renewable(ring, now)
  if (alg !== undefined && !ring.keys.some((key) => key.alg === alg && stageOf(key, now) === "signing")) {
    return yield* new InvalidField({ field: "alg", message: `No key signs ${alg}: the first one is made when needed.` })
  }
  const { ring: after } = yield* rotateKeys({
    algs: algs.filter((one) => alg === undefined || one === alg),
    insisted: alg !== undefined
  })
  return shown(after, yield* Clock.currentTimeMillis)
})

/**
 * Takes keys back: they sign nothing and are published no more from the acknowledgement on, and what they signed is
 * refused by this provider as soon as no isolate remembers them. Sessions and refresh tokens stay.
 */
export const withdrawKeys = Effect.fn("WithdrawKeys")(function* ({ kid }: typeof KeyEmergency.Type) {
  const ring = yield* retried(SigningKeys.ring)()
  const now = yield* Clock.currentTimeMillis
  const compromised = ring.keys.filter((key) => (kid === undefined || key.kid === kid) && !isWithdrawn(key))
  if (kid !== undefined && !ring.keys.some((key) => key.kid === kid)) {
    return yield* new KeyNotFound({ message: `There is no key ${kid}.` })
  }
  const keys = yield* Effect.forEach([...new Set(compromised.map(({ alg }) => alg))], (alg) => makeKey(alg, now))
  const after = yield* retried(SigningKeys.withdraw)({
    kids: compromised.map((key) => key.kid),
    keys
  })
  yield* retried(SigningKeys.copy)(0)
  const done = yield* Clock.currentTimeMillis
  return {
    ...shown(after, done),
    /** Until then isolates that remember the old ring may still sign with, and believe, what was withdrawn. */
    rememberedUntil: done + copyLifetime,
    /** Until then who verifies may keep a JWKS with what was withdrawn. */
    cachedUntil: done + jwksMaxAge * 1000
  }
})

const shown = ({ keys, version }: KeyRing, now: number) => ({
  version,
  keys: keys.map((key) => ({
    kid: key.kid,
    alg: key.alg,
    stage: stageOf(key, now),
    publishedFrom: key.publishedFrom,
    signsFrom: beginOf(key),
    // Null while nobody knows; and for what was withdrawn, which is from ever.
    signsUntil: key.signsUntil === 0 ? null : key.signsUntil,
    publishedUntil: key.publishedUntil === 0 ? null : key.publishedUntil
  }))
})
