/** Asking for a letter that signs in: the same for everybody's name. OWASP ASVS 5.0 §6.3.8, NIST SP 800-63B §3.1.3. */
import { describe, expect, it } from "@effect/vitest"
import { Effect, Redacted } from "effect"
import { TestClock } from "effect/testing"
import { mostGuesses } from "../../src/domain/MailedLogin.ts"
import { limits } from "../../src/domain/RateLimit.ts"
import { MemoryProvider, testProvider } from "../../src/layers/test/MemoryProvider.ts"
import { postedLetters } from "../../src/layers/test/MemoryLetters.ts"
import { authorize } from "../../src/services/flows/Authorize.ts"
import { addressee } from "../../src/services/flows/letters/Addressee.ts"
import { setPassword } from "../../src/services/flows/operator/SetPassword.ts"
import { disableUser } from "../../src/services/flows/operator/UserStatus.ts"
import { requestReset } from "../../src/services/flows/password/RequestReset.ts"
import { requestLetter } from "../../src/services/flows/signin/RequestLetter.ts"
import { useCode } from "../../src/services/flows/signin/UseLetter.ts"
import { Around } from "../../src/services/storage/Consistency.ts"
import { askForLetter } from "../simulation/LetterScene.ts"
import { asks, browserOf, signIn, stepOf, withLoginForm, withUser } from "../simulation/Scene.ts"
import { makeUser } from "../workerd/Fixtures.ts"

describe("OWASP ASVS 5.0 §6.3.8: who has an account here?", () => {
  const names = ["alice", "nobod", "doris", "verna", "alice@example.com", "a'--x", "\u0000"]

  /** Asks for a letter to somebody, and guesses wrong: what is asked of storage, and what is told. */
  const traceOf = Effect.fnUntraced(function* (login: string) {
    const trace: Array<string> = []
    const browser = browserOf("b")
    const form = stepOf(yield* authorize(asks(), browser))
    const run = Effect.gen(function* () {
      const page = yield* askForLetter(form, browser, login)
      const answers = []
      for (let guess = 0; guess <= mostGuesses; guess++) answers.push((yield* useCode(page, "000000", browser))._tag)
      return answers
    })
    const answers = yield* run.pipe(
      Effect.provideService(Around, (call, next) => {
        trace.push(call.operation)
        return next
      })
    )
    return { trace, answers }
  })

  it.effect("two runs: known and unknown, disabled and not verified: the same calls, the same answers", () =>
    Effect.gen(function* () {
      yield* withUser
      yield* disableUser((yield* makeUser("doris")).id)
      yield* makeUser("verna", { email_verified: false as never })
      const { answers, trace } = yield* traceOf("alice")
      expect(trace.slice(0, 7)).toEqual([
        "Client.find",
        "Identifier.resolve",
        "User.find",
        "Limit.take",
        "Limit.take",
        "Letter.post",
        "Limit.take"
      ])
      expect(answers).toEqual([...Array.from({ length: mostGuesses }, () => "Wrong"), "Void"])
      for (const name of names) {
        const one = yield* traceOf(name)
        const without = name === "\u0000" ? trace.filter((call) => call !== "Identifier.resolve") : trace
        expect([name, one]).toEqual([name, { trace: without, answers }])
      }
    }).pipe(Effect.provide(MemoryProvider))
  )

  it.effect("letters in the queue are of one size for known and unknown; limits are the same", () =>
    Effect.gen(function* () {
      const { browser, sealed } = yield* withLoginForm
      const until = Effect.fnUntraced(function* (login: string) {
        let asked = 0
        const asking = Effect.forever(
          Effect.tap(askForLetter(sealed, browser, login), () => Effect.sync(() => asked++))
        )
        expect(yield* Effect.flip(asking)).toMatchObject({ _tag: "TooMany", limit: "letter_address" })
        return asked
      })
      expect([yield* until("alice"), yield* until("nobod")]).toEqual([limits.letter_address.most, 5])
      const sizes = (yield* postedLetters).map((letter) => JSON.stringify(letter).length)
      expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThan(30)
    }).pipe(Effect.provide(MemoryProvider))
  )
})

describe("OWASP ASVS 5.0 §6.3.8: whom a name leads to that is nobody's", () => {
  it.effect("to one home for one name, however often it is asked for, and to another for another", () =>
    Effect.gen(function* () {
      const names = ["nobody", "noone1", "nobody", "noone2"]
      const [first, second, again, third] = yield* Effect.forEach(names, (name) => addressee(name, browserOf("b")))
      expect(again).toEqual(first)
      expect(new Set([first, second, third].map((one) => one?.userId)).size).toBe(3)
    }).pipe(Effect.provide(MemoryProvider))
  )
})

describe("asking for a letter", () => {
  it.effect(
    "a letter goes to the address that the account has, whatever name was typed, and never to what was typed",
    () =>
      Effect.gen(function* () {
        const { browser, sealed } = yield* withLoginForm
        for (const login of ["alice", "ALICE@example.com", "nobody@example.com"])
          yield* askForLetter(sealed, browser, login)
        const letters = yield* postedLetters
        expect(letters.map(({ to }) => to).toSorted()).toEqual(["alice@example.com", "alice@example.com", null])
      }).pipe(Effect.provide(MemoryProvider))
  )

  it.effect(
    "whoever signed in with this browser before gets one, though others have used up the limit of the name",
    () =>
      Effect.gen(function* () {
        const { browser, sealed } = yield* withLoginForm
        const signed = yield* signIn(sealed, browser)
        if (signed._tag !== "SignedIn") return expect(signed._tag).toBe("SignedIn")
        const mallory = browserOf("m")
        const form = stepOf(yield* authorize(asks(), mallory))
        const asking = Effect.forever(askForLetter(form, mallory))
        expect(yield* Effect.flip(asking)).toMatchObject({ limit: "letter_address" })
        const again = stepOf(yield* authorize(asks(), browser))
        expect(yield* askForLetter(again, { ...browser, device: signed.device })).toBeTypeOf("string")
        expect(yield* Effect.flip(askForLetter(again, browser))).toMatchObject({ limit: "letter_address" })
      }).pipe(Effect.provide(MemoryProvider))
  )

  it.effect("nobody writes to who is disabled, or to an address that is not known to be theirs", () =>
    Effect.gen(function* () {
      const { browser, sealed } = yield* withLoginForm
      yield* disableUser((yield* makeUser("doris")).id)
      yield* makeUser("verna", { email_verified: false as never })
      for (const login of ["doris", "verna"]) {
        yield* askForLetter(sealed, browser, login)
        yield* requestReset({ sealed, login, language: "en" }, browser)
      }
      expect((yield* postedLetters).map(({ to }) => to)).toEqual([null, null, null, null])
    }).pipe(Effect.provide(MemoryProvider))
  )

  it.effect("an account that has two names does not say so: letters to one do not count for the other", () =>
    Effect.gen(function* () {
      const { browser, sealed } = yield* withLoginForm
      yield* Effect.replicateEffect(askForLetter(sealed, browser, "alice"), limits.letter_address.most)
      expect(yield* Effect.flip(askForLetter(sealed, browser, "alice"))).toMatchObject({ limit: "letter_address" })
      expect(yield* askForLetter(sealed, browser, "alice@example.com")).toBeTypeOf("string")
    }).pipe(Effect.provide(MemoryProvider))
  )

  it.effect("who has no letter left does not use up those of a name, nor one known browser those of another", () =>
    Effect.gen(function* () {
      const { browser, sealed } = yield* withLoginForm
      const from = (address: string) => ({ ...browser, address })
      const names = Array.from({ length: limits.letter_asker.most }, (_, n) => `somebody${n}`)
      for (const name of names) yield* askForLetter(sealed, from("192.0.2.1"), name)
      for (let again = 0; again < limits.letter_address.most; again++) {
        const refused = yield* Effect.flip(askForLetter(sealed, from("192.0.2.1")))
        expect(refused).toMatchObject({ limit: "letter_asker" })
      }
      expect(yield* askForLetter(sealed, from("192.0.2.2"))).toBeTypeOf("string")
      const knownAt = Effect.fnUntraced(function* (letter: string) {
        const known = browserOf(letter)
        const signed = yield* signIn(stepOf(yield* authorize(asks(), known)), known)
        if (signed._tag !== "SignedIn") return yield* Effect.die("the set-up could not sign in")
        const again = stepOf(yield* authorize(asks(), known))
        return askForLetter(again, { ...known, device: signed.device })
      })
      const [here, there] = [yield* knownAt("k"), yield* knownAt("l")]
      yield* Effect.replicateEffect(here, limits.letter_known.most)
      expect(yield* Effect.flip(here)).toMatchObject({ limit: "letter_known" })
      expect(yield* there).toBeTypeOf("string")
      // Whoever had the password before may be known in any number of browsers.
      yield* TestClock.adjust(1)
      yield* setPassword("alice", Redacted.make("another long password"))
      yield* Effect.replicateEffect(there, limits.letter_address.most - 1)
      expect(yield* Effect.flip(there)).toMatchObject({ limit: "letter_address" })
    }).pipe(Effect.provide(MemoryProvider))
  )

  it.effect("without a name, or with a step that is too old, none is sent and the page comes again", () =>
    Effect.gen(function* () {
      const { browser, sealed } = yield* withLoginForm
      const ask = (login: string) => requestLetter({ sealed, login, language: "en" }, browser)
      expect(yield* ask("  ")).toMatchObject({ _tag: "TryAgain", problem: "nameless" })
      yield* TestClock.adjust(testProvider.lifetimes.interaction)
      expect(yield* ask("alice")).toMatchObject({ _tag: "TryAgain", problem: "expired", next: { _tag: "Login" } })
      expect(yield* requestReset({ sealed, login: "alice", language: "en" }, browser)).toMatchObject({ _tag: "Login" })
      expect(yield* postedLetters).toEqual([])
    }).pipe(Effect.provide(MemoryProvider))
  )
})
