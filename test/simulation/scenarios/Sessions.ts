/**
 * Races over a login form, a session, and what ends them. OIDC Core §3.1.2.3, RP-Initiated Logout §2; a form signs in
 * once, and a session that somebody was told has ended is the session of nobody.
 */
import { Effect } from "effect"
import { act } from "../../../src/layers/test/kernel/World.ts"
import { succeeded, valueOf } from "../../../src/layers/test/oracles/Answer.ts"
import { durability } from "../../../src/layers/test/oracles/Durability.ts"
import { once } from "../../../src/layers/test/oracles/Once.ts"
import { revocation } from "../../../src/layers/test/oracles/Revocation.ts"
import { authorize } from "../../../src/services/flows/Authorize.ts"
import { beginLogout, confirmLogout } from "../../../src/services/flows/Logout.ts"
import { signOutUser } from "../../../src/services/flows/operator/SignOutUser.ts"
import { disableUser, enableUser } from "../../../src/services/flows/operator/UserStatus.ts"
import type { Outcome } from "../../../src/services/flows/authorize/Outcome.ts"
import { makeUser } from "../../workerd/Fixtures.ts"
import type { Entry } from "../Entry.ts"
import {
  asks,
  browserOf,
  codeOf,
  form,
  type Provider,
  signIn,
  signOut,
  signOutByHint,
  stepOf,
  withConsentStep,
  withLoginForm,
  withOfflineTokens,
  withOnlineTokens,
  withUser
} from "../Scene.ts"
import { atOnce, codesAreGood, endings, isRedeemable } from "./Codes.ts"
import {
  actionsOf,
  doing,
  isAcknowledged,
  overOperations,
  patient,
  race,
  type Rule,
  saying,
  type Told
} from "./Race.ts"
import { finishes, isSignedIn, not } from "./Rules.ts"

type Signed = { readonly _tag: "SignedIn"; readonly cookie: string; readonly outcome: Outcome }
type LoginAnswer = Signed | { readonly _tag: "TryAgain"; readonly next: Outcome | undefined }

const isSignedInAnswer = (answer: LoginAnswer): boolean => answer._tag === "SignedIn"

/** The cookies that browsers were given. */
const cookiesOf = (run: Told): ReadonlyArray<string> =>
  actionsOf(run, "login")
    .filter(succeeded)
    .map((action) => valueOf(action) as LoginAnswer)
    .flatMap((answer) => (answer._tag === "SignedIn" ? [answer.cookie] : []))

/** A form signs nobody in twice. */
const formOnce: Rule = once({ thing: "login form", of: saying("login", isSignedInAnswer) })

/** Nor does it open a session of which nobody is told. */
const opensOnce: Rule = overOperations(once({ thing: "login form", of: doing("Session.open") }))

/** Somebody whose form was used up by nobody signs in with the next form that the answer brought. */
const signInAtLast = (sealed: string) =>
  Effect.gen(function* () {
    let step = sealed
    for (let attempt = 0; attempt < 4; attempt++) {
      const answer = yield* act("login", patient(signIn(step, browserOf("b"))))
      if (answer._tag === "SignedIn") return answer
      if (answer.next !== undefined) step = stepOf(answer.next)
    }
    return yield* Effect.die("signed in never")
  })

/** The browser that was told it is signed in is. */
const cookieIsGood: Rule = durability<unknown, Provider>({
  kept: (run) => cookiesOf(run).map((cookie) => ({ what: "a session", question: isSignedIn(cookie) }))
})

/** Once somebody was told that they signed in anew, or signed out, what the browser had before opens nothing. */
const oldSessionEnds: Rule = durability<unknown, Provider>({
  kept: (run) => {
    const { session } = run.scene as { readonly session: string }
    const isEnded = cookiesOf(run).length > 0 || isAcknowledged(run, "logout")
    return isEnded ? [{ what: "the end of the session before", question: not(isSignedIn(session)) }] : []
  }
})

/** The codes that clients were given silently. */
const codesGiven = (run: Told): ReadonlyArray<string> =>
  actionsOf(run, "authorize")
    .filter(succeeded)
    .flatMap((action) => codeOf(valueOf(action) as Outcome) ?? [])

/** No request that begins when the session has ended gets a code. */
const noCodeAfter = (ending: string): Rule =>
  revocation({
    revoked: doing(ending),
    accepted: saying("authorize", (outcome: Outcome) => codeOf(outcome) !== undefined)
  })

/** A code that was given just before is good for nothing either. */
const codesFallWith = (ending: string): Rule =>
  durability<unknown, Provider>({
    kept: (run) =>
      isAcknowledged(run, ending)
        ? codesGiven(run).map((code) => ({ what: `the end of a code by ${ending}`, question: not(isRedeemable(code)) }))
        : []
  })

const oneForm = (name: string, atMost: number): Entry =>
  race({
    name,
    atMost,
    setup: withLoginForm,
    clients: ({ browser, sealed }) => ({
      first: act("login", signIn(sealed, browser)),
      second: act("login", signIn(sealed, browser))
    }),
    oracles: [formOnce, opensOnce, cookieIsGood]
  })

const tickets = [
  oneForm("login/login with one form", 1),
  oneForm("login/login with one form, two faults", 2),
  race({
    // The ticket is spent before the session is opened, so a login that is cut off in between uses its form up. The
    // same answer brings the next form: what is lost is one entry of the password, never the login.
    name: "login, and again after 503",
    setup: withLoginForm,
    clients: ({ sealed }) => ({ browser: signInAtLast(sealed) }),
    oracles: [cookieIsGood, finishes]
  }),
  race({
    name: "login, and again after 503, two faults",
    atMost: 2,
    setup: withLoginForm,
    clients: ({ sealed }) => ({ browser: signInAtLast(sealed) }),
    oracles: [cookieIsGood, finishes]
  }),
  race({
    name: "login/login in another browser",
    setup: withLoginForm,
    clients: ({ browser, sealed }) => ({
      owner: act("login", signIn(sealed, browser)),
      // RFC 9700 §4.7: a form is good in the browser that began it.
      other: act("steal", signIn(sealed, browserOf("x")))
    }),
    oracles: [
      formOnce,
      cookieIsGood,
      { name: "No theft", judge: (run) => (isAcknowledged(run, "steal") ? "a stolen form was taken" : undefined) }
    ]
  })
]

/** Sessions that were opened before everything ended are nobody's, and those that were opened after it are good. */
const endsWhatWasBefore = (ending: string): Rule =>
  durability<unknown, Provider>({
    kept: (run) => {
      const [end] = actionsOf(run, ending).filter(succeeded)
      const [login] = actionsOf(run, "login").filter(succeeded)
      const isBefore = end?.executed !== undefined && login?.ended !== undefined && login.ended < end.executed
      return isBefore ? cookiesOf(run).map((c) => ({ what: `the end by ${ending}`, question: not(isSignedIn(c)) })) : []
    }
  })

/** Once the user is gone or has another password, nobody is signed in who showed the old one. */
const nobodyIsLeft = (ending: string): Rule =>
  durability<unknown, Provider>({
    kept: (run) =>
      isAcknowledged(run, ending)
        ? cookiesOf(run).map((cookie) => ({ what: `the end by ${ending}`, question: not(isSignedIn(cookie)) }))
        : []
  })

/** Consents have nothing to do with sessions. */
const endsSessions = endings.filter(({ name }) => name !== "withdraw consent")

/** Whoever showed a password before the user was disabled is not signed in when the user is enabled again. */
const nobodyBetween: Rule = durability<unknown, Provider>({
  kept: (run) => {
    const [disabled] = actionsOf(run, "disable user").filter(succeeded)
    const [login] = actionsOf(run, "login").filter(succeeded)
    const checked = run.history.operations.findLast(
      ({ call, client }) => client === login?.client && call.operation === "User.find"
    )
    const isChecked = (checked?.executed ?? Infinity) < (disabled?.executed ?? 0)
    return isChecked
      ? cookiesOf(run).map((c) => ({ what: "the end by disable user", question: not(isSignedIn(c)) }))
      : []
  }
})

const against = [
  ...endsSessions.map(({ name, run }) =>
    race({
      name: `login/${name}`,
      setup: withLoginForm,
      clients: ({ browser, sealed, user }) => ({
        browser: act("login", signIn(sealed, browser)),
        operator: act(name, patient(run(user.id)))
      }),
      oracles: [formOnce, name === "sign out everywhere" ? endsWhatWasBefore(name) : nobodyIsLeft(name)]
    })
  ),
  race({
    name: "login/disable and enable user",
    setup: withLoginForm,
    clients: ({ browser, sealed, user }) => ({
      browser: act("login", patient(signIn(sealed, browser))),
      operator: Effect.andThen(
        act("disable user", patient(disableUser(user.id))),
        act("enable user", patient(enableUser(user.id)))
      )
    }),
    oracles: [formOnce, nobodyBetween, finishes]
  }),
  race({
    // Each login draws a new session and ends the one that the browser had: whichever cookie the browser keeps, the old
    // one opens nothing (session fixation).
    name: "login again/login again in one browser",
    setup: Effect.gen(function* () {
      const scene = yield* withConsentStep
      const again = asks({ prompt: "login" })
      const first = stepOf(yield* authorize(again, scene.browser))
      return { ...scene, first, second: stepOf(yield* authorize(again, scene.browser)) }
    }),
    clients: ({ browser, first, second }) => ({
      first: act("login", signIn(first, browser)),
      second: act("login", signIn(second, browser))
    }),
    oracles: [cookieIsGood, oldSessionEnds]
  }),
  race({
    // What the browser had before may be somebody else's, in another home.
    name: "login as another user/authorize",
    setup: Effect.gen(function* () {
      const scene = yield* withOnlineTokens
      yield* makeUser("bob")
      return { ...scene, again: stepOf(yield* authorize(asks({ prompt: "login" }), scene.browser)) }
    }),
    clients: ({ again, browser }) => ({
      first: act("login", signIn(again, browser, "bob")),
      second: act("authorize", authorize(asks({ scope: "openid profile" }), browser))
    }),
    oracles: [cookieIsGood, oldSessionEnds, noCodeAfter("login")]
  }),
  race({
    name: "login again/logout",
    setup: Effect.gen(function* () {
      const scene = yield* withConsentStep
      return { ...scene, again: stepOf(yield* authorize(asks({ prompt: "login" }), scene.browser)) }
    }),
    clients: ({ again, browser }) => ({
      first: act("login", signIn(again, browser)),
      second: act("logout", signOut(browser))
    }),
    oracles: [cookieIsGood, oldSessionEnds]
  })
]

/** Grants that were made silently by a session, and codes of which nobody can say yet what they are good for. */
const silently = [
  race({
    name: "authorize/logout",
    setup: withOnlineTokens,
    clients: ({ browser }) => ({
      client: act("authorize", authorize(asks({ scope: "openid profile" }), browser)),
      browser: act("logout", signOut(browser))
    }),
    oracles: [noCodeAfter("logout"), codesFallWith("logout")]
  }),
  race({
    name: "authorize without a page/logout by the relying party",
    setup: withOfflineTokens,
    clients: ({ browser, idToken }) => ({
      client: act("authorize", authorize(asks({ scope: "openid profile", prompt: "none" }), browser)),
      browser: act("logout", signOutByHint(browser, idToken))
    }),
    oracles: [noCodeAfter("logout"), codesFallWith("logout")]
  }),
  ...endings.map(({ name, run }) =>
    race({
      name: `authorize/${name}`,
      setup: withOnlineTokens,
      clients: ({ browser, user }) => ({
        client: act("authorize", authorize(asks({ scope: "openid profile" }), browser)),
        operator: act(name, patient(run(user.id)))
      }),
      oracles: [noCodeAfter(name), codesFallWith(name), ...atOnce(name, "AuthorizationCode.issue")]
    })
  ),
  race({
    name: "authorize/authorize",
    setup: withOnlineTokens,
    clients: ({ browser }) => ({
      first: act("authorize", patient(authorize(asks({ scope: "openid profile" }), browser))),
      second: act("authorize", patient(authorize(asks({ scope: "openid profile" }), browser)))
    }),
    oracles: [codesAreGood(codesGiven), finishes]
  })
]

/** Whoever was told that all of a user's sessions are ended finds none of those that there were. */
const allSessionsEnd: Rule = durability<unknown, Provider>({
  kept: (run) => {
    const { cookies } = run.scene as { readonly cookies: ReadonlyArray<string> }
    return isAcknowledged(run, "sign out everywhere")
      ? cookies.map((cookie) => ({ what: "the end of one of the user's sessions", question: not(isSignedIn(cookie)) }))
      : []
  }
})

const everywhere = [
  race({
    name: "sign out everywhere/sign out everywhere, in three browsers",
    setup: Effect.gen(function* () {
      const scene = yield* withUser
      const cookies: Array<string> = []
      for (const letter of ["b", "c", "d"]) {
        const browser = browserOf(letter)
        const signedIn = yield* signIn(stepOf(yield* authorize(asks(), browser)), browser)
        if (signedIn._tag === "SignedIn") cookies.push(signedIn.cookie)
      }
      return { ...scene, cookies }
    }),
    clients: ({ user }) => ({
      operator: act("sign out everywhere", patient(signOutUser(user.id))),
      another: act("sign out everywhere", patient(signOutUser(user.id)))
    }),
    oracles: [allSessionsEnd, finishes]
  })
]

const logouts = [
  race({
    name: "logout/logout",
    setup: withOnlineTokens,
    clients: ({ browser, idToken }) => ({
      first: act("logout", patient(signOut(browser))),
      second: act("logout", patient(signOutByHint(browser, idToken)))
    }),
    oracles: [oldSessionEnds, finishes]
  }),
  race({
    name: "logout/logout with one form",
    setup: Effect.gen(function* () {
      const scene = yield* withConsentStep
      const outcome = yield* beginLogout(form({}), scene.browser)
      return { ...scene, step: outcome._tag === "Confirm" ? outcome.sealed : "" }
    }),
    clients: ({ browser, step }) => ({
      first: act("logout", patient(confirmLogout(step, browser))),
      second: act("logout", patient(confirmLogout(step, browser)))
    }),
    oracles: [oldSessionEnds, finishes]
  }),
  race({
    name: "logout, and again after 503, two faults",
    atMost: 2,
    setup: withOnlineTokens,
    clients: ({ browser }) => ({ browser: act("logout", patient(signOut(browser))) }),
    oracles: [oldSessionEnds, finishes]
  })
]

export const sessions: ReadonlyArray<Entry> = [...tickets, ...against, ...silently, ...everywhere, ...logouts]
