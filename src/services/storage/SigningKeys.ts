/** The provider's signing keys: one writer, and a copy in every isolate that is never older than its bound. */
import { type Effect, Schema } from "effect"
import { SigningAlg } from "../../domain/ClientMetadata.ts"
import { RotationRules } from "../../domain/KeyRotation.ts"
import { type KeyRing, SigningKey } from "../../domain/SigningKey.ts"
import { Eventual, operations, Strong } from "./Consistency.ts"
import type { StorageError } from "./StorageError.ts"

/** Adds keys to the ring whose version is `expected`. */
export class KeyInstallation extends Schema.Class<KeyInstallation>("KeyInstallation")({
  expected: Schema.Int,
  keys: Schema.Array(SigningKey)
}) {}

/** Publishes successors, ends kinds that nobody wants, and carries out what is due; of the ring of one version. */
export class KeyRotation extends Schema.Class<KeyRotation>("KeyRotation")({
  expected: Schema.Int,
  keys: Schema.Array(SigningKey),
  unwanted: Schema.Array(SigningAlg),
  rules: RotationRules
}) {}

/** Takes keys back at once; the given keys are what signs instead, where nothing else would. */
export class KeyWithdrawal extends Schema.Class<KeyWithdrawal>("KeyWithdrawal")({
  kids: Schema.Array(Schema.String),
  keys: Schema.Array(SigningKey)
}) {}

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
  }),
  /** Does nothing if somebody changed the ring meanwhile; answers with the ring as it is then, whoever won. */
  rotate: Strong<(request: KeyRotation) => Effect.Effect<KeyRing, StorageError>>({
    kind: "compareAndSwap",
    repeat: "idempotent"
  }),
  /** Whatever happened to the ring meanwhile: answers with it as it is then, without these keys. */
  withdraw: Strong<(request: KeyWithdrawal) => Effect.Effect<KeyRing, StorageError>>({
    kind: "write",
    repeat: "idempotent"
  })
})
