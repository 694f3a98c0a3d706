/** Whose account pages are, and how recent a login they want. OWASP ASVS 5.0 §6.2.3, §7.5.1; RFC 9700 §4.7. */
import { describe, expect, it } from "@effect/vitest"
import { Clock, Effect, Redacted } from "effect"
import { TestClock } from "effect/testing"
import { byMail } from "../../src/domain/Authentication.ts"
import { User } from "../../src/domain/User.ts"
import { MemoryProvider, testProvider } from "../../src/layers/test/MemoryProvider.ts"
import { changePassword, viewPassword } from "../../src/services/flows/account/OwnPassword.ts"
import { createUser } from "../../src/services/flows/operator/CreateUser.ts"
import { openSession } from "../../src/services/flows/signin/OpenSession.ts"
import { Around } from "../../src/services/storage/Consistency.ts"
import { type BoundBrowser, browserOf, withConsentStep } from "../simulation/Scene.ts"

const { lifetimes } = testProvider

/** What an effect asks of storage. */
const traced = <A, E, R>(effect: Effect.Effect<A, E, R>) => {
  const trace: Array<string> = []
  const traced = Effect.provideService(effect, Around, (call, next) => {
    trace.push(call.operation)
    return next
  })
  return Effect.map(traced, (result) => ({ result, trace }))
}

/** Somebody who has no password, and signed in by a letter. */
const withoutPassword = Effect.gen(function* () {
  const { hasPassword: _, ...shown } = yield* createUser({ username: "noemi", email: "noemi@example.com" })
  const user = new User({ ...shown, passwordHash: null })
  const opened = yield* openSession({ user, authentication: byMail(yield* Clock.currentTimeMillis) }, browserOf("n"))
  return opened === null ? yield* Effect.die("nobody signed in") : browserOf("n", opened.cookie)
})

const formOf = Effect.fnUntraced(function* (browser: BoundBrowser) {
  const view = yield* viewPassword(browser)
  return view._tag === "Own" ? view.form : yield* Effect.die("nobody is signed in")
})

const setFirst = (sealed: string, browser: BoundBrowser) =>
  changePassword(
    {
      sealed,
      present: Redacted.make(""),
      password: Redacted.make("two quiet herons"),
      isRepeated: true,
      language: "en"
    },
    browser
  )

describe("OWASP ASVS 5.0 §7.5.1: whoever has no password to show signed in a short while ago", () => {
  it.effect("the page and its form ask for them once", () =>
    Effect.gen(function* () {
      const browser = yield* withoutPassword
      const { result, trace } = yield* traced(viewPassword(browser))
      expect(result).toMatchObject({ _tag: "Own", hasPassword: false, name: "noemi" })
      expect(trace).toEqual(["Session.find"])
      const form = yield* formOf(browser)
      const set = yield* traced(setFirst(form, browser))
      expect(set.result._tag).toBe("Changed")
      expect(set.trace.filter((call) => call === "Session.find").length).toBe(1)
    }).pipe(Effect.provide(MemoryProvider))
  )

  it.effect("after that they sign in again, at the page and at its form; whoever has one does not", () =>
    Effect.gen(function* () {
      const browser = yield* withoutPassword
      const alice = yield* withConsentStep
      const form = yield* formOf(browser)
      yield* TestClock.adjust(lifetimes.recentLogin)
      expect((yield* viewPassword(browser))._tag).toBe("SignIn")
      expect((yield* setFirst(form, browser))._tag).toBe("SignIn")
      expect((yield* viewPassword(alice.browser))._tag).toBe("Own")
    }).pipe(Effect.provide(MemoryProvider))
  )
})
