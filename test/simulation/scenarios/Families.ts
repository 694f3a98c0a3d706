/**
 * Races over one family of refresh tokens, and over the access tokens that it gives. RFC 9700 §4.14.2: a token that was
 * replaced and comes again ends the family; within the grace the one before the head gives the same successor.
 */
import { Effect } from "effect"
import type { Scenario } from "../../../src/layers/test/Scenario.ts"
import { act } from "../../../src/layers/test/kernel/World.ts"
import { succeeded } from "../../../src/layers/test/oracles/Answer.ts"
import { durability } from "../../../src/layers/test/oracles/Durability.ts"
import { noBurn } from "../../../src/layers/test/oracles/NoBurn.ts"
import { revocation } from "../../../src/layers/test/oracles/Revocation.ts"
import { introspect } from "../../../src/services/flows/Introspect.ts"
import { deleteClient } from "../../../src/services/flows/operator/DeleteClient.ts"
import { disableUser, enableUser } from "../../../src/services/flows/operator/UserStatus.ts"
import { revoke } from "../../../src/services/flows/Revoke.ts"
import { userInfo } from "../../../src/services/flows/UserInfo.ts"
import type { Entry } from "../Entry.ts"
import {
  type Provider,
  redeem,
  refresh,
  relyingParty,
  signOut,
  signOutByHint,
  withFamily,
  withOfflineTokens,
  withOnlineTokens
} from "../Scene.ts"
import { isTold } from "./Audited.ts"
import { endings } from "./Codes.ts"
import { anyway, doing, isAcknowledged, isUnavailable, patient, race, refusalOf, type Rule } from "./Race.ts"
import {
  allFallsWith,
  finishes,
  givenIsGood,
  isActive,
  isInvalidGrant,
  not,
  nothingAfter,
  oneHead,
  responsesOf,
  reuseEndsAll,
  tokensGiven
} from "./Rules.ts"

interface Family {
  readonly accessToken: string
  readonly refreshToken: string
}

const tokensOf = ({ accessToken, refreshToken }: Family) => [accessToken, refreshToken]

/** Of those who presented the same token within the grace, all that were answered got the same successor. */
const sameSuccessor: Rule = {
  name: "Family",
  judge: (run) => {
    const heads = new Set(responsesOf(run, "refresh").map(({ refresh_token }) => refresh_token))
    return heads.size > 1 ? `one token gave ${heads.size} successors` : undefined
  }
}

/** Nobody who presents a live head is refused, whatever befalls the calls. */
const neverRefused: Rule = noBurn({ thing: "refresh token", of: doing("refresh"), refused: isInvalidGrant })

/**
 * Whoever presents a refresh token when it was replaced long ago ends the family, whoever that is: one of two who
 * know it is a thief, and nobody can tell which (RFC 9700 §4.14.2). So a client whose answer was lost may lose its
 * family too. The same goes for a request of the client's own that arrives after two rotations more.
 */
const refusedOnlyByReuse: Rule = noBurn<unknown, Provider>({
  thing: "refresh token",
  of: doing("refresh"),
  refused: isInvalidGrant,
  unless: (run) => isTold(run, "refresh.reused")
})

/** What the client holds last is good for another refresh: it is the head, or the one before it in its grace. */
const lastWorks: Rule = durability<unknown, Provider>({
  kept: (run) =>
    isTold(run, "refresh.reused", "code.reused")
      ? []
      : responsesOf(run, "refresh")
          .slice(-1)
          .map(({ refresh_token = "" }) => ({
            what: "the last refresh token",
            question: refresh(refresh_token).pipe(
              Effect.as(true),
              Effect.catchTag("InvalidGrant", () => Effect.succeed(false))
            )
          }))
})

const rotating = (name: string, scenario: Partial<Scenario<Family, Provider>> = {}): Entry =>
  race<Family>({
    name,
    setup: withFamily,
    clients: ({ refreshToken }) => ({
      first: act("refresh", refresh(refreshToken)),
      second: act("refresh", refresh(refreshToken))
    }),
    oracles: [oneHead, sameSuccessor, neverRefused, givenIsGood(), lastWorks],
    ...scenario
  })

/** Longer than the grace. */
const late = 31_000

/** Refreshes, and goes on with what that gave. */
const twice = Effect.fnUntraced(function* (refreshToken: string) {
  const { refresh_token = "" } = yield* act("refresh", refresh(refreshToken))
  return yield* act("refresh", refresh(refresh_token))
})

/** A thief who was answered after the client's tokens had been replaced has ended the family. */
const endedByReplay: Rule = durability<unknown, Provider>({
  kept: (run) => {
    const [client] = run.history.actions.filter((action) => action.action === "refresh" && succeeded(action))
    const [thief] = run.history.actions.filter(({ action, result }) => action === "steal" && result !== undefined)
    const isReplay =
      client?.endedAt !== undefined && thief?.executedAt !== undefined && thief.executedAt - client.endedAt >= late
    return isReplay && isUnavailable(refusalOf(thief)) === false
      ? tokensGiven(run, "refresh").map((token) => ({ what: "the end by a replay", question: not(isActive(token)) }))
      : []
  }
})

/** RFC 7009 §2.1: an access token that was revoked is good for nothing. */
const revokedIsDead: Rule = durability<unknown, Provider>({
  kept: (run) => {
    const { accessToken } = run.scene as Family
    return isAcknowledged(run, "revoke")
      ? [{ what: "the end of an access token", question: not(isActive(accessToken)) }]
      : []
  }
})

/** A code that was redeemed in the set-up gives nothing to anybody. */
const neverAgain: Rule = {
  name: "Once",
  judge: (run) => (isAcknowledged(run, "redeem") ? "a code gave tokens twice" : undefined)
}

/** A token that rests on a session. */
const online = ({ accessToken }: { readonly accessToken: string }) => [accessToken]

const rotations = [
  rotating("refresh/refresh"),
  rotating("refresh/refresh, two faults", { atMost: 2 }),
  rotating("refresh/refresh, answers later", { moments: "apart" }),
  rotating("refresh/refresh/refresh", {
    clients: ({ refreshToken }) => ({
      first: act("refresh", refresh(refreshToken)),
      second: act("refresh", refresh(refreshToken)),
      third: act("refresh", refresh(refreshToken))
    })
  }),
  rotating("refresh, and again after 503", {
    clients: ({ refreshToken }) => ({ client: act("refresh", patient(refresh(refreshToken))) }),
    oracles: [oneHead, neverRefused, givenIsGood(), lastWorks, finishes]
  }),
  rotating("refresh, and again after 503, two faults", {
    atMost: 2,
    clients: ({ refreshToken }) => ({ client: act("refresh", patient(refresh(refreshToken))) }),
    oracles: [oneHead, neverRefused, givenIsGood(), lastWorks, finishes]
  }),
  rotating("refresh three times, and again after 503, two faults", {
    atMost: 2,
    clients: ({ refreshToken }) => ({
      client: Effect.gen(function* () {
        let head = refreshToken
        for (let round = 0; round < 3; round++) {
          const tokens = yield* act("refresh", patient(refresh(head)))
          head = tokens.refresh_token ?? ""
        }
      })
    }),
    oracles: [oneHead, neverRefused, givenIsGood(), lastWorks, finishes]
  }),
  rotating("refresh/refresh after the grace", {
    // A thief waits, the client does not: whoever comes second after the grace ends the family.
    clients: ({ refreshToken }) => ({
      client: act("refresh", refresh(refreshToken)),
      thief: Effect.andThen(Effect.sleep(late), act("refresh", refresh(refreshToken)))
    }),
    oracles: [oneHead, reuseEndsAll, refusedOnlyByReuse]
  }),
  rotating("refresh/refresh for a wider scope after the grace", {
    // What the thief asks for does not hide that the token was used before.
    clients: ({ refreshToken }) => ({
      client: act("refresh", refresh(refreshToken)),
      thief: Effect.andThen(Effect.sleep(late), act("steal", refresh(refreshToken, { scope: "openid email phone" })))
    }),
    oracles: [oneHead, reuseEndsAll, refusedOnlyByReuse, endedByReplay]
  }),
  rotating("refresh, refresh/refresh, refresh by a thief", {
    clients: ({ refreshToken }) => ({ client: twice(refreshToken), thief: twice(refreshToken) }),
    oracles: [oneHead, reuseEndsAll, givenIsGood("refresh.reused")]
  })
]

/** A revocation and something else at the same time. */
const revoking = [
  race({
    name: "refresh/revoke refresh token",
    setup: withFamily,
    clients: ({ refreshToken }) => ({
      client: act("refresh", refresh(refreshToken)),
      other: act("revoke", revoke(relyingParty, refreshToken))
    }),
    oracles: [
      oneHead,
      nothingAfter("revoke", "RefreshToken.rotate"),
      allFallsWith("revoke", tokensOf),
      givenIsGood("grant.revoked")
    ]
  }),
  race({
    name: "refresh/revoke access token",
    setup: withFamily,
    clients: ({ accessToken, refreshToken }) => ({
      client: act("refresh", patient(refresh(refreshToken))),
      other: act("revoke", revoke(relyingParty, accessToken))
    }),
    // RFC 7009 §2.1: an access token ends alone.
    oracles: [oneHead, neverRefused, givenIsGood(), lastWorks, revokedIsDead]
  }),
  race({
    name: "revoke/revoke",
    setup: withFamily,
    clients: ({ refreshToken }) => ({
      first: act("revoke", patient(revoke(relyingParty, refreshToken))),
      second: act("revoke", patient(revoke(relyingParty, refreshToken)))
    }),
    oracles: [allFallsWith("revoke", tokensOf), finishes]
  }),
  race({
    name: "revoke, and again after 503, two faults",
    atMost: 2,
    setup: withFamily,
    clients: ({ accessToken, refreshToken }) => ({
      client: Effect.andThen(
        act("revoke access token", patient(revoke(relyingParty, accessToken))),
        act("revoke", patient(revoke(relyingParty, refreshToken)))
      )
    }),
    oracles: [allFallsWith("revoke", tokensOf), finishes]
  }),
  race({
    name: "introspect/revoke",
    setup: withFamily,
    clients: ({ accessToken, refreshToken }) => ({
      reader: Effect.andThen(
        anyway(act("introspect", introspect(relyingParty, refreshToken))),
        act("introspect", introspect(relyingParty, accessToken))
      ),
      other: act("revoke", revoke(relyingParty, refreshToken))
    }),
    oracles: [
      nothingAfter("revoke", "introspect", "AccessToken.inspect", "RefreshToken.inspect"),
      allFallsWith("revoke", tokensOf)
    ]
  }),
  race({
    name: "userinfo/revoke",
    setup: withFamily,
    clients: ({ accessToken }) => ({
      reader: act("userinfo", userInfo(accessToken)),
      other: act("revoke", revoke(relyingParty, accessToken))
    }),
    oracles: [nothingAfter("revoke", "userinfo", "AccessToken.inspect"), revokedIsDead]
  }),
  race({
    name: "refresh/redeem again",
    setup: withFamily,
    clients: (scene) => ({
      client: act("refresh", refresh(scene.refreshToken)),
      thief: anyway(act("replay", redeem(scene)))
    }),
    oracles: [oneHead, reuseEndsAll, givenIsGood()]
  }),
  race({
    name: "redeem again/revoke",
    setup: withFamily,
    clients: (scene) => ({
      client: act("revoke", revoke(relyingParty, scene.refreshToken)),
      thief: act("redeem", redeem(scene))
    }),
    oracles: [nothingAfter("revoke", "AuthorizationCode.redeem"), allFallsWith("revoke", tokensOf), neverAgain]
  })
]

/** The user's side, or the operator's, and a client that goes on. */
const falling = [
  race({
    name: "refresh/logout",
    setup: withOfflineTokens,
    clients: ({ browser, refreshToken }) => ({
      client: act("refresh", patient(refresh(refreshToken))),
      browser: act("logout", signOut(browser))
    }),
    // OIDC Core §11: offline access is for when nobody is signed in any more.
    oracles: [oneHead, neverRefused, givenIsGood(), lastWorks]
  }),
  race({
    name: "refresh/logout by the relying party",
    setup: withOfflineTokens,
    clients: ({ browser, idToken, refreshToken }) => ({
      client: act("refresh", patient(refresh(refreshToken))),
      browser: act("logout", signOutByHint(browser, idToken))
    }),
    oracles: [oneHead, neverRefused, givenIsGood(), lastWorks]
  }),
  race({
    name: "userinfo/logout",
    setup: withOnlineTokens,
    clients: ({ accessToken, browser }) => ({
      reader: act("userinfo", userInfo(accessToken)),
      browser: act("logout", signOut(browser))
    }),
    oracles: [nothingAfter("logout", "userinfo", "AccessToken.inspect"), allFallsWith("logout", online)]
  }),
  ...[1, 2].flatMap((atMost) =>
    endings.map(({ ends, name, run }) => {
      const isEnd = name !== "sign out everywhere" && name !== "set password"
      return race({
        name: `refresh/${name}${atMost === 2 ? ", two faults" : ""}`,
        atMost,
        setup: withOfflineTokens,
        clients: ({ refreshToken, user }) => ({
          client: act("refresh", refresh(refreshToken)),
          operator: act(name, patient(run(user.id)))
        }),
        oracles: isEnd
          ? [oneHead, nothingAfter(name, "RefreshToken.rotate"), allFallsWith(name, tokensOf), givenIsGood(ends)]
          : [oneHead, neverRefused, givenIsGood(), lastWorks]
      })
    })
  ),
  ...endings.map(({ name, run }) =>
    race({
      name: `userinfo/${name}`,
      setup: withOnlineTokens,
      clients: ({ accessToken, user }) => ({
        reader: act("userinfo", userInfo(accessToken)),
        operator: act(name, patient(run(user.id)))
      }),
      oracles: [nothingAfter(name, "userinfo", "AccessToken.inspect"), allFallsWith(name, online)]
    })
  ),
  race({
    name: "refresh/delete client",
    setup: withFamily,
    clients: ({ refreshToken }) => ({
      client: act("refresh", refresh(refreshToken)),
      operator: act("delete client", deleteClient("rp"))
    }),
    // Whoever authenticated before is answered; whoever comes later is not.
    oracles: [sameSuccessor, revocation({ revoked: doing("delete client"), accepted: doing("refresh") })]
  }),
  race({
    // What was given for offline access outlives the time in which the user is disabled: a disabled user who is enabled
    // again is the same user, with the same consents. What hung on a session is dead for good.
    name: "refresh/disable and enable user",
    setup: withOfflineTokens,
    clients: ({ refreshToken, user }) => ({
      client: anyway(act("refresh", patient(refresh(refreshToken)))),
      operator: Effect.andThen(
        act("disable user", patient(disableUser(user.id))),
        act("enable user", patient(enableUser(user.id)))
      )
    }),
    oracles: [oneHead, sameSuccessor, finishes]
  })
]

export const families: ReadonlyArray<Entry> = [...rotations, ...revoking, ...falling]
