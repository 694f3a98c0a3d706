/** How long a proof and a nonce are good, and what becomes of a proof when storage fails. RFC 9449 §8, §11.1. */
import { describe, expect, it } from "@effect/vitest"
import { Clock, Effect, Layer } from "effect"
import { TestClock } from "effect/testing"
import { nonceTurn, proofLifetime } from "../../src/domain/Dpop.ts"
import { Jkt } from "../../src/domain/Ids.ts"
import { InvalidDpopProof, UseDpopNonce } from "../../src/domain/OAuthError.ts"
import { goodNonces } from "../../src/services/flows/token/DpopNonce.ts"
import { proveKey } from "../../src/services/flows/token/ProveKey.ts"
import { Provider, ProviderConfig } from "../../src/services/ports/ProviderConfig.ts"
import { Around, type Call } from "../../src/services/storage/Consistency.ts"
import { NotExecuted, OutcomeUnknown } from "../../src/services/storage/StorageError.ts"
import { DpopKey, hashOf } from "../clauses/DpopKey.ts"
import { provider, World } from "./World.ts"

const uri = "https://id.example/token"
const config = (dpopNonces: boolean) =>
  Layer.merge(World, Layer.succeed(ProviderConfig, new Provider({ ...provider, dpopNonces })))

/** Proves a key in a minute that every test begins with, so that turns of nonces begin with it too. */
const proved = Effect.fnUntraced(function* (claims: Readonly<Record<string, unknown>> = {}) {
  const key = yield* Effect.promise(() => DpopKey.make())
  const iat = (yield* Clock.currentTimeMillis) / 1000
  const proof = yield* Effect.promise(() => key.proof("POST", uri, { claims: { iat, ...claims } }))
  return { key, show: proveKey({ proofs: [proof], method: "POST", uri }, { required: true, algs: null }) }
})

const replayed = { _tag: "InvalidDpopProof", reason: "replayed" }

describe("RFC 9449 §11.1: a proof", () => {
  it.effect("proves its key once, to its last moment", () =>
    Effect.gen(function* () {
      const { key, show } = yield* proved()
      expect(yield* show).toEqual({ jkt: key.jkt, alg: "ES256" })
      yield* TestClock.adjust(proofLifetime - 1)
      expect(yield* Effect.flip(show)).toMatchObject(replayed)
      yield* TestClock.adjust(1)
      expect(yield* Effect.flip(show)).toMatchObject({ reason: "iat" })
    }).pipe(Effect.provide(config(false)))
  )

  it.effect("that nobody showed is as good in its last moment", () =>
    Effect.gen(function* () {
      const { key, show } = yield* proved()
      yield* TestClock.adjust(proofLifetime - 1)
      expect(yield* show).toMatchObject({ jkt: key.jkt })
    }).pipe(Effect.provide(config(false)))
  )

  it.effect("is used up by nothing less than one in which everything is right", () =>
    Effect.gen(function* () {
      const key = yield* Effect.promise(() => DpopKey.make())
      const token = { text: "a token", jkt: key.jkt }
      const iat = (yield* Clock.currentTimeMillis) / 1000
      const proof = yield* Effect.promise(() => key.proof("POST", uri, { claims: { iat, ath: hashOf(token.text) } }))
      const show = (text: string, jkt: string) =>
        proveKey(
          { proofs: [text], method: "POST", uri },
          { required: true, algs: null, token: { ...token, jkt: Jkt.make(jkt) } }
        )
      const forged = proof.replace(/\.[^.]+$/, `.${"A".repeat(86)}`)
      expect(yield* Effect.flip(show(forged, key.jkt))).toMatchObject({ reason: "signature" })
      expect(yield* Effect.flip(show(proof, "A".repeat(43)))).toMatchObject({ reason: "key" })
      expect(yield* show(proof, key.jkt)).toMatchObject({ jkt: key.jkt })
    }).pipe(Effect.provide(config(false)))
  )

  it.effect("that is missing is refused where it is required, and is no key where it is not", () =>
    Effect.gen(function* () {
      const nothing = { proofs: [], method: "POST", uri }
      expect(yield* proveKey(nothing, { required: false, algs: null })).toBeUndefined()
      expect(yield* Effect.flip(proveKey(nothing, { required: true, algs: null }))).toBeInstanceOf(InvalidDpopProof)
    }).pipe(Effect.provide(config(false)))
  )
})

/** What stands around operations: the first of them loses its answer, or does not come to be executed. */
const failing = (how: "lost reply" | "lost request", calls: Array<string>) => {
  let first = true
  return Effect.provideService(Around, <A, E, R>({ operation }: Call, run: Effect.Effect<A, E, R>) => {
    calls.push(operation)
    if (!first) return run
    first = false
    return how === "lost reply"
      ? Effect.andThen(run, Effect.fail(new OutcomeUnknown({ operation, detail: "lost" }) as E))
      : Effect.fail(new NotExecuted({ operation, reason: "unavailable", detail: "lost" }) as E)
  })
}

describe("a proof whose use was not answered", () => {
  it.live.each(["lost reply", "lost request"] as const)("is not refused for that: %s", (how) =>
    Effect.gen(function* () {
      const calls: Array<string> = []
      const { key, show } = yield* proved()
      expect(yield* show.pipe(failing(how, calls))).toMatchObject({ jkt: key.jkt })
      expect(calls).toEqual(["Ticket.spend", "Ticket.spend"])
      expect(yield* Effect.flip(show)).toMatchObject(replayed)
    }).pipe(Effect.provide(config(false)))
  )
})

describe("RFC 9449 §8: a nonce", () => {
  it.effect("is good for its turn and the next, and is asked for anew after that", () =>
    Effect.gen(function* () {
      const [nonce] = (yield* goodNonces()) ?? []
      yield* TestClock.adjust(nonceTurn * 2 - 1)
      expect(yield* (yield* proved({ nonce })).show).toMatchObject({ alg: "ES256" })
      yield* TestClock.adjust(1)
      expect(yield* Effect.flip((yield* proved({ nonce })).show)).toBeInstanceOf(UseDpopNonce)
    }).pipe(Effect.provide(config(true)))
  )

  it.effect("of the next turn is not good yet", () =>
    Effect.gen(function* () {
      yield* TestClock.adjust(nonceTurn)
      const [next] = (yield* goodNonces()) ?? []
      yield* TestClock.setTime(nonceTurn - 1)
      expect(yield* Effect.flip((yield* proved({ nonce: next })).show)).toBeInstanceOf(UseDpopNonce)
    }).pipe(Effect.provide(config(true)))
  )

  it.effect("is none where the operator wants none, and storage is not asked for either", () =>
    Effect.gen(function* () {
      expect(yield* goodNonces()).toBeUndefined()
      const calls: Array<string> = []
      const counted = Effect.provideService(Around, <A, E, R>({ operation }: Call, run: Effect.Effect<A, E, R>) => {
        calls.push(operation)
        return run
      })
      const asked = (yield* proved()).show.pipe(Effect.provide(config(true)), counted)
      expect(yield* Effect.flip(asked)).toBeInstanceOf(UseDpopNonce)
      expect(calls).toEqual([])
    }).pipe(Effect.provide(config(false)))
  )
})
