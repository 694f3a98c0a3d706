/** The provider's signing keys: one writer, and a copy in every isolate that is never older than its bound. */
import { type Effect, Schema } from "effect"
import { type KeyRing, SigningKey } from "../../domain/SigningKey.ts"
import { Eventual, operations, Strong } from "./Consistency.ts"
import type { StorageError } from "./StorageError.ts"

/** Adds keys to the ring whose version is `expected`. */
export class KeyInstallation extends Schema.Class<KeyInstallation>("KeyInstallation")({
  expected: Schema.Int,
  keys: Schema.Array(SigningKey)
}) {}

/** How old an isolate's copy of the ring may be, in milliseconds. A new key is published far longer before it signs. */
export const copyLifetime = 60_000

/**
 * How old it may be, in milliseconds, where all keys are shown, or one is looked for that a copy does not have: the
 * first key of a kind signs from its first moment on, and who verifies must find it. It keeps a crowd, or whoever sends
 * tokens that nobody signed, from asking the one key ring for each of them.
 */
export const freshness = 5_000

export const SigningKeys = operations("SigningKey", {
  /** The ring as the key ring object has it. */
  ring: Strong<() => Effect.Effect<KeyRing, StorageError>>({ kind: "read" }),
  /** The ring as this isolate last saw it, at most so many milliseconds ago. */
  copy: Eventual<(maximumAge: number) => Effect.Effect<KeyRing, StorageError>>({
    kind: "read",
    bound: "60 seconds, or less where less is asked, in the memory of one isolate",
    because:
      "a key is published longer before it signs, and stays published longer after, than a copy lives; " +
      "a copy in which no key signs is not used, and one of 5 seconds has the first key of a kind"
  }),
  /** Adds keys if nobody else did meanwhile; answers with the ring as it is then, whoever won. */
  install: Strong<(request: KeyInstallation) => Effect.Effect<KeyRing, StorageError>>({
    kind: "compareAndSwap",
    repeat: "idempotent"
  })
})
