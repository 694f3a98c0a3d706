/** An isolate's own copy of the key ring. */
import { Effect, Layer } from "effect"
import type { KeyRing } from "../../domain/SigningKey.ts"
import { bind } from "../../services/storage/Bind.ts"
import { SigningKeys } from "../../services/storage/SigningKeys.ts"
import { storage } from "../../services/storage/Storage.ts"
import { copied, ownMemory, type Remembered } from "./IsolateCopy.ts"

/** The memory of one isolate. Eventual: nobody tells it when the ring changes. */
export const IsolateKeyRing = storage.eventual("Isolate.KeyRing")<Remembered<KeyRing>>()

export const SigningKeysIsolate = bind(SigningKeys, {
  copy: Effect.fnUntraced(function* (maximumAge) {
    const memory = yield* IsolateKeyRing
    // An empty ring is about to be filled; remembering it would have every request of a minute look again.
    return yield* copied(memory, maximumAge, SigningKeys.ring(), ({ keys }) => keys.length > 0)
  })
})

export const keyRingMemory = Layer.sync(IsolateKeyRing, () => ownMemory<KeyRing>())
