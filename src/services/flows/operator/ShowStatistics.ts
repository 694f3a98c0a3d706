/** The numbers that the upkeep counted: nobody who looks at them waits for a count. */
import { Clock, Effect } from "effect"
import type { ShardSize } from "../../../domain/ShardSize.ts"
import { retried } from "../../storage/Retry.ts"
import { Statistics } from "../../storage/Statistics.ts"
import { InvalidField } from "./Refusals.ts"

const day = 86_400_000

/** From that day (`2026-11-20`, UTC) on; the last thirty unless said otherwise. */
export const showStatistics = Effect.fn("ShowStatistics")(function* (asked: { readonly since?: string }) {
  const now = yield* Clock.currentTimeMillis
  const since = asked.since ?? new Date(now - 30 * day).toISOString().slice(0, 10)
  if (!/^\d{4}-\d\d-\d\d$/.test(since)) {
    return yield* new InvalidField({ field: "since", message: "since: a day such as 2026-11-20." })
  }
  const shards = yield* retried(Statistics.shards)()
  const clients = yield* retried(Statistics.clients)()
  const days = yield* retried(Statistics.days)(since)
  return {
    /** Deleted users stay as tombstones, and are counted. */
    users: total(shards, "users", "rows"),
    sessions: total(shards, "sessions", "live"),
    grants: total(shards, "grants", "live"),
    clients: clients?.clients ?? 0,
    days,
    shards: shards.map(({ at, bytes, countedAt, counts, kind, shard }) => ({
      kind,
      shard,
      bytes,
      at,
      countedAt,
      rows: Object.values(counts).reduce((sum, { rows }) => sum + rows, 0)
    }))
  }
})

const total = (shards: ReadonlyArray<ShardSize>, table: string, which: "rows" | "live"): number =>
  shards.reduce((sum, { counts }) => sum + (counts[table]?.[which] ?? 0), 0)
