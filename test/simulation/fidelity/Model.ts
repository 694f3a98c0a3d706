/** The same provider in the model: the flows that the routes call, with what a client holds. */
import { Cause, Effect, Exit } from "effect"
import { InvalidGrant, InvalidToken } from "../../../src/domain/OAuthError.ts"
import { TestWorld } from "../../../src/layers/test/kernel/World.ts"
import { authorize } from "../../../src/services/flows/Authorize.ts"
import { introspect } from "../../../src/services/flows/Introspect.ts"
import { beginLogout } from "../../../src/services/flows/Logout.ts"
import { disableUser, enableUser } from "../../../src/services/flows/operator/UserStatus.ts"
import type { Outcome } from "../../../src/services/flows/authorize/Outcome.ts"
import { revoke } from "../../../src/services/flows/Revoke.ts"
import { userInfo } from "../../../src/services/flows/UserInfo.ts"
import {
  asks,
  type BoundBrowser,
  codeOf,
  form,
  type Provider,
  redeem,
  refresh,
  relyingParty,
  signedInFor,
  signIn,
  withLoginForm,
  withOfflineTokens,
  withOnlineTokens
} from "../Scene.ts"
import { isUnavailable } from "../scenarios/Race.ts"
import {
  type Action,
  type Answer,
  type Holds,
  nothing,
  type SceneName,
  sentTo,
  type Side,
  tokensGiven
} from "./Action.ts"

export type ModelServices = Provider | TestWorld

const sceneOf = (name: SceneName): Effect.Effect<Partial<Holds>, unknown, Provider> => {
  const held = <S extends { readonly browser: BoundBrowser }>(scene: S) => ({
    ...scene,
    browser: scene.browser.secret,
    session: scene.browser.session,
    user: "alice"
  })
  switch (name) {
    case "code":
      return Effect.map(signedInFor("openid profile offline_access"), held)
    case "tokens":
      return Effect.map(withOfflineTokens, held)
    case "online tokens":
      return Effect.map(withOnlineTokens, held)
    case "online code":
      return Effect.flatMap(withOnlineTokens, (scene) =>
        Effect.map(authorize(asks({ scope: "openid profile" }), scene.browser), (outcome) => ({
          ...held(scene),
          code: codeOf(outcome) ?? ""
        }))
      )
    case "login form":
      return Effect.map(withLoginForm, (scene) => ({ ...held(scene), form: scene.sealed }))
  }
}

const flowOf = (action: Action, holds: Holds): Effect.Effect<Answer, unknown, ModelServices> => {
  const browser: BoundBrowser = { secret: holds.browser, session: holds.session }
  const active = (token: string) =>
    Effect.map(introspect(relyingParty, token), (said) => ({ outcome: said.active ? "active" : "inactive" }))
  switch (action) {
    case "redeem":
      return Effect.map(redeem(holds), tokensGiven)
    case "refresh":
      return Effect.map(refresh(holds.refreshToken), tokensGiven)
    case "introspect access token":
      return active(holds.accessToken)
    case "introspect refresh token":
      return active(holds.refreshToken)
    case "revoke access token":
      return Effect.as(revoke(relyingParty, holds.accessToken), { outcome: "revoked" })
    case "revoke refresh token":
      return Effect.as(revoke(relyingParty, holds.refreshToken), { outcome: "revoked" })
    case "userinfo":
      return Effect.as(userInfo(holds.accessToken), { outcome: "claims" })
    case "login":
      return Effect.map(signIn(holds.form, browser), (said) =>
        said._tag === "SignedIn"
          ? { outcome: `signed in, ${sentBy(said.outcome)}`, gives: { session: said.cookie } }
          : { outcome: `try again: ${said.problem}` }
      )
    case "logout":
      return Effect.map(beginLogout(form({ id_token_hint: holds.idToken }), browser), ({ _tag }) => ({
        outcome: _tag === "LoggedOut" ? "logged out" : "asked to confirm"
      }))
    case "authorize":
      return Effect.map(authorize(asks({ prompt: "none" }), browser), (outcome) => ({ outcome: sentBy(outcome) }))
    case "disable user":
      return Effect.as(disableUser(holds.user), { outcome: "done" })
    case "enable user":
      return Effect.as(enableUser(holds.user), { outcome: "done" })
    case "evict":
    case "restart":
      return evict
  }
}

/** Where a browser goes, in the words of `sentTo`. */
const sentBy = (outcome: Outcome): string => {
  switch (outcome._tag) {
    case "Redirect":
      return sentTo(outcome.uri)
    case "FormPost":
      return `posted to ${outcome.uri}`
    case "Login":
    case "MailedCode":
    case "Consent":
    case "DeviceConsent":
    case "DeviceDecided":
    case "Account":
    case "EnterCode":
      return `asked for ${outcome._tag.toLowerCase()}`
    case "Unanswerable":
      return `refused: ${outcome.parameter}`
  }
}

/** Every object begins anew: rows stay, memory goes. */
const evict = TestWorld.use((world) =>
  world.call({
    place: "platform",
    operation: "evict",
    execute: () => {
      world.restartAll()
      return Exit.succeed({ outcome: "done" })
    },
    befalls: []
  })
)

/** What the routes make of a flow's error. */
const outcomeOf = (cause: Cause.Cause<unknown>): Effect.Effect<Answer> => {
  const error = cause.reasons.find(Cause.isFailReason)?.error
  if (error instanceof InvalidGrant || error instanceof InvalidToken) return Effect.succeed({ outcome: error.code })
  return isUnavailable(error) ? Effect.succeed({ outcome: "unavailable" }) : Effect.die(error ?? cause)
}

export const model: Side<ModelServices> = {
  scene: (name) => Effect.map(sceneOf(name), (held) => ({ ...nothing, ...held })),
  perform: (action, holds) => Effect.catchCause(flowOf(action, holds), outcomeOf)
}
