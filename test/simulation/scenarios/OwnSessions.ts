/**
 * Races over a person's sessions and over the tokens that hand one over: all that was chosen ends or none of it, a
 * session token is good once, and nothing is told of a session that somebody was told has ended.
 */
import { Effect, Exit } from "effect"
import { act } from "../../../src/layers/test/kernel/World.ts"
import { succeeded, valueOf } from "../../../src/layers/test/oracles/Answer.ts"
import { durability } from "../../../src/layers/test/oracles/Durability.ts"
import { once } from "../../../src/layers/test/oracles/Once.ts"
import { InvalidGrant } from "../../../src/domain/OAuthError.ts"
import { noBurn } from "../../../src/layers/test/oracles/NoBurn.ts"
import { revocation } from "../../../src/layers/test/oracles/Revocation.ts"
import { endSessions, type Leaving, viewSessions } from "../../../src/services/flows/account/OwnSessions.ts"
import { authorize } from "../../../src/services/flows/Authorize.ts"
import { issueSessionToken } from "../../../src/services/flows/session/IssueSessionToken.ts"
import { refreshSession, sessionStatus } from "../../../src/services/flows/session/SessionStatus.ts"
import { verifySessionToken } from "../../../src/services/flows/session/VerifySessionToken.ts"
import type { Entry } from "../Entry.ts"
import {
  asks,
  type BoundBrowser,
  browserOf,
  type Provider,
  relyingParty,
  signIn,
  signOut,
  stepOf,
  stranger,
  withConsentStep,
  withOnlineTokens
} from "../Scene.ts"
import { actionsOf, doing, isAcknowledged, patient, race, type Rule, saying, type Told } from "./Race.ts"
import { finishes, isSignedIn, not } from "./Rules.ts"

// ---------------------------------------------------------------------------------------------------------------
// Session tokens

/** Alice is signed in, and her relying party has a token by which another domain of it takes her session over. */
export const withSessionToken = Effect.gen(function* () {
  const scene = yield* withOnlineTokens
  const { session_token } = yield* issueSessionToken(scene.accessToken)
  return { ...scene, sessionToken: session_token }
})

export type WithSessionToken = Effect.Success<typeof withSessionToken>

/** One token, shown by two at once. */
export const shownTwice = {
  setup: withSessionToken,
  clients: ({ sessionToken }: WithSessionToken) => ({
    first: act("verify", verifySessionToken(relyingParty, sessionToken)),
    second: act("verify", verifySessionToken(relyingParty, sessionToken))
  }),
  oracles: [once({ thing: "session token", of: doing("verify") })]
}

/** Nothing that begins when the session has ended is told that it lives. */
const nothingIsTold = (...asking: ReadonlyArray<string>): Rule =>
  revocation({
    revoked: doing("logout"),
    accepted: (action) =>
      asking.map((name) => saying(name, ({ active }: { active: boolean }) => active)(action)).find(Boolean)
  })

const handedOver = [
  race({ name: "verify/verify with one session token", ...shownTwice }),
  race({
    // Whoever hears nothing asks for another token: this one may be used up.
    name: "verify a session token, and again after 503",
    setup: withSessionToken,
    clients: ({ sessionToken }) => ({
      client: act("verify", verifySessionToken(relyingParty, sessionToken)),
      other: act("steal", verifySessionToken(stranger, sessionToken))
    }),
    oracles: [
      noBurn({
        thing: "session token",
        of: doing("verify"),
        refused: (error) => error instanceof InvalidGrant
      }),
      {
        name: "No theft",
        judge: (run) => (isAcknowledged(run, "steal") ? "a stranger took the session over" : undefined)
      }
    ]
  }),
  race({
    name: "verify a session token/logout",
    setup: withSessionToken,
    clients: ({ browser, sessionToken }) => ({
      client: act("verify", verifySessionToken(relyingParty, sessionToken)),
      browser: act("logout", patient(signOut(browser)))
    }),
    oracles: [nothingIsTold("verify")]
  }),
  race({
    name: "use of a session, then its status/logout",
    setup: withOnlineTokens,
    clients: ({ accessToken, browser }) => ({
      client: Effect.andThen(
        act("use", patient(refreshSession(accessToken))),
        act("status", patient(sessionStatus(accessToken)))
      ),
      browser: act("logout", patient(signOut(browser)))
    }),
    oracles: [
      nothingIsTold("use", "status"),
      finishes,
      durability<unknown, Provider>({
        kept: (run) => {
          const { session } = run.scene as { readonly session: string }
          return isAcknowledged(run, "logout")
            ? [{ what: "the end by logout", question: not(isSignedIn(session)) }]
            : []
        }
      })
    ]
  })
]

// ---------------------------------------------------------------------------------------------------------------
// A person's own sessions

/** Signs Alice in with another browser. */
const signedInWith = Effect.fnUntraced(function* (letter: string) {
  const browser = browserOf(letter)
  const signed = yield* signIn(stepOf(yield* authorize(asks(), browser)), browser)
  return signed._tag === "SignedIn" ? signed.cookie : yield* Effect.die("the set-up could not sign in")
})

/** Alice is signed in with three browsers, and looks at her sessions with the first. */
export const withThreeBrowsers = Effect.gen(function* () {
  const scene = yield* withConsentStep
  const others = [yield* signedInWith("c"), yield* signedInWith("d")]
  const view = yield* viewSessions(scene.browser)
  if (view._tag === "SignIn") return yield* Effect.die("the set-up is not signed in")
  const sids = view.sessions.filter(({ isPresent }) => !isPresent).map(({ sid }) => sid)
  return { ...scene, others, sids, form: view.form }
})

export type WithThreeBrowsers = Effect.Success<typeof withThreeBrowsers>

const leaves = ({ browser, form }: { browser: BoundBrowser; form: string }, leaving: Leaving) =>
  act("leave", endSessions(form, leaving, browser))

/** Of the sessions that were to end together, each lives or none does, whatever became of the answer. */
const allOrNone: Rule = {
  name: "All or none",
  judge: (run) => {
    const { others } = run.scene as WithThreeBrowsers
    const left = others.filter((cookie) => {
      const answer = run.ask(isSignedIn(cookie))
      return Exit.isSuccess(answer) && answer.value
    })
    const isWhole = left.length === 0 || left.length === others.length
    return isWhole ? undefined : `${left.length} of ${others.length} sessions are left`
  }
}

/** Somebody was told that the other sessions have ended: they have, and the present one has not. */
const othersEnd: Rule = durability<unknown, Provider>({
  kept: (run) => {
    const { others, session } = run.scene as WithThreeBrowsers
    if (!isAcknowledged(run, "leave")) return []
    const ended = others.map((cookie) => ({ what: "the end of another session", question: not(isSignedIn(cookie)) }))
    return [...ended, { what: "the present session", question: isSignedIn(session) }]
  }
})

/** A login that was answered before the others ended is ended with them; one that began after that lives. */
const beforeAndAfter: Rule = durability<unknown, Provider>({
  kept: (run) => {
    const [leaving] = actionsOf(run, "leave").filter(succeeded)
    const [login] = actionsOf(run, "login").filter(succeeded)
    const answer = login && (valueOf(login) as { readonly cookie?: string })
    if (leaving?.ended === undefined || login === undefined || answer?.cookie === undefined) return []
    const { cookie } = answer
    if ((login.ended ?? Infinity) < (leaving.executed ?? 0)) {
      return [{ what: "the end of a login that was answered before", question: not(isSignedIn(cookie)) }]
    }
    const isAfter = (login.executed ?? 0) > leaving.ended
    return isAfter ? [{ what: "a login that began afterwards", question: isSignedIn(cookie) }] : []
  }
})

const withLoginElsewhere = Effect.gen(function* () {
  const scene = yield* withThreeBrowsers
  return { ...scene, step: stepOf(yield* authorize(asks(), browserOf("x"))) }
})

/** Alice signs out everywhere else, while somebody who knows her password signs in. */
export const besideALogin = {
  setup: withLoginElsewhere,
  clients: (scene: Effect.Success<typeof withLoginElsewhere>) => ({
    browser: leaves(scene, "others"),
    other: act("login", signIn(scene.step, browserOf("x")))
  }),
  oracles: [othersEnd, allOrNone, beforeAndAfter]
}

const own = [
  race({
    name: "sign out everywhere else/sign out two by name, in three browsers",
    setup: withThreeBrowsers,
    clients: (scene) => ({
      first: leaves(scene, "others"),
      second: leaves(scene, { sids: scene.sids })
    }),
    oracles: [othersEnd, allOrNone]
  }),
  race({
    name: "sign out everywhere else, and again after 503, two faults",
    atMost: 2,
    setup: withThreeBrowsers,
    clients: (scene) => ({ browser: act("leave", patient(endSessions(scene.form, "others", scene.browser))) }),
    oracles: [othersEnd, allOrNone, finishes]
  }),
  race({ name: "sign out everywhere else/login in another browser", ...besideALogin }),
  race({
    // The session goes on under another secret: by its name it is spared, or ended, all the same.
    name: "sign out everywhere else/login again in the same browser",
    setup: Effect.gen(function* () {
      const scene = yield* withThreeBrowsers
      return { ...scene, step: stepOf(yield* authorize(asks({ prompt: "login" }), scene.browser)) }
    }),
    clients: (scene) => ({
      browser: leaves(scene, "others"),
      tab: act("login", signIn(scene.step, scene.browser))
    }),
    oracles: [
      allOrNone,
      durability<unknown, Provider>({
        kept: (run) =>
          newCookies(run).map((cookie) => ({ what: "the session that goes on", question: isSignedIn(cookie) }))
      })
    ]
  })
]

const newCookies = (run: Told): ReadonlyArray<string> =>
  actionsOf(run, "login")
    .filter(succeeded)
    .flatMap((action) => (valueOf(action) as { readonly cookie?: string }).cookie ?? [])

export const ownSessions: ReadonlyArray<Entry> = [...handedOver, ...own]
