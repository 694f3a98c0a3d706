/** What every lessor of permits keeps: blocks are taken off the limit once, and are there again when they are over. */
import { Clock, Effect, Result } from "effect"
import type { Block } from "../../domain/Lease.ts"
import { LimitKey, TooMany } from "../../domain/RateLimit.ts"
import { freshText } from "./Fresh.laws.ts"
import { expectFailure, expectThat, law } from "./Law.ts"
import { Limits } from "./Limits.ts"
import { advance, atOnce, freshAttempt, restart } from "./World.laws.ts"

const lease = ["Limit.lease"]
const terms = { limit: "clients", most: 20, window: 60_000, life: 10_000 } as const
const { life, most, window } = terms

const freshKey = Effect.map(freshText, (text) => LimitKey.make(`1-0.${text}`))

/** A block for somebody who asks for the first time. */
const leased = (key: LimitKey, wanted: number) =>
  Effect.flatMap(freshAttempt, (attempt) => Limits.lease({ ...terms, key, wanted, attempt }))

/** Blocks until there are none. */
const exhaust = (key: LimitKey) =>
  Effect.map(Effect.replicateEffect(Effect.result(leased(key, most)), 12), (results) =>
    sumOf(results.filter(Result.isSuccess).map(({ success }) => success))
  )

const sumOf = (blocks: ReadonlyArray<Block>): number => blocks.reduce((sum, { permits }) => sum + permits, 0)

export const leaseLaws = [
  law(
    "blocks that are asked for at the same time hold no more permits than the limit says; then all hear when to come",
    lease,
    Effect.gen(function* () {
      const key = yield* freshKey
      const start = yield* Clock.currentTimeMillis
      const results = yield* atOnce(40, leased(key, 3))
      const sum = sumOf(results.filter(Result.isSuccess).map(({ success }) => success))
      yield* expectThat(sum === most, `all ${most} are given, and no more: ${sum}`)
      const refused = yield* expectFailure(leased(key, 1), "there are none left")
      const retryAt = refused instanceof TooMany ? refused.retryAt : 0
      yield* expectThat(retryAt === start + life + window, `there are none until ${start + life + window}: ${retryAt}`)
    })
  ),
  law(
    "the same attempt asked again is the same block, after a restart too",
    lease,
    Effect.gen(function* () {
      const key = yield* freshKey
      const request = { ...terms, key, wanted: 6, attempt: yield* freshAttempt }
      const first = yield* Limits.lease(request)
      yield* leased(key, 1)
      yield* restart
      const again = yield* Limits.lease(request)
      yield* expectThat(first.permits === 6 && again.permits === 6, "it holds as many permits")
      yield* expectThat((yield* exhaust(key)) === most - 7, "and took them once")
    })
  ),
  law(
    "what was leased counts until its permits are no longer good and a window longer, to the millisecond",
    lease,
    Effect.gen(function* () {
      const key = yield* freshKey
      yield* exhaust(key)
      yield* restart
      yield* advance(life + window - 1)
      yield* expectFailure(leased(key, 1), "it counts to its last millisecond")
      yield* advance(1)
      yield* expectThat((yield* exhaust(key)) === most, "then all can be leased again")
    })
  ),
  law(
    "of what is left nobody gets more than half, and each hears how much is left",
    lease,
    Effect.gen(function* () {
      const key = yield* freshKey
      const first = yield* leased(key, most)
      const second = yield* leased(key, most)
      yield* expectThat(first.permits === most / 2 && first.left === most / 2, "half of all")
      yield* expectThat(second.permits === most / 4 && second.left === most / 4, "half of the rest")
      const other = yield* leased(yield* freshKey, 1)
      yield* expectThat(other.left === most - 1, "each thing is counted for itself")
    })
  ),
  law(
    "whoever comes with a smaller number is refused what a larger one still gives; what was leased counts for both",
    lease,
    Effect.gen(function* () {
      const key = yield* freshKey
      yield* leased(key, 8)
      const smaller = { ...terms, most: 8, key, wanted: 1, attempt: yield* freshAttempt }
      yield* expectFailure(Limits.lease(smaller), "8 are gone")
      yield* expectThat((yield* exhaust(key)) === most - 8, "and 12 are left of 20")
    })
  )
]
