/** Attacks on accounts and on how people sign in to them, over a provider in memory. OWASP ASVS 5.0 §6.3, §7.4. */
import { describe, expect, it } from "@effect/vitest"
import { Effect, Redacted } from "effect"
import { TestClock } from "effect/testing"
import { byPassword } from "../../src/domain/Authentication.ts"
import { ofLogin } from "../../src/domain/Identifier.ts"
import { Sid } from "../../src/domain/Ids.ts"
import { DeviceVerification } from "../../src/domain/Interaction.ts"
import { mostGuesses } from "../../src/domain/MailedLogin.ts"
import { UserCode } from "../../src/domain/UserCode.ts"
import { Profile } from "../../src/domain/User.ts"
import { limits } from "../../src/domain/RateLimit.ts"
import { lettersTo } from "../../src/layers/test/MemoryLetters.ts"
import { MemoryProvider, testProvider } from "../../src/layers/test/MemoryProvider.ts"
import { askEmailChange, viewEmail } from "../../src/services/flows/account/ChangeEmail.ts"
import { confirmEmail, viewEmailLink } from "../../src/services/flows/account/ConfirmEmail.ts"
import { saveProfile, viewProfile } from "../../src/services/flows/account/OwnProfile.ts"
import { authorize } from "../../src/services/flows/Authorize.ts"
import { viewLogin } from "../../src/services/flows/signin/Login.ts"
import { submitPasskey } from "../../src/services/flows/signin/PasskeyLogin.ts"
import { loginStep } from "../../src/services/flows/signin/LoginStep.ts"
import { home } from "../../src/services/flows/Home.ts"
import { signOutUser } from "../../src/services/flows/operator/SignOutUser.ts"
import { openSession } from "../../src/services/flows/signin/OpenSession.ts"
import { setPassword } from "../../src/services/flows/operator/SetPassword.ts"
import type { Outcome } from "../../src/services/flows/authorize/Outcome.ts"
import { requestReset } from "../../src/services/flows/password/RequestReset.ts"
import { resetPassword } from "../../src/services/flows/password/ResetPassword.ts"
import { openLink, useCode, useLink, viewLink } from "../../src/services/flows/signin/UseLetter.ts"
import { PasswordHasher } from "../../src/services/ports/PasswordHasher.ts"
import { Around } from "../../src/services/storage/Consistency.ts"
import { Identifiers } from "../../src/services/storage/Identifiers.ts"
import { Users } from "../../src/services/storage/Users.ts"
import { withPasskey } from "../simulation/PasskeyScene.ts"
import { makeUser } from "../workerd/Fixtures.ts"
import { getLetter, otherCode, stepBehind } from "../simulation/LetterScene.ts"
import { asks, browserOf, signIn, stepOf, withConsentStep, withUser } from "../simulation/Scene.ts"

const another = "another long password"

/** A browser with nothing but the form, and what it remembers of those who signed in there. */
const atForm = Effect.fnUntraced(function* (letter: string, device?: string) {
  const browser = { ...browserOf(letter), ...(device === undefined ? {} : { device }) }
  return { browser, form: stepOf(yield* authorize(asks({ prompt: "login" }), browser)) }
})

const signedInAt = Effect.fnUntraced(function* (letter: string, login = "alice", device?: string) {
  const { browser, form } = yield* atForm(letter, device)
  const signed = yield* signIn(form, browser, login)
  return signed._tag === "SignedIn" ? signed.device : yield* Effect.die("the set-up could not sign in")
})

/** How many of `times` wrong passwords are compared. */
const compared = Effect.fnUntraced(function* (
  letter: string,
  device: string | undefined,
  times: number,
  login = "alice"
) {
  const { browser, form } = yield* atForm(letter, device)
  const guess = signIn(form, browser, login, "a wrong password").pipe(
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

describe("OWASP ASVS 5.0 §6.3.1: nobody's guesses are counted as another's", () => {
  const { most } = limits.login_known

  it.effect("two browsers of one person, and two people of one browser, have tries of their own", () =>
    Effect.gen(function* () {
      yield* withUser
      yield* makeUser("bob")
      const elsewhere = yield* signedInAt("b")
      const alone = yield* signedInAt("c")
      const shared = yield* signedInAt("c", "bob", alone)
      for (const login of ["alice", "bob"]) yield* compared("d", undefined, most, login)
      expect(yield* compared("d", shared, most + 1, "bob")).toBe(most)
      expect(yield* compared("d", shared, most + 1)).toBe(most)
      expect(yield* compared("e", elsewhere, 1)).toBe(1)
    }).pipe(Effect.provide(MemoryProvider))
  )

  it.effect("a try that is not admitted is not hashed either, whatever the browser is known for", () =>
    Effect.gen(function* () {
      yield* withUser
      const device = yield* signedInAt("b")
      yield* TestClock.adjust(1)
      yield* setPassword("alice", Redacted.make(another))
      const hasher = yield* PasswordHasher
      let hashed = 0
      const verify: typeof hasher.verify = (...asked) => {
        hashed += 1
        return hasher.verify(...asked)
      }
      const tries = yield* compared("b", device, most + 3).pipe(
        Effect.provideService(PasswordHasher, { ...hasher, verify })
      )
      expect(tries).toBeGreaterThan(0)
      expect(tries).toBeLessThanOrEqual(most)
      expect(hashed).toBe(tries)
    }).pipe(Effect.provide(MemoryProvider))
  )
})

describe("OIDC Core §3.1.2.3: a login form that signed somebody in", () => {
  it.effect("signs nobody in again, and leads on to a new one for the same request", () =>
    Effect.gen(function* () {
      yield* withUser
      const { browser, form } = yield* atForm("b")
      expect((yield* signIn(form, browser))._tag).toBe("SignedIn")
      const again = yield* signIn(form, browser)
      expect(again).toMatchObject({ _tag: "TryAgain", problem: "expired", next: { _tag: "Login" } })
      if (again._tag !== "TryAgain" || again.next === undefined) return
      expect((yield* signIn(stepOf(again.next), browser))._tag).toBe("SignedIn")
    }).pipe(Effect.provide(MemoryProvider))
  )
})

describe("WebAuthn Level 3 §7.2: a user handle of nobody", () => {
  it.effect.each(["9-9.", "1-99999.", ""])(
    "one that names no home of ours (%s…) is a wrong passkey, no failure",
    (head) =>
      Effect.gen(function* () {
        const { first } = yield* withPasskey(5)
        const right = JSON.parse(first.answer(6))
        const userHandle = Buffer.from(`${head}${"x".repeat(22)}`).toString("base64url")
        const assertion = JSON.stringify({ ...right, response: { ...right.response, userHandle } })
        const answered = yield* submitPasskey({ sealed: first.sealed, assertion, language: "en" }, first.browser)
        expect(answered).toMatchObject({ _tag: "TryAgain", problem: "passkey" })
      }).pipe(Effect.provide(MemoryProvider))
  )
})

describe("WebAuthn Level 3 §7.2: assertions are counted for the network", () => {
  it.effect("wrong ones, and then a right one is refused too; another network goes on", () =>
    Effect.gen(function* () {
      const { first } = yield* withPasskey(5)
      const right = JSON.parse(first.answer(6))
      const wrong = JSON.stringify({ ...right, response: { ...right.response, signature: "AAAA" } })
      const show = (assertion: string, address: string) =>
        submitPasskey({ sealed: first.sealed, assertion, language: "en" }, { ...first.browser, address })
      for (let times = 0; times < limits.passkey.most; times++) {
        expect((yield* show(wrong, "192.0.2.1"))._tag).toBe("TryAgain")
      }
      const refused = yield* Effect.flip(show(first.answer(6), "192.0.2.1"))
      expect(refused).toMatchObject({ _tag: "TooMany", limit: "passkey" })
      expect((yield* show(first.answer(6), "192.0.2.2"))._tag).toBe("SignedIn")
    }).pipe(Effect.provide(MemoryProvider))
  )
})

describe("OWASP ASVS 5.0 §6.3.7: changing an address", () => {
  /** Somebody who is signed in and has no address, or one that was not confirmed. */
  const signedInAs = Effect.fnUntraced(function* (login: string, letter: string, email?: string) {
    const user = yield* makeUser(login, { email_verified: false as never })
    const { email: _, email_verified: __, ...bare } = user.profile
    const profile = new Profile(email === undefined ? bare : { ...bare, email, email_verified: false })
    yield* Users.change({ userId: user.id, version: user.version, profile })
    const { browser, form } = yield* atForm(letter)
    const signed = yield* signIn(form, browser, login)
    if (signed._tag !== "SignedIn") return yield* Effect.die("the set-up could not sign in")
    return { id: user.id, browser: { ...browser, session: signed.cookie } }
  })

  const linkTo = Effect.fnUntraced(function* (email: string, browser: ReturnType<typeof browserOf>) {
    const view = yield* viewEmail(browser)
    if (view._tag !== "Own") return yield* Effect.die("nobody is signed in")
    yield* askEmailChange({ sealed: view.form, email, language: "en" }, browser)
    const letter = (yield* lettersTo(email)).find(({ _tag }) => _tag === "EmailChangeLetter")
    if (letter?._tag !== "EmailChangeLetter") return yield* Effect.die("there is no letter")
    return new URL(letter.link).searchParams.get("token") ?? ""
  })

  const press = Effect.fnUntraced(function* (token: string, browser: ReturnType<typeof browserOf>) {
    const view = yield* viewEmailLink(token, browser)
    if (view._tag === "SignIn") return yield* Effect.die("nobody is signed in")
    return yield* confirmEmail({ sealed: view.form, token, language: "en" }, browser)
  })

  it.effect("a link gives its address to nobody else’s account, though that has none either", () =>
    Effect.gen(function* () {
      yield* withUser
      const mallory = yield* signedInAs("mallory", "m")
      const victim = yield* signedInAs("victim", "v")
      const token = yield* linkTo("mallory@evil.example", mallory.browser)
      expect(yield* press(token, victim.browser)).toMatchObject({ _tag: "Dead", problem: "foreign" })
      expect((yield* Users.find(victim.id))?.profile.email).toBeUndefined()
      expect(yield* press(token, mallory.browser)).toMatchObject({ _tag: "Changed" })
    }).pipe(Effect.provide(MemoryProvider))
  )

  it.effect("a link that another change overtakes while it is used keeps no name from anybody", () =>
    Effect.gen(function* () {
      yield* withUser
      const betty = yield* signedInAs("betty", "b", "betty@example.net")
      const token = yield* linkTo("betty@example.org", betty.browser)
      const before = yield* Users.find(betty.id)
      if (before === null) return expect.fail("there is no such person")
      // Its names are reserved by then.
      const profile = new Profile({ ...before.profile, email: "betty@example.info" })
      const overtakes = Users.change({ userId: betty.id, version: before.version, profile })
      let isFirst = true
      const pressed = yield* press(token, betty.browser).pipe(
        Effect.provideService(Around, (call, run) => {
          if (call.operation !== "User.change" || !isFirst) return run
          isFirst = false
          return Effect.andThen(Effect.orDie(overtakes), run)
        })
      )
      expect([isFirst, pressed]).toMatchObject([false, { _tag: "Dead", problem: "stale" }])
      for (const address of ["betty@example.net", "betty@example.org"]) {
        const name = ofLogin(address)
        expect(name === undefined ? undefined : yield* Identifiers.resolve(name)).toBeNull()
      }
    }).pipe(Effect.provide(MemoryProvider))
  )

  it.effect("a former address that was never confirmed is told nothing: it may be anybody’s", () =>
    Effect.gen(function* () {
      yield* withUser
      const betty = yield* signedInAs("betty", "b", "typo@example.com")
      const token = yield* linkTo("betty@example.org", betty.browser)
      expect(yield* press(token, betty.browser)).toMatchObject({ _tag: "Changed" })
      expect(yield* lettersTo("typo@example.com")).toEqual([])
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

describe("RFC 9700 §4.7, RFC 8628 §5.4: a letter that somebody else asked for", () => {
  const victim = browserOf("v")

  /** What a login page is for in the victim's browser. */
  const purposeOf = Effect.fnUntraced(function* (next: Outcome) {
    const view = yield* viewLogin(stepOf(next), victim)
    return view._tag === "Ask" ? view.purpose._tag : view._tag
  })

  /** Alice gets letters that somebody asked for at the login of a device of theirs. */
  const withLetters = Effect.gen(function* () {
    yield* withUser
    const attacker = browserOf("a")
    const request = new DeviceVerification({ userCode: UserCode.make("BCDFGHJK") })
    const sealed = stepOf(yield* loginStep(request, attacker.secret, null))
    const letter = yield* getLetter(sealed, attacker)
    yield* requestReset({ sealed, login: "alice", language: "en" }, attacker)
    const last = (yield* lettersTo("alice@example.com")).find(({ _tag }) => _tag === "ResetLetter")
    if (last?._tag !== "ResetLetter") return yield* Effect.die("there is no letter")
    return { attacker, letter, resetToken: new URL(last.link).searchParams.get("token") ?? "" }
  })

  it.effect("a link that is void, or too old, leads to a login for one’s own account and not to their device", () =>
    Effect.gen(function* () {
      const { attacker, letter } = yield* withLetters
      const link = yield* stepBehind(letter.token, victim)
      for (let guess = 0; guess < mostGuesses; guess++) yield* useCode(letter.page, otherCode(letter.code), attacker)
      const used = yield* useLink(link, "BBB-BBB", victim)
      if (used._tag !== "Void") return expect.fail(used._tag)
      expect(yield* purposeOf(used.next)).toBe("account")
      yield* TestClock.adjust(testProvider.lifetimes.magicLink)
      const opened = yield* openLink(letter.token, victim)
      if (opened._tag !== "Void") return expect.fail(opened._tag)
      expect(yield* purposeOf(opened.next)).toBe("account")
      const viewed = yield* viewLink(link, victim)
      if (viewed._tag === "Ask") return expect.fail("the link is still good")
      expect(yield* purposeOf(viewed)).toBe("account")
    }).pipe(Effect.provide(MemoryProvider))
  )

  it.effect("nor does a password that was reset; in the browser that asked it leads to where it began", () =>
    Effect.gen(function* () {
      const { attacker, resetToken } = yield* withLetters
      const reset = { token: resetToken, password: Redacted.make(another), isRepeated: true, language: "en" as const }
      const done = yield* resetPassword(reset, victim)
      if (done._tag !== "Done") return expect.fail(done._tag)
      expect(yield* purposeOf({ _tag: "Login", sealed: done.sealed })).toBe("account")
      const theirs = yield* resetPassword(reset, attacker)
      if (theirs._tag !== "Void") return expect.fail(theirs._tag)
      const view = yield* viewLogin(theirs.sealed, attacker)
      expect(view).toMatchObject({ purpose: { _tag: "device" } })
    }).pipe(Effect.provide(MemoryProvider))
  )
})

describe("OWASP ASVS 5.0 §7.4: somebody else’s session in the same browser", () => {
  it.effect("ends when another person signs in there, and not when they are refused", () =>
    Effect.gen(function* () {
      const { user } = yield* withUser
      const bob = yield* makeUser("bob")
      const authentication = byPassword(0)
      const hers = yield* openSession({ user, authentication }, browserOf("b"))
      const browser = browserOf("b", hers?.cookie)
      // A letter that was used by somebody whose session has ended since, and whose page is still in the history.
      const named = { secret: "s".repeat(43), sid: Sid.make("s".repeat(22)) }
      yield* openSession({ user: bob, authentication, named }, browserOf("b"))
      yield* signOutUser("bob")
      expect(yield* openSession({ user: bob, authentication, named }, browser)).toBeNull()
      expect(yield* home(browser)).toBeDefined()
      expect(yield* openSession({ user: bob, authentication }, browser)).not.toBeNull()
      expect(yield* home(browser)).toBeUndefined()
    }).pipe(Effect.provide(MemoryProvider))
  )
})
