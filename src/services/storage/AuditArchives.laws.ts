/** What the log and its archive keep between them: each event at every moment, in one of the two or named by one. */
import { Effect, Equal, Result } from "effect"
import { SecureRandom } from "effect/crypto"
import { AuditBatch } from "../../domain/AuditArchive.ts"
import { type AuditEvent, eventIdOf, firstIdAt } from "../../domain/AuditEvent.ts"
import { AuditArchives } from "./AuditArchives.ts"
import { ArchiveChanged, AuditLog } from "./AuditLog.ts"
import { expectEvents } from "./AuditLog.laws.ts"
import { freshText, freshUserId } from "./Fresh.laws.ts"
import { expectFailure, expectThat, law } from "./Law.ts"

const step = 10

/** A time long ago that is no other law's: events in it, in order, and a moment before and one after all of them. */
const longAgo = Effect.fnUntraced(function* (count: number) {
  const bytes = yield* SecureRandom.SecureRandom.use((source) => source.randomBytes(5))
  const began = bytes.reduce((sum, byte) => sum * 256 + byte, 0)
  const userId = yield* freshUserId
  const events: Array<AuditEvent> = []
  for (let index = 0; index < count; index++) {
    const at = began + index * step
    events.push({ id: eventIdOf(at, yield* freshText), at, type: "code.issued", userId, detail: { n: `${index}` } })
  }
  return { events, userId, after: firstIdAt(began), before: began + count * step }
})

const batchOf = Effect.fnUntraced(function* (events: ReadonlyArray<AuditEvent>) {
  const [first = ""] = events.map(({ id }) => id)
  const last = events.at(-1)?.id ?? first
  return new AuditBatch({ key: `law/${yield* freshText}`, first, last, lines: events.length, sha256: yield* freshText })
})

const idsOf = (events: ReadonlyArray<{ readonly id: string }>) => events.map(({ id }) => id)

const same = (a: ReadonlyArray<unknown>, b: ReadonlyArray<unknown>) => Equal.equals([...a], [...b])

/** Puts events into a batch, as the archive does. */
const taken = Effect.fnUntraced(function* (events: ReadonlyArray<AuditEvent>) {
  const batch = yield* batchOf(events)
  yield* AuditLog.forget({ batch, replaces: null, ids: idsOf(events) })
  return batch
})

const forget = ["AuditLog.append", "AuditLog.forget"]

const lookingLaws = [
  law(
    "the oldest events come in the order of their ids, from after one and from before a moment, and no more than asked",
    ["AuditLog.append", "AuditLog.oldest"],
    Effect.gen(function* () {
      const { after, before, events } = yield* longAgo(5)
      yield* AuditLog.append(events.toReversed())
      const some = yield* AuditLog.oldest({ after, before: before - step, limit: 3 })
      yield* expectThat(same(some.events, events.slice(0, 3)), "the first three, as they were sent")
      const rest = yield* AuditLog.oldest({ after: events[2]?.id ?? "", before: before - step, limit: 9 })
      yield* expectThat(same(idsOf(rest.events), idsOf(events.slice(3, 4))), "and what is left before the moment")
    })
  ),
  law(
    "the batch that the oldest events fall into, or the next one, is named with them",
    ["AuditLog.append", "AuditLog.oldest", "AuditLog.forget"],
    Effect.gen(function* () {
      const { after, before, events } = yield* longAgo(5)
      yield* AuditLog.append(events)
      const middle = events.slice(1, 4)
      const batch = yield* taken([middle[0], middle[2]].flatMap((event) => event ?? []))
      const asked = { before, limit: 9 }
      const first = yield* AuditLog.oldest({ ...asked, after })
      yield* expectThat(Equal.equals(first.batch, batch), "the next one, from an event before it")
      const second = yield* AuditLog.oldest({ ...asked, after: events[0]?.id ?? "" })
      yield* expectThat(Equal.equals(second.batch, batch), "the one that it falls into")
      const third = yield* AuditLog.oldest({ ...asked, after: events[2]?.id ?? "" })
      yield* expectThat(third.batch?.key !== batch.key, "and not one that ends before it")
    })
  ),
  law(
    "what is looked for comes the latest first, and says how far was looked",
    ["AuditLog.append", "AuditLog.find"],
    Effect.gen(function* () {
      const { before, events, userId } = yield* longAgo(6)
      const [odd = events[0]] = events.slice(1)
      yield* AuditLog.append(events.map((event) => (event === odd ? { ...event, type: "code.redeemed" } : event)))
      const asked = { filter: { userId }, before: firstIdAt(before), limit: 9, scans: 100, batches: 9 }
      const all = yield* AuditLog.find(asked)
      yield* expectThat(same(idsOf(all.events), idsOf(events.toReversed())), "all of them")
      const two = yield* AuditLog.find({ ...asked, limit: 2 })
      yield* expectThat(same(idsOf(two.events), idsOf(events.slice(4).toReversed())), "the latest two")
      const near = yield* AuditLog.find({ ...asked, filter: { userId, type: "code.redeemed" }, scans: 3 })
      yield* expectThat(near.events.length === 0, "it is not among the latest three")
      yield* expectThat(near.scannedTo === events[3]?.id, "which were looked at")
      const rest = yield* AuditLog.find({ ...asked, filter: { userId, type: "code.redeemed" }, before: near.scannedTo })
      yield* expectThat(same(idsOf(rest.events), [odd?.id]), "and it is before them")
    })
  )
]

const movingLaws = [
  law(
    "events that were archived are gone from the log, the others stay, and their batch is named in their place",
    [...forget, "AuditLog.find"],
    Effect.gen(function* () {
      const { before, events, userId } = yield* longAgo(4)
      yield* AuditLog.append(events)
      const old = events.slice(0, 3)
      const batch = yield* taken(old)
      yield* expectEvents(events, events.slice(3), "three are gone and one is there")
      const asked = { filter: { userId }, before: firstIdAt(before), limit: 9, scans: 100, batches: 1 }
      const found = yield* AuditLog.find(asked)
      yield* expectThat(same(idsOf(found.events), idsOf(events.slice(3))), "the log has one")
      yield* expectThat(same(found.batches, [batch]), "and names the batch of the others")
    })
  ),
  law(
    "archiving asked for again changes nothing, though an event was delivered again in between",
    forget,
    Effect.gen(function* () {
      const { events } = yield* longAgo(2)
      yield* AuditLog.append(events)
      const batch = yield* batchOf(events)
      yield* AuditLog.forget({ batch, replaces: null, ids: idsOf(events) })
      yield* AuditLog.append(events)
      yield* expectEvents(events, events, "what is delivered late is there again")
      yield* AuditLog.forget({ batch, replaces: null, ids: idsOf(events) })
      yield* expectEvents(events, [], "and is in its batch")
    })
  ),
  law(
    "a batch of ids that another one has is refused, and no event is deleted for it",
    forget,
    Effect.gen(function* () {
      const { events } = yield* longAgo(4)
      yield* AuditLog.append(events)
      yield* taken([events[0], events[2]].flatMap((event) => event ?? []))
      const left = events.filter((_, index) => index % 2 === 1)
      for (const some of [left, left.slice(0, 1)]) {
        const failure = yield* expectFailure(taken(some), "it overlaps the one that is there")
        yield* expectThat(failure instanceof ArchiveChanged, "it says that something was changed")
      }
      yield* expectEvents(left, left, "both events are there")
    })
  ),
  law(
    "a batch takes the place of the one that it was made of, and of no other",
    [...forget, "AuditLog.oldest"],
    Effect.gen(function* () {
      const { after, before, events } = yield* longAgo(3)
      yield* AuditLog.append(events)
      const ends = [events[0], events[2]].flatMap((event) => event ?? [])
      const old = yield* taken(ends)
      const whole = yield* batchOf(events)
      const late = idsOf(events.slice(1, 2))
      const wrong = AuditLog.forget({ batch: whole, replaces: "law/of somebody else", ids: late })
      yield* expectFailure(wrong, "it is not the one that is there")
      yield* AuditLog.forget({ batch: whole, replaces: old.key, ids: late })
      yield* expectEvents(events, [], "all three are in the archive")
      yield* AuditLog.append(events.slice(1, 2))
      const found = yield* AuditLog.oldest({ after, before, limit: 9 })
      yield* expectThat(Equal.equals(found.batch, whole), "in the batch that took the place")
    })
  ),
  law(
    "of 20 that archive the same events at once in batches of their own, one does",
    forget,
    Effect.gen(function* () {
      const { events } = yield* longAgo(3)
      yield* AuditLog.append(events)
      const tries = Array.from({ length: 20 }, () => Effect.result(taken(events)))
      const results = yield* Effect.all(tries, { concurrency: "unbounded" })
      yield* expectThat(results.filter(Result.isSuccess).length === 1, "one is told that it did")
      yield* expectEvents(events, [], "and the events are gone")
    })
  )
]

const archiveLaws = [
  law(
    "what was stored is read as it was, and stored again it is the same",
    ["AuditArchive.store", "AuditArchive.read"],
    Effect.gen(function* () {
      const { events } = yield* longAgo(1)
      const batch = yield* batchOf(events)
      yield* expectThat((yield* AuditArchives.read(batch.key)) === null, "it is not there before")
      const lines = `${JSON.stringify({ any: "ü\u0001" })}\n`.repeat(1_000)
      yield* AuditArchives.store(batch, lines)
      yield* AuditArchives.store(batch, lines)
      yield* expectThat((yield* AuditArchives.read(batch.key)) === lines, "every line is there")
    })
  )
]

export const auditArchiveLaws = [...lookingLaws, ...movingLaws, ...archiveLaws]
