/** A model of the audit log in D1, of its archive and of its dead letters in R2: the same operations over maps. */
import { Effect, Exit, Layer } from "effect"
import type { AuditBatch } from "../../domain/AuditArchive.ts"
import { matches } from "../../domain/AuditFilter.ts"
import { AuditArchives } from "../../services/storage/AuditArchives.ts"
import { ArchiveChanged, AuditLog, type AuditQuery, type Forgetting } from "../../services/storage/AuditLog.ts"
import { AuditReader } from "../../services/storage/AuditLog.laws.ts"
import { bind } from "../../services/storage/Bind.ts"
import type { StorageError } from "../../services/storage/StorageError.ts"
import { batch, befallsRead, befallsWrite, madeOr, MemoryDatabase, query } from "./MemoryDatabase.ts"
import type { D1Tables } from "./models/D1Versions.ts"

/** Ids of a simulation say no time, so nothing is found by their range: what matches is asked of every event. */
const find = (db: D1Tables, { batches, before, filter, limit, scans }: AuditQuery) => {
  const earlier = db.auditLog.values().filter(({ id }) => before === null || id < before)
  const scanned = earlier.toReversed().slice(0, scans)
  return {
    events: scanned.filter((event) => matches(filter, event)).slice(0, limit),
    scannedTo: scanned.length < scans ? null : (scanned.at(-1)?.id ?? null),
    batches: db.auditBatches
      .values()
      .filter(({ first }) => before === null || first < before)
      .toReversed()
      .slice(0, batches)
  }
}

const oldest = (db: D1Tables, { after, before, limit }: { after: string; before: number; limit: number }) => {
  const events = db.auditLog
    .values()
    .filter(({ at, id }) => id > after && at < before)
    .slice(0, limit)
  const [first] = events
  const batch = first && db.auditBatches.values().find(({ last }) => last >= first.id)
  return { events, batch: batch ?? null }
}

const forget = (db: MemoryDatabase, { batch: named, ids, replaces }: Forgetting): boolean => {
  const isSame = (one: AuditBatch | undefined) => one?.key === named.key
  const there = db.auditBatches.get(named.first)
  if (there?.key === replaces && there.last === named.last) db.auditBatches.delete(named.first)
  const overlaps = db.auditBatches.values().some(({ first, last }) => first <= named.last && last >= named.first)
  if (!overlaps) db.auditBatches.set(named.first, named)
  if (!isSame(db.auditBatches.get(named.first))) return false
  for (const id of ids) db.auditLog.delete(id)
  return true
}

/** A call to R2. */
const r2 = <A>(operation: string, execute: (db: MemoryDatabase) => A, isWrite: boolean) =>
  MemoryDatabase.use((db) =>
    db.world.call<A, StorageError>({
      place: "R2",
      operation,
      execute: () => Exit.succeed(execute(db)),
      befalls: isWrite ? befallsWrite(operation) : befallsRead(operation)
    })
  )

export const AuditLogMemory = bind(AuditLog, {
  append: (events) =>
    batch("AuditLog.append", (db) => {
      for (const event of events) if (!db.auditLog.has(event.id)) db.auditLog.set(event.id, event)
    }),
  find: (asked) => query("AuditLog.find", (db) => find(db, asked)),
  oldest: (asked) => query("AuditLog.oldest", (db) => oldest(db, asked)),
  forget: (request) =>
    batch("AuditLog.forget", (db) => forget(db, request)).pipe(
      Effect.flatMap((made) => madeOr(made, () => new ArchiveChanged()))
    ),
  bury: (letter) => r2("AuditLog.bury", (db) => void db.deadLetters.set(`dead-letters/${letter.id}`, letter), true)
})

export const AuditArchiveMemory = bind(AuditArchives, {
  store: ({ key }, lines) => r2("AuditArchive.store", (db) => void db.archive.set(key, lines), true),
  read: (key) => r2("AuditArchive.read", (db) => db.archive.get(key) ?? null, false)
})

/** Looks into the database of the test. */
export const MemoryAuditReader = Layer.effect(
  AuditReader,
  MemoryDatabase.use((db) =>
    Effect.succeed({
      events: (ids: ReadonlyArray<string>) => Effect.sync(() => ids.flatMap((id) => db.auditLog.get(id) ?? [])),
      letter: (id: string) => Effect.sync(() => db.deadLetters.get(`dead-letters/${id}`) ?? null)
    })
  )
)
