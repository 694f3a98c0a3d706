/** What the statistics keep: each event counted once, each shard as it was measured last. */
import { Effect, Equal, Schema } from "effect"
import { type AuditEvent, eventIdOf, firstIdAt } from "../../domain/AuditEvent.ts"
import { Locator } from "../../domain/Locator.ts"
import { ShardSize, unmeasured } from "../../domain/ShardSize.ts"
import { AuditLog } from "./AuditLog.ts"
import { Clients } from "./Clients.ts"
import { freshClient, freshEvent, freshText } from "./Fresh.laws.ts"
import { expectThat, law } from "./Law.ts"
import { Statistics } from "./Statistics.ts"

const day = 86_400_000

/** After everything that is not of a law. */
const farAhead = 0x200000000000

/**
 * Two days that no law has counted yet, and none that is not of a law will be: events are counted in the order of their
 * ids, once for all, so a law needs moments that come after those of all others.
 */
const freshDays = Effect.gen(function* () {
  const days = yield* Statistics.days(dayOf(farAhead))
  const sizes = yield* Statistics.shards()
  const counted = yield* Statistics.clients()
  const latest = Math.max(
    farAhead,
    ...days.map((one) => Date.parse(one.day)),
    ...sizes.map(({ at }) => at),
    counted?.at ?? 0
  )
  const first = latest - (latest % day) + 2 * day
  return [first, first + day] as const
})

const eventAt = (at: number, type: AuditEvent["type"]) =>
  Effect.map(freshText, (tag): AuditEvent => ({ type, id: eventIdOf(at, tag), at }))

const dayOf = (at: number) => new Date(at).toISOString().slice(0, 10)

const countAll = (until: string, limit: number) =>
  Effect.gen(function* () {
    while ((yield* Statistics.countEvents({ until, limit })) > 0) continue
  })

const encode = Schema.encodeSync(Schema.Array(ShardSize))

export const statisticLaws = [
  law(
    "every event is counted once, on its day, and none before it is sure to have come",
    ["Statistic.countEvents", "Statistic.days"],
    Effect.gen(function* () {
      const [first, second] = yield* freshDays
      const early = [yield* eventAt(first, "user.created"), yield* eventAt(first + 1, "session.started")]
      const late = [yield* eventAt(second - 1, "session.started"), yield* eventAt(second, "session.started")]
      yield* AuditLog.append([...late, ...early])
      yield* countAll(firstIdAt(second), 1)
      const expected = [
        { day: dayOf(first), type: "session.started", events: 2 },
        { day: dayOf(first), type: "user.created", events: 1 }
      ]
      yield* expectThat(Equal.equals(yield* Statistics.days(dayOf(first)), expected), "the three of the first day")
      yield* AuditLog.append([yield* eventAt(second + 1, "session.started")])
      yield* countAll(firstIdAt(second + 2), 10)
      yield* countAll(firstIdAt(second + 2), 10)
      const next = { day: dayOf(second), type: "session.started", events: 2 }
      yield* expectThat(Equal.equals(yield* Statistics.days(dayOf(first)), [...expected, next]), "and then the others")
      yield* expectThat(Equal.equals(yield* Statistics.days(dayOf(second)), [next]), "from a day on")
    })
  ),
  law(
    "a shard is as it was measured last, whatever the order in which measures come",
    ["Statistic.saveShards", "Statistic.shards"],
    Effect.gen(function* () {
      const [begun] = yield* freshDays
      const sized = (shard: string, at: number, bytes: number) =>
        new ShardSize({ ...unmeasured("ticket", Locator.make(shard)), at: begun + at, bytes })
      const all = (wanted: number) =>
        Effect.map(Statistics.shards(), (sizes) =>
          sizes.filter(({ at, kind }) => kind === "ticket" && at >= begun).slice(0, wanted)
        )
      yield* Statistics.saveShards([sized("9-0", 2, 20), sized("9-1", 1, 10)])
      yield* Statistics.saveShards([sized("9-0", 1, 11), sized("9-1", 3, 30)])
      const expected = [sized("9-0", 2, 20), sized("9-1", 3, 30)]
      yield* expectThat(Equal.equals(encode(yield* all(3)), encode(expected)), "the newest of each")
      yield* Statistics.saveShards([])
    })
  ),
  law(
    "clients are counted when that is asked for, and the count says when that was",
    ["Statistic.countClients", "Statistic.clients"],
    Effect.gen(function* () {
      const [first, second] = yield* freshDays
      yield* Statistics.countClients(first)
      const before = yield* Statistics.clients()
      yield* Clients.create(yield* freshClient, yield* freshEvent({ type: "client.created" }))
      yield* expectThat(Equal.equals(yield* Statistics.clients(), before), "it stays until the next count")
      yield* Statistics.countClients(second)
      const expected = { clients: (before?.clients ?? 0) + 1, at: second }
      yield* expectThat(before?.at === first && Equal.equals(yield* Statistics.clients(), expected), "one more")
    })
  )
]
