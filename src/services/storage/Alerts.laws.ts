/** What whoever keeps alerts keeps: one book, changed by one at a time, and the last sign of each name. */
import { Clock, Effect, Equal } from "effect"
import { AlertBook, alertNames, emptyBook, RaisedAlert } from "../../domain/Alert.ts"
import { AlertSign } from "../../domain/AlertFacts.ts"
import { type AuditEvent, eventIdOf } from "../../domain/AuditEvent.ts"
import { AlertBookChanged, Alerts } from "./Alerts.ts"
import { AuditLog } from "./AuditLog.ts"
import { freshText } from "./Fresh.laws.ts"
import { expectFailure, expectThat, law } from "./Law.ts"

const book = ["Alert.book", "Alert.keep"]

/** The next version of the book, by a writer of its own, with an alert that says whose it is. */
const next = Effect.gen(function* () {
  const { version } = yield* Alerts.book()
  const writer = yield* freshText
  const alert = { name: "errors.rate", since: version, seenAt: version, overAt: null, day: 0, told: [] } as const
  return new AlertBook({
    version: version + 1,
    writer,
    alerts: [new RaisedAlert({ ...alert, detail: { writer } })]
  })
})

const expectKept = (kept: AlertBook, sentence: string) =>
  Effect.flatMap(Alerts.book(), (found) => expectThat(Equal.equals(found, kept), sentence))

/** An event of a moment, in the order of which it is found. */
const eventAt = (at: number, type: AuditEvent["type"]) =>
  Effect.map(freshText, (text): AuditEvent => ({ id: eventIdOf(at, text), at, type, detail: { law: text } }))

export const alertLaws = [
  law(
    "a book that was kept is found as it is, and by its writer it may be kept again",
    book,
    Effect.gen(function* () {
      const kept = yield* next
      yield* Alerts.keep(kept)
      yield* Alerts.keep(kept)
      yield* expectKept(kept, "the book is found as it was kept")
    })
  ),
  law(
    "of 10 changes of one version at once exactly one is made",
    book,
    Effect.gen(function* () {
      const books = yield* Effect.replicateEffect(next, 10)
      const exits = yield* Effect.forEach(books, (one) => Effect.exit(Alerts.keep(one)), { concurrency: "unbounded" })
      const won = books.filter((_, index) => exits[index]?._tag === "Success")
      yield* expectThat(won.length === 1, `one change is made, not ${won.length}`)
      yield* expectKept(won[0] ?? emptyBook, "the winner's is the book")
    })
  ),
  law(
    "a change of a version that is no more is refused",
    book,
    Effect.gen(function* () {
      const late = yield* next
      const first = yield* next
      yield* Alerts.keep(first)
      const failure = yield* expectFailure(Alerts.keep(late), "the late one is refused")
      yield* expectThat(failure instanceof AlertBookChanged, "it hears that the book was changed")
      yield* expectKept(first, "the first one stands")
    })
  ),
  law(
    "the last sign of each name is found",
    ["Alert.sign", "Alert.signs"],
    Effect.gen(function* () {
      const at = yield* Clock.currentTimeMillis
      const detail = { law: yield* freshText }
      for (const name of alertNames) yield* Alerts.sign(new AlertSign({ name, detail: {}, at }))
      const later = alertNames.map((name) => new AlertSign({ name, detail, at: at + 1 }))
      for (const sign of later) yield* Alerts.sign(sign)
      const found = yield* Alerts.signs()
      const inOrder = (signs: ReadonlyArray<AlertSign>) => signs.toSorted((a, b) => (a.name < b.name ? -1 : 1))
      yield* expectThat(Equal.equals(inOrder(found), inOrder(later)), "each is there once, as it was left last")
    })
  ),
  law(
    "the alarming events since a moment are found, limits after all others, so many at most, and nothing else",
    ["Alert.events"],
    Effect.gen(function* () {
      // Far ahead of the clock, so that no other law's events are among them.
      const since = (yield* Clock.currentTimeMillis) + 10_000_000 + (yield* freshText).charCodeAt(0) * 100_000
      const events = [
        yield* eventAt(since, "code.reused"),
        yield* eventAt(since + 1, "limit.reached"),
        yield* eventAt(since + 2, "refresh.reused")
      ]
      const others = [yield* eventAt(since - 1, "code.reused"), yield* eventAt(since + 1, "code.issued")]
      yield* AuditLog.append([...others, ...events])
      const found = yield* Alerts.events({ since, limit: 2 })
      yield* expectThat(Equal.equals(found, [events[0], events[2]]), "no limit stands before what was reused")
      const all = yield* Alerts.events({ since, limit: 100 })
      const ids = new Set(all.map(({ id }) => id))
      yield* expectThat(
        events.every(({ id }) => ids.has(id)) && !others.some(({ id }) => ids.has(id)),
        "all of them are found, and nothing else"
      )
    })
  )
]
