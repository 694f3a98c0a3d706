/** The laws of the objects over the model in memory, which the simulator takes for Durable Objects. */
import { describe } from "@effect/vitest"
import { Effect, Layer } from "effect"
import { TestClock } from "effect/testing"
import { defaults } from "../../src/domain/Lifetime.ts"
import { MemoryObjectOperations } from "../../src/layers/test/Memory.ts"
import { Provider, ProviderConfig } from "../../src/services/ports/ProviderConfig.ts"
import { LawClock, LawStorage } from "../../src/services/storage/World.laws.ts"
import { holdOver, holdTwiceOver } from "./ObjectLaws.ts"

const provider = new Provider({
  issuer: "https://id.example.com",
  name: "Law",
  accountGenerations: [2],
  ticketGenerations: [2],
  limiterGenerations: [2],
  lifetimes: defaults
})

/** The model reads the clock of its caller, and all that it has is rows: nothing is there for a restart to take. */
const world = Layer.mergeAll(
  Layer.succeed(LawClock, { advance: (milliseconds) => TestClock.adjust(milliseconds) }),
  Layer.succeed(LawStorage, { restart: Effect.void })
)

const layer = Layer.mergeAll(MemoryObjectOperations.pipe(Layer.provide(Layer.succeed(ProviderConfig, provider))), world)

describe("the model of the objects in memory", () => {
  holdOver(layer)
})

describe("the model of the objects in memory, when every answer is lost once", () => {
  holdTwiceOver(layer)
})
