/** Numbers about the whole provider in D1. */
import { Effect, Schema } from "effect"
import { ShardSize } from "../../../domain/ShardSize.ts"
import { bind } from "../../../services/storage/Bind.ts"
import { Statistics } from "../../../services/storage/Statistics.ts"
import { D1Primary, statement } from "./D1Client.ts"
import { jsonArrays, rowsOf } from "./D1Rows.ts"

const readShards = rowsOf("Statistic.shards", Schema.Struct({ size: Schema.fromJsonString(ShardSize) }))

const readDays = rowsOf(
  "Statistic.days",
  Schema.Struct({ day: Schema.String, type: Schema.String, events: Schema.Int })
)

const readClients = rowsOf("Statistic.clients", Schema.Struct({ clients: Schema.Int, clients_at: Schema.Int }))

const readCounted = rowsOf("Statistic.countEvents", Schema.Struct({ counted: Schema.Int }))

const encode = Schema.encodeSync(ShardSize)

const begun = statement(
  "INSERT INTO statistics_state (one, counted_through, clients, clients_at) VALUES (1, '', 0, 0) " +
    "ON CONFLICT (one) DO NOTHING"
)

/** Events that were not counted yet; its parameters are `until` and `limit`. */
const uncounted =
  "SELECT event_id, at, type FROM audit_log WHERE event_id > (SELECT counted_through FROM statistics_state) " +
  "AND event_id < ? ORDER BY event_id LIMIT ?"

export const StatisticsD1 = bind(Statistics, {
  shards: () =>
    D1Primary.use((d1) =>
      d1.query("Statistic.shards", statement("SELECT size FROM shard_statistics ORDER BY kind, shard"))
    ).pipe(
      Effect.flatMap(readShards),
      Effect.map((rows) => rows.map(({ size }) => size))
    ),
  saveShards: (sizes) =>
    D1Primary.use((d1) =>
      sizes.length === 0
        ? Effect.void
        : Effect.asVoid(
            d1.batch(
              "Statistic.saveShards",
              jsonArrays(sizes.map((size) => encode(size))).map((json) =>
                statement(
                  "INSERT INTO shard_statistics (kind, shard, at, size) " +
                    "SELECT value ->> 'kind', value ->> 'shard', value ->> 'at', value FROM json_each(?) WHERE true " +
                    "ON CONFLICT (kind, shard) DO UPDATE SET at = excluded.at, size = excluded.size " +
                    "WHERE excluded.at > shard_statistics.at",
                  json
                )
              )
            )
          )
    ),
  days: (since) =>
    D1Primary.use((d1) =>
      d1.query(
        "Statistic.days",
        statement("SELECT day, type, events FROM daily_statistics WHERE day >= ? ORDER BY day, type", since)
      )
    ).pipe(Effect.flatMap(readDays)),
  clients: () =>
    D1Primary.use((d1) =>
      d1.query("Statistic.clients", statement("SELECT clients, clients_at FROM statistics_state WHERE clients_at > 0"))
    ).pipe(
      Effect.flatMap(readClients),
      Effect.map(([row]) => (row === undefined ? null : { clients: row.clients, at: row.clients_at }))
    ),
  countEvents: ({ limit, until }) =>
    D1Primary.use((d1) =>
      d1.batch("Statistic.countEvents", [
        begun,
        statement(`SELECT count(*) AS counted FROM (${uncounted})`, until, limit),
        // What is counted and how far is one transaction, so that nothing is counted twice.
        statement(
          "INSERT INTO daily_statistics (day, type, events) " +
            `SELECT date(at / 1000, 'unixepoch'), type, count(*) FROM (${uncounted}) WHERE true GROUP BY 1, 2 ` +
            "ON CONFLICT (day, type) DO UPDATE SET events = events + excluded.events",
          until,
          limit
        ),
        statement(
          `UPDATE statistics_state SET counted_through = coalesce((SELECT max(event_id) FROM (${uncounted})), ` +
            "counted_through)",
          until,
          limit
        )
      ])
    ).pipe(
      Effect.flatMap(([, counted]) => readCounted(counted ?? [])),
      Effect.map(([row]) => row?.counted ?? 0)
    ),
  countClients: (now) =>
    D1Primary.use((d1) =>
      d1.batch("Statistic.countClients", [
        begun,
        statement(
          "UPDATE statistics_state SET clients = (SELECT count(*) FROM oauth_clients), clients_at = ?1 " +
            "WHERE clients_at < ?1",
          now
        )
      ])
    ).pipe(Effect.asVoid)
})
