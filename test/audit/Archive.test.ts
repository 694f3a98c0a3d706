/**
 * "After 90 days events go to R2 as compressed, checksummed JSON lines and are then deleted", and both are one log to
 * whoever looks for something: the flows of docs/decisions/0028-audit.md over the models.
 */
import { describe, expect, it } from "@effect/vitest"
import { Effect, Schema } from "effect"
import { TestClock } from "effect/testing"
import { type AuditEvent, type AuditType, eventIdOf } from "../../src/domain/AuditEvent.ts"
import { UserId } from "../../src/domain/Ids.ts"
import { MemoryDatabase } from "../../src/layers/test/MemoryDatabase.ts"
import { archiveAudit } from "../../src/services/flows/audit/ArchiveAudit.ts"
import { type AuditAsked, findEvents } from "../../src/services/flows/audit/FindEvents.ts"
import { AuditLog } from "../../src/services/storage/AuditLog.ts"
import { retried } from "../../src/services/storage/Retry.ts"
import { cutOff, World } from "../operator/World.ts"

const day = 86_400_000
const now = 200 * day

/** Event `n`, of the day that it is called after. */
const eventOf = (n: number, at: number, type: AuditType = "code.issued"): AuditEvent => ({
  id: eventIdOf(at, String(n).padStart(14, "A")),
  at,
  type,
  userId: UserId.make(`1-0.${"u".repeat(22)}`)
})

/** One event a day, from the first to the last of so many. */
const days = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, n) => eventOf(from + n, (from + n) * day))

const atNow = TestClock.setTime(now)

/** All pages, one after the other. */
const all = Effect.fnUntraced(function* (asked: AuditAsked = {}) {
  const events: Array<string> = []
  const damaged: Array<string> = []
  let next: string | null = null
  do {
    const page: Effect.Success<ReturnType<typeof findEvents>> = yield* findEvents({
      ...asked,
      ...(next === null ? {} : { after: next })
    })
    events.push(...page.events.map(({ id }) => id))
    damaged.push(...page.damaged.map(({ key }) => key))
    next = page.next
  } while (next !== null)
  return { events, damaged }
})

const latestFirst = (events: ReadonlyArray<AuditEvent>) =>
  events
    .map(({ id }) => id)
    .toSorted()
    .toReversed()

const inLog = MemoryDatabase.use((db) => Effect.sync(() => db.auditLog.values().map(({ id }) => id)))
const objects = MemoryDatabase.use((db) => Effect.sync(() => db.archive.entries()))

const lines = Schema.decodeUnknownSync(Schema.Array(Schema.fromJsonString(Schema.Struct({ id: Schema.String }))))

describe("after 90 days events go to R2 and are then deleted", () => {
  it.effect("those that are older, and only those; each is found before and after, once", () =>
    Effect.gen(function* () {
      yield* atNow
      const events = days(100, 120)
      yield* AuditLog.append(events)
      expect(yield* archiveAudit()).toEqual({ archived: 10 })
      expect(yield* inLog).toEqual(events.slice(10).map(({ id }) => id))
      const [[, text] = ["", ""]] = yield* objects
      expect(lines(text.trimEnd().split("\n")).map(({ id }) => id)).toEqual(events.slice(0, 10).map(({ id }) => id))
      expect(yield* all()).toEqual({ events: latestFirst(events), damaged: [] })
      expect(yield* archiveAudit()).toEqual({ archived: 0 })
    }).pipe(Effect.provide(World))
  )

  it.effect("bounded work a run, which goes on where it stopped", () =>
    Effect.gen(function* () {
      yield* atNow
      const many = Array.from({ length: 4_500 }, (_, n) => eventOf(n, day + n))
      yield* AuditLog.append(many)
      expect(yield* archiveAudit(1)).toEqual({ archived: 2_000 })
      expect(yield* archiveAudit(1)).toEqual({ archived: 2_000 })
      expect((yield* all({ limit: 1_000 })).events).toEqual(latestFirst(many))
      expect(yield* archiveAudit(1)).toEqual({ archived: 500 })
      expect((yield* all({ limit: 700 })).events).toEqual(latestFirst(many))
    }).pipe(Effect.provide(World))
  )

  it.effect("an event that is delivered late, or once more, is in the batch that it falls into, once", () =>
    Effect.gen(function* () {
      yield* atNow
      const events = days(50, 60)
      const late = eventOf(55, 55 * day + 1)
      yield* AuditLog.append(events)
      yield* archiveAudit()
      yield* AuditLog.append([late, ...events.slice(3, 5)])
      expect((yield* all()).events).toEqual(latestFirst([...events, late]))
      expect(yield* archiveAudit()).toEqual({ archived: 3 })
      expect(yield* inLog).toEqual([])
      expect((yield* all()).events).toEqual(latestFirst([...events, late]))
      // And one that falls between two batches or before all of them begins another.
      yield* AuditLog.append([eventOf(1, day), eventOf(70, 70 * day)])
      yield* archiveAudit()
      expect((yield* all()).events).toHaveLength(13)
    }).pipe(Effect.provide(World))
  )

  for (const when of ["before", "after"] as const) {
    it.effect.each([1, 2, 3, 4, 5, 6])(
      `cut off ${when} its call %i, every event is found once; the next run ends it`,
      (call) =>
        Effect.gen(function* () {
          yield* atNow
          const events = days(50, 60)
          yield* AuditLog.append(events)
          yield* cutOff(call, when)(archiveAudit())
          expect((yield* all()).events).toEqual(latestFirst(events))
          yield* archiveAudit()
          expect(yield* inLog).toEqual([])
          expect((yield* all()).events).toEqual(latestFirst(events))
        }).pipe(Effect.provide(World))
    )
  }

  it.effect("what was stored and reads otherwise is not deleted", () =>
    Effect.gen(function* () {
      yield* atNow
      const events = days(50, 60)
      yield* AuditLog.append(events)
      const { archive } = yield* MemoryDatabase
      const set = archive.set.bind(archive)
      archive.set = (key, text) => set(key, text.slice(0, -2))
      expect(yield* Effect.exit(archiveAudit())).toMatchObject({ _tag: "Failure" })
      expect(yield* inLog).toHaveLength(10)
    }).pipe(Effect.provide(World))
  )
})

describe("a corrupted archive object is named, not passed over in silence", () => {
  const damages: ReadonlyArray<readonly [string, (db: MemoryDatabase, key: string, text: string) => unknown, string]> =
    [
      ["missing", (db, key) => db.archive.delete(key), "missing"],
      ["changed", (db, key, text) => db.archive.set(key, text.replace("code.issued", "code.redeemed")), "checksum"],
      ["cut short", (db, key, text) => db.archive.set(key, text.slice(0, 99)), "checksum"]
    ]

  it.effect.each(damages)("%s", ([, damage, fault]) =>
    Effect.gen(function* () {
      yield* atNow
      const events = days(50, 60)
      const later = days(150, 153)
      yield* AuditLog.append([...events, ...later])
      yield* archiveAudit()
      const db = yield* MemoryDatabase
      const [[key, text] = ["", ""]] = yield* objects
      damage(db, key, text)
      const page = yield* findEvents({})
      expect(page.damaged).toEqual([{ key, fault, first: events[0]?.id, last: events[9]?.id, lines: 10 }])
      expect(page.events.map(({ id }) => id)).toEqual(latestFirst(later))
      expect(page.next).toBeNull()
    }).pipe(Effect.provide(World))
  )

  it.effect("what belongs into it waits in D1, and what is later is archived all the same", () =>
    Effect.gen(function* () {
      yield* atNow
      yield* AuditLog.append(days(50, 60))
      yield* archiveAudit()
      const db = yield* MemoryDatabase
      db.archive.clear()
      const late = eventOf(55, 55 * day + 1)
      const next = days(70, 80)
      yield* AuditLog.append([late, ...next])
      expect(yield* archiveAudit()).toEqual({ archived: 10 })
      expect(yield* inLog).toEqual([late.id])
      expect((yield* all()).events).toEqual(latestFirst([...next, late]))
    }).pipe(Effect.provide(World))
  )
})

describe("filters and cursors", () => {
  const other = UserId.make(`1-0.${"v".repeat(22)}`)
  const scene = Effect.gen(function* () {
    yield* atNow
    const events = days(90, 130).map((event, n) => ({
      ...event,
      ...(n % 4 === 0 ? { userId: other } : {}),
      ...(n % 5 === 0 ? { type: "code.redeemed" as const } : {})
    }))
    yield* AuditLog.append(events)
    yield* archiveAudit()
    return events
  })

  const asked: ReadonlyArray<readonly [AuditAsked, (event: AuditEvent) => boolean]> = [
    [{}, () => true],
    [{ type: "code.redeemed" }, ({ type }) => type === "code.redeemed"],
    [{ userId: other }, ({ userId }) => userId === other],
    [{ user: other }, ({ userId }) => userId === other],
    [{ userId: other, type: "code.redeemed" }, ({ type, userId }) => userId === other && type === "code.redeemed"],
    [{ from: 105 * day, to: 115 * day }, ({ at }) => at >= 105 * day && at < 115 * day],
    [{ clientId: "nobody" }, () => false],
    [{ name: "ada" }, () => false]
  ]

  it.effect.each(asked)("%j, over log and archive, in pages of any size", ([filter, isMeant]) =>
    Effect.gen(function* () {
      const events = yield* scene
      for (const limit of [1, 3, 1_000]) {
        expect((yield* all({ ...filter, limit })).events).toEqual(latestFirst(events.filter(isMeant)))
      }
    }).pipe(Effect.provide(World))
  )

  it.effect.each([0, 1_001, -1])("a limit of %i is refused", (limit) =>
    Effect.gen(function* () {
      expect(yield* Effect.flip(findEvents({ limit }))).toMatchObject({ _tag: "InvalidField", field: "limit" })
    }).pipe(Effect.provide(World))
  )

  it.effect("what is archived while somebody turns the pages is not missed and not shown twice", () =>
    Effect.gen(function* () {
      yield* atNow
      const events = days(90, 130)
      yield* AuditLog.append(events)
      const first = yield* findEvents({ limit: 15 })
      yield* retried(AuditLog.append)([])
      yield* archiveAudit()
      const rest = yield* all({ after: first.next ?? "", limit: 7 })
      expect([...first.events.map(({ id }) => id), ...rest.events]).toEqual(latestFirst(events))
    }).pipe(Effect.provide(World))
  )
})
