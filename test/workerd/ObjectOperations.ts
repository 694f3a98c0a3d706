/** The operations of the objects, bound as in production, over objects in workerd whose clock a test sets. */
import { Clock, Effect, Layer } from "effect"
import { SecureRandom } from "effect/crypto"
import { TestClock } from "effect/testing"
import { objectCaller } from "../../src/layers/cloudflare/objects/ObjectCaller.ts"
import { AccountHome, AccountOperations, accountSteps } from "../../src/layers/objects/AccountSteps.ts"
import { keyRingMemory, SigningKeysIsolate } from "../../src/layers/objects/KeyRingCopy.ts"
import { KeyRingHome, keyRingSteps, SigningKeysDurable, KeyRingWaking } from "../../src/layers/objects/KeyRingSteps.ts"
import { HealthIsolate, healthMemory } from "../../src/layers/objects/HealthSteps.ts"
import {
  LimiterHealth,
  LimiterHome,
  LimiterSizes,
  limiterSteps,
  LimiterWaking,
  LimitsDurable
} from "../../src/layers/objects/LimiterSteps.ts"
import { TicketHome, TicketOperations, ticketSteps } from "../../src/layers/objects/TicketSteps.ts"
import { LawClock } from "../../src/services/storage/World.laws.ts"
import type { ObjectHarness } from "./ObjectHarness.ts"

/** A moment long to come, so that no alarm rings by itself: a test rings it. */
export const beginning = Date.UTC(2100, 0)

const operations = Layer.mergeAll(
  AccountOperations,
  TicketOperations,
  LimitsDurable,
  LimiterHealth,
  LimiterSizes,
  LimiterWaking,
  KeyRingWaking,
  HealthIsolate,
  SigningKeysIsolate.pipe(Layer.provideMerge(SigningKeysDurable))
)

/** There is no log here: what goes into it is asked of the objects. */
const unwritten = () => Effect.void

/** Tells the objects what time it is. */
const tell = (objects: ObjectHarness) =>
  Effect.flatMap(Clock.currentTimeMillis, (now) => Effect.promise(() => objects.set({ now })))

/** Built when a test runs: before, there is no workerd yet. */
export const objectOperations = (started: () => ObjectHarness) =>
  Layer.suspend(() => {
    const objects = started()
    const homes = Layer.mergeAll(
      Layer.succeed(AccountHome, objectCaller(objects.namespace("ACCOUNT"), accountSteps, [2], unwritten)),
      Layer.succeed(TicketHome, objectCaller(objects.namespace("TICKET"), ticketSteps, [2], unwritten)),
      Layer.succeed(LimiterHome, objectCaller(objects.namespace("LIMITER"), limiterSteps, [2], unwritten)),
      Layer.succeed(KeyRingHome, objectCaller(objects.namespace("KEY_RING"), keyRingSteps, [1], unwritten)),
      healthMemory,
      keyRingMemory
    )
    const clock = Layer.effect(
      LawClock,
      TestClock.setTime(beginning).pipe(
        Effect.andThen(tell(objects)),
        Effect.as({ advance: (milliseconds) => Effect.andThen(TestClock.adjust(milliseconds), tell(objects)) })
      )
    )
    return Layer.mergeAll(operations.pipe(Layer.provide(homes)), clock, SecureRandom.layerWebCrypto)
  })
