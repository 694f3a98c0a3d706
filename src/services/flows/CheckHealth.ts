/**
 * Whether every store answers. Asked by anybody, so the stores are asked at most once in ten seconds by an isolate:
 * whoever comes while they are being asked is told what was found the last time.
 */
import { Clock, Effect, Result } from "effect"
import { Check, HealthReport, isFresh, newestMigration, type Store, stores } from "../../domain/Health.ts"
import { choose, type Generations } from "../../domain/Locator.ts"
import { ProviderConfig } from "../ports/ProviderConfig.ts"
import { Health } from "../storage/Health.ts"
import { SigningKeys } from "../storage/SigningKeys.ts"
import type { StorageError } from "../storage/StorageError.ts"

/** What has not answered by then does not answer. */
const patience = "2 seconds"

export const checkHealth = Effect.fn("CheckHealth")(function* () {
  const now = yield* Clock.currentTimeMillis
  const last = yield* Health.last()
  if (last !== null && isFresh(last, now)) return last
  yield* Health.keep(new HealthReport({ at: now, checks: last?.checks ?? [] }))
  const checks = yield* askAll(now)
  const report = new HealthReport({ at: now, checks })
  yield* Health.keep(report)
  return report
})

const askAll = Effect.fnUntraced(function* (now: number) {
  const { accountGenerations, limiterGenerations, ticketGenerations } = yield* ProviderConfig
  // Another shard each time, so that all are asked in turn and none is asked for all.
  const shard = (generations: Generations) => ({ id: `${choose(generations, Math.floor(now / 10_000))}.health` })
  const [database, ...others] = yield* Effect.all(
    [
      ask("database", Health.database()),
      ask("accounts", Health.accounts(shard(accountGenerations))),
      ask("tickets", Health.tickets(shard(ticketGenerations))),
      ask("limits", Health.limits(shard(limiterGenerations))),
      ask("keys", SigningKeys.ring()),
      ask("cache", Health.cache()),
      ask("archive", Health.archive())
    ],
    { concurrency: "unbounded" }
  )
  // Where nobody knows the migration, it is the check of the database that says so.
  const isCurrent = database.answer === undefined || database.answer.migration >= newestMigration
  const schema = new Check({ store: "schema", passed: isCurrent, took: 0 })
  const checks = [database, ...others].map(({ check }) => check)
  return stores.flatMap((store) => [...checks, schema].find((check) => check.store === store) ?? [])
})

/** One check, and what was answered if anything was. Why not is for the log alone. */
const ask = Effect.fnUntraced(function* <A, R>(store: Store, asking: Effect.Effect<A, StorageError, R>) {
  const began = yield* Clock.currentTimeMillis
  const answered = yield* asking.pipe(
    Effect.timeoutOrElse({
      duration: patience,
      orElse: () => Effect.fail({ _tag: "Late", detail: `no answer in ${patience}` })
    }),
    Effect.tapError(({ _tag, detail }) =>
      Effect.logError("a store does not answer").pipe(Effect.annotateLogs({ store, known: _tag, detail }))
    ),
    Effect.result
  )
  const took = (yield* Clock.currentTimeMillis) - began
  const passed = Result.isSuccess(answered)
  return { check: new Check({ store, passed, took }), answer: passed ? answered.success : undefined }
})
