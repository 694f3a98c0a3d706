/** The audit log in D1, which batches of the archive take its events over, and its dead letters in R2. */
import { Effect, Schema } from "effect"
import { AuditBatch } from "../../../domain/AuditArchive.ts"
import { KeptEvent, firstIdAt } from "../../../domain/AuditEvent.ts"
import { idsOf, sameMembers } from "../../../domain/AuditFilter.ts"
import { ArchiveChanged, AuditLog, type AuditQuery, type Forgetting } from "../../../services/storage/AuditLog.ts"
import { bind } from "../../../services/storage/Bind.ts"
import { NotExecuted } from "../../../services/storage/StorageError.ts"
import { auditAll, eventJson } from "./AuditStatements.ts"
import { type D1Client, D1Primary, type Parameter, type Row, type Statement, statement } from "./D1Client.ts"
import { rowsOf } from "./D1Rows.ts"
import { R2DeadLetters } from "../r2/DeadLettersR2.ts"

const Event = Schema.Struct({ json: Schema.fromJsonString(KeptEvent) })

const Batch = Schema.Struct({
  first_id: Schema.String,
  last_id: Schema.String,
  object_key: Schema.String,
  lines: Schema.Int,
  sha256: Schema.String
})

const readers = (operation: string) => {
  const events = rowsOf(operation, Event)
  const batches = rowsOf(operation, Batch)
  return {
    events: (rows: ReadonlyArray<Row> = []) => Effect.map(events(rows), (read) => read.map(({ json }) => json)),
    batches: (rows: ReadonlyArray<Row> = []) => Effect.map(batches(rows), (read) => read.map(batchOf))
  }
}

const batchOf = ({ first_id: first, last_id: last, lines, object_key: key, sha256 }: typeof Batch.Type) =>
  new AuditBatch({ key, first, last, lines, sha256 })

/** Readings of one moment. They change nothing, so one that failed was not executed. */
const readAll = (d1: D1Client, operation: string, statements: ReadonlyArray<Statement>) =>
  Effect.mapError(
    d1.batch(operation, statements),
    ({ detail }) => new NotExecuted({ operation, reason: "unavailable", detail })
  )

const found = readers("AuditLog.find")
const oldest = readers("AuditLog.oldest")

const columnOf: Record<(typeof sameMembers)[number], string> = {
  type: "type",
  userId: "user_id",
  clientId: "client_id",
  grantId: "grant_id",
  sid: "sid"
}

/** Later than every id. */
const lastId = "~"

const findStatements = ({ batches, before, filter, limit, scans }: AuditQuery): ReadonlyArray<Statement> => {
  const ids = idsOf(filter, before)
  const range = [ids.before ?? lastId, ids.from] as const
  const wanted: ReadonlyArray<readonly [string, Parameter | undefined]> = [
    ...sameMembers.map((member) => [`${columnOf[member]} = ?`, filter[member]] as const),
    ["detail ->> 'name' = ?", filter.name],
    ["at >= ?", filter.from],
    ["at < ?", filter.to]
  ]
  const given = wanted.flatMap(([condition, value]) => (value === undefined ? [] : [{ condition, value }]))
  const where = given.map(({ condition }) => condition).join(" AND ")
  // The primary key is in the order of time, and there is no other index: what matches is looked for row by row, in so
  // many rows at once.
  const scanned = "audit_log WHERE event_id < ? AND event_id >= ? ORDER BY event_id DESC"
  return [
    statement(
      `SELECT ${eventJson} AS json FROM (SELECT * FROM ${scanned} LIMIT ?) WHERE ${where === "" ? "true" : where} ` +
        "ORDER BY event_id DESC LIMIT ?",
      ...range,
      scans,
      ...given.map(({ value }) => value),
      limit
    ),
    statement(`SELECT event_id FROM ${scanned} LIMIT 1 OFFSET ?`, ...range, scans - 1),
    statement(
      "SELECT * FROM audit_archive WHERE first_id < ? AND last_id >= ? ORDER BY first_id DESC LIMIT ?",
      ...range,
      batches
    )
  ]
}

const forgetStatements = ({ batch, ids, replaces }: Forgetting): ReadonlyArray<Statement> => {
  const { first, key, last, lines, sha256 } = batch
  const isNamed = "EXISTS (SELECT 1 FROM audit_archive WHERE object_key = ? AND first_id = ?)"
  return [
    // Only of the same ids: what is put in its place has all of them.
    statement("DELETE FROM audit_archive WHERE object_key = ? AND first_id = ? AND last_id = ?", replaces, first, last),
    // None overlaps another, so the last one that begins before the end of this one is the only one that can.
    statement(
      "INSERT INTO audit_archive (first_id, last_id, object_key, lines, sha256) " +
        "SELECT ?, ?, ?, ?, ? WHERE NOT EXISTS " +
        "(SELECT 1 FROM (SELECT last_id FROM audit_archive WHERE first_id <= ? ORDER BY first_id DESC LIMIT 1) " +
        "WHERE last_id >= ?)",
      first,
      last,
      key,
      lines,
      sha256,
      last,
      first
    ),
    statement(
      `DELETE FROM audit_log WHERE event_id IN (SELECT value FROM json_each(?)) AND ${isNamed}`,
      JSON.stringify(ids),
      key,
      first
    ),
    statement(`SELECT 1 WHERE ${isNamed}`, key, first)
  ]
}

export const AuditLogD1 = bind(AuditLog, {
  append: (events) =>
    D1Primary.use((d1) =>
      events.length === 0 ? Effect.void : Effect.asVoid(d1.batch("AuditLog.append", auditAll(events)))
    ),
  find: Effect.fnUntraced(function* (query) {
    const d1 = yield* D1Primary
    const [events, scanned, batches] = yield* readAll(d1, "AuditLog.find", findStatements(query))
    return {
      events: yield* found.events(events),
      scannedTo: (scanned?.[0]?.["event_id"] as string | undefined) ?? null,
      batches: yield* found.batches(batches)
    }
  }),
  oldest: Effect.fnUntraced(function* ({ after, before, limit }) {
    const d1 = yield* D1Primary
    const old = "audit_log WHERE event_id > ? AND event_id < ? ORDER BY event_id"
    const range = [after, firstIdAt(before)] as const
    const [events, batches] = yield* readAll(d1, "AuditLog.oldest", [
      statement(`SELECT ${eventJson} AS json FROM ${old} LIMIT ?`, ...range, limit),
      statement(
        // The one that begins before the oldest event, if it does not end before it; or else the next.
        `SELECT * FROM audit_archive WHERE last_id >= (SELECT event_id FROM ${old} LIMIT 1) AND first_id >= coalesce(` +
          "(SELECT max(first_id) FROM audit_archive WHERE first_id <= " +
          `(SELECT event_id FROM ${old} LIMIT 1)), '') ORDER BY first_id LIMIT 1`,
        ...range,
        ...range
      )
    ])
    const [batch = null] = yield* oldest.batches(batches)
    return { events: yield* oldest.events(events), batch }
  }),
  forget: (request) =>
    D1Primary.use((d1) => d1.batch("AuditLog.forget", forgetStatements(request))).pipe(
      Effect.flatMap((results) => ((results.at(-1)?.length ?? 0) > 0 ? Effect.void : Effect.fail(new ArchiveChanged())))
    ),
  // A letter that is buried again lies where it lay: its name is the message's id.
  bury: (letter) => R2DeadLetters.use((box) => box.put(`dead-letters/${letter.id}`, letter))
})
