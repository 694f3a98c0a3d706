/** Letters from the flow that posts them to the mail server that takes them, and all that may go wrong between. */
import { describe, expect, it } from "@effect/vitest"
import { Deferred, Effect, Fiber, Layer, Logger } from "effect"
import { TestClock } from "effect/testing"
import type { Letter } from "../../src/domain/Letter.ts"
import type { User } from "../../src/domain/User.ts"
import { MemoryDatabase } from "../../src/layers/test/MemoryDatabase.ts"
import { lettersTo, MemoryMail, MemoryQueue, postedLetters } from "../../src/layers/test/MemoryLetters.ts"
import { MemoryProvider } from "../../src/layers/test/MemoryProvider.ts"
import { SealerSynchronous } from "../../src/layers/test/SynchronousCrypto.ts"
import { buryDead, deliverOutbox, type QueueMessage } from "../../src/services/flows/DeliverOutbox.ts"
import { removePasskey, viewPasskeys } from "../../src/services/flows/account/OwnPasskeys.ts"
import { setBranding } from "../../src/services/flows/operator/SetBranding.ts"
import { postLetter } from "../../src/services/flows/letters/PostLetter.ts"
import { tellPerson } from "../../src/services/flows/letters/TellPerson.ts"
import { MailFailed, Mailer } from "../../src/services/ports/Mailer.ts"
import { Around } from "../../src/services/storage/Consistency.ts"
import { letterLaws } from "../../src/services/storage/Letters.laws.ts"
import { OutcomeUnknown } from "../../src/services/storage/StorageError.ts"
import { signInByPasskey, withAddPage, withPasskey } from "../simulation/PasskeyScene.ts"
import { makeUser } from "../workerd/Fixtures.ts"
import { World } from "./World.ts"

const letter: Letter = { _tag: "SignInLetter", link: "https://id.example/login/link?token=secret", code: "012345" }
const alice = "alice@example.com"

const post = (to: string | null, said: Letter = letter) => postLetter({ to, language: "en", letter: said })

/** The letters that were posted, as the queue hands them over for the nth time. */
const messages = (attempts = 1) =>
  Effect.map(MemoryQueue, ({ posted }) =>
    posted.values().map((one, n): QueueMessage => ({
      id: `m${n}`,
      attempts,
      body: JSON.parse(JSON.stringify({ _tag: "letter", letter: one }))
    }))
  )

/** Subjects and addresses of what has arrived. */
const arrived = Effect.map(MemoryMail, (mail) => mail.arrived.values().map(({ subject, to }) => `${to}: ${subject}`))

/** A mail server that fails. */
const failing = (reason: MailFailed["reason"]) =>
  Layer.succeed(Mailer, { send: () => Effect.fail(new MailFailed({ reason, detail: "as the test says" })) })

/** What is logged while an effect runs. */
const logged = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.gen(function* () {
    const lines: Array<string> = []
    const logger = Logger.map(Logger.formatJson, (line) => void lines.push(line))
    const answer = yield* effect.pipe(Effect.provide(Logger.layer([logger])))
    return { answer, lines: lines.join("\n") }
  })

describe("Letter.post in memory", () => {
  it.effect.each(letterLaws)("$title", ({ check }) => check.pipe(Effect.provide(World)))
})

describe("posting a letter", () => {
  it.effect("puts one message into the queue, which says neither who gets it nor what it says", () =>
    Effect.gen(function* () {
      const calls: Array<string> = []
      yield* post(alice).pipe(
        Effect.provideService(Around, (call, run) => {
          calls.push(call.operation)
          return run
        })
      )
      expect(calls).toEqual(["Letter.post"])
      const said = JSON.stringify(yield* messages())
      for (const secret of [alice, letter.link, "012345", "SignInLetter"]) expect(said).not.toContain(secret)
      expect(yield* lettersTo(alice)).toEqual([letter])
    }).pipe(Effect.provide(World))
  )

  it.effect("OWASP ASVS 5.0 §6.3.8: to nobody it does the same, and puts a message of the same size there", () =>
    Effect.gen(function* () {
      const trace = Effect.fnUntraced(function* (to: string | null) {
        const calls: Array<string> = []
        yield* post(to).pipe(
          Effect.provideService(Around, (call, run) => {
            calls.push(`${call.operation} ${JSON.stringify(call.request).length}`)
            return run
          })
        )
        return calls
      })
      const somebody = yield* trace("a-rather-long-name.with-a-suffix@mail.subdomain.example.com")
      expect(yield* trace(null)).toEqual(somebody)
      expect(yield* trace("a@b.cd")).toEqual(somebody)
    }).pipe(Effect.provide(World))
  )

  it.effect("a lost answer is asked for again with the same letter: one arrives", () =>
    Effect.gen(function* () {
      let lost = 0
      const fiber = yield* Effect.forkChild(
        post(alice).pipe(
          Effect.provideService(Around, <A, E, R>(call: { readonly operation: string }, run: Effect.Effect<A, E, R>) =>
            lost++ === 0
              ? Effect.andThen(run, Effect.fail(new OutcomeUnknown({ operation: call.operation, detail: "" }) as E))
              : run
          )
        )
      )
      yield* TestClock.adjust("1 minute")
      yield* Fiber.join(fiber)
      expect(lost).toBe(2)
      expect(yield* lettersTo(alice)).toHaveLength(1)
    }).pipe(Effect.provide(SealerSynchronous), Effect.provide(World))
  )
})

describe("NIST SP 800-63B §4.6: telling people what happened to their account", () => {
  const told = (user: User) => tellPerson(user, "password_changed", "en")

  it.effect("goes to the address that is known to be theirs, and to no other", () =>
    Effect.gen(function* () {
      yield* told(yield* makeUser("alice"))
      yield* told(yield* makeUser("betty", { email_verified: false as never }))
      expect((yield* postedLetters).map(({ to }) => to)).toEqual([alice])
    }).pipe(Effect.provide(MemoryProvider))
  )

  it.effect("of a passkey that was added, and of one that was removed", () =>
    Effect.gen(function* () {
      const { add, browser } = yield* withAddPage
      yield* add
      const view = yield* viewPasskeys(browser)
      if (view._tag !== "Own") return expect.fail("nobody is signed in")
      const credentialId = view.passkeys[0]?.credentialId ?? ""
      yield* removePasskey({ sealed: view.form, credentialId, language: "en" }, browser)
      const notices = (yield* lettersTo(alice)).flatMap((one) => (one._tag === "NoticeLetter" ? [one.what] : []))
      expect(notices.toSorted()).toEqual(["passkey_added", "passkey_removed"])
    }).pipe(Effect.provide(MemoryProvider))
  )

  it.effect("WebAuthn Level 3 §6.1.1: whose passkey shows a counter that does not go up is told", () =>
    Effect.gen(function* () {
      const { first } = yield* withPasskey(5)
      expect(yield* signInByPasskey(first, 5)).toMatchObject({ _tag: "TryAgain", problem: "passkey" })
      expect(yield* lettersTo(alice)).toEqual([{ _tag: "NoticeLetter", what: "possible_clone" }])
    }).pipe(Effect.provide(MemoryProvider))
  )

  it.effect("what is done is done, though nobody can be told of it", () =>
    Effect.gen(function* () {
      const user = yield* makeUser("alice")
      const down = <A, E, R>(call: { readonly operation: string }, run: Effect.Effect<A, E, R>) =>
        call.operation === "Letter.post"
          ? Effect.fail(new OutcomeUnknown({ operation: call.operation, detail: "" }) as E)
          : run
      const fiber = yield* Effect.forkChild(told(user).pipe(Effect.provideService(Around, down)))
      yield* TestClock.adjust("1 hour")
      expect(yield* Fiber.join(fiber)).toBeUndefined()
    }).pipe(Effect.provide(MemoryProvider))
  )
})

describe("delivering letters", () => {
  it.effect("each is sent to its address, in its language, and nothing is sent to nobody", () =>
    Effect.gen(function* () {
      yield* post(alice)
      yield* post(null)
      yield* postLetter({ to: "bob@example.com", language: "ja", letter: { _tag: "ResetLetter", link: letter.link } })
      expect(yield* deliverOutbox(yield* messages())).toEqual({ again: [] })
      expect((yield* arrived).toSorted()).toEqual([
        "alice@example.com: Sign in to Hapax",
        "bob@example.com: Hapaxの新しいパスワードの設定"
      ])
    }).pipe(Effect.provide(World))
  )

  it.effect("is from the name that people know from the pages", () =>
    Effect.gen(function* () {
      yield* setBranding({ name: "Kobo" })
      yield* post(alice)
      yield* deliverOutbox(yield* messages())
      expect(yield* arrived).toEqual(["alice@example.com: Sign in to Kobo"])
    }).pipe(Effect.provide(World))
  )

  it.effect("twice in a batch is once to the mail server; later again is under the same id", () =>
    Effect.gen(function* () {
      yield* post(alice)
      const ids: Array<string> = []
      const server = Mailer.of({ send: ({ id }) => Effect.sync(() => void ids.push(id)) })
      const batch = yield* messages()
      const deliver = deliverOutbox([...batch, ...batch.map((one) => ({ ...one, id: "again" }))])
      yield* Effect.provideService(deliver, Mailer, server)
      expect(ids).toHaveLength(1)
      yield* Effect.provideService(deliver, Mailer, server)
      expect(ids).toEqual([ids[0], ids[0]])
    }).pipe(Effect.provide(World))
  )

  it.effect.each(["status", "time", "network", "none"] as const)(
    "a letter that is not sent (%s) comes again, later and later, and alone",
    (reason) =>
      Effect.gen(function* () {
        yield* post(alice)
        const delays = yield* Effect.forEach([1, 2, 3, 4, 5, 6], (attempts) =>
          Effect.flatMap(messages(attempts), (batch) => Effect.provide(deliverOutbox(batch), failing(reason)))
        )
        expect(delays.map(({ again }) => again)).toEqual(
          [2, 20, 120, 600, 3600, 3600].map((delaySeconds) => [{ id: "m0", delaySeconds }])
        )
        expect(yield* deliverOutbox(yield* messages())).toEqual({ again: [] })
        expect(yield* arrived).toHaveLength(1)
      }).pipe(Effect.provide(World))
  )

  it.effect("one that will never be taken is not tried again", () =>
    Effect.gen(function* () {
      yield* post(alice)
      const { answer, lines } = yield* logged(Effect.provide(deliverOutbox(yield* messages()), failing("refused")))
      expect(answer).toEqual({ again: [] })
      expect(lines).toContain("a letter was refused, and is not tried again: refused, as the test says")
    }).pipe(Effect.provide(World))
  )

  it.effect("one that comes when its link and code are over is dropped, a notice is not", () =>
    Effect.gen(function* () {
      yield* post(alice)
      yield* post(alice, { _tag: "NoticeLetter", what: "password_changed" })
      const batch = yield* messages()
      yield* TestClock.adjust("15 minutes")
      const { answer, lines } = yield* logged(deliverOutbox(batch))
      expect(answer).toEqual({ again: [] })
      expect(lines).toContain("a letter came too late, and is not sent")
      expect(yield* arrived).toEqual(["alice@example.com: Your password for Hapax was changed"])
    }).pipe(Effect.provide(World))
  )

  it.effect("until the last moment of its link it is sent", () =>
    Effect.gen(function* () {
      yield* post(alice)
      yield* TestClock.adjust(15 * 60_000 - 1)
      yield* deliverOutbox(yield* messages())
      expect(yield* arrived).toHaveLength(1)
    }).pipe(Effect.provide(World))
  )

  it.effect("one for two addresses is sent to none of them", () =>
    Effect.gen(function* () {
      yield* post("alice@example.com, eve@evil.example")
      const { answer, lines } = yield* logged(deliverOutbox(yield* messages()))
      expect(answer).toEqual({ again: [] })
      expect(lines).toContain("a letter is not for one address")
      expect(yield* arrived).toEqual([])
    }).pipe(Effect.provide(World))
  )

  it.effect("one that was sealed by somebody else, or for something else, is not sent", () =>
    Effect.gen(function* () {
      const forged = ["", "no seal", "eyJhbGciOiJkaXIifQ..a.b.c"].map((sealed, n): QueueMessage => ({
        id: `m${n}`,
        attempts: 1,
        body: { _tag: "letter", letter: { id: `l${n}`, sealed } }
      }))
      expect(yield* deliverOutbox(forged)).toEqual({ again: [] })
      expect(yield* arrived).toEqual([])
    }).pipe(Effect.provide(World))
  )

  it.effect("a slow mail server holds up no audit: the log is written before anybody is asked", () =>
    Effect.gen(function* () {
      yield* post(alice)
      const gate = yield* Deferred.make<void>()
      const asked = yield* Deferred.make<void>()
      const slow = Mailer.of({
        send: () => Effect.andThen(Deferred.succeed(asked, undefined), Deferred.await(gate))
      })
      const event = { _tag: "audit", event: { id: "e", at: 0, type: "key.added" } }
      const batch = [...(yield* messages()), { id: "audit", attempts: 1, body: event }]
      const delivery = yield* Effect.forkChild(Effect.provideService(deliverOutbox(batch), Mailer, slow))
      yield* Deferred.await(asked)
      const { auditLog } = yield* MemoryDatabase
      expect(auditLog.has("e")).toBe(true)
      yield* Deferred.succeed(gate, undefined)
      expect(yield* Fiber.join(delivery)).toEqual({ again: [] })
    }).pipe(Effect.provide(World))
  )

  it.effect("nothing that is logged or kept as a dead letter says whose it is, or what it says", () =>
    Effect.gen(function* () {
      yield* post(alice)
      const batch = yield* messages()
      const { lines } = yield* logged(
        Effect.gen(function* () {
          yield* Effect.provide(deliverOutbox(batch), failing("status"))
          yield* buryDead(batch)
          yield* TestClock.adjust("1 hour")
          yield* deliverOutbox(batch)
        })
      )
      expect(lines).toContain("letter.dead_letter")
      const { deadLetters } = yield* MemoryDatabase
      expect(deadLetters.size).toBe(1)
      for (const secret of [alice, letter.link, "012345"]) {
        expect(lines + JSON.stringify(deadLetters.values())).not.toContain(secret)
      }
    }).pipe(Effect.provide(World))
  )
})
