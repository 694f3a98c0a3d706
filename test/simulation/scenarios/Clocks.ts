/**
 * Clocks that disagree: the isolates', the objects', D1's. Every pair of them is some seconds apart, either way, and
 * what is judged by two clocks must not depend on which of them is right.
 */
import { Effect } from "effect"
import { act } from "../../../src/layers/test/kernel/World.ts"
import { succeeded, valueOf } from "../../../src/layers/test/oracles/Answer.ts"
import { once } from "../../../src/layers/test/oracles/Once.ts"
import { authorize } from "../../../src/services/flows/Authorize.ts"
import { introspect } from "../../../src/services/flows/Introspect.ts"
import { createUser } from "../../../src/services/flows/operator/CreateUser.ts"
import type { Outcome } from "../../../src/services/flows/authorize/Outcome.ts"
import { revoke } from "../../../src/services/flows/Revoke.ts"
import { userInfo } from "../../../src/services/flows/UserInfo.ts"
import { jwks } from "../../../src/services/flows/keys/Keys.ts"
import type { Entry } from "../Entry.ts"
import {
  asks,
  codeOf,
  redeem,
  refresh,
  relyingParty,
  signIn,
  stepOf,
  withCode,
  withFamily,
  withLoginForm,
  withOnlineCode,
  withOnlineTokens,
  withUser
} from "../Scene.ts"
import { oneSet } from "./Keys.ts"
import { actionsOf, anyway, doing, race, type Rule } from "./Race.ts"
import { allFallsWith, finishes, givenIsGood, oneHead, reuseEndsAll } from "./Rules.ts"

/** Seconds: machines that keep time by NTP are closer, and a virtual one that was asleep may be worse for a while. */
const skews = [0, 5_000, -5_000]

/** Nothing else goes wrong. */
const apart = { skews, faults: [] } as const

/** Everybody who asked got what they asked for. */
const allSucceed: Rule = {
  name: "Liveness",
  judge: ({ history }) => {
    const failed = history.actions.find((action) => !succeeded(action))
    return failed === undefined ? undefined : `${failed.client}'s ${failed.action} was refused`
  }
}

/** A login that `max_age` asked for gives a code, whatever the clock of the next machine says of its age. */
const neverInCircles: Rule = {
  name: "Liveness",
  judge: (run) => {
    const outcomes = actionsOf(run, "authorize", "login").filter(succeeded).map(valueOf)
    const last = outcomes.at(-1) as Outcome | { readonly outcome: Outcome }
    const outcome = "outcome" in last ? last.outcome : last
    return codeOf(outcome) === undefined ? `it ends with ${JSON.stringify(outcome)}` : undefined
  }
}

export const clocks: ReadonlyArray<Entry> = [
  race({
    ...apart,
    name: "first request/first request, clocks apart",
    setup: Effect.succeed({}),
    clients: () => ({ first: act("jwks", jwks()), second: act("jwks", jwks()) }),
    oracles: [oneSet, finishes]
  }),
  race({
    ...apart,
    name: "redeem/redeem, clocks apart",
    setup: withCode,
    clients: (scene) => ({
      first: act("redeem", redeem(scene)),
      second: act("redeem", redeem(scene))
    }),
    oracles: [once({ thing: "code", of: doing("redeem") }), reuseEndsAll, givenIsGood()]
  }),
  race({
    ...apart,
    name: "redeem/userinfo elsewhere, clocks apart",
    setup: withOnlineTokens,
    clients: ({ accessToken }) => ({
      reader: act("userinfo", userInfo(accessToken)),
      other: act("introspect", introspect(relyingParty, accessToken))
    }),
    oracles: [allSucceed]
  }),
  race({
    ...apart,
    name: "refresh/refresh/revoke, clocks apart",
    setup: withFamily,
    clients: ({ refreshToken }) => ({
      first: anyway(act("refresh", refresh(refreshToken))),
      second: act("revoke", revoke(relyingParty, refreshToken))
    }),
    oracles: [oneHead, allFallsWith("revoke"), finishes]
  }),
  race({
    ...apart,
    name: "login, clocks apart",
    setup: withLoginForm,
    clients: ({ browser, sealed }) => ({ browser: act("login", signIn(sealed, browser)) }),
    oracles: [allSucceed]
  }),
  race({
    ...apart,
    name: "authorize with max_age, clocks apart",
    setup: withOnlineCode,
    clients: ({ browser }) => ({
      browser: Effect.gen(function* () {
        const asked = asks({ scope: "openid profile", max_age: "3" })
        const outcome = yield* act("authorize", authorize(asked, browser))
        if (outcome._tag !== "Login") return
        yield* act("login", signIn(stepOf(outcome), browser))
      })
    }),
    oracles: [allSucceed, neverInCircles]
  }),
  race({
    ...apart,
    // A clock that is ahead by more than a reservation lasts takes names that somebody has just reserved: the home
    // decides, and one of the two is told that the name is taken.
    skews: [0, 90_000],
    name: "create user/create user, clocks apart by more than a reservation",
    setup: withUser,
    clients: () => ({
      first: act("create", createUser({ username: "bob" })),
      second: act("create", createUser({ username: "bob" }))
    }),
    oracles: [once({ thing: "name", of: doing("create") })]
  })
]
