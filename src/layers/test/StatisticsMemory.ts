/** Numbers about the whole provider, over the database in memory. */
import { bind } from "../../services/storage/Bind.ts"
import { Statistics } from "../../services/storage/Statistics.ts"
import { batch, query } from "./MemoryDatabase.ts"

const state = "state"

export const StatisticsMemory = bind(Statistics, {
  shards: () => query("Statistic.shards", (db) => db.shardSizes.values()),
  saveShards: (sizes) =>
    batch("Statistic.saveShards", (db) => {
      for (const size of sizes) {
        const key = `${size.kind} ${size.shard}`
        if ((db.shardSizes.get(key)?.at ?? -1) < size.at) db.shardSizes.set(key, size)
      }
    }),
  days: (since) => query("Statistic.days", (db) => db.days.values().filter(({ day }) => day >= since)),
  clients: () =>
    query("Statistic.clients", (db) => {
      const { at = 0, clients = 0 } = db.counted.get(state) ?? {}
      return at === 0 ? null : { at, clients }
    }),
  countEvents: ({ limit, until }) =>
    batch("Statistic.countEvents", (db) => {
      const { through = "", ...counted } = db.counted.get(state) ?? {}
      const events = db.auditLog
        .entries()
        .filter(([id]) => id > through && id < until)
        .slice(0, limit)
      for (const [, { at, type }] of events) {
        const day = new Date(at).toISOString().slice(0, 10)
        const key = `${day} ${type}`
        db.days.set(key, { day, type, events: (db.days.get(key)?.events ?? 0) + 1 })
      }
      db.counted.set(state, { ...counted, through: events.at(-1)?.[0] ?? through })
      return events.length
    }),
  countClients: (now) =>
    batch("Statistic.countClients", (db) => {
      const before = db.counted.get(state) ?? {}
      if ((before.at ?? 0) < now) db.counted.set(state, { ...before, clients: db.clients.size, at: now })
    })
})
