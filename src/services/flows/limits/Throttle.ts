/** Counting tries before they are made: what is refused here is not looked at. docs/decisions/0019-limits.md. */
import { Effect } from "effect"
import { idOfTag } from "../../../domain/Locator.ts"
import { isMissed, type Limit, LimitKey, type LimitName, limits, Taking } from "../../../domain/RateLimit.ts"
import type { RequestLimitName } from "../../../domain/RequestLimit.ts"
import { LimitsInForce } from "../../ports/LimitsInForce.ts"
import { ProviderConfig } from "../../ports/ProviderConfig.ts"
import { Sealer } from "../../ports/Sealer.ts"
import { Limits } from "../../storage/Limits.ts"
import { retried } from "../../storage/Retry.ts"
import { drawAttempt } from "../Secrets.ts"

/** A try that was admitted, and how many more would have been. */
export interface Admitted {
  readonly taking: Taking
  readonly left: number
}

/** Admits one try of this kind by or for `subject`; `TooMany` if it has to wait. */
export const throttle = Effect.fn("Throttle")(function* (limit: LimitName, subject: string) {
  const { [limit]: numbers } = yield* LimitsInForce
  const key = yield* limitKey(limit, subject)
  const taking = new Taking({ key, limit, attempt: yield* drawAttempt, ...(isOwn(limit, numbers) ? {} : { numbers }) })
  const admitted: Admitted = { taking, left: yield* retried(Limits.take)(taking) }
  return admitted
})

/**
 * A try that was right does not count. Counting first and giving back is what makes the number exact: who counts what
 * was wrong when it is found has let in everybody who asked meanwhile.
 */
export const giveBack = Effect.fn("GiveBack")(({ left, taking }: Admitted) =>
  // What is not given back goes on counting: the safe side, and nobody has to wait for it.
  isMissed(taking, left) ? Effect.ignore(retried(Limits.giveBack)(taking)) : Effect.void
)

/** The same by network address; whoever has none that can be believed is counted with all others who have none. */
export const throttleAddress = (limit: LimitName, address: string | undefined) =>
  throttle(limit, address ?? "no address")

/** Whether they are those that the limit comes with, which every object knows. */
const isOwn = (limit: LimitName, { most, window }: Limit): boolean =>
  most === limits[limit].most && window === limits[limit].window

/** Storage learns neither names nor addresses: only a tag of them. */
export const limitKey = Effect.fnUntraced(function* (limit: LimitName | RequestLimitName, subject: string) {
  const { limiterGenerations } = yield* ProviderConfig
  const tag = yield* Sealer.use((sealer) => sealer.tag("limit", JSON.stringify([limit, subject])))
  return LimitKey.make(idOfTag(limiterGenerations, tag))
})
