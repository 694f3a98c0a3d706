/** An isolate's own copy of the key ring: a value, never a fiber or a promise that requests would share. */
import { Clock, Effect, Layer } from "effect"
import type { KeyRing } from "../../domain/SigningKey.ts"
import { bind } from "../../services/storage/Bind.ts"
import { SigningKeys } from "../../services/storage/SigningKeys.ts"
import { IsolateMemory } from "./KeyRingSteps.ts"

export const SigningKeysIsolate = bind(SigningKeys, {
  copy: Effect.fnUntraced(function* (maximumAge) {
    const memory = yield* IsolateMemory
    const now = yield* Clock.currentTimeMillis
    const remembered = yield* memory.read
    if (remembered !== undefined && now < remembered.at + maximumAge) return remembered.ring
    const ring = yield* SigningKeys.ring()
    // An empty ring is about to be filled; remembering it would have every request of a minute look again.
    if (ring.keys.length > 0) yield* memory.write(ring, now)
    return ring
  })
})

export const isolateMemory = Layer.sync(IsolateMemory, () => {
  let remembered: { readonly ring: KeyRing; readonly at: number } | undefined
  return {
    read: Effect.sync(() => remembered),
    write: (ring, at) =>
      Effect.sync(() => {
        remembered = { ring, at }
      })
  }
})
