/** `/admin/statistics`: numbers that the upkeep counted. */
import { Schema } from "effect"
import { HttpApiEndpoint, OpenApi } from "effect/http-api"
import { ShardClass } from "../../domain/ShardSize.ts"
import { section } from "./Section.ts"
import { Moment } from "./Wire.ts"

const ShardOnWire = Schema.Struct({
  kind: ShardClass,
  shard: Schema.String,
  bytes: Schema.Int,
  rows: Schema.Int,
  at: Moment,
  countedAt: Schema.NullOr(Moment)
}).pipe(Schema.encodeKeys({ countedAt: "counted_at" }))

export const StatisticsSection = section("statistics", "Statistics").add(
  HttpApiEndpoint.get("showStatistics", "/statistics", {
    query: Schema.Struct({
      since: Schema.optionalKey(Schema.String.annotate({ description: "A day, 2026-11-20; thirty days ago if absent" }))
    }),
    success: Schema.Struct({
      users: Schema.Int.annotate({ description: "Deleted ones too: they leave a tombstone" }),
      sessions: Schema.Int.annotate({ description: "Live ones, as of the last count" }),
      grants: Schema.Int,
      clients: Schema.Int,
      days: Schema.Array(Schema.Struct({ day: Schema.String, type: Schema.String, events: Schema.Int })),
      shards: Schema.Array(ShardOnWire)
    })
  }).annotate(OpenApi.Summary, "Shows how much there is, and how often what happened on which day")
)
