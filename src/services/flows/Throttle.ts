/** Counting tries before they are made: what is refused here is not looked at. docs/decisions/0019-limits.md. */
import { Effect, Result } from "effect"
import { Base64Url } from "effect/encoding"
import { choose } from "../../domain/Locator.ts"
import { LimitKey, type LimitName } from "../../domain/RateLimit.ts"
import { ProviderConfig } from "../ports/ProviderConfig.ts"
import { Sealer } from "../ports/Sealer.ts"
import { Limits } from "../storage/Limits.ts"
import { retried } from "../storage/Retry.ts"
import { drawAttempt } from "./Secrets.ts"

/** Admits one try of this kind by or for `subject`; `TooMany` if it has to wait. */
export const throttle = Effect.fn("Throttle")(function* (limit: LimitName, subject: string) {
  const key = yield* limitKey(limit, subject)
  yield* retried(Limits.take)({ key, limit, attempt: yield* drawAttempt })
})

/** Storage learns neither names nor addresses: only a tag of them. */
const limitKey = Effect.fnUntraced(function* (limit: LimitName, subject: string) {
  const { limiterGenerations } = yield* ProviderConfig
  const tag = yield* Sealer.use((sealer) => sealer.tag("limit", JSON.stringify([limit, subject])))
  const bytes = Result.getOrElse(Base64Url.decode(tag), () => new Uint8Array(4))
  const draw = bytes.slice(-4).reduce((sum, byte) => sum * 256 + byte, 0)
  return LimitKey.make(`${choose(limiterGenerations, draw)}.${tag.slice(0, 22)}`)
})
