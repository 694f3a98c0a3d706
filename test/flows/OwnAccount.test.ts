/** Whose account pages are, and how recent a login they want. OWASP ASVS 5.0 §6.2.3, §7.5.1; RFC 9700 §4.7. */
import { describe, expect, it } from "@effect/vitest"
import { Clock, Effect, Redacted } from "effect"
import { TestClock } from "effect/testing"
import { byMail, byPassword } from "../../src/domain/Authentication.ts"
import { accountPaths } from "../../src/domain/PagePath.ts"
import { User } from "../../src/domain/User.ts"
import { MemoryProvider, testProvider } from "../../src/layers/test/MemoryProvider.ts"
import { openAccountForm, ownAccount, viewAccount } from "../../src/services/flows/account/OwnAccount.ts"
import { changePassword, viewPassword } from "../../src/services/flows/account/OwnPassword.ts"
import { authorize } from "../../src/services/flows/Authorize.ts"
import { createUser } from "../../src/services/flows/operator/CreateUser.ts"
import { openSession } from "../../src/services/flows/signin/OpenSession.ts"
import { Around } from "../../src/services/storage/Consistency.ts"
import {
  asks,
  type BoundBrowser,
  browserOf,
  codeOf,
  withConsentStep,
  withOnlineCode,
  withUser
} from "../simulation/Scene.ts"
import { makeUser } from "../workerd/Fixtures.ts"

const { lifetimes } = testProvider
const anyPage = { path: accountPaths.profile }

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

describe("OWASP ASVS 5.0 §7.5.1: what makes a login a recent one", () => {
  it.effect("that somebody signed in, and not that they were seen", () =>
    Effect.gen(function* () {
      const { browser } = yield* withOnlineCode
      const wanted = { path: accountPaths.email, recent: true }
      yield* TestClock.adjust(lifetimes.recentLogin - 1)
      expect((yield* ownAccount(wanted, browser))._tag).toBe("Own")
      yield* TestClock.adjust(lifetimes.sessionTouch)
      // The application asks again, and the use is written down.
      expect(codeOf(yield* authorize(asks({ scope: "openid profile" }), browser))).toBeTypeOf("string")
      const own = yield* ownAccount(anyPage, browser)
      if (own._tag !== "Own") return expect.fail("nobody is signed in")
      expect(own.session.seenAt).toBe(yield* Clock.currentTimeMillis)
      expect((yield* ownAccount(wanted, browser))._tag).toBe("SignIn")
    }).pipe(Effect.provide(MemoryProvider))
  )
})

describe("RFC 9700 §4.7: a form of the account, in the browser it was shown in", () => {
  it.effect.each(["alice", "bob"])("is refused where %s has signed in since", (login) =>
    Effect.gen(function* () {
      const { user } = yield* withUser
      const people = { alice: user, bob: yield* makeUser("bob") }
      const authentication = byPassword(yield* Clock.currentTimeMillis)
      const signedIn = Effect.fnUntraced(function* (person: User) {
        const opened = yield* openSession({ user: person, authentication }, browserOf("b"))
        return opened === null ? yield* Effect.die("nobody signed in") : browserOf("b", opened.cookie)
      })
      const [first, second] = [yield* signedIn(user), yield* signedIn(people[login as keyof typeof people])]
      const view = yield* viewAccount(anyPage, first)
      if (view._tag !== "Own") return expect.fail("nobody is signed in")
      expect((yield* openAccountForm(view.form, anyPage, first))._tag).toBe("Own")
      const refused = yield* Effect.flip(openAccountForm(view.form, anyPage, second))
      expect(refused).toMatchObject({ _tag: "StepRefused", problem: "foreign" })
    }).pipe(Effect.provide(MemoryProvider))
  )
})
