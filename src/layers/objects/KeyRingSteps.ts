/** The tables and steps of the one `KeyRingObject`: the provider's signing keys. */
import { Result, Schema } from "effect"
import { type Changed, rotate, withdraw } from "../../domain/KeyRotation.ts"
import { KeyRing } from "../../domain/SigningKey.ts"
import { bind } from "../../services/storage/Bind.ts"
import { KeyInstallation, KeyRotation, KeyWithdrawal, SigningKeys } from "../../services/storage/SigningKeys.ts"
import { storage } from "../../services/storage/Storage.ts"
import { Waking } from "../../services/storage/Waking.ts"
import { step, type Transaction } from "./Step.ts"
import type { StepCaller } from "./StepCaller.ts"
import { table } from "./Table.ts"
import { woken } from "./WakingSteps.ts"

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

/** Keeps a ring that has changed, and says what happened to which key: ids and times, never what a key is made of. */
const kept = (tx: Transaction<typeof keyRingTables>, { changes, ring }: Changed): KeyRing => {
  if (changes.length > 0) tx.rings.put(new StoredRing({ name, ring }))
  for (const { key, type } of changes) {
    const begins = type === "key.announced" ? { signsFrom: new Date(key.signsFrom).toISOString() } : {}
    tx.audit({ type, detail: { kid: key.kid, alg: key.alg, ...begins } })
  }
  return ring
}

export const keyRingSteps = {
  "Waking.keys": step<typeof keyRingTables>()(woken),
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
      return Result.succeed(kept(tx, { ring: next, changes: keys.map((key) => ({ type: "key.added", key })) }))
    }
  }),
  "SigningKey.rotate": step<typeof keyRingTables>()({
    request: KeyRotation,
    reply: KeyRing,
    refusal: Schema.Never,
    run: (tx, { expected, ...rotation }) => {
      const ring = ringOf(tx)
      return Result.succeed(ring.version === expected ? kept(tx, rotate(ring, rotation, tx.now)) : ring)
    }
  }),
  "SigningKey.withdraw": step<typeof keyRingTables>()({
    request: KeyWithdrawal,
    reply: KeyRing,
    refusal: Schema.Never,
    run: (tx, withdrawal) => Result.succeed(kept(tx, withdraw(ringOf(tx), withdrawal, tx.now)))
  })
} as const

/** The one key ring object. Strong for the same reason as `AccountHome`. */
export const KeyRingHome = storage.strong("DurableObject.KeyRing")<StepCaller<typeof keyRingSteps>>()

/** The id under which the one key ring is found. */
const theRing = "1-0.keyring"

export const SigningKeysDurable = bind(SigningKeys, {
  ring: () => KeyRingHome.use((home) => home.call("SigningKey.ring", theRing, null)),
  install: (request) => KeyRingHome.use((home) => home.call("SigningKey.install", theRing, request)),
  rotate: (request) => KeyRingHome.use((home) => home.call("SigningKey.rotate", theRing, request)),
  withdraw: (request) => KeyRingHome.use((home) => home.call("SigningKey.withdraw", theRing, request))
})

export const KeyRingWaking = bind(Waking, {
  keys: () => KeyRingHome.use((home) => home.call("Waking.keys", theRing, { id: theRing }))
})
