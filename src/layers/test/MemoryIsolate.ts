/** What an isolate remembers between requests, in memory: of the test itself, or of each isolate of a simulation. */
import { Effect, Layer } from "effect"
import type { KeyRing } from "../../domain/SigningKey.ts"
import { IsolateMemory } from "../objects/KeyRingSteps.ts"
import { CurrentCaller } from "./kernel/World.ts"

type Remembered = { readonly ring: KeyRing; readonly at: number }

/** The key ring's copy: a value in the memory of the isolate in which the request runs. */
export const MemoryIsolate = Layer.sync(IsolateMemory, () => {
  const own = new Map<string, unknown>()
  const memoryOf = Effect.withFiber((fiber) => Effect.succeed(fiber.getRef(CurrentCaller)?.memory ?? own))
  return {
    read: Effect.map(memoryOf, (memory) => memory.get("key ring") as Remembered | undefined),
    write: (ring, at) =>
      Effect.map(memoryOf, (memory) => {
        memory.set("key ring", { ring, at })
      })
  }
})
