/** What every key ring keeps: of several makers of a key one wins, and everybody then sees the same ring. RFC 7517. */
import { Clock, Effect, Result } from "effect"
import { copyLifetime, freshness, type KeyRing, SigningKey } from "../../domain/SigningKey.ts"
import { freshText } from "./Fresh.laws.ts"
import { expectThat, law } from "./Law.ts"
import { SigningKeys } from "./SigningKeys.ts"
import { advance, atOnce, restart } from "./World.laws.ts"

const install = ["SigningKey.install", "SigningKey.ring"]

/** A key that signs from now on; what it is made of is not looked at. */
export const freshKey = Effect.gen(function* () {
  const now = yield* Clock.currentTimeMillis
  const kid = yield* freshText
  return new SigningKey({
    kid,
    alg: "ES256",
    publicJwk: { kty: "EC", x: kid },
    sealedPrivateJwk: yield* freshText,
    publishedFrom: now,
    signsFrom: now,
    signsUntil: null,
    publishedUntil: null
  })
})

const kidsOf = (ring: KeyRing) => ring.keys.map(({ kid }) => kid)

/** Two rings are the same if their version is, and the names of their keys in their order. */
const isSame = (a: KeyRing, b: KeyRing) => a.version === b.version && kidsOf(a).join() === kidsOf(b).join()

/** Adds a new key to the ring as it is now. */
const installed = Effect.gen(function* () {
  const ring = yield* SigningKeys.ring()
  const key = yield* freshKey
  return { before: ring, key, after: yield* SigningKeys.install({ expected: ring.version, keys: [key] }) }
})

export const signingKeyLaws = [
  law(
    "a key that was installed is in the ring, behind those that were there, and survives a restart",
    install,
    Effect.gen(function* () {
      yield* installed
      const { after, before, key } = yield* installed
      yield* expectThat(after.version === before.version + 1, "the version counts the change")
      yield* expectThat(kidsOf(after).join() === [...kidsOf(before), key.kid].join(), "the key is added")
      yield* restart
      const ring = yield* SigningKeys.ring()
      yield* expectThat(isSame(ring, after), "and stays")
      yield* expectThat(ring.keys.at(-1)?.sealedPrivateJwk === key.sealedPrivateJwk, "as it was made")
    })
  ),
  law(
    "an installation made from an older ring changes nothing and is told the ring as it is",
    install,
    Effect.gen(function* () {
      const { after, before } = yield* installed
      const late = yield* SigningKeys.install({ expected: before.version, keys: [yield* freshKey] })
      const early = yield* SigningKeys.install({ expected: after.version + 1, keys: [yield* freshKey] })
      yield* expectThat(isSame(late, after) && isSame(early, after), "both are told the ring")
      yield* expectThat(isSame(yield* SigningKeys.ring(), after), "and it is as it was")
    })
  ),
  law(
    "50 installations at once: one wins, and all are told the same ring",
    install,
    Effect.gen(function* () {
      const before = yield* SigningKeys.ring()
      const results = yield* atOnce(
        50,
        Effect.flatMap(freshKey, (key) => SigningKeys.install({ expected: before.version, keys: [key] }))
      )
      const ring = yield* SigningKeys.ring()
      yield* expectThat(ring.version === before.version + 1, "one wins")
      yield* expectThat(ring.keys.length === before.keys.length + 1, "its key is the only one added")
      yield* expectThat(
        results.every((result) => Result.isSuccess(result) && isSame(result.success, ring)),
        "all are told the same ring"
      )
    })
  )
]

/** Of an isolate's copy, where there is one. */
export const keyCopyLaws = [
  law(
    "a copy is never older than its bound, and never without the keys it had",
    ["SigningKey.copy", ...install],
    Effect.gen(function* () {
      yield* installed
      const first = yield* SigningKeys.copy(copyLifetime)
      const { after } = yield* installed
      yield* advance(copyLifetime - 1)
      const copy = yield* SigningKeys.copy(copyLifetime)
      yield* expectThat(isSame(copy, first) || isSame(copy, after), "within the bound it is one of the two")
      yield* advance(1)
      yield* expectThat(isSame(yield* SigningKeys.copy(copyLifetime), after), "at the bound it is the ring")
    })
  ),
  law(
    "a copy is as young as is asked, and what was read anew is remembered",
    ["SigningKey.copy", ...install],
    Effect.gen(function* () {
      yield* installed
      yield* SigningKeys.copy(0)
      const { after } = yield* installed
      yield* advance(freshness)
      yield* expectThat(isSame(yield* SigningKeys.copy(freshness), after), "it is no older than was asked")
      const { after: newest } = yield* installed
      yield* expectThat(isSame(yield* SigningKeys.copy(0), newest), "without any age it is the ring")
      yield* expectThat(isSame(yield* SigningKeys.copy(copyLifetime), newest), "and so is the next one")
    })
  )
]
