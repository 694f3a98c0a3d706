/** What every counter of tries keeps: no window holds more than the limit says, however many ask at the same time. */
import { Clock, Effect, Result } from "effect"
import { LimitKey, type LimitName, limits, TooMany } from "../../domain/RateLimit.ts"
import { freshText } from "./Fresh.laws.ts"
import { expectFailure, expectThat, law } from "./Law.ts"
import { Limits } from "./Limits.ts"
import { advance, atOnce, freshAttempt, restart } from "./World.laws.ts"

const take = ["Limit.take"]
const giveBack = ["Limit.take", "Limit.giveBack"]
const limit = "login_account"
const { most, window } = limits[limit]

/** Something that nobody has tried yet, in the first shard of the first generation, which every configuration has. */
const freshKey = Effect.map(freshText, (text) => LimitKey.make(`1-0.${text}`))

/** One more try, which nobody made before. */
const attempted = (key: LimitKey, name: LimitName = limit) =>
  Effect.flatMap(freshAttempt, (attempt) => Limits.take({ key, limit: name, attempt }))

const times = (count: number, key: LimitKey) => Effect.replicateEffect(attempted(key), count)

/** That one more try is refused until `retryAt`. */
const expectTooMany = Effect.fnUntraced(function* (key: LimitKey, retryAt: number, sentence: string) {
  const failure = yield* expectFailure(attempted(key), sentence)
  yield* expectThat(failure instanceof TooMany && failure.limit === limit, `${sentence}: it says which limit`)
  const said = failure instanceof TooMany ? failure.retryAt : 0
  yield* expectThat(said === retryAt, `${sentence}: the next is admitted at ${retryAt}, it said ${said}`)
})

export const limitLaws = [
  law(
    "50 tries at once: as many as the limit says are admitted, every other hears when to come again",
    take,
    Effect.gen(function* () {
      const key = yield* freshKey
      const results = yield* atOnce(50, attempted(key))
      yield* expectThat(results.filter(Result.isSuccess).length === most, `${most} are admitted`)
      const others = results.filter(Result.isFailure).map(({ failure }) => failure)
      yield* expectThat(
        others.every((failure) => failure instanceof TooMany),
        "every other hears that there were too many"
      )
    })
  ),
  law(
    "the next try is admitted when the oldest of the window leaves it, to the millisecond",
    take,
    Effect.gen(function* () {
      const key = yield* freshKey
      const first = yield* Clock.currentTimeMillis
      yield* attempted(key)
      yield* advance(1_000)
      yield* times(most - 1, key)
      yield* expectTooMany(key, first + window, "the window is full")
      yield* advance(window - 1_001)
      yield* expectTooMany(key, first + window, "it is full to its last millisecond")
      yield* advance(1)
      yield* attempted(key)
      yield* expectTooMany(key, first + 1_000 + window, "and then one place was free")
    })
  ),
  law(
    "the same attempt asked again counts once, after a restart too",
    take,
    Effect.gen(function* () {
      const key = yield* freshKey
      const attempt = yield* freshAttempt
      yield* Limits.take({ key, limit, attempt })
      yield* restart
      yield* Limits.take({ key, limit, attempt })
      yield* times(most - 1, key)
      // It was admitted, so it is told that, although there is no place for another.
      yield* Limits.take({ key, limit, attempt })
      yield* expectFailure(attempted(key), "there is no place for another")
    })
  ),
  law(
    "what was counted is remembered after a restart, and each thing is counted for itself",
    take,
    Effect.gen(function* () {
      const [key, other] = [yield* freshKey, yield* freshKey]
      yield* times(most, key)
      yield* restart
      yield* expectFailure(attempted(key), "it is remembered")
      const left = yield* times(most, other)
      const each = Array.from({ length: most }, (_, index) => most - 1 - index)
      yield* expectThat(left.join() === each.join(), "each hears how many are left")
    })
  ),
  law(
    "a try that was refused does not put off the next",
    take,
    Effect.gen(function* () {
      const key = yield* freshKey
      const first = yield* Clock.currentTimeMillis
      yield* times(most, key)
      for (let tries = 0; tries < 3; tries++) {
        yield* advance(1_000)
        yield* expectTooMany(key, first + window, "it waits for the first, whatever is tried meanwhile")
      }
      yield* advance(window - 3_000)
      yield* times(most, key)
    })
  ),
  law(
    "what is given back does not count, and giving it back again takes nothing from others",
    giveBack,
    Effect.gen(function* () {
      const key = yield* freshKey
      const right = { key, limit, attempt: yield* freshAttempt } as const
      yield* Limits.take(right)
      yield* times(most - 1, key)
      yield* Limits.giveBack(right)
      yield* restart
      yield* Limits.giveBack(right)
      yield* attempted(key)
      yield* expectFailure(attempted(key), "one place was free, and one only")
    })
  ),
  law(
    "what was never admitted is given back without an effect",
    giveBack,
    Effect.gen(function* () {
      const key = yield* freshKey
      yield* times(most, key)
      yield* Limits.giveBack({ key, limit, attempt: yield* freshAttempt })
      yield* expectFailure(attempted(key), "the window is as full as it was")
    })
  )
]
