/**
 * Races over the generations of a family, where time has passed, or somebody else has a token. RFC 9700 §4.14.2: the
 * grace is counted from the last rotation; RFC 6749 §6: a refresh token is its client's.
 */
import { Effect } from "effect"
import { act } from "../../../src/layers/test/kernel/World.ts"
import { errorOf, succeeded, valueOf } from "../../../src/layers/test/oracles/Answer.ts"
import { noBurn } from "../../../src/layers/test/oracles/NoBurn.ts"
import { disableUser, enableUser } from "../../../src/services/flows/operator/UserStatus.ts"
import { introspect } from "../../../src/services/flows/Introspect.ts"
import { revoke } from "../../../src/services/flows/Revoke.ts"
import { token } from "../../../src/services/flows/Token.ts"
import type { Entry } from "../Entry.ts"
import { form, refresh, relyingParty, stranger, withFamily, withOfflineTokens } from "../Scene.ts"
import { actionsOf, doing, isAcknowledged, patient, race, type Rule } from "./Race.ts"
import { allFallsWith, finishes, givenIsGood, isInvalidGrant, oneHead } from "./Rules.ts"

/** Longer than the grace. */
const late = 31_000

const neverRefused: Rule = noBurn({ thing: "refresh token", of: doing("refresh"), refused: isInvalidGrant })

/** Everybody who presents the same token at the same time gets an answer. */
const nobodyIsRefused: Rule = {
  name: "Family",
  judge: ({ history }) => {
    const refused = history.actions.find((one) => one.action === "refresh" && isInvalidGrant(errorOf(one.result)))
    return refused === undefined ? undefined : `${refused.client} was refused within the grace`
  }
}

const neverStolen: Rule = {
  name: "No theft",
  judge: (run) => (isAcknowledged(run, "steal") ? "a refresh token gave tokens to somebody else" : undefined)
}

const neverTold: Rule = {
  name: "Isolation",
  judge: (run) =>
    actionsOf(run, "introspect")
      .filter(succeeded)
      .some((one) => (valueOf(one) as { active: boolean }).active)
      ? "somebody else was told of a refresh token"
      : undefined
}

export const generations: ReadonlyArray<Entry> = [
  race({
    // The tokens are older than the grace when they are first used.
    name: "refresh/refresh, long after the code was redeemed",
    setup: Effect.gen(function* () {
      const scene = yield* withFamily
      yield* Effect.sleep(late)
      return scene
    }),
    clients: ({ refreshToken }) => ({
      first: act("refresh", refresh(refreshToken)),
      second: act("refresh", refresh(refreshToken))
    }),
    oracles: [oneHead, neverRefused, nobodyIsRefused, givenIsGood()]
  }),
  race({
    name: "refresh/refresh by another client",
    setup: withFamily,
    clients: ({ refreshToken }) => ({
      owner: act("refresh", patient(refresh(refreshToken))),
      thief: act("steal", token(stranger, form({ grant_type: "refresh_token", refresh_token: refreshToken })))
    }),
    oracles: [oneHead, neverStolen, neverRefused, nobodyIsRefused, givenIsGood()]
  }),
  race({
    name: "refresh/revoke and introspect by another client",
    setup: withFamily,
    clients: ({ refreshToken }) => ({
      owner: act("refresh", patient(refresh(refreshToken))),
      other: Effect.andThen(
        act("revoke", revoke(stranger, refreshToken)),
        act("introspect", introspect(stranger, refreshToken))
      )
    }),
    oracles: [oneHead, neverTold, neverRefused, nobodyIsRefused, givenIsGood()]
  }),
  race({
    // What is revoked while it rests does not come back with the user.
    name: "revoke/disable and enable user",
    setup: withOfflineTokens,
    clients: ({ refreshToken, user }) => ({
      client: act("revoke", patient(revoke(relyingParty, refreshToken))),
      operator: Effect.andThen(
        act("disable user", patient(disableUser(user.id))),
        act("enable user", patient(enableUser(user.id)))
      )
    }),
    oracles: [
      allFallsWith("revoke", (scene: { readonly accessToken: string; readonly refreshToken: string }) => [
        scene.accessToken,
        scene.refreshToken
      ]),
      finishes
    ]
  })
]
