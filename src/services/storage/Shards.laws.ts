/** What every shard says of itself: all rows it has, counted in whatever number of calls that takes. */
import { Effect } from "effect"
import { type CountPosition, type Measured, measured, type RowCount, unmeasured } from "../../domain/ShardSize.ts"
import { idAt, Locator } from "../../domain/Locator.ts"
import { expectThat, law } from "./Law.ts"
import { type Measuring, Shards } from "./Shards.ts"
import type { StorageError } from "./StorageError.ts"
import { ending, signedIn } from "./World.laws.ts"

const first = Locator.make("1-0")

/** A whole count of the first shard. */
const countWith = Effect.fnUntraced(function* <R>(
  ask: (request: Measuring) => Effect.Effect<Measured, StorageError, R>
) {
  let size = unmeasured("account", first)
  for (let from: CountPosition | null | undefined = null; from !== undefined;) {
    size = measured(size, yield* ask({ id: idAt(first), from }), 1)
    from = size.counting?.next
  }
  return size
})

const none: RowCount = { rows: 0, live: 0 }

export const shardLaws = [
  law(
    "a count of a shard has every row once, and those that live",
    ["Shard.accounts", "Session.open", "Session.endMany"],
    Effect.gen(function* () {
      const before = yield* countWith(Shards.accounts)
      const { user } = yield* signedIn
      const after = yield* countWith(Shards.accounts)
      const { sessions = none, users = none } = before.counts
      yield* expectThat(after.counts["users"]?.rows === users.rows + 1, "one user more")
      yield* expectThat(after.counts["sessions"]?.rows === sessions.rows + 1, "one session more")
      yield* expectThat(after.counts["sessions"]?.live === sessions.live + 1, "which lives")
      yield* ending(user.id)
      const ended = yield* countWith(Shards.accounts)
      yield* expectThat(ended.counts["sessions"]?.rows === sessions.rows + 1, "an ended session is still a row")
      yield* expectThat(after.bytes > 0 && ended.countedAt === 1, "and it has a size")
    })
  ),
  law(
    "shards of every class say how large they are",
    ["Shard.tickets", "Shard.limiters"],
    Effect.gen(function* () {
      const tickets = yield* countWith(Shards.tickets)
      const limiters = yield* countWith(Shards.limiters)
      yield* expectThat(Object.hasOwn(tickets.counts, "spent"), "spent tickets are counted")
      yield* expectThat(Object.hasOwn(limiters.counts, "counted"), "and what is limited")
    })
  )
]
