/** What an isolate remembers between requests, in memory: of the test itself, or of each isolate of a simulation. */
import { Effect, Layer } from "effect"
import { IsolateSettings } from "../objects/SettingsCopy.ts"
import { IsolateBranding } from "../objects/BrandingCopy.ts"
import { IsolateHealth } from "../objects/HealthSteps.ts"
import type { Remembered } from "../objects/IsolateCopy.ts"
import { IsolateScopeMappings } from "../objects/ScopeMappingCopy.ts"
import { IsolateKeyRing } from "../objects/KeyRingCopy.ts"
import { CurrentCaller } from "./kernel/World.ts"

/** A value under a name in the memory of the isolate in which the request runs. */
const remembered = <A>(name: string): Remembered<A> => {
  const own = new Map<string, unknown>()
  const memoryOf = Effect.withFiber((fiber) => Effect.succeed(fiber.getRef(CurrentCaller)?.memory ?? own))
  return {
    read: Effect.map(memoryOf, (memory) => memory.get(name) as { readonly value: A; readonly at: number } | undefined),
    write: (value, at) =>
      Effect.map(memoryOf, (memory) => {
        memory.set(name, { value, at })
      })
  }
}

/** The key ring's copy. */
export const MemoryKeyRing = Layer.sync(IsolateKeyRing, () => remembered("key ring"))

/** What the stores said of themselves. */
export const MemoryHealth = Layer.sync(IsolateHealth, () => remembered("health"))

/** The copy of the look. */
export const MemoryBranding = Layer.sync(IsolateBranding, () => remembered("branding"))

/** The copy of the settings. */
export const MemorySettings = Layer.sync(IsolateSettings, () => remembered("settings"))

/** The copy of the scopes that an operator made. */
export const MemoryScopeMappings = Layer.sync(IsolateScopeMappings, () => remembered("scope mappings"))
