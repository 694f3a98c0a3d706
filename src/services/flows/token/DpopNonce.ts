/**
 * Nonces for proofs of possession, if the operator switched them on: a proof cannot be made ahead of time. RFC 9449 §8.
 *
 * Nothing is stored: a nonce is the provider's tag over the turn it is given out in, and is good for the next turn too.
 */
import { Clock, Effect } from "effect"
import { nonceTurn } from "../../../domain/Dpop.ts"
import { ProviderConfig } from "../../ports/ProviderConfig.ts"
import { Sealer } from "../../ports/Sealer.ts"

/** The nonces that are good now, the newest first; undefined where proofs need none. */
export const goodNonces = Effect.fnUntraced(function* () {
  const { dpopNonces } = yield* ProviderConfig
  if (!dpopNonces) return undefined
  const turn = Math.floor((yield* Clock.currentTimeMillis) / nonceTurn)
  const sealer = yield* Sealer
  return yield* Effect.forEach([turn, turn - 1], (one) => sealer.tag("dpop-nonce", `${one}`))
})
