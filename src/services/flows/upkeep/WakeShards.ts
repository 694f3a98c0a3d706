/**
 * Waking every shard once an hour, a part of them in each run, and telling it how long it keeps what is over. Which
 * part is the clock's: a run that does not come leaves its part asleep for an hour, and two at once wake it twice.
 */
import { Clock, Effect, Exit } from "effect"
import { allOf, type Generations, idAt } from "../../../domain/Locator.ts"
import { inForce } from "../../../domain/Settings.ts"
import { ProviderConfig } from "../../ports/ProviderConfig.ts"
import type { Strong } from "../../storage/Consistency.ts"
import { retried } from "../../storage/Retry.ts"
import { Settings } from "../../storage/Settings.ts"
import type { StorageError } from "../../storage/StorageError.ts"
import { AccountWaking, Waking } from "../../storage/Waking.ts"

/** How often the cron comes (`wrangler.toml`), in milliseconds, and in how many of its runs all shards are woken. */
const cadence = 300_000
const turns = 12

const day = 86_400_000

type WakingCall = Effect.Effect<
  void,
  StorageError,
  Strong<"Waking.accounts"> | Strong<"Waking.tickets"> | Strong<"Waking.limits"> | Strong<"Waking.keys">
>

export const wakeShards = Effect.fn("WakeShards")(function* () {
  const { accountGenerations, limiterGenerations, ticketGenerations } = yield* ProviderConfig
  const { retention } = inForce(yield* retried(Settings.find)())
  const turn = Math.floor((yield* Clock.currentTimeMillis) / cadence) % turns
  const due = (generations: Generations) =>
    allOf(generations)
      .filter((_, index) => index % turns === turn)
      .map(idAt)
  const sessionGrace = retention.sessionGraceDays * day
  const waking: ReadonlyArray<WakingCall> = [
    ...due(accountGenerations).map((id) => retried(Waking.accounts)(new AccountWaking({ id, sessionGrace }))),
    ...due(ticketGenerations).map((id) => retried(Waking.tickets)({ id })),
    ...due(limiterGenerations).map((id) => retried(Waking.limits)({ id })),
    ...(turn === 0 ? [retried(Waking.keys)()] : [])
  ]
  let asleep = 0
  for (const one of waking) {
    // One that does not answer does not keep the next one asleep.
    const exit = yield* Effect.exit(one)
    if (Exit.isFailure(exit)) {
      asleep += 1
      yield* Effect.logError("a shard could not be woken", exit.cause)
    }
  }
  return { woken: waking.length - asleep, asleep }
})
