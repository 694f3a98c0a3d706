/** system.md, alerts: each is fired through the cron, told by webhook and e-mail, and is over when its cause is. */
import { describe, expect, it } from "@effect/vitest"
import { Effect } from "effect"
import { TestClock } from "effect/testing"
import { type AlertName, calm } from "../../src/domain/Alert.ts"
import { type AuditEvent, eventIdOf } from "../../src/domain/AuditEvent.ts"
import { choose } from "../../src/domain/Locator.ts"
import { ShardSize, unmeasured } from "../../src/domain/ShardSize.ts"
import { noTraffic, type Traffic, TrafficWindow, windowOf } from "../../src/domain/Traffic.ts"
import { MemoryMail } from "../../src/layers/test/MemoryLetters.ts"
import { MemoryProvider } from "../../src/layers/test/MemoryProvider.ts"
import { MemoryHook } from "../../src/layers/test/WebhookMemory.ts"
import { buryDead } from "../../src/services/flows/DeliverOutbox.ts"
import { jwks } from "../../src/services/flows/keys/Keys.ts"
import { listAlerts, showAlertKey, testAlerts } from "../../src/services/flows/operator/ManageAlerts.ts"
import { setSettings } from "../../src/services/flows/operator/SetSettings.ts"
import { upkeep } from "../../src/services/flows/upkeep/Jobs.ts"
import { raiseAlert } from "../../src/services/flows/upkeep/RaiseAlert.ts"
import { runJobs } from "../../src/services/flows/upkeep/RunUpkeep.ts"
import { tellAlerts } from "../../src/services/flows/upkeep/TellAlerts.ts"
import { Alerts } from "../../src/services/storage/Alerts.ts"
import { AuditLog } from "../../src/services/storage/AuditLog.ts"
import { Settings } from "../../src/services/storage/Settings.ts"
import { Around } from "../../src/services/storage/Consistency.ts"
import { NotExecuted } from "../../src/services/storage/StorageError.ts"
import { Traffics } from "../../src/services/storage/Traffics.ts"

const start = 1_900_000_000_000
const webhook = "https://ops.example/hooks/T0/secret-of-the-address"
const email = "ops@example.com"

/** A provider whose operator is told both ways, at a moment of its life. */
const begin = Effect.andThen(
  TestClock.setTime(start),
  setSettings({ change: { alerts: { webhook, email, leastRequests: 100 } } })
)

/** What has arrived so far, by the ids of the messages, in the order of their names. */
const arrived = Effect.gen(function* () {
  const hook = yield* MemoryHook
  const mail = yield* MemoryMail
  const bodies = hook.arrived.values().map(({ body }) => JSON.parse(body))
  return {
    hooks: bodies.map(({ alert, type }) => `${alert} ${type}`).toSorted(),
    mails: mail.arrived
      .values()
      .map(({ subject }) => subject)
      .toSorted()
  }
})

const later = (milliseconds: number) => Effect.andThen(TestClock.adjust(milliseconds), upkeep())

const event = (type: AuditEvent["type"], detail: Readonly<Record<string, string>> = {}, tag = "AAAAAAAAAAAAAA") =>
  AuditLog.append([{ id: eventIdOf(start, `${type.length}${tag}`), at: start, type, detail }])

const counted = (traffic: Partial<Traffic>) =>
  Traffics.add(new TrafficWindow({ began: windowOf(start), traffic: { ...noTraffic, ...traffic } }))

/** The database, or any other storage, does not answer. */
const without = (broken: (operation: string) => boolean) =>
  Effect.provideService(Around, (call, run) =>
    broken(call.operation)
      ? Effect.fail(new NotExecuted({ operation: call.operation, reason: "overloaded", detail: "no answer" }) as never)
      : run
  )

/** What an isolate remembers and what is in R2 is not. */
const ofD1 = (operation: string) =>
  operation !== "Setting.copy" && (!operation.startsWith("Alert.") || operation === "Alert.events")

const deadLetter = (body: unknown) => buryDead([{ id: "m1", body, attempts: 6 }])

const cases: ReadonlyArray<
  readonly [sentence: string, name: AlertName, cause: () => Effect.Effect<unknown, any, any>]
> = [
  ["D1 or queue write given up after retries", "storage.given_up", () => counted({ requests: 10, givenUp: 1 })],
  ["refresh token reuse", "token.reused", () => event("refresh.reused")],
  ["code reuse", "token.reused", () => event("code.reused")],
  ["dead-lettered audit event", "audit.dead_letter", () => deadLetter({ anything: true })],
  [
    "dead-lettered logout",
    "logout.dead_letter",
    () =>
      deadLetter({
        _tag: "logout",
        notice: { id: "n", at: 0, userId: "1-0.aaaaaaaaaaaaaaaaaaaaaa", clientId: "rp", sid: "aaaaaaaaaaaaaaaaaaaaaa" }
      })
  ],
  [
    "dead letter of a letter",
    "letter.dead_letter",
    () => deadLetter({ _tag: "letter", letter: { id: "l", sealed: "" } })
  ],
  [
    "rate limiter tripping for one account",
    "limit.account",
    () => event("limit.reached", { limit: "login_account", key: "1-0.k" })
  ],
  ["what objects have to tell waits", "outbox.waiting", () => raiseAlert("outbox.waiting", { object: "1-3" })],
  ["error rate over 1 %", "errors.rate", () => counted({ requests: 1000, failures: 11 })],
  ["p95 over its target", "object.latency", () => counted({ objectCalls: 1000, slowObjectCalls: 51 })],
  ["a job of the upkeep failed", "upkeep.failed", () => runJobs([{ name: "broken", run: Effect.die("a defect") }])]
]

describe("system.md, alerts", () => {
  for (const [sentence, name, cause] of cases) {
    it.effect(`${sentence}: ${name} is raised by the cron, told both ways once, and over when it is calm`, () =>
      Effect.gen(function* () {
        yield* begin
        yield* upkeep()
        expect(yield* arrived).toEqual({ hooks: [], mails: [] })
        yield* cause()
        yield* later(0)
        yield* later(60_000)
        expect(yield* arrived).toEqual({ hooks: [`${name} alert.raised`], mails: [`Alert: ${name} at Hapax`] })
        // Whatever of it was looked at an hour back is out of sight, and calm.
        yield* later(3_600_000)
        yield* later(calm)
        expect(yield* arrived).toEqual({
          hooks: [`${name} alert.over`, `${name} alert.raised`],
          mails: [`Alert: ${name} at Hapax`, `Over: ${name} at Hapax`]
        })
        yield* later(calm)
        expect((yield* Alerts.book()).alerts).toEqual([])
      }).pipe(Effect.provide(MemoryProvider))
    )
  }

  it.effect("attack: whoever trips a thousand limits does not hide a token that is used by two", () =>
    Effect.gen(function* () {
      yield* begin
      yield* Effect.forEach(
        Array.from({ length: 1_100 }, (_, index) => String(index).padStart(14, "0")),
        (tag) => event("limit.reached", { limit: "login_address", key: `1-0.${tag}` }, tag),
        { discard: true }
      )
      yield* TestClock.adjust(60_000)
      const at = start + 60_000
      yield* AuditLog.append([{ id: eventIdOf(at, "AAAAAAAAAAAAAAAA"), at, type: "refresh.reused" }])
      yield* upkeep()
      expect((yield* arrived).hooks).toEqual(["token.reused alert.raised"])
    }).pipe(Effect.provide(MemoryProvider))
  )

  const borders: ReadonlyArray<readonly [string, Partial<Traffic>]> = [
    ["an error rate of 1 % is none over 1 %", { requests: 1000, failures: 10 }],
    ["of fewer than 100 requests no share is formed", { requests: 99, failures: 99 }],
    ["5 slow calls of 100 are a p95 at its target", { objectCalls: 1000, slowObjectCalls: 50 }]
  ]
  for (const [sentence, traffic] of borders) {
    it.effect(sentence, () =>
      Effect.gen(function* () {
        yield* begin
        yield* counted(traffic)
        yield* upkeep()
        expect(yield* arrived).toEqual({ hooks: [], mails: [] })
      }).pipe(Effect.provide(MemoryProvider))
    )
  }

  it.effect("key rotation overdue", () =>
    Effect.gen(function* () {
      yield* begin
      yield* jwks()
      const stuck = without((operation) => operation === "SigningKey.rotate")
      yield* TestClock.adjust("89 days")
      yield* upkeep().pipe(stuck)
      expect((yield* arrived).hooks).not.toContain("keys.rotation_overdue alert.raised")
      yield* TestClock.adjust("1 day")
      yield* upkeep().pipe(stuck)
      expect((yield* arrived).hooks).toContain("keys.rotation_overdue alert.raised")
      yield* upkeep()
      yield* later(calm)
      expect((yield* arrived).hooks).toContain("keys.rotation_overdue alert.over")
    }).pipe(Effect.provide(MemoryProvider))
  )

  it.effect("object over 100 MB", () =>
    Effect.gen(function* () {
      yield* begin
      const measured = (bytes: number) =>
        Effect.provideService(Around, (call, run) => {
          const shard = new ShardSize({ ...unmeasured("account", choose([16], 3)), bytes })
          return call.operation === "Statistic.shards" ? Effect.succeed([shard] as never) : run
        })
      yield* upkeep().pipe(measured(100_000_000))
      expect((yield* arrived).hooks).toEqual([])
      yield* upkeep().pipe(measured(100_000_001))
      expect((yield* arrived).hooks).toEqual(["object.size alert.raised"])
      const [alert] = (yield* Alerts.book()).alerts
      expect(alert?.detail).toEqual({ objects: "1", largest: "account 1-3", size: "100 MB" })
    }).pipe(Effect.provide(MemoryProvider))
  )

  it.effect("D1 over 8 GB", () =>
    Effect.gen(function* () {
      yield* begin
      const grown = Effect.provideService(Around, (call, run) =>
        call.operation === "Health.database" ? Effect.succeed({ migration: 9, bytes: 8_000_000_001 } as never) : run
      )
      yield* upkeep().pipe(grown)
      expect(yield* arrived).toMatchObject({ hooks: ["database.size alert.raised"] })
    }).pipe(Effect.provide(MemoryProvider))
  )

  it.effect("a database that does not answer is told of while it is down, and its other alerts are not over", () =>
    Effect.gen(function* () {
      yield* begin
      yield* event("code.reused")
      yield* upkeep()
      // An isolate that was asked within the last minute knows whom to tell.
      yield* Settings.copy()
      yield* upkeep().pipe(without(ofD1))
      const { hooks } = yield* arrived
      expect(hooks).toContain("storage.given_up alert.raised")
      expect(hooks).toContain("token.reused alert.raised")
      yield* TestClock.adjust(2 * calm)
      yield* Settings.copy()
      yield* upkeep().pipe(without(ofD1))
      expect((yield* arrived).hooks).toEqual(hooks)
    }).pipe(Effect.provide(MemoryProvider))
  )

  it.effect("a bucket that does not answer remembers nothing: an alert is rather told twice than not at all", () =>
    Effect.gen(function* () {
      yield* begin
      yield* event("code.reused")
      const jobs = yield* upkeep().pipe(without((operation) => operation.startsWith("Alert.book")))
      expect((yield* arrived).hooks).toEqual(["token.reused alert.raised"])
      expect(jobs.at(-1)).toMatchObject({ name: "alerts" })
    }).pipe(Effect.provide(MemoryProvider))
  )

  it.effect("webhook down: retried at the next run, and the e-mail still goes, once", () =>
    Effect.gen(function* () {
      yield* begin
      const hook = yield* MemoryHook
      hook.isDown = true
      yield* event("code.reused")
      yield* upkeep()
      yield* later(300_000)
      expect(yield* arrived).toEqual({ hooks: [], mails: ["Alert: token.reused at Hapax"] })
      hook.isDown = false
      yield* later(300_000)
      yield* later(300_000)
      expect(yield* arrived).toMatchObject({ hooks: ["token.reused alert.raised"] })
      expect(hook.taken).toBe(1)
    }).pipe(Effect.provide(MemoryProvider))
  )

  it.effect("the address of a webhook may be a secret: no message holds it, and neither does an e-mail", () =>
    Effect.gen(function* () {
      yield* begin
      yield* event("code.reused")
      yield* upkeep()
      const hook = yield* MemoryHook
      const mail = yield* MemoryMail
      const [posted] = hook.arrived.values()
      expect(posted?.uri).toBe(webhook)
      expect(JSON.stringify([posted?.body, mail.arrived.values()])).not.toContain("secret-of-the-address")
      expect(JSON.parse(posted?.body ?? "")).toMatchObject({
        issuer: "https://id.example",
        detail: { events: "1" },
        since: new Date(start).toISOString()
      })
      expect(mail.arrived.values().map(({ to }) => to)).toEqual([email])
    }).pipe(Effect.provide(MemoryProvider))
  )

  it.effect("an operator sees what is raised, and tries whether telling works: over which channel it does not", () =>
    Effect.gen(function* () {
      expect(yield* testAlerts()).toEqual([])
      yield* begin
      yield* event("code.reused")
      yield* upkeep()
      const hook = yield* MemoryHook
      hook.isDown = true
      expect(yield* listAlerts()).toMatchObject([
        { name: "token.reused", state: "raised", since: start, told: ["webhook", "email"] }
      ])
      expect(yield* testAlerts()).toEqual([
        { channel: "webhook", arrived: false },
        { channel: "email", arrived: true }
      ])
      expect((yield* arrived).mails).toContain("Test of alerts at Hapax")
      expect((yield* showAlertKey()).key).toMatch(/^whsec_[A-Za-z0-9+/]+=*$/)
    }).pipe(Effect.provide(MemoryProvider))
  )

  it.effect("two crons at once: each message has one id, and nothing of the book is lost", () =>
    Effect.gen(function* () {
      yield* begin
      yield* event("code.reused")
      yield* counted({ requests: 1000, failures: 500 })
      // As storage would: the other one runs between any two calls.
      const slow = Effect.provideService(Around, (_call, run) => Effect.andThen(Effect.yieldNow, run))
      yield* Effect.all([tellAlerts(), tellAlerts(), tellAlerts()], { concurrency: 3 }).pipe(slow)
      expect((yield* arrived).hooks).toEqual(["errors.rate alert.raised", "token.reused alert.raised"])
      const { alerts } = yield* Alerts.book()
      expect(alerts.map(({ name, told }) => [name, [...told].toSorted()])).toEqual([
        ["token.reused", ["email", "webhook"]],
        ["errors.rate", ["email", "webhook"]]
      ])
    }).pipe(Effect.provide(MemoryProvider))
  )

  it.effect("a cron that ends at any call: the next one tells what it did not, under the same id", () =>
    Effect.gen(function* () {
      yield* begin
      yield* event("code.reused")
      const hook = yield* MemoryHook
      for (let calls = 1; calls < 15; calls++) {
        let left = calls
        const cut = Effect.provideService(Around, (_call, run) => ((left -= 1) < 0 ? Effect.interrupt : run))
        yield* Effect.exit(tellAlerts().pipe(cut))
      }
      yield* tellAlerts()
      yield* tellAlerts()
      expect(hook.arrived.values()).toHaveLength(1)
      expect((yield* Alerts.book()).alerts.map(({ told }) => [...told].toSorted())).toEqual([["email", "webhook"]])
    }).pipe(Effect.provide(MemoryProvider))
  )
})
