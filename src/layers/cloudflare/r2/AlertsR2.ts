/** Alerts in R2, by one object that is replaced by compare-and-swap and one a sign; and alarming events from D1. */
import { Effect, Schema } from "effect"
import { AlertBook, emptyBook } from "../../../domain/Alert.ts"
import { AlertSign } from "../../../domain/AlertFacts.ts"
import { AuditEvent, firstIdAt } from "../../../domain/AuditEvent.ts"
import { AlertBookChanged, Alerts } from "../../../services/storage/Alerts.ts"
import { bind } from "../../../services/storage/Bind.ts"
import { storage } from "../../../services/storage/Storage.ts"
import { NotExecuted } from "../../../services/storage/StorageError.ts"
import type { Bucket } from "../Bindings.ts"
import { eventJson } from "../d1/AuditStatements.ts"
import { D1Primary, statement } from "../d1/D1Client.ts"
import { rowsOf } from "../d1/D1Rows.ts"
import { readR2, writeR2 } from "./R2Call.ts"

/** Strong for what `R2Call.ts` says. */
export const R2Alerts = storage.strong("R2.Alerts")<Bucket>()

const bookName = "alerts/book.json"
const signsFolder = "alerts/signs/"
const signName = (name: string): string => `${signsFolder}${name}.json`

const decodeBook = Schema.decodeUnknownEffect(Schema.fromJsonString(AlertBook))
const encodeBook = Schema.encodeSync(Schema.fromJsonString(AlertBook))
const decodeSign = Schema.decodeUnknownEffect(Schema.fromJsonString(AlertSign))
const encodeSign = Schema.encodeSync(Schema.fromJsonString(AlertSign))

/** Of another version of this code: it is not for this one to replace. */
const unreadable = (operation: string) => () =>
  new NotExecuted({ operation, reason: "schema", detail: "it is of another version of this code" })

/** The book with the mark by which R2 knows this version of it; null if there is none yet. */
const readBook = Effect.fnUntraced(function* (operation: string, bucket: Bucket) {
  const found = yield* readR2(operation, async () => {
    const object = await bucket.get(bookName)
    return object === null ? null : { etag: object.etag, text: await object.text() }
  })
  if (found === null) return null
  return { etag: found.etag, book: yield* Effect.mapError(decodeBook(found.text), unreadable(operation)) }
})

const keep = Effect.fnUntraced(function* (bucket: Bucket, next: AlertBook) {
  const operation = "Alert.keep"
  const found = yield* readBook(operation, bucket)
  const before = found?.book ?? emptyBook
  if (before.version === next.version && before.writer === next.writer) return
  if (before.version !== next.version - 1) return yield* new AlertBookChanged()
  const onlyIf = found === null ? new Headers({ "if-none-match": "*" }) : { etagMatches: found.etag }
  const put = yield* writeR2(operation, () => bucket.put(bookName, encodeBook(next), { onlyIf: onlyIf as never }))
  if (put === null) return yield* new AlertBookChanged()
})

const EventRow = Schema.Struct({ json: Schema.fromJsonString(AuditEvent) })
const readEvents = rowsOf("Alert.events", EventRow)

// The condition is the index's own, to the letter: SQLite takes a partial index only if it can see that.
const events =
  `SELECT ${eventJson} AS json FROM audit_log ` +
  "WHERE type IN ('code.reused', 'refresh.reused', 'limit.reached') AND event_id >= ? " +
  "ORDER BY type = 'limit.reached', event_id LIMIT ?"

/** A sign of an object, which is no flow: what keeps it from the queue must not keep it from the alerts. */
export const leaveSign = (bucket: Bucket, sign: ConstructorParameters<typeof AlertSign>[0]) =>
  bucket.put(signName(sign.name), encodeSign(new AlertSign(sign)))

export const AlertsR2 = bind(Alerts, {
  book: () =>
    R2Alerts.use((bucket) => readBook("Alert.book", bucket)).pipe(Effect.map((found) => found?.book ?? emptyBook)),
  keep: (book) => R2Alerts.use((bucket) => keep(bucket, book)),
  sign: (sign) =>
    R2Alerts.use((bucket) =>
      Effect.asVoid(writeR2("Alert.sign", () => bucket.put(signName(sign.name), encodeSign(sign))))
    ),
  signs: () =>
    R2Alerts.use((bucket) =>
      readR2("Alert.signs", async () => {
        const { objects } = await bucket.list({ prefix: signsFolder })
        const texts = await Promise.all(objects.map(async ({ key }) => (await bucket.get(key))?.text()))
        return texts.filter((text) => text !== undefined)
      })
    ).pipe(
      Effect.flatMap((texts) => Effect.forEach(texts, (text) => Effect.option(decodeSign(text)))),
      // A sign of a newer version is for the newer version.
      Effect.map((signs) => signs.flatMap((sign) => (sign._tag === "Some" ? [sign.value] : [])))
    ),
  events: ({ limit, since }) =>
    D1Primary.use((d1) => d1.query("Alert.events", statement(events, firstIdAt(since), limit))).pipe(
      Effect.flatMap(readEvents),
      Effect.map((rows) => rows.map(({ json }) => json))
    )
})
