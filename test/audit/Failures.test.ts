/**
 * "Every login and failure, consent, token issue, reuse, revocation, administrator's change and key rotation is an
 * event": what each step says of what it writes, and what is told of what is refused. docs/decisions/0028-audit.md.
 */
import { describe, expect, it } from "@effect/vitest"
import { Effect, Redacted } from "effect"
import { TestClock } from "effect/testing"
import { type AuditEvent, AuditType } from "../../src/domain/AuditEvent.ts"
import { limits } from "../../src/domain/RateLimit.ts"
import { MemoryDatabase } from "../../src/layers/test/MemoryDatabase.ts"
import { MemoryProvider } from "../../src/layers/test/MemoryProvider.ts"
import { nameTag, tellLink } from "../../src/services/flows/audit/Failures.ts"
import { findEvents } from "../../src/services/flows/audit/FindEvents.ts"
import { token } from "../../src/services/flows/Token.ts"
import { freshUserId } from "../../src/services/storage/Fresh.laws.ts"
import { Tickets } from "../../src/services/storage/Tickets.ts"
import { freshAttempt } from "../../src/services/storage/World.laws.ts"
import { sources } from "../house/Source.ts"
import { form, registered, relyingParty, signIn, withLoginForm } from "../simulation/Scene.ts"
import { allEvents } from "../simulation/scenarios/Audited.ts"

/** What is in the log already, and not only on its way. */
const logged = MemoryDatabase.use((db) => Effect.sync(() => db.auditLog.values()))

const ofType = (events: ReadonlyArray<AuditEvent>, type: AuditType) => events.filter((event) => event.type === type)

/** The files that say a type, but for the one that names all of them. */
const saying = (type: string) =>
  sources(["src"])
    .filter(({ file, text }) => file !== "src/domain/AuditEvent.ts" && text.includes(`"${type}"`))
    .map(({ file }) => file)

describe("every effect is an event", () => {
  it("each kind of event is told by some step or flow", () => {
    expect(AuditType.literals.filter((type) => saying(type).length === 0)).toEqual([])
  })
})

describe("every failure is an event, in the log before the answer", () => {
  it.effect("a login with a wrong password: by tags alone, of one length for somebody and for nobody", () =>
    Effect.gen(function* () {
      const { browser, sealed } = yield* withLoginForm
      yield* signIn(sealed, { ...browser, address: "192.0.2.7" }, "alice", "wrong")
      yield* signIn(sealed, { ...browser, address: "192.0.2.8" }, "nobody", "wrong")
      const [known, unknown] = ofType(yield* logged, "login.failed")
      expect(known).toMatchObject({ detail: { method: "password", name: yield* nameTag("username:alice") } })
      expect(known).not.toHaveProperty("userId")
      expect(JSON.stringify([known, unknown])).not.toMatch(/alice|nobody|192\.0\.2/)
      expect(JSON.stringify(known).length).toBe(JSON.stringify(unknown).length)
      expect((yield* findEvents({ name: "Alice" })).events).toEqual([known])
    }).pipe(Effect.provide(MemoryProvider))
  )

  it.effect("nobody fills the log by failing: past the limit there is one event, and no more", () =>
    Effect.gen(function* () {
      const { browser, sealed } = yield* withLoginForm
      const { most } = limits.login_account
      for (let tries = 0; tries < most + 5; tries += 1) yield* Effect.exit(signIn(sealed, browser, "alice", "wrong"))
      const events = yield* logged
      expect(ofType(events, "login.failed")).toHaveLength(most)
      expect(ofType(events, "limit.reached")).toHaveLength(1)
    }).pipe(Effect.provide(MemoryProvider))
  )

  it.effect("a right password is no failure", () =>
    Effect.gen(function* () {
      const { browser, sealed } = yield* withLoginForm
      expect((yield* signIn(sealed, browser))._tag).toBe("SignedIn")
      expect(ofType(yield* allEvents, "login.failed")).toEqual([])
    }).pipe(Effect.provide(MemoryProvider))
  )

  it.effect("client authentication: of a client that is there by its id, of any other by a tag", () =>
    Effect.gen(function* () {
      yield* registered("rp")
      const grant = form({ grant_type: "client_credentials" })
      const wrong = { ...relyingParty, secret: Redacted.make("wrong"), address: "192.0.2.7" }
      expect(yield* Effect.flip(token(wrong, grant))).toMatchObject({ code: "invalid_client" })
      const long = "x".repeat(200)
      yield* Effect.flip(token({ ...wrong, clientId: long }, grant))
      const [known, unknown] = ofType(yield* logged, "client.refused")
      expect(known).toMatchObject({ clientId: "rp", detail: { reason: "secret", method: "client_secret_basic" } })
      expect(unknown).toMatchObject({ detail: { reason: "unknown" } })
      expect(JSON.stringify([known, unknown])).not.toMatch(/wrong|xxx|192\.0\.2/)
    }).pipe(Effect.provide(MemoryProvider))
  )

  it.effect("RFC 6749 §4.4: a token for the client itself is an event, with its jti", () =>
    Effect.gen(function* () {
      yield* registered("rp", { grant_types: ["client_credentials"] })
      const { access_token } = yield* token(relyingParty, form({ grant_type: "client_credentials" }))
      const [issued] = ofType(yield* logged, "tokens.issued")
      expect(issued).toMatchObject({ clientId: "rp", detail: { grant: "client_credentials" } })
      const payload = Buffer.from(access_token.split(".")[1] ?? "", "base64url").toString()
      expect(payload).toContain(issued?.detail?.["jti"])
    }).pipe(Effect.provide(MemoryProvider))
  )

  it.effect("what is shown again: once a ticket, however often", () =>
    Effect.gen(function* () {
      const ticket = { kind: "dpop_jti", id: yield* freshUserId, expiresAt: 1_000 } as const
      for (let times = 0; times < 5; times += 1) {
        yield* Effect.exit(Tickets.spend({ ...ticket, attempt: yield* freshAttempt }))
      }
      const told = ofType(yield* allEvents, "ticket.replayed")
      expect(told).toMatchObject([{ detail: { kind: "dpop_jti", ticket: ticket.id } }])
    }).pipe(Effect.provide(MemoryProvider))
  )

  it.effect("the code of a letter: each wrong guess, and a letter that is used again once", () =>
    Effect.gen(function* () {
      const letter = { kind: "mailed_login", id: yield* freshUserId, expiresAt: 1_000, most: 5, name: "tag" } as const
      for (const right of [false, false, true, true, true]) {
        yield* Effect.exit(Tickets.guess({ ...letter, right, attempt: yield* freshAttempt }))
      }
      const events = yield* allEvents
      expect(ofType(events, "login.failed")).toMatchObject(Array(2).fill({ detail: { method: "letter", name: "tag" } }))
      expect(ofType(events, "ticket.replayed")).toHaveLength(1)
    }).pipe(Effect.provide(MemoryProvider))
  )

  it.effect("a link that is good for nothing: once a day, and not for ever", () =>
    Effect.gen(function* () {
      const day = 86_400_000
      const userId = yield* freshUserId
      const link = { userId, expiresAt: day + 1 }
      for (let times = 0; times < 3; times += 1) {
        yield* tellLink("reset", link, userId)
        yield* TestClock.adjust("1 hour")
      }
      expect(ofType(yield* logged, "link.refused")).toMatchObject([{ userId, detail: { kind: "reset" } }])
      // Another link of the same person is another thing.
      yield* tellLink("reset", { ...link, expiresAt: day + 2 }, userId)
      expect(ofType(yield* logged, "link.refused")).toHaveLength(2)
      yield* TestClock.adjust("1 day")
      yield* tellLink("reset", link, userId)
      yield* TestClock.adjust("2 days")
      yield* tellLink("reset", link, userId)
      expect(ofType(yield* logged, "link.refused")).toHaveLength(3)
    }).pipe(Effect.provide(MemoryProvider))
  )
})
