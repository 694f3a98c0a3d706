/** A whole provider in memory for the operator's flows; passwords are hashed by writing "phc" before them. */
import { Effect, type Exit, Layer, Redacted } from "effect"
import { Digest, SecureRandom } from "effect/crypto"
import { defaults } from "../../src/domain/Lifetime.ts"
import { JwtVerifierJose } from "../../src/layers/cloudflare/JwtVerifierJose.ts"
import { sealerJose } from "../../src/layers/cloudflare/SealerJose.ts"
import { SignerJose } from "../../src/layers/cloudflare/SignerJose.ts"
import { MemoryObjectOperations } from "../../src/layers/test/Memory.ts"
import { MemoryD1 } from "../../src/layers/test/MemoryD1.ts"
import { MemoryDatabase } from "../../src/layers/test/MemoryDatabase.ts"
import { MailerMemory, MemoryLetters } from "../../src/layers/test/MemoryLetters.ts"
import { AllowedPermits } from "../../src/layers/test/MemoryPermits.ts"
import { WebhookMemory } from "../../src/layers/test/WebhookMemory.ts"
import { RemoteFetchMemory } from "../../src/layers/test/RemoteFetchMemory.ts"
import { PasswordHasher } from "../../src/services/ports/PasswordHasher.ts"
import { Provider, ProviderConfig } from "../../src/services/ports/ProviderConfig.ts"
import { Around, type Call } from "../../src/services/storage/Consistency.ts"

const config = Layer.succeed(
  ProviderConfig,
  new Provider({
    issuer: "https://id.example",
    name: "Test",
    accountGenerations: [4],
    ticketGenerations: [1],
    limiterGenerations: [1],
    lifetimes: defaults,
    mail: true
  })
)

const hasher = Layer.succeed(
  PasswordHasher,
  PasswordHasher.of({
    hash: (password) => Effect.succeed(`phc ${Redacted.value(password)}`),
    verify: (password, phc) => Effect.succeed(phc === `phc ${Redacted.value(password)}` ? "right" : "wrong")
  })
)

const sealer = sealerJose(Redacted.make("a secret for tests only, forty characters"))

/** One provider each time it is built. */
export const World = Layer.mergeAll(
  MemoryD1,
  MemoryObjectOperations,
  hasher,
  SignerJose.pipe(Layer.provideMerge(sealer)),
  JwtVerifierJose,
  RemoteFetchMemory,
  MemoryLetters,
  MailerMemory,
  AllowedPermits,
  WebhookMemory
).pipe(Layer.provideMerge(Layer.mergeAll(config, SecureRandom.layerWebCrypto, Digest.layerWebCrypto)))

/** How long an abandoned reservation keeps its names, in milliseconds. */
export const patience = defaults.reservation

/** The audit log as the types of its events, for those about D1. */
export const auditTypes = MemoryDatabase.use((db) =>
  Effect.sync(() => [...db.auditLog.values()].map(({ type }) => type))
)

/** The failure of an effect that must fail. */
export const failureOf = <A, E, R>(effect: Effect.Effect<A, E, R>) => Effect.orDie(Effect.flip(effect))

/** Runs an effect until it has called storage `steps` times, and cuts it off there: before or after that call. */
export const cutOff =
  (steps: number, when: "before" | "after") =>
  <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<Exit.Exit<A, E>, never, R> => {
    let calls = 0
    return effect.pipe(
      Effect.provideService(Around, (_call, run) => {
        calls += 1
        if (calls < steps) return run
        return when === "before" ? Effect.interrupt : Effect.andThen(Effect.exit(run), Effect.interrupt)
      }),
      Effect.exit
    )
  }

/** Does something right before the first call of an operation. */
export const beforeFirst =
  (operation: string, intruder: Effect.Effect<unknown, unknown>) =>
  <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> => {
    let done = false
    return Effect.provideService(effect, Around, (call: Call, run) => {
      if (done || call.operation !== operation) return run
      done = true
      return Effect.andThen(Effect.exit(intruder), run)
    })
  }
