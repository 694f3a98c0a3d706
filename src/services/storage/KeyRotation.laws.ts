/**
 * What every key ring keeps when keys come and go: one successor a kind, however many publish one, and nothing left of
 * what was withdrawn. OIDC Core §10.1.1, docs/decisions/0032-keys.md.
 */
import { Effect, Result } from "effect"
import type { SigningAlg } from "../../domain/ClientMetadata.ts"
import { RotationRules } from "../../domain/KeyRotation.ts"
import { clockMargin, type KeyRing, SigningKey } from "../../domain/SigningKey.ts"
import { expectThat, law } from "./Law.ts"
import { freshKey } from "./SigningKeys.laws.ts"
import { SigningKeys } from "./SigningKeys.ts"
import { advance, atOnce, restart } from "./World.laws.ts"

const rotating = ["SigningKey.rotate", "SigningKey.install", "SigningKey.ring"]
const withdrawing = ["SigningKey.withdraw", "SigningKey.install", "SigningKey.ring"]

/** Short lives, in milliseconds: the laws of one storage share its clock. */
const rules = new RotationRules({ rotateAfter: 10_000, publishAhead: 2_000, retiredFor: 2 * clockMargin })

const keyOf = (alg: SigningAlg) => Effect.map(freshKey, (key) => new SigningKey({ ...key, alg, signsFrom: 0 }))

const found = (ring: KeyRing, { kid }: SigningKey) => ring.keys.find((key) => key.kid === kid)

/** The ring with one key of a kind that signs, and no other of it. */
const alone = Effect.fnUntraced(function* (alg: SigningAlg) {
  const before = yield* SigningKeys.ring()
  const others = before.keys.filter((key) => key.alg === alg).map(({ kid }) => kid)
  const { version } = yield* SigningKeys.withdraw({ kids: others, keys: [] })
  const key = yield* keyOf(alg)
  const ring = yield* SigningKeys.install({ expected: version, keys: [key] })
  return { key, ring }
})

/** A successor of it is published. */
const followed = Effect.fnUntraced(function* (alg: SigningAlg) {
  const { key, ring } = yield* alone(alg)
  const next = yield* keyOf(alg)
  const after = yield* SigningKeys.rotate({ expected: ring.version, keys: [next], unwanted: [], rules })
  return { key, next, before: ring, after }
})

const later = Effect.fnUntraced(function* (milliseconds: number) {
  yield* advance(milliseconds)
  const { version } = yield* SigningKeys.ring()
  return yield* SigningKeys.rotate({ expected: version, keys: [], unwanted: [], rules })
})

export const keyRotationLaws = [
  law(
    "a successor is published before it signs; the old key's end is known from then on, and survives a restart",
    rotating,
    Effect.gen(function* () {
      const { after, before, key, next } = yield* followed("PS256")
      const successor = found(after, next)
      yield* expectThat(after.version === before.version + 1, "the version counts the change")
      const lead = (successor?.signsFrom ?? 0) - (successor?.publishedFrom ?? 0)
      yield* expectThat(lead === rules.publishAhead, `it is published ${lead} ms ahead`)
      yield* expectThat(found(after, key)?.signsUntil === successor?.signsFrom, "there is no gap between the two")
      yield* restart
      const kept = found(yield* SigningKeys.ring(), next)
      yield* expectThat(kept?.sealedPrivateJwk === next.sealedPrivateJwk, "as it was made")
    })
  ),
  law(
    "a rotation made from an older ring changes nothing and is told the ring as it is",
    rotating,
    Effect.gen(function* () {
      const { after, before } = yield* followed("PS256")
      const keys = [yield* keyOf("PS256")]
      const late = yield* SigningKeys.rotate({ expected: before.version, keys, unwanted: ["ES256"], rules })
      yield* expectThat(late.version === after.version, "it is as it was")
    })
  ),
  law(
    "50 rotations at once: one successor is published, and all are told the same ring",
    rotating,
    Effect.gen(function* () {
      const { ring } = yield* alone("PS256")
      const results = yield* atOnce(
        50,
        Effect.flatMap(keyOf("PS256"), (key) =>
          SigningKeys.rotate({ expected: ring.version, keys: [key], unwanted: [], rules })
        )
      )
      const rings = results.map((result) => (Result.isSuccess(result) ? result.success.version : undefined))
      yield* expectThat(
        rings.every((version) => version === ring.version + 1),
        `rings of the versions ${rings.join()}`
      )
      const successors = (yield* SigningKeys.ring()).keys.filter(
        ({ alg, signsFrom }) => alg === "PS256" && signsFrom > 0
      )
      yield* expectThat(successors.length === 1, `there are ${successors.length} successors`)
    })
  ),
  law(
    "the private part goes once the key signs no more, and the key once nobody may want it",
    rotating,
    Effect.gen(function* () {
      const { key } = yield* followed("PS256")
      const signs = found(yield* later(rules.publishAhead), key)
      yield* expectThat(signs?.sealedPrivateJwk === key.sealedPrivateJwk, "it is there while a clock may be behind")
      const retired = found(yield* later(clockMargin), key)
      yield* expectThat(retired?.sealedPrivateJwk === "", "then it is gone")
      yield* expectThat(found(yield* later(rules.retiredFor), key) === undefined, "and at last the key is")
    })
  ),
  law(
    "a kind that nobody wants ends, and has no successor",
    rotating,
    Effect.gen(function* () {
      const { key, ring } = yield* alone("EdDSA")
      const asked = { expected: ring.version, keys: [], unwanted: ["EdDSA" as const], rules }
      const ended = found(yield* SigningKeys.rotate(asked), key)
      yield* expectThat(ended?.signsUntil !== null, "its end is known")
    })
  ),
  law(
    "a withdrawn key is not published and cannot sign, and the given one takes its place, whatever happened meanwhile",
    withdrawing,
    Effect.gen(function* () {
      const { key } = yield* alone("PS256")
      // Somebody else changes the ring between the look at it and the emergency.
      yield* alone("EdDSA")
      const instead = yield* keyOf("PS256")
      const after = yield* SigningKeys.withdraw({ kids: [key.kid], keys: [instead] })
      const gone = found(after, key)
      yield* expectThat(gone?.publishedUntil === 0 && gone.signsUntil === 0, "it is withdrawn from ever")
      yield* expectThat(gone?.sealedPrivateJwk === "", "its private part is gone")
      yield* restart
      const ring = yield* SigningKeys.ring()
      yield* expectThat(found(ring, instead)?.signsUntil === null, "the other one signs, and survives a restart")
    })
  ),
  law(
    "50 emergencies about one key at once: one key takes its place",
    withdrawing,
    Effect.gen(function* () {
      const { key } = yield* alone("PS256")
      yield* atOnce(
        50,
        Effect.flatMap(keyOf("PS256"), (made) => SigningKeys.withdraw({ kids: [key.kid], keys: [made] }))
      )
      const { keys } = yield* SigningKeys.ring()
      const signing = keys.filter(({ alg, signsUntil }) => alg === "PS256" && signsUntil === null)
      yield* expectThat(signing.length === 1, `${signing.length} keys of the kind sign`)
    })
  )
]
