/** The queue's consumer: every event exactly once, whatever comes how often, and nothing lost that cannot be read. */
import { describe, expect, it } from "@effect/vitest"
import { Effect, Fiber, Logger } from "effect"
import { TestClock } from "effect/testing"
import { MemoryWorld } from "../../src/layers/test/Memory.ts"
import { MemoryDatabase } from "../../src/layers/test/MemoryDatabase.ts"
import { buryDead, deliverOutbox, type QueueMessage } from "../../src/services/flows/DeliverOutbox.ts"
import { createUser } from "../../src/services/flows/operator/CreateUser.ts"
import { disableUser } from "../../src/services/flows/operator/UserStatus.ts"
import { Around, type Call } from "../../src/services/storage/Consistency.ts"
import { OutcomeUnknown } from "../../src/services/storage/StorageError.ts"
import { cutOff, failureOf, World } from "./World.ts"

/** What the homes have said so far, as the queue's messages, through JSON as a queue sends them. */
const messages = Effect.gen(function* () {
  const { accounts } = yield* MemoryWorld
  return accounts
    .takeOutboxes()
    .map((body, n): QueueMessage => ({ id: `m${n}`, attempts: 1, body: JSON.parse(JSON.stringify(body)) }))
})

/** Six messages about two users, one of them changed twice. */
const someMessages = Effect.gen(function* () {
  yield* createUser({ username: "alice", claims: { name: "Alice" } })
  yield* createUser({ username: "bob" })
  yield* disableUser("alice")
  return yield* messages
})

const delivered = MemoryDatabase.use((db) =>
  Effect.sync(() => ({
    events: [...db.auditLog.values()].filter(({ type }) => type.startsWith("user.")).map(({ type }) => type),
    users: [...db.directory.values()].map(({ status, username }) => `${username} ${status}`).toSorted()
  }))
)

const everything = {
  events: ["user.created", "user.created", "user.disabled"],
  users: ["alice disabled", "bob active"]
}

describe("DeliverOutbox", () => {
  it.effect("writes a batch with one call for the events and one for the users", () =>
    Effect.gen(function* () {
      const batch = yield* someMessages
      expect(batch).toHaveLength(6)
      const calls: Array<string> = []
      const { again } = yield* deliverOutbox(batch).pipe(
        Effect.provideService(Around, (call, run) => {
          calls.push(call.operation)
          return run
        })
      )
      expect(calls).toEqual(["AuditLog.append", "Directory.mirror"])
      expect(again).toEqual([])
      const { events, users } = yield* delivered
      expect({ events: events.toSorted(), users }).toEqual(everything)
    }).pipe(Effect.provide(World))
  )

  it.effect("the same messages again, backwards and one by one, change nothing", () =>
    Effect.gen(function* () {
      const batch = yield* someMessages
      for (const message of batch.toReversed()) yield* deliverOutbox([message])
      yield* deliverOutbox([...batch, ...batch])
      const { events, users } = yield* delivered
      expect({ events: events.toSorted(), users }).toEqual(everything)
    }).pipe(Effect.provide(World))
  )

  it.effect.each([
    [1, "before"],
    [1, "after"],
    [2, "before"],
    [2, "after"]
  ] as const)("cut off at call %i, %s it, and delivered again by the queue, it is whole", ([step, when]) =>
    Effect.gen(function* () {
      const batch = yield* someMessages
      yield* deliverOutbox(batch).pipe(cutOff(step, when))
      yield* deliverOutbox(batch)
      const { events, users } = yield* delivered
      expect({ events: events.toSorted(), users }).toEqual(everything)
    }).pipe(Effect.provide(World))
  )

  const bodies: ReadonlyArray<unknown> = [
    null,
    "text",
    {},
    { _tag: "audit" },
    { _tag: "audit", event: { id: "1", at: "now", type: "user.created" } },
    { _tag: "audit", event: { id: "1", at: 1, type: "of another version" } },
    { _tag: "directory", entry: { userId: "none" } }
  ]
  it.effect("tells which messages it cannot read, and delivers the others", () =>
    Effect.gen(function* () {
      const good = yield* someMessages
      const bad = bodies.map((body, n) => ({ id: `bad${n}`, attempts: 1, body }))
      expect(yield* deliverOutbox([...bad, ...good, ...bad.slice(0, 1)])).toEqual({
        again: [...bad, ...bad.slice(0, 1)].map(({ id }) => ({ id }))
      })
      const { events, users } = yield* delivered
      expect({ events: events.toSorted(), users }).toEqual(everything)
      expect(yield* deliverOutbox([])).toEqual({ again: [] })
    }).pipe(Effect.provide(World))
  )

  it.effect("fails if storage does, so that the queue brings the batch again", () =>
    Effect.gen(function* () {
      const batch = yield* someMessages
      const before = (yield* delivered).events
      let calls = 0
      const unknown = <A, E, R>(call: Call, _run: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> => {
        calls += 1
        return Effect.fail(new OutcomeUnknown({ operation: call.operation, detail: "" }) as E)
      }
      const fiber = yield* Effect.forkChild(deliverOutbox(batch).pipe(Effect.provideService(Around, unknown)))
      yield* TestClock.adjust("1 minute")
      expect(yield* failureOf(Fiber.join(fiber))).toMatchObject({ _tag: "OutcomeUnknown" })
      expect(calls).toBe(4)
      expect((yield* delivered).events).toEqual(before)
    }).pipe(Effect.provide(World))
  )
})

describe("BuryDead", () => {
  it.effect("keeps each letter as it came, and raises an alert for each", () =>
    Effect.gen(function* () {
      const logged: Array<unknown> = []
      const logger = Logger.map(Logger.formatStructured, (entry) => logged.push(entry))
      const letters = [
        { id: "one", attempts: 1, body: { any: "thing" } },
        { id: "two", attempts: 1, body: null }
      ]
      yield* buryDead(letters).pipe(Effect.provide(Logger.layer([logger])))
      const db = yield* MemoryDatabase
      expect([...db.deadLetters]).toEqual(letters.map(({ body, id }) => [`dead-letters/${id}`, { id, body, at: 0 }]))
      expect(logged).toMatchObject(
        letters.map(({ id }) => ({
          level: "ERROR",
          annotations: { alert: "audit.dead_letter", messageId: id }
        }))
      )
    }).pipe(Effect.provide(World))
  )
})
