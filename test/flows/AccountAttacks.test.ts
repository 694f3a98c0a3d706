/** Attacks on accounts and on how people sign in to them, over a provider in memory. OWASP ASVS 5.0 §6.3, §7.4. */
import { describe, expect, it } from "@effect/vitest"
import { Effect, Redacted } from "effect"
import { TestClock } from "effect/testing"
import { Profile } from "../../src/domain/User.ts"
import { limits } from "../../src/domain/RateLimit.ts"
import { MemoryProvider } from "../../src/layers/test/MemoryProvider.ts"
import { saveProfile, viewProfile } from "../../src/services/flows/account/OwnProfile.ts"
import { authorize } from "../../src/services/flows/Authorize.ts"
import { setPassword } from "../../src/services/flows/operator/SetPassword.ts"
import { Around } from "../../src/services/storage/Consistency.ts"
import { Users } from "../../src/services/storage/Users.ts"
import { asks, browserOf, signIn, stepOf, withConsentStep, withUser } from "../simulation/Scene.ts"

const another = "another long password"

/** A browser with nothing but the form, and what it remembers of those who signed in there. */
const atForm = Effect.fnUntraced(function* (letter: string, device?: string) {
  const browser = { ...browserOf(letter), ...(device === undefined ? {} : { device }) }
  return { browser, form: stepOf(yield* authorize(asks({ prompt: "login" }), browser)) }
})

const signedInAt = Effect.fnUntraced(function* (letter: string, secret?: string) {
  const { browser, form } = yield* atForm(letter)
  const signed = yield* signIn(form, browser, "alice", secret)
  return signed._tag === "SignedIn" ? signed.device : yield* Effect.die("the set-up could not sign in")
})

/** How many of `times` wrong passwords are compared. */
const compared = Effect.fnUntraced(function* (letter: string, device: string | undefined, times: number) {
  const { browser, form } = yield* atForm(letter, device)
  const guess = signIn(form, browser, "alice", "a wrong password").pipe(
    Effect.as(1),
    Effect.catchTag("TooMany", () => Effect.succeed(0))
  )
  return (yield* Effect.replicateEffect(guess, times)).reduce((sum, one) => sum + one, 0)
})

describe("NIST SP 800-63B §3.2.2, attack 33: browsers that somebody signed in with", () => {
  const { most } = limits.login_account

  it.effect("whoever had the password before has no tries of their own, with however many browsers", () =>
    Effect.gen(function* () {
      yield* withUser
      const devices = yield* Effect.forEach(["b", "c", "d"], (letter) => signedInAt(letter))
      yield* TestClock.adjust(limits.login_account.window)
      yield* setPassword("alice", Redacted.make(another))
      const tries = yield* Effect.forEach(devices, (device) => compared("e", device, most))
      expect(tries).toEqual([most, 0, 0])
    }).pipe(Effect.provide(MemoryProvider))
  )

  it.effect("its person signs in once, and is known there again", () =>
    Effect.gen(function* () {
      yield* withUser
      const before = yield* signedInAt("b")
      yield* TestClock.adjust(1)
      yield* setPassword("alice", Redacted.make(another))
      const { browser, form } = yield* atForm("b", before)
      const signed = yield* signIn(form, browser, "alice", another)
      if (signed._tag !== "SignedIn") return expect.fail("nobody signed in")
      yield* compared("e", undefined, most)
      expect(yield* compared("e", undefined, 1)).toBe(0)
      expect(yield* compared("b", signed.device, 1)).toBe(1)
    }).pipe(Effect.provide(MemoryProvider))
  )
})

describe("OIDC Core §5.7: what a profile says of its person", () => {
  it.effect("an address that was given up is not brought back by a form that names a version to come", () =>
    Effect.gen(function* () {
      const { browser, user } = yield* withConsentStep
      const view = yield* viewProfile(browser)
      if (view._tag !== "Own") return expect.fail("nobody is signed in")
      const { email: _, ...rest } = user.profile
      const lost = new Profile(rest)
      // The form is read, then the address goes, then the form is saved: the home decides by what the form was read at.
      const goes = Users.change({ userId: user.id, version: user.version, profile: lost })
      const forged = { sealed: view.form, version: user.version + 1, filled: { nickname: "Al" } }
      let isFirst = true
      const saved = yield* saveProfile(forged, browser).pipe(
        Effect.provideService(Around, (call, run) => {
          if (call.operation !== "User.change" || !isFirst) return run
          isFirst = false
          return Effect.andThen(Effect.orDie(goes), run)
        })
      )
      expect(saved._tag).toBe("Changed")
      expect((yield* Users.find(user.id))?.profile.email).toBeUndefined()
    }).pipe(Effect.provide(MemoryProvider))
  )
})
