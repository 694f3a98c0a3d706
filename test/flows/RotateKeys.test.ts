/** Keys over years, as crons and an operator find them: in memory, with the signatures of production. */
import { describe, expect, it } from "@effect/vitest"
import { Effect, Exit, Layer, Option, Redacted } from "effect"
import { TestClock } from "effect/testing"
import { type SigningAlg } from "../../src/domain/ClientMetadata.ts"
import { inForce, unset } from "../../src/domain/Settings.ts"
import { copyLifetime, freshness } from "../../src/domain/SigningKey.ts"
import { keyRingMemory, SigningKeysIsolate } from "../../src/layers/objects/KeyRingCopy.ts"
import { sealerJose } from "../../src/layers/cloudflare/SealerJose.ts"
import { SignerJose } from "../../src/layers/cloudflare/SignerJose.ts"
import { MemoryDatabase } from "../../src/layers/test/MemoryDatabase.ts"
import { currentRing, jwks, signingKey, verify } from "../../src/services/flows/keys/Keys.ts"
import { listKeys, renewKeys, withdrawKeys } from "../../src/services/flows/operator/ManageKeys.ts"
import { setSettings } from "../../src/services/flows/operator/SetSettings.ts"
import { keysDue, rotateKeys } from "../../src/services/flows/keys/RotateKeys.ts"
import { upkeep } from "../../src/services/flows/upkeep/Jobs.ts"
import { lookForAlerts } from "../../src/services/flows/upkeep/LookForAlerts.ts"
import { Signer } from "../../src/services/ports/Signer.ts"
import { Around, type Call } from "../../src/services/storage/Consistency.ts"
import { makeClient } from "../workerd/Fixtures.ts"
import { beforeFirst, failureOf, World } from "../operator/World.ts"

const hour = 3_600_000
const day = 24 * hour

/** An isolate of its own, which remembers nothing yet. */
const elsewhere = Layer.fresh(SigningKeysIsolate).pipe(Layer.provide(Layer.fresh(keyRingMemory)))

const signed = (alg: SigningAlg) =>
  Effect.flatMap(signingKey(alg), (key) => Signer.use((signer) => signer.sign(key, "at+jwt", { alg })))

const kidOf = (token: string): string =>
  (JSON.parse(Buffer.from(token.split(".")[0] ?? "", "base64url").toString()) as { readonly kid: string }).kid

const stages = Effect.map(listKeys(), ({ keys }) => keys.map(({ alg, stage }) => `${alg} ${stage}`))

/** What is in the log by now, whatever still waits in an outbox. */
const auditedKeys = MemoryDatabase.use((db) =>
  Effect.sync(() => [...db.auditLog.values()].filter(({ type }) => type.startsWith("key.")))
)

/** The upkeep's turn for keys, every twelve hours for so many days. */
const days = Effect.fnUntraced(function* (count: number) {
  for (let turn = 0; turn < 2 * count; turn++) {
    yield* TestClock.adjust(day / 2)
    yield* keysDue()
  }
})

const begun = Effect.andThen(TestClock.setTime(1_000 * day), currentRing())

describe("issue 6, keys: rotation by cron and command (90 days)", () => {
  it.effect("over a year each kind has a key that signs, every token verifies, and old keys go", () =>
    Effect.gen(function* () {
      yield* begun
      yield* makeClient("ps", "secret of ps", { id_token_signed_response_alg: "PS256" })
      yield* signed("PS256")
      const kids = new Set<string>()
      for (let month = 0; month < 12; month++) {
        const tokens = yield* Effect.forEach(["RS256", "ES256", "PS256"] as const, signed)
        for (const token of tokens) kids.add(kidOf(token))
        yield* days(30)
        for (const token of tokens) expect(Option.isSome(yield* verify(token))).toBe(true)
      }
      expect(kids.size).toBe(3 * 4)
      const { keys } = yield* listKeys()
      // Of each kind: the one that signs, and one before it that is published for 30 days, or one to come.
      expect(keys.length).toBeLessThanOrEqual(3 * 2)
    }).pipe(Effect.provide(World))
  )

  it.effect("conformance.md: no key type stays in the JWKS that no client asks for any more", () =>
    Effect.gen(function* () {
      yield* begun
      yield* signed("EdDSA")
      expect((yield* jwks()).keys.map(({ alg }) => alg)).toContain("EdDSA")
      yield* days(90 + 3 + 30 + 1)
      expect((yield* jwks()).keys.map(({ alg }) => alg)).not.toContain("EdDSA")
      // Somebody wants it again: a first key is made, as once.
      expect(Option.isSome(yield* verify(yield* signed("EdDSA")))).toBe(true)
    }).pipe(Effect.provide(World))
  )

  it.effect("the operator may have successors published before it is due, and is told when they sign", () =>
    Effect.gen(function* () {
      yield* begun
      yield* TestClock.adjust(day)
      const { keys } = yield* renewKeys({ alg: "ES256" })
      expect(keys.map(({ alg, stage }) => `${alg} ${stage}`)).toEqual(["RS256 signing", "ES256 signing", "ES256 next"])
      expect(keys.at(-1)).toMatchObject({ signsFrom: 1_001 * day + 72 * hour })
      const again = yield* renewKeys({ alg: "ES256" })
      expect(again.keys).toEqual(keys)
      expect((yield* renewKeys({})).keys.filter(({ stage }) => stage === "next").length).toBe(2)
      expect(yield* failureOf(renewKeys({ alg: "EdDSA" }))).toMatchObject({ _tag: "InvalidField", field: "alg" })
    }).pipe(Effect.provide(World))
  )

  it.effect("settings decide how long keys live, from the next turn of the upkeep on", () =>
    Effect.gen(function* () {
      yield* begun
      yield* setSettings({ change: { keys: { rotateAfterDays: 7, publishAheadHours: 24, retiredForDays: 2 } } })
      yield* days(6)
      expect(yield* stages).toEqual(["RS256 signing", "ES256 signing", "RS256 next", "ES256 next"])
      yield* days(1)
      expect(yield* stages).toEqual(["RS256 retired", "ES256 retired", "RS256 signing", "ES256 signing"])
      yield* days(2)
      expect(yield* stages).toEqual(["RS256 signing", "ES256 signing"])
    }).pipe(Effect.provide(World))
  )

  it.effect("two crons at once publish one successor of each kind", () =>
    Effect.gen(function* () {
      yield* begun
      yield* TestClock.adjust(88 * day)
      const world = yield* Effect.context<Effect.Services<ReturnType<typeof rotateKeys>>>()
      yield* rotateKeys().pipe(beforeFirst("SigningKey.rotate", Effect.provide(rotateKeys(), world)))
      expect((yield* stages).toSorted()).toEqual(["ES256 next", "ES256 signing", "RS256 next", "RS256 signing"])
    }).pipe(Effect.provide(World))
  )

  it.effect("a turn of the upkeep that finds nothing due is one object call, and writes nothing", () =>
    Effect.gen(function* () {
      yield* begun
      yield* upkeep()
      yield* TestClock.adjust(30 * day)
      const asked: Array<string> = []
      const counted = Effect.provideService(keysDue(), Around, (call: Call, run) => {
        asked.push(call.operation)
        return run
      })
      expect(yield* counted).toEqual({ rotated: 0 })
      expect(asked).toEqual(["Setting.copy", "Setting.find", "SigningKey.ring"])
    }).pipe(Effect.provide(World))
  )

  it.effect("the private part of a key that signs no more is nowhere", () =>
    Effect.gen(function* () {
      yield* begun
      yield* days(91)
      const { keys } = yield* currentRing([], 0)
      expect(keys.map(({ sealedPrivateJwk }) => sealedPrivateJwk === "")).toEqual([true, true, false, false])
    }).pipe(Effect.provide(World))
  )

  it.effect("system.md, alerts: key rotation overdue", () =>
    Effect.gen(function* () {
      yield* begun
      const broken = Effect.provideService(rotateKeys(), Around, (call: Call, run) =>
        call.operation === "SigningKey.rotate" ? Effect.die("the ring cannot be changed") : run
      )
      const found = Effect.andThen(Effect.exit(broken), lookForAlerts(inForce(unset))).pipe(
        Effect.map(({ findings }) => findings)
      )
      yield* TestClock.adjust(90 * day - 1)
      expect(yield* found).toEqual([])
      yield* TestClock.adjust(1)
      expect(yield* found).toEqual([{ name: "keys.rotation_overdue", detail: { algs: "RS256 ES256" } }])
      // Nobody is kept from signing in by it.
      expect(Option.isSome(yield* verify(yield* signed("RS256")))).toBe(true)
    }).pipe(Effect.provide(World))
  )
})

describe("issue 6, keys: emergency rotation", () => {
  it.effect("the withdrawn key signs no more and is not published, and another one signs at once", () =>
    Effect.gen(function* () {
      yield* begun
      const before = yield* signed("RS256")
      const other = yield* signed("ES256")
      const answer = yield* withdrawKeys({ kid: kidOf(before) })
      const after = yield* signed("RS256")
      expect(kidOf(after)).not.toBe(kidOf(before))
      expect((yield* jwks()).keys.map(({ kid }) => kid)).not.toContain(kidOf(before))
      expect(Option.isNone(yield* verify(before))).toBe(true)
      expect(Option.isSome(yield* verify(after))).toBe(true)
      expect(Option.isSome(yield* verify(other))).toBe(true)
      expect(answer.keys.map(({ stage }) => stage)).toEqual(["withdrawn", "signing", "signing"])
    }).pipe(Effect.provide(World))
  )

  it.effect("without a name all keys are taken back, the successors too", () =>
    Effect.gen(function* () {
      yield* begun
      yield* renewKeys({})
      const { keys } = yield* withdrawKeys({})
      expect(keys.map(({ alg, stage }) => `${alg} ${stage}`).toSorted()).toEqual([
        "ES256 signing",
        ...Array.from({ length: 2 }, () => "ES256 withdrawn"),
        "RS256 signing",
        ...Array.from({ length: 2 }, () => "RS256 withdrawn")
      ])
    }).pipe(Effect.provide(World))
  )

  it.effect("0032: an isolate that remembers the old ring believes and signs with it for a minute at most", () =>
    Effect.gen(function* () {
      yield* begun
      const isolate = yield* Layer.build(elsewhere)
      const there = <A, E, R>(run: Effect.Effect<A, E, R>) => Effect.provide(run, isolate)
      const stolen = yield* there(signed("RS256"))
      yield* there(verify(stolen))
      yield* withdrawKeys({ kid: kidOf(stolen) })
      yield* TestClock.adjust(copyLifetime)
      expect(Option.isNone(yield* there(verify(stolen)))).toBe(true)
      expect(kidOf(yield* there(signed("RS256")))).not.toBe(kidOf(stolen))
    }).pipe(Effect.provide(World))
  )

  it.effect("what the new key signed is believed by an isolate that has not seen it, after five seconds at most", () =>
    Effect.gen(function* () {
      yield* begun
      const isolate = yield* Layer.build(elsewhere)
      const there = <A, E, R>(run: Effect.Effect<A, E, R>) => Effect.provide(run, isolate)
      const before = yield* there(signed("RS256"))
      yield* withdrawKeys({ kid: kidOf(before) })
      yield* TestClock.adjust(freshness)
      expect(Option.isSome(yield* there(verify(yield* signed("RS256"))))).toBe(true)
    }).pipe(Effect.provide(World))
  )

  it.effect("0032: after HAPAX_SECRET was exchanged, keys that open are made by an emergency", () =>
    Effect.gen(function* () {
      yield* begun
      const exchanged = yield* Layer.build(
        Layer.fresh(SignerJose).pipe(
          Layer.provideMerge(sealerJose(Redacted.make("another secret for tests, forty characters")))
        )
      )
      const after = <A, E, R>(run: Effect.Effect<A, E, R>) => Effect.provide(run, exchanged)
      expect(Exit.hasDies(yield* Effect.exit(after(signed("RS256"))))).toBe(true)
      yield* after(withdrawKeys({}))
      expect(Option.isSome(yield* after(verify(yield* after(signed("RS256")))))).toBe(true)
    }).pipe(Effect.provide(World))
  )

  it.effect("a key that is not there cannot be taken back", () =>
    Effect.gen(function* () {
      yield* begun
      expect(yield* failureOf(withdrawKeys({ kid: "nobody's" }))).toMatchObject({ _tag: "KeyNotFound" })
    }).pipe(Effect.provide(World))
  )
})

describe("ASVS 5.0 §16.3: each change of a key is an event in the log before the answer, and tells no key", () => {
  it.effect("added, announced, activated, retired, removed, withdrawn", () =>
    Effect.gen(function* () {
      yield* begun
      yield* days(90 + 30 + 1)
      yield* withdrawKeys({})
      const events = yield* auditedKeys
      const types = events.map(({ type }) => type)
      expect(new Set(types)).toEqual(
        new Set(["key.added", "key.announced", "key.activated", "key.retired", "key.removed", "key.withdrawn"])
      )
      expect(types.filter((type) => type === "key.activated").length).toBe(2)
      for (const { detail } of events) {
        for (const name of Object.keys(detail ?? {})) expect(["kid", "alg", "signsFrom", "by"]).toContain(name)
      }
    }).pipe(Effect.provide(World))
  )
})
