/** What every audit log keeps: each event once, whatever the queue does, and each dead letter. */
import { Clock, Context, Effect, Equal } from "effect"
import type { AuditEvent } from "../../domain/AuditEvent.ts"
import { AuditLog, type DeadLetter } from "./AuditLog.ts"
import { freshClient, freshEvent, freshText, freshUserId } from "./Fresh.laws.ts"
import { expectThat, law } from "./Law.ts"

/**
 * A look into what was kept. No operation reads the log, because no flow may decide by it; laws and tests are given
 * this by whoever gives them the storage.
 */
export class AuditReader extends Context.Service<
  AuditReader,
  {
    /** The events that are there of these ids; one that were there twice would come twice. */
    readonly events: (ids: ReadonlyArray<string>) => Effect.Effect<ReadonlyArray<AuditEvent>, unknown>
    /** A dead letter by its message's id. */
    readonly letter: (id: string) => Effect.Effect<DeadLetter | null, unknown>
  }
>()("hapax/storage/AuditReader") {}

/** Fails unless of these events exactly those are there, each once and as it was sent. */
export const expectEvents = (asked: ReadonlyArray<AuditEvent>, there: ReadonlyArray<AuditEvent>, sentence: string) =>
  AuditReader.use((reader) =>
    Effect.gen(function* () {
      const found = yield* reader.events(asked.map(({ id }) => id))
      const inOrder = (events: ReadonlyArray<AuditEvent>) => events.toSorted((a, b) => (a.id < b.id ? -1 : 1))
      yield* expectThat(Equal.equals(inOrder(found), inOrder(there)), sentence)
    })
  )

const freshEvents = (count: number) =>
  Effect.forEach(Array.from({ length: count }), () =>
    Effect.gen(function* () {
      const userId = yield* freshUserId
      const { id: clientId } = yield* freshClient
      return yield* freshEvent({
        type: "code.issued",
        userId,
        clientId,
        detail: { scope: "openid 'email'", redirect_uri: 'https://rp.example/cb?a="1"&b=ü' }
      })
    })
  )

const append = ["AuditLog.append"]

export const auditLogLaws = [
  law(
    "an appended event is there with all that it says",
    append,
    Effect.gen(function* () {
      const plain = yield* freshEvent({ type: "key.added" })
      const events = [...(yield* freshEvents(3)), plain]
      yield* AuditLog.append(events)
      yield* expectEvents(events, events, "the log keeps every event as it was sent")
    })
  ),
  law(
    "the queue delivers at least once: an event appended twice is there once",
    append,
    Effect.gen(function* () {
      const events = yield* freshEvents(3)
      yield* AuditLog.append(events)
      yield* AuditLog.append([...events, ...events])
      yield* expectEvents(events, events, "each event is there once")
    })
  ),
  law(
    "an event that is there is not changed by another of the same id",
    append,
    Effect.gen(function* () {
      const [event] = yield* freshEvents(1)
      if (event === undefined) return
      yield* AuditLog.append([event])
      yield* AuditLog.append([{ ...event, type: "code.redeemed", at: event.at + 1 }])
      yield* expectEvents([event], [event], "the first event stands")
    })
  ),
  law(
    "deliveries at the same time that overlap lose nothing and double nothing",
    append,
    Effect.gen(function* () {
      const events = yield* freshEvents(20)
      const batches = Array.from({ length: 10 }, (_, n) => events.slice(n, n + 11))
      yield* Effect.forEach(batches, (batch) => AuditLog.append(batch), { concurrency: "unbounded" })
      yield* expectEvents(events, events, "each event is there once")
    })
  ),
  law(
    "a batch of the queue (100 messages) is appended whole, and so is none",
    append,
    Effect.gen(function* () {
      const events = yield* freshEvents(100)
      yield* AuditLog.append([])
      yield* AuditLog.append(events)
      yield* expectEvents(events, events, "all 100 events are there")
    })
  ),
  law(
    "events of a message's greatest size (128 KB) are appended, together more than a parameter of D1 takes (2 MB)",
    append,
    Effect.gen(function* () {
      // Each pair is 8 bytes of JSON.
      const long = "ü\u0001".repeat(15_000)
      const events = (yield* freshEvents(20)).map((event) => ({ ...event, detail: { long } }))
      yield* AuditLog.append(events)
      yield* expectEvents(events, events, "all events are there, however long")
    })
  ),
  law(
    "a dead letter is kept as it came, and burying it again changes nothing",
    ["AuditLog.bury"],
    Effect.gen(function* () {
      const letter = { id: yield* freshText, body: { any: ["thing", null, 1] }, at: yield* Clock.currentTimeMillis }
      const reader = yield* AuditReader
      yield* expectThat((yield* reader.letter(letter.id)) === null, "it is not there before")
      yield* AuditLog.bury(letter)
      yield* AuditLog.bury(letter)
      yield* expectThat(Equal.equals(yield* reader.letter(letter.id), letter), "the letter is there as it came")
    })
  )
]
