/** Asking for a letter that signs in: the same for everybody's name. OWASP ASVS 5.0 §6.3.8, NIST SP 800-63B §3.1.3. */
import { describe, expect, it } from "@effect/vitest"
import { Effect } from "effect"
import { TestClock } from "effect/testing"
import { mostGuesses } from "../../src/domain/MailedLogin.ts"
import { limits } from "../../src/domain/RateLimit.ts"
import { MemoryProvider, testProvider } from "../../src/layers/test/MemoryProvider.ts"
import { postedLetters } from "../../src/layers/test/MemoryLetters.ts"
import { authorize } from "../../src/services/flows/Authorize.ts"
import { disableUser } from "../../src/services/flows/operator/UserStatus.ts"
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

  it.effect("without a name, or with a step that is too old, none is sent and the page comes again", () =>
    Effect.gen(function* () {
      const { browser, sealed } = yield* withLoginForm
      const ask = (login: string) => requestLetter({ sealed, login, language: "en" }, browser)
      expect(yield* ask("  ")).toMatchObject({ _tag: "TryAgain", problem: "nameless" })
      yield* TestClock.adjust(testProvider.lifetimes.interaction)
      expect(yield* ask("alice")).toMatchObject({ _tag: "TryAgain", problem: "expired", next: { _tag: "Login" } })
      expect(yield* postedLetters).toEqual([])
    }).pipe(Effect.provide(MemoryProvider))
  )
})
