/** The tables and steps of the one `KeyRingObject`: the provider's signing keys. */
import { Result, Schema } from "effect"
import { KeyRing } from "../../domain/SigningKey.ts"
import { bind } from "../../services/storage/Bind.ts"
import { KeyInstallation, SigningKeys } from "../../services/storage/SigningKeys.ts"
import { storage } from "../../services/storage/Storage.ts"
import type { Remembered } from "./IsolateCopy.ts"
import { step, type Transaction } from "./Step.ts"
import type { StepCaller } from "./StepCaller.ts"
import { table } from "./Table.ts"

class StoredRing extends Schema.Class<StoredRing>("StoredRing")({ name: Schema.String, ring: KeyRing }) {}

export const keyRingTables = {
  /** One row: the ring is small, changes every few months, and is always read whole. */
  rings: table({
    name: "rings",
    keys: ["name"],
    keyOf: (row: StoredRing) => [row.name],
    expiresAt: null,
    schema: StoredRing
  })
}

const name = "provider"

const ringOf = (tx: Transaction<typeof keyRingTables>): KeyRing =>
  tx.rings.get(name)?.ring ?? new KeyRing({ version: 0, keys: [] })

export const keyRingSteps = {
  "SigningKey.ring": step<typeof keyRingTables>()({
    request: Schema.Null,
    reply: KeyRing,
    refusal: Schema.Never,
    run: (tx) => Result.succeed(ringOf(tx))
  }),
  "SigningKey.install": step<typeof keyRingTables>()({
    request: KeyInstallation,
    reply: KeyRing,
    refusal: Schema.Never,
    run: (tx, { expected, keys }) => {
      const ring = ringOf(tx)
      if (ring.version !== expected || keys.length === 0) return Result.succeed(ring)
      const next = new KeyRing({ version: ring.version + 1, keys: [...ring.keys, ...keys] })
      tx.rings.put(new StoredRing({ name, ring: next }))
      for (const key of keys) tx.audit({ type: "key.added", detail: { kid: key.kid, alg: key.alg } })
      return Result.succeed(next)
    }
  })
} as const

/** The one key ring object. Strong for the same reason as `AccountHome`. */
export const KeyRingHome = storage.strong("DurableObject.KeyRing")<StepCaller<typeof keyRingSteps>>()

/** The id under which the one key ring is found. */
const theRing = "1-0.keyring"

export const SigningKeysDurable = bind(SigningKeys, {
  ring: () => KeyRingHome.use((home) => home.call("SigningKey.ring", theRing, null)),
  install: (request) => KeyRingHome.use((home) => home.call("SigningKey.install", theRing, request))
})

/** The memory of one isolate. Eventual: nobody tells it when the ring changes. */
export const IsolateMemory = storage.eventual("Isolate.KeyRing")<Remembered<KeyRing>>()
