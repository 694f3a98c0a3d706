/** Signing in by a letter, over a provider in memory. NIST SP 800-63B §3.1.3. */
import { describe, expect, it } from "@effect/vitest"
import { Effect, Fiber } from "effect"
import { TestClock } from "effect/testing"
import { mostGuesses } from "../../src/domain/MailedLogin.ts"
import { limits } from "../../src/domain/RateLimit.ts"
import { MemoryProvider, testProvider } from "../../src/layers/test/MemoryProvider.ts"
import { authorize } from "../../src/services/flows/Authorize.ts"
import { home } from "../../src/services/flows/Home.ts"
import { signOutUser } from "../../src/services/flows/operator/SignOutUser.ts"
import { disableUser } from "../../src/services/flows/operator/UserStatus.ts"
import type { Browser } from "../../src/services/flows/authorize/Outcome.ts"
import { openLink, useCode, useLink, viewCode, viewLink } from "../../src/services/flows/signin/UseLetter.ts"
import { Around } from "../../src/services/storage/Consistency.ts"
import { OutcomeUnknown } from "../../src/services/storage/StorageError.ts"
import { Users } from "../../src/services/storage/Users.ts"
import {
  getLetter,
  otherCode,
  pressElsewhere,
  pressHere,
  stepBehind,
  typeCode,
  type WithLetter,
  withLetter
} from "../simulation/LetterScene.ts"
import { asks, browserOf, signIn, signOut, stepOf, withUser } from "../simulation/Scene.ts"

const { magicLink, mailedCode } = testProvider.lifetimes

const scene = <A, E, R>(test: (letter: WithLetter) => Effect.Effect<A, E, R>) =>
  Effect.flatMap(withLetter, test).pipe(Effect.provide(MemoryProvider)) as Effect.Effect<A, E>

/** What the answer is called; of a login also whose session it is. */
const told = Effect.fnUntraced(function* (answer: Effect.Success<ReturnType<typeof useCode>>, browser: Browser) {
  return answer._tag === "SignedIn" ? yield* home({ ...browser, session: answer.cookie }) : answer._tag
})

const isAlice = "Alice Example"

describe("NIST SP 800-63B §3.1.3.3: a letter signs in once", () => {
  it.effect("its code, where it was asked for: one factor, a one-time password (RFC 8176 §2)", () =>
    scene((letter) =>
      Effect.gen(function* () {
        const answer = yield* typeCode(letter)
        expect(yield* told(answer, letter.browser)).toBe(isAlice)
        if (answer._tag !== "SignedIn") return
        expect(answer.outcome._tag).toBe("Consent")
        const [userId, secret] = [letter.user.id, answer.cookie.slice(answer.cookie.lastIndexOf(".") + 1)]
        expect(secret).toMatch(/^[A-Za-z0-9_-]{43}$/)
        expect(answer.cookie.startsWith(userId)).toBe(true)
      })
    )
  )

  it.effect("its link, where it was asked for, with one press", () =>
    scene((letter) =>
      Effect.gen(function* () {
        expect(yield* told(yield* pressHere(letter), letter.browser)).toBe(isAlice)
        // Whoever holds the link, or the code, now has nothing.
        expect((yield* pressElsewhere(letter))._tag).toBe("Void")
      })
    )
  )

  it.effect("its link in another browser, with what is shown where it was asked for; then the code is void too", () =>
    scene((letter) =>
      Effect.gen(function* () {
        const view = yield* viewLink(letter.linkElsewhere, letter.elsewhere)
        expect(view).toMatchObject({ _tag: "Ask", isElsewhere: true, step: { to: "a•••@e•••.com" } })
        expect(yield* told(yield* pressElsewhere(letter), letter.elsewhere)).toBe(isAlice)
        for (const late of [typeCode(letter), pressHere(letter)]) expect((yield* late)._tag).toBe("Void")
      })
    )
  )

  it.effect("after the code the link is void, in every other browser", () =>
    scene((letter) =>
      Effect.gen(function* () {
        expect((yield* typeCode(letter))._tag).toBe("SignedIn")
        expect((yield* pressElsewhere(letter))._tag).toBe("Void")
      })
    )
  )

  it.effect("whoever is told that it is void goes on with the same request", () =>
    scene((letter) =>
      Effect.gen(function* () {
        yield* pressElsewhere(letter)
        const answer = yield* typeCode(letter)
        if (answer._tag !== "Void") return expect(answer._tag).toBe("Void")
        expect((yield* signIn(stepOf(answer.next), letter.browser))._tag).toBe("SignedIn")
      })
    )
  )
})

describe("NIST SP 800-63B §3.2.2: guesses", () => {
  it.effect("there are five, and then the right code is refused like any other, and so is the link", () =>
    scene((letter) =>
      Effect.gen(function* () {
        for (let guess = 1; guess <= mostGuesses; guess++) {
          expect([guess, (yield* typeCode(letter, otherCode(letter.code)))._tag]).toEqual([guess, "Wrong"])
        }
        for (const late of [typeCode(letter), pressElsewhere(letter)]) expect((yield* late)._tag).toBe("Void")
      })
    )
  )

  it.effect("guesses at the code and at what confirms the link are counted together", () =>
    scene((letter) =>
      Effect.gen(function* () {
        for (let guess = 1; guess < mostGuesses; guess++) yield* typeCode(letter, otherCode(letter.code))
        expect((yield* pressElsewhere(letter, "BBBBBB"))._tag).toBe("Wrong")
        expect((yield* pressElsewhere(letter))._tag).toBe("Void")
      })
    )
  )

  it.effect("what can be no code is no guess", () =>
    scene((letter) =>
      Effect.gen(function* () {
        for (const slip of ["", "12345", "1234567", "abcdef", "☃"]) {
          for (let time = 0; time < mostGuesses; time++) {
            expect((yield* typeCode(letter, slip))._tag).toBe("Wrong")
            expect((yield* pressElsewhere(letter, slip === "abcdef" ? "123456" : slip))._tag).toBe("Wrong")
          }
        }
        expect((yield* typeCode(letter))._tag).toBe("SignedIn")
      })
    )
  )

  it.effect("over many letters they are counted for the name; the link where it was asked for is no guess", () =>
    Effect.gen(function* () {
      yield* withUser
      const browser = browserOf("b")
      const asked = Effect.gen(function* () {
        return yield* getLetter(stepOf(yield* authorize(asks(), browser)), browser)
      })
      const guessing = Effect.gen(function* () {
        for (let letter = 0; ; letter++) {
          const { code, page } = yield* asked
          for (let guess = 0; guess < mostGuesses; guess++) yield* useCode(page, otherCode(code), browser)
          if (letter % limits.letter_address.most === 3) yield* TestClock.adjust(limits.letter_address.window)
        }
      })
      expect(yield* Effect.flip(guessing)).toMatchObject({ _tag: "TooMany", limit: "code_account" })
      yield* TestClock.adjust(limits.letter_address.window)
      const { code, page, token } = yield* asked
      expect(yield* Effect.flip(useCode(page, code, browser))).toMatchObject({ limit: "code_account" })
      expect((yield* useLink(yield* stepBehind(token, browser), "", browser))._tag).toBe("SignedIn")
    }).pipe(Effect.provide(MemoryProvider))
  )
})

describe("attack 34: a letter that is opened by a mail scanner, replayed, raced or too old", () => {
  it.effect(
    "opening the link uses nothing up, however often and wherever, and asks storage for nothing but reads",
    () =>
      scene((letter) =>
        Effect.gen(function* () {
          const kinds = new Set<string>()
          yield* Effect.replicateEffect(
            Effect.gen(function* () {
              const scanner = browserOf("s")
              yield* viewLink(yield* stepBehind(letter.token, scanner), scanner)
            }),
            20
          ).pipe(
            Effect.provideService(Around, (call, run) => {
              kinds.add(call.kind)
              return run
            })
          )
          expect([...kinds]).toEqual(["read"])
          expect((yield* pressHere(letter))._tag).toBe("SignedIn")
        })
      )
  )

  it.effect("pressed again in the same browser it finds its own session; once that has ended, nothing", () =>
    scene((letter) =>
      Effect.gen(function* () {
        const first = yield* pressHere(letter)
        const again = yield* pressHere(letter)
        if (first._tag !== "SignedIn" || again._tag !== "SignedIn") return expect(again._tag).toBe("SignedIn")
        expect(again.cookie).toBe(first.cookie)
        yield* signOut({ ...letter.browser, session: first.cookie })
        for (const late of [pressHere(letter), typeCode(letter)]) expect((yield* late)._tag).toBe("Void")
        expect(yield* home({ ...letter.browser, session: first.cookie })).toBeUndefined()
      })
    )
  )

  it.effect("the next letter in the same browser is a login of its own, though the one before it has ended", () =>
    scene((letter) =>
      Effect.gen(function* () {
        const { browser } = letter
        const first = yield* pressHere(letter)
        if (first._tag !== "SignedIn") return expect.fail(first._tag)
        yield* signOut({ ...browser, session: first.cookie })
        const { code, page } = yield* getLetter(stepOf(yield* authorize(asks(), browser)), browser)
        const second = yield* useCode(page, code, browser)
        expect(yield* told(second, browser)).toBe(isAlice)
        expect(second).not.toMatchObject({ cookie: first.cookie })
      })
    )
  )

  it.effect("nor after everything was ended elsewhere", () =>
    scene((letter) =>
      Effect.gen(function* () {
        expect((yield* pressHere(letter))._tag).toBe("SignedIn")
        yield* signOutUser(letter.user.id)
        expect((yield* pressHere(letter))._tag).toBe("Void")
      })
    )
  )

  it.effect("a code of ten minutes, a link of fifteen: each lives to its last millisecond", () =>
    scene((letter) =>
      Effect.gen(function* () {
        expect([mailedCode, magicLink]).toEqual([600_000, 900_000])
        yield* TestClock.adjust(mailedCode - 1)
        expect((yield* typeCode(letter, otherCode(letter.code)))._tag).toBe("Wrong")
        yield* TestClock.adjust(1)
        expect((yield* typeCode(letter))._tag).toBe("Void")
        yield* TestClock.adjust(magicLink - mailedCode - 1)
        expect((yield* openLink(letter.token, letter.browser))._tag).toBe("Ask")
        yield* TestClock.adjust(1)
        expect((yield* openLink(letter.token, letter.browser))._tag).toBe("Void")
        for (const late of [pressHere(letter), pressElsewhere(letter)]) expect((yield* late)._tag).toBe("Void")
        expect((yield* viewCode(letter.page, letter.browser))._tag).toBe("Login")
        expect((yield* viewLink(letter.link, letter.browser))._tag).toBe("Login")
      })
    )
  )

  it.effect("RFC 9700 §4.7: a step of another browser is refused, and a token that was changed is nothing", () =>
    scene((letter) =>
      Effect.gen(function* () {
        const { elsewhere, link, page, token } = letter
        const foreign = { _tag: "StepRefused", problem: "foreign" }
        expect(yield* Effect.flip(useCode(page, letter.code, elsewhere))).toMatchObject(foreign)
        expect(yield* Effect.flip(useLink(link, letter.confirmation, elsewhere))).toMatchObject(foreign)
        const malformed = { _tag: "StepRefused", problem: "malformed" }
        for (const other of [`${token}x`, token.slice(1), "", page, link]) {
          expect(yield* Effect.flip(openLink(other, elsewhere))).toMatchObject(malformed)
        }
        expect(yield* Effect.flip(useLink(page, "", letter.browser))).toMatchObject(malformed)
        expect(yield* Effect.flip(useCode(link, letter.code, letter.browser))).toMatchObject(malformed)
        expect((yield* pressHere(letter))._tag).toBe("SignedIn")
      })
    )
  )
})

describe("a letter is good only for whom it was sent to", () => {
  it.effect("not for somebody who was disabled since", () =>
    scene((letter) =>
      Effect.gen(function* () {
        yield* disableUser(letter.user.id)
        for (const late of [typeCode(letter), pressHere(letter)]) expect((yield* late)._tag).toBe("Void")
      })
    )
  )

  it.effect("not once the address was given up or is not known to be theirs any more", () =>
    Effect.forEach([{ email: "new@example.com" }, { email_verified: false }], (changed) =>
      scene((letter) =>
        Effect.gen(function* () {
          const { id: userId, profile, version } = letter.user
          yield* Users.change({ userId, version, profile: { ...profile, ...changed } })
          for (const late of [typeCode(letter), pressElsewhere(letter)]) expect((yield* late)._tag).toBe("Void")
        })
      )
    )
  )
})

describe("RFC 6749 §10.10: a lost answer at any call leaves a way on", () => {
  const calls = ["User.find", "Ticket.guess", "Session.open", "AuthorizationCode.issue"]

  const ways = { code: typeCode, "link here": pressHere, "link elsewhere": pressElsewhere } as const

  for (const [name, way] of Object.entries(ways)) {
    it.effect.each(calls)(`${name}: %s is not heard, and the same button again signs in`, (operation) =>
      scene((letter) =>
        Effect.gen(function* () {
          const lost = way(letter).pipe(
            Effect.provideService(Around, (call, run) =>
              call.operation === operation
                ? Effect.andThen(Effect.exit(run), new OutcomeUnknown({ operation, detail: "lost" }))
                : run
            )
          )
          const waiting = yield* Effect.forkChild(Effect.flip(lost))
          yield* TestClock.adjust(10_000)
          expect((yield* Fiber.join(waiting))._tag).toBe("OutcomeUnknown")
          expect((yield* way(letter))._tag).toBe("SignedIn")
          const others = name === "link elsewhere" ? [typeCode, pressHere] : [pressElsewhere]
          for (const other of others) expect((yield* other(letter))._tag).toBe("Void")
        })
      )
    )
  }
})
