/**
 * Races for permits: whatever happens to a call, and however far the clocks of isolates are apart, never more requests
 * are admitted in a window than the limit says.
 */
import { Effect } from "effect"
import { unchangedLimits } from "../../../src/domain/LimitSettings.ts"
import { LimitKey } from "../../../src/domain/RateLimit.ts"
import { permitLife } from "../../../src/domain/RequestLimit.ts"
import { act } from "../../../src/layers/test/kernel/World.ts"
import { limit } from "../../../src/layers/test/oracles/Limit.ts"
import { MemoryPermits } from "../../../src/layers/test/MemoryPermits.ts"
import { admit } from "../../../src/services/flows/limits/Admit.ts"
import { drawAttempt } from "../../../src/services/flows/Secrets.ts"
import { limitKey } from "../../../src/services/flows/limits/Throttle.ts"
import { LimitsInForce } from "../../../src/services/ports/LimitsInForce.ts"
import { Limits } from "../../../src/services/storage/Limits.ts"
import type { Entry } from "../Entry.ts"
import { actionsOf, anyway, doing, patient, race, refusalOf, type Rule } from "./Race.ts"
import { isTooMany, notBurnt } from "./Limits.ts"
import { finishes } from "./Rules.ts"

/** Small enough to be raced for, and large enough for a block of two. */
const most = 17
const windowMillis = 60_000
const terms = { limit: "clients", most, window: windowMillis, life: permitLife(windowMillis) } as const

/** One request from a network, at an isolate with a memory of its own. */
export const guess = admit("clients", "network").pipe(
  Effect.provideService(LimitsInForce, { ...unchangedLimits, clients: { most, window: windowMillis } }),
  Effect.provide(MemoryPermits)
)

/** All permits but so many are leased already, at the moment at which the clients begin. */
export const withPermits = Effect.fnUntraced(function* (free: number) {
  const key = LimitKey.make(yield* limitKey("clients", "network"))
  let left = most
  while (left > free) {
    const wanted = Math.min(left - free, Math.ceil(left / 2))
    const block = yield* Limits.lease({ ...terms, key, wanted, attempt: yield* drawAttempt })
    left = block.left
  }
})

export const admittedAtMost = (free: number): Rule => limit({ of: doing("guess"), most: free, windowMillis })

const twice = Effect.andThen(anyway(act("guess", guess)), anyway(act("guess", guess)))

/** When everything that was leased is over, there are permits again. */
const notTooLate: Rule = {
  name: "Limit",
  judge: (run) =>
    actionsOf(run, "late").some((one) => isTooMany(refusalOf(one))) ? "refused when the window was over" : undefined
}

export const leases: ReadonlyArray<Entry> = [
  race({
    counted: true,
    name: "lease: two isolates for the last permit",
    setup: Effect.as(withPermits(1), {}),
    clients: () => ({ first: act("guess", guess), second: act("guess", guess) }),
    oracles: [admittedAtMost(1), notBurnt]
  }),
  race({
    counted: true,
    name: "lease: two isolates with two requests each for three permits, clocks apart",
    setup: Effect.as(withPermits(3), {}),
    clients: () => ({ first: twice, second: twice }),
    oracles: [admittedAtMost(3)],
    skews: [0, 5_000],
    faults: ["lost reply", "late execution"]
  }),
  race({
    counted: true,
    name: "lease: two requests in one isolate, which may be lost, for two permits",
    isolates: { first: "isolate", second: "isolate" },
    setup: Effect.as(withPermits(2), {}),
    clients: () => ({ first: twice, second: act("guess", guess) }),
    oracles: [admittedAtMost(2)],
    faults: ["lost reply", "isolate lost", "disconnect"]
  }),
  race({
    counted: true,
    name: "lease: the last permit, again after 503; and after the window",
    setup: Effect.as(withPermits(1), {}),
    clients: () => ({
      only: Effect.gen(function* () {
        yield* anyway(act("guess", patient(guess)))
        yield* Effect.sleep(windowMillis + terms.life + 60_000)
        yield* act("late", patient(guess))
      })
    }),
    oracles: [admittedAtMost(1), notBurnt, notTooLate, finishes]
  })
]
