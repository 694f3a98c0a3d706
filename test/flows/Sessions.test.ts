/** Sessions over time and over logins: how long they and their tokens last, and what a new login leaves of them. */
import { describe, expect, it } from "@effect/vitest"
import { Clock, Effect } from "effect"
import { TestClock } from "effect/testing"
import { byPasskey } from "../../src/domain/Authentication.ts"
import type { User } from "../../src/domain/User.ts"
import { MemoryProvider } from "../../src/layers/test/MemoryProvider.ts"
import { ownAccount } from "../../src/services/flows/account/OwnAccount.ts"
import { authorize } from "../../src/services/flows/Authorize.ts"
import { home } from "../../src/services/flows/Home.ts"
import { deleteClient } from "../../src/services/flows/operator/DeleteClient.ts"
import { openSession } from "../../src/services/flows/signin/OpenSession.ts"
import type { Outcome } from "../../src/services/flows/authorize/Outcome.ts"
import { issueSessionToken } from "../../src/services/flows/session/IssueSessionToken.ts"
import { refreshSession, sessionStatus } from "../../src/services/flows/session/SessionStatus.ts"
import { verifySessionToken } from "../../src/services/flows/session/VerifySessionToken.ts"
import { lifetimes } from "../../src/services/storage/World.laws.ts"
import { makeUser } from "../workerd/Fixtures.ts"
import {
  asks,
  type BoundBrowser,
  browserOf,
  type Provider,
  refresh,
  relyingParty,
  signIn,
  stepOf,
  stranger,
  withOfflineTokens,
  withOnlineTokens,
  withUser
} from "../simulation/Scene.ts"

const isSignedIn = (cookie: string) => Effect.map(home(browserOf("b", cookie)), (name) => name !== undefined)

describe("a session token", () => {
  it.effect("lives for five minutes, to their last millisecond; another client’s try uses nothing up", () =>
    Effect.gen(function* () {
      const { accessToken } = yield* withOnlineTokens
      const first = yield* issueSessionToken(accessToken)
      const second = yield* issueSessionToken(accessToken)
      expect(first.expires_in).toBe(300)
      yield* TestClock.adjust(299_999)
      expect(yield* Effect.flip(verifySessionToken(stranger, first.session_token))).toMatchObject({
        _tag: "InvalidGrant",
        reason: "session token: client"
      })
      expect(yield* verifySessionToken(relyingParty, first.session_token)).toMatchObject({ active: true })
      yield* TestClock.adjust(1)
      const late = yield* Effect.flip(verifySessionToken(relyingParty, second.session_token))
      expect(late).toMatchObject({ _tag: "InvalidGrant", reason: "session token: expired" })
    }).pipe(Effect.provide(MemoryProvider))
  )

  it.effect("is of no use when its client is deleted, nor is an access token for the status", () =>
    Effect.gen(function* () {
      const { accessToken } = yield* withOnlineTokens
      yield* deleteClient("rp")
      expect(yield* sessionStatus(accessToken)).toEqual({ active: false })
      expect(yield* Effect.flip(issueSessionToken(accessToken))).toMatchObject({ _tag: "InvalidToken" })
    }).pipe(Effect.provide(MemoryProvider))
  )
})

describe("a use of a session by its client", () => {
  it.effect("puts off the end for want of use as silent authorization does, and the status does not", () =>
    Effect.gen(function* () {
      const { refreshToken } = yield* withOfflineTokens
      // An access token is younger than a session that nobody uses, so it is got anew each time.
      const fresh = (old: string) =>
        Effect.map(refresh(old), (tokens) => ({ access: tokens.access_token, next: tokens.refresh_token ?? "" }))
      yield* TestClock.adjust(lifetimes.sessionIdle - 1)
      const one = yield* fresh(refreshToken)
      const before = yield* sessionStatus(one.access)
      const used = yield* refreshSession(one.access)
      if (!before.active || !used.active) return expect.fail("the session has ended")
      expect(used.expires_at - before.expires_at).toBe(Math.floor(lifetimes.sessionIdle / 1000) - 1)
      expect(used.auth_time).toBe(before.auth_time)
      yield* TestClock.adjust(lifetimes.sessionIdle - 1)
      const two = yield* fresh(one.next)
      expect(yield* sessionStatus(two.access)).toMatchObject({ active: true })
      yield* TestClock.adjust(1)
      expect(yield* refreshSession(two.access)).toEqual({ active: false })
      expect(yield* Effect.flip(issueSessionToken(two.access))).toMatchObject({ _tag: "InvalidGrant" })
    }).pipe(Effect.provide(MemoryProvider))
  )
})

describe("OWASP ASVS 5.0 §7.2.4, attack 28: a new session id at each login; the old one opens nothing", () => {
  /** Signs in at whatever led to a login form; the browser as it is then. */
  const signedInBy = Effect.fnUntraced(function* (outcome: Outcome, browser: BoundBrowser, login = "alice") {
    const signed = yield* signIn(stepOf(outcome), browser, login)
    if (signed._tag !== "SignedIn") return yield* Effect.die("the set-up could not sign in")
    return { ...browser, session: signed.cookie }
  })

  const ways: Record<string, (browser: BoundBrowser, user: User) => Effect.Effect<BoundBrowser, unknown, Provider>> = {
    "prompt=login": (browser) =>
      Effect.flatMap(authorize(asks({ prompt: "login" }), browser), (step) => signedInBy(step, browser)),
    "max_age=0": (browser) =>
      Effect.gen(function* () {
        yield* TestClock.adjust("1 second")
        return yield* signedInBy(yield* authorize(asks({ max_age: "0" }), browser), browser)
      }),
    "a passkey where a password was shown before": (browser, user) =>
      Effect.gen(function* () {
        const authentication = byPasskey(yield* Clock.currentTimeMillis)
        const opened = yield* openSession({ user, authentication }, browser)
        return opened === null ? yield* Effect.die("nobody signed in") : { ...browser, session: opened.cookie }
      }),
    "another person": (browser) =>
      Effect.flatMap(authorize(asks({ prompt: "login" }), browser), (step) => signedInBy(step, browser, "bob")),
    "a recent login for the account": (browser) =>
      Effect.gen(function* () {
        yield* TestClock.adjust(lifetimes.recentLogin)
        const asked = yield* ownAccount({ path: "/account/password", recent: true }, browser)
        return asked._tag === "SignIn" ? yield* signedInBy(asked.outcome, browser) : yield* Effect.die("was recent")
      })
  }

  it.effect.each(Object.entries(ways))("%s", ([, again]) =>
    Effect.gen(function* () {
      const { user } = yield* withUser
      yield* makeUser("bob")
      const unknown = browserOf("b")
      const first = yield* signedInBy(yield* authorize(asks(), unknown), unknown)
      expect(yield* isSignedIn(first.session)).toBe(true)
      const second = yield* again(first, user)
      expect(second.session).not.toBe(first.session)
      expect([yield* isSignedIn(first.session), yield* isSignedIn(second.session ?? "")]).toEqual([false, true])
    }).pipe(Effect.provide(MemoryProvider))
  )
})
