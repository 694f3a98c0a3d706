/** Alerts and counted traffic over the database and the bucket in memory. */
import { Effect, Exit } from "effect"
import { type AlertBook, emptyBook } from "../../domain/Alert.ts"
import { alarming } from "../../domain/AlertFacts.ts"
import type { AuditEvent, AuditType } from "../../domain/AuditEvent.ts"
import { added, noTraffic, slotOf, sum } from "../../domain/Traffic.ts"
import { AlertBookChanged, Alerts } from "../../services/storage/Alerts.ts"
import { bind } from "../../services/storage/Bind.ts"
import type { StorageError } from "../../services/storage/StorageError.ts"
import { Traffics } from "../../services/storage/Traffics.ts"
import { batch, befallsRead, befallsWrite, madeOr, MemoryDatabase, query } from "./MemoryDatabase.ts"

/** One read or one write at one of the two. */
const at = <A>(place: "D1" | "R2", kind: "read" | "write", operation: string, run: (db: MemoryDatabase) => A) =>
  MemoryDatabase.use((db) =>
    db.world.call<A, StorageError>({
      place,
      operation,
      execute: () => Exit.succeed(run(db)),
      befalls: kind === "read" ? befallsRead(operation) : befallsWrite(operation)
    })
  )

/** One conditional put; what it is compared with was read before, and R2 compares again. */
const replace = (db: MemoryDatabase, next: AlertBook): boolean => {
  const before = db.alertBook.get("book") ?? emptyBook
  if (before.version === next.version && before.writer === next.writer) return true
  if (before.version !== next.version - 1) return false
  db.alertBook.set("book", next)
  return true
}

const isAlarming = (type: AuditType): boolean => (alarming as ReadonlyArray<AuditType>).includes(type)

const orderOf = ({ id, type }: AuditEvent): string => `${type === "limit.reached" ? 1 : 0} ${id}`

export const AlertsMemory = bind(Alerts, {
  book: () => at("R2", "read", "Alert.book", (db) => db.alertBook.get("book") ?? emptyBook),
  keep: (book) =>
    at("R2", "write", "Alert.keep", (db) => replace(db, book)).pipe(
      Effect.flatMap((made) => madeOr(made, () => new AlertBookChanged()))
    ),
  sign: (sign) => at("R2", "write", "Alert.sign", (db) => void db.alertSigns.set(sign.name, sign)),
  signs: () => at("R2", "read", "Alert.signs", (db) => db.alertSigns.values()),
  events: ({ limit, since }) =>
    query("Alert.events", (db) =>
      db.auditLog
        .values()
        .filter(({ at, type }) => at >= since && isAlarming(type))
        .toSorted((a, b) => (orderOf(a) < orderOf(b) ? -1 : 1))
        .slice(0, limit)
    )
})

export const TrafficMemory = bind(Traffics, {
  add: (more) =>
    batch("Traffic.add", (db) => {
      const slot = String(slotOf(more.began))
      db.traffic.set(slot, added(db.traffic.get(slot), more))
    }),
  since: (began) =>
    at("D1", "read", "Traffic.since", (db) =>
      db.traffic
        .values()
        .filter((window) => window.began >= began)
        .map(({ traffic }) => traffic)
        .reduce(sum, noTraffic)
    )
})
