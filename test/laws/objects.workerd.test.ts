/** The laws of the objects over the production objects, in workerd, with eviction and restart of the whole process. */
import { afterAll, beforeAll, describe } from "@effect/vitest"
import { Clock, Effect, Layer } from "effect"
import { TestClock } from "effect/testing"
import { objectCaller } from "../../src/layers/cloudflare/ObjectCaller.ts"
import { AccountHome, AccountOperations, accountSteps } from "../../src/layers/objects/AccountSteps.ts"
import { isolateMemory, SigningKeysIsolate } from "../../src/layers/objects/KeyRingCopy.ts"
import { KeyRingHome, keyRingSteps, SigningKeysDurable } from "../../src/layers/objects/KeyRingSteps.ts"
import { TicketHome, TicketsDurable, ticketSteps } from "../../src/layers/objects/TicketSteps.ts"
import { LawClock, LawStorage } from "../../src/services/storage/World.laws.ts"
import { type ObjectHarness, startObjects } from "../workerd/ObjectHarness.ts"
import { holdOver, holdTwiceOver } from "./ObjectLaws.ts"

let objects: ObjectHarness

beforeAll(async () => {
  objects = await startObjects()
})

afterAll(() => objects.close())

const operations = Layer.mergeAll(
  AccountOperations,
  TicketsDurable,
  SigningKeysIsolate.pipe(Layer.provideMerge(SigningKeysDurable))
)

/** Built when a test runs: before, there is no workerd yet. */
const homes = Layer.suspend(() =>
  Layer.mergeAll(
    Layer.succeed(AccountHome, objectCaller(objects.namespace("ACCOUNT"), accountSteps, [2])),
    Layer.succeed(TicketHome, objectCaller(objects.namespace("TICKET"), ticketSteps, [2])),
    Layer.succeed(KeyRingHome, objectCaller(objects.namespace("KEY_RING"), keyRingSteps, [1])),
    isolateMemory
  )
)

/** A moment long to come, so that no alarm rings by itself while a law looks: alarms have tests of their own. */
const beginning = Date.UTC(2100, 0)

const tellObjects = Effect.gen(function* () {
  const now = yield* Clock.currentTimeMillis
  yield* Effect.promise(() => objects.set({ now }))
})

/** The clock of the law is the clock of the objects. */
const clock = Layer.effect(
  LawClock,
  TestClock.setTime(beginning).pipe(
    Effect.andThen(tellObjects),
    Effect.as({ advance: (milliseconds) => Effect.andThen(TestClock.adjust(milliseconds), tellObjects) })
  )
)

const lawStorage = (restart: () => Promise<void>) => Layer.succeed(LawStorage, { restart: Effect.promise(restart) })

const over = (restart: () => Promise<void>) =>
  Layer.mergeAll(operations.pipe(Layer.provide(homes)), clock, lawStorage(restart))

describe("objects in workerd, restarted by the end of the process", () => {
  holdOver(over(() => objects.restart()))
})

describe("objects in workerd, evicted, when every answer is lost once", () => {
  holdTwiceOver(over(() => objects.evictAll()))
})
