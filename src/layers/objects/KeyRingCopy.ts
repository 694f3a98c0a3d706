/** An isolate's own copy of the key ring. */
import { Effect, Layer } from "effect"
import type { KeyRing } from "../../domain/SigningKey.ts"
import { bind } from "../../services/storage/Bind.ts"
import { SigningKeys } from "../../services/storage/SigningKeys.ts"
import { copied, ownMemory } from "./IsolateCopy.ts"
import { IsolateMemory } from "./KeyRingSteps.ts"

export const SigningKeysIsolate = bind(SigningKeys, {
  copy: Effect.fnUntraced(function* (maximumAge) {
    const memory = yield* IsolateMemory
    // An empty ring is about to be filled; remembering it would have every request of a minute look again.
    return yield* copied(memory, maximumAge, SigningKeys.ring(), ({ keys }) => keys.length > 0)
  })
})

export const isolateMemory = Layer.sync(IsolateMemory, () => ownMemory<KeyRing>())
