/**
 * Counting what the statistics show: the size of every shard, the events of the log by day, the clients.
 *
 * An object call a shard and hour, and one more for each ten thousand rows that it has; nobody who looks at the numbers
 * waits for any of it.
 */
import { Clock, Effect } from "effect"
import { firstIdAt } from "../../../domain/AuditEvent.ts"
import { allOf, idAt } from "../../../domain/Locator.ts"
import { countsAreGoodFor, isDue, measured, type ShardSize, unmeasured } from "../../../domain/ShardSize.ts"
import { type Provider, ProviderConfig } from "../../ports/ProviderConfig.ts"
import { retried } from "../../storage/Retry.ts"
import { Shards } from "../../storage/Shards.ts"
import { Statistics } from "../../storage/Statistics.ts"

/** Shards asked in one run, the one that waited longest first. */
const shardsAtOnce = 100

/** How long an event may be on its way into the log until it is not counted any more, in milliseconds. */
const onTheWay = 600_000

/** Events counted in one run. */
const eventsAtOnce = 50_000

export const countStatistics = Effect.fn("CountStatistics")(function* () {
  const now = yield* Clock.currentTimeMillis
  const shards = yield* measureShards(now)
  const until = firstIdAt(now - onTheWay)
  const events = yield* retried(Statistics.countEvents)({ until, limit: eventsAtOnce })
  const clients = yield* retried(Statistics.clients)()
  if (clients === null || now - clients.at >= countsAreGoodFor) yield* retried(Statistics.countClients)(now)
  return { shards, events }
})

/** Says how many were measured. One that does not answer is asked again at the next run. */
const measureShards = Effect.fnUntraced(function* (now: number) {
  const known = yield* retried(Statistics.shards)()
  const due = shardsOf(yield* ProviderConfig)
    .map(({ kind, shard }) => known.find((one) => one.kind === kind && one.shard === shard) ?? unmeasured(kind, shard))
    .filter((one) => isDue(one, now))
    .toSorted((one, other) => one.at - other.at)
    .slice(0, shardsAtOnce)
  const sizes = yield* Effect.forEach(due, (before) => measure(before, now), { concurrency: 4 })
  const answered = sizes.flatMap((size) => size ?? [])
  yield* retried(Statistics.saveShards)(answered)
  return answered.length
})

const shardsOf = ({ accountGenerations, limiterGenerations, ticketGenerations }: Provider) =>
  (
    [
      ["account", accountGenerations],
      ["ticket", ticketGenerations],
      ["limiter", limiterGenerations]
    ] as const
  ).flatMap(([kind, generations]) => allOf(generations).map((shard) => ({ kind, shard })))

const ask = Effect.fnUntraced(function* ({ counting, kind, shard }: ShardSize) {
  const request = { id: idAt(shard), from: counting?.next ?? null }
  if (kind === "account") return yield* retried(Shards.accounts)(request)
  return yield* kind === "ticket" ? retried(Shards.tickets)(request) : retried(Shards.limiters)(request)
})

const measure = (before: ShardSize, now: number) =>
  ask(before).pipe(
    Effect.map((answer) => measured(before, answer, now)),
    Effect.catch(({ _tag, detail }) =>
      Effect.as(
        Effect.logWarning("a shard was not measured").pipe(
          Effect.annotateLogs({ shard: before.shard, kind: before.kind, known: _tag, detail })
        ),
        undefined
      )
    )
  )
