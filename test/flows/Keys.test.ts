/** The first key of a kind, where more than one isolate is about to need it or has it. OIDC Core §10.1.1. */
import { expect, it } from "@effect/vitest"
import { Effect, Layer, Option } from "effect"
import { TestClock } from "effect/testing"
import { keyRingMemory, SigningKeysIsolate } from "../../src/layers/objects/KeyRingCopy.ts"
import { currentRing, signingKey, verify } from "../../src/services/flows/keys/Keys.ts"
import { Signer } from "../../src/services/ports/Signer.ts"
import { freshness } from "../../src/domain/SigningKey.ts"
import { beforeFirst } from "../operator/World.ts"
import { World } from "./World.ts"

/** An isolate that has not asked for any keys yet. */
const elsewhere = Layer.fresh(SigningKeysIsolate).pipe(Layer.provide(Layer.fresh(keyRingMemory)))

it.effect("of two who make keys of different kinds at once, each has its own", () =>
  Effect.gen(function* () {
    yield* currentRing()
    const world = yield* Effect.context<Effect.Services<ReturnType<typeof signingKey>>>()
    const other = Effect.provide(signingKey("PS256"), world)
    expect(yield* signingKey("EdDSA").pipe(beforeFirst("SigningKey.install", other))).toMatchObject({ alg: "EdDSA" })
    const { keys } = yield* currentRing([], 0)
    expect(keys.map(({ alg }) => alg).toSorted()).toEqual(["ES256", "EdDSA", "PS256", "RS256"])
  }).pipe(Effect.provide(World))
)

it.effect("an isolate that does not know the kind of a token's key yet, asks for it after five seconds", () =>
  Effect.gen(function* () {
    // The first call makes the keys, and the second remembers them.
    yield* Effect.andThen(currentRing(), currentRing())
    const key = yield* Effect.provide(signingKey("EdDSA"), elsewhere)
    const token = yield* Signer.use((signer) => signer.sign(key, "at+jwt", { iss: "https://id.example" }))
    yield* TestClock.adjust(freshness)
    expect(Option.getOrUndefined(yield* verify(token))).toMatchObject({ typ: "at+jwt" })
  }).pipe(Effect.provide(World))
)
