/** A clock that stands still until somebody moves it, in whole milliseconds; nobody who sleeps wakes early. */
import { type Clock, Duration, Effect } from "effect"

export const virtualClock = (now: () => number, sleep: (milliseconds: number) => Effect.Effect<void>): Clock.Clock => {
  const nanos = () => BigInt(now()) * 1_000_000n
  return {
    currentTimeMillisUnsafe: now,
    currentTimeMillis: Effect.sync(now),
    currentTimeNanosUnsafe: nanos,
    currentTimeNanos: Effect.sync(nanos),
    monotonicTimeNanosUnsafe: nanos,
    monotonicTimeNanos: Effect.sync(nanos),
    sleep: (duration) => sleep(Math.ceil(Duration.toMillis(duration)))
  }
}
