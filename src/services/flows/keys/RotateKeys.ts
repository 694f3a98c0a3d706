/**
 * Publishing successors of keys before these are too old, and carrying out what is due. OIDC Core §10.1.1,
 * docs/decisions/0032-keys.md.
 */
import { Clock, Effect } from "effect"
import type { SigningAlg } from "../../../domain/ClientMetadata.ts"
import { due, type Rotation, rotate, rulesOf } from "../../../domain/KeyRotation.ts"
import { always, type KeyRing } from "../../../domain/SigningKey.ts"
import { Clients } from "../../storage/Clients.ts"
import { retried } from "../../storage/Retry.ts"
import { SigningKeys } from "../../storage/SigningKeys.ts"
import { makeKey } from "./Keys.ts"
import { settingsNow } from "../SettingsNow.ts"

/** Kinds of keys that are to be renewed before it is due; `insisted`: even those that no client wants. */
export interface Asked {
  readonly algs: ReadonlyArray<SigningAlg>
  readonly insisted: boolean
}

/**
 * The ring after what is due, or asked for, was done. Each kind of key goes its own way; one that no client wants any
 * more comes to an end.
 */
export const rotateKeys = Effect.fn("RotateKeys")(function* (asked: Asked = { algs: [], insisted: false }) {
  const rules = rulesOf((yield* settingsNow()).keys)
  const ring = yield* retried(SigningKeys.ring)()
  const now = yield* Clock.currentTimeMillis
  const ending = [...new Set([...due(ring, now, rules), ...asked.algs])]
  const wanted = yield* wantedOf(ending, asked.insisted ? asked.algs : [])
  const unwanted = ending.filter((alg) => !wanted.includes(alg))
  const rotation = { keys: [], unwanted, rules }
  if (unwanted.length === ending.length && !changes(ring, rotation, now)) return { ring, rotated: 0 }
  const keys = yield* Effect.forEach(
    ending.filter((alg) => wanted.includes(alg)),
    (alg) => makeKey(alg, now)
  )
  const after = yield* retried(SigningKeys.rotate)({ ...rotation, expected: ring.version, keys })
  // Else this isolate would go on with what it remembers of the ring.
  yield* retried(SigningKeys.copy)(0)
  return { ring: after, rotated: after.version > ring.version ? 1 : 0 }
})

/** A turn of the upkeep. */
export const keysDue = () => Effect.map(rotateKeys(), ({ rotated }) => ({ rotated }))

const changes = (ring: KeyRing, rotation: Rotation, now: number): boolean =>
  rotate(ring, rotation, now).changes.length > 0

/** Which of these kinds are to have a successor. All clients are looked through only if it depends on them. */
const wantedOf = Effect.fnUntraced(function* (ending: ReadonlyArray<SigningAlg>, insisted: ReadonlyArray<SigningAlg>) {
  const known = [...always, ...insisted]
  return ending.every((alg) => known.includes(alg)) ? known : [...known, ...(yield* retried(Clients.algs)())]
})
