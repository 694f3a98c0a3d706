/** What every home keeps of an access token: it stands as long as all that it rests on. RFC 7662, RFC 7009. */
import { Clock, Effect } from "effect"
import type { AccessTokenId } from "../../domain/Ids.ts"
import { Profile } from "../../domain/User.ts"
import { AccessTokens } from "./AccessTokens.ts"
import { expectThat, law } from "./Law.ts"
import { Sessions } from "./Sessions.ts"
import { Users } from "./Users.ts"
import {
  advance,
  changed,
  freshClientId,
  freshJti,
  keyOf,
  lifetimes,
  offline,
  restart,
  withTokens,
  ending
} from "./World.laws.ts"

const inspect = ["AccessToken.inspect"]
const revoke = ["AccessToken.revoke", ...inspect]

const expectStanding = (jti: AccessTokenId, sentence: string) =>
  Effect.flatMap(AccessTokens.inspect(jti), (found) => expectThat(found !== null, sentence))

const expectFallen = (jti: AccessTokenId, sentence: string) =>
  Effect.flatMap(AccessTokens.inspect(jti), (found) => expectThat(found === null, sentence))

const revocationOf = Effect.fnUntraced(function* (
  scene: Pick<Effect.Success<ReturnType<typeof withTokens>>, "jti" | "clientId">
) {
  const expiresAt = (yield* Clock.currentTimeMillis) + lifetimes.accessToken
  return { jti: scene.jti, clientId: scene.clientId, expiresAt }
})

export const accessTokenLaws = [
  law(
    "RFC 7009 §2.1: a revoked access token is dead, and it alone",
    revoke,
    Effect.gen(function* () {
      const scene = yield* withTokens({ scopes: offline })
      const sibling = yield* freshJti(scene.grant.id)
      yield* AccessTokens.revoke(yield* revocationOf(scene))
      yield* expectFallen(scene.jti, "it is dead")
      yield* expectStanding(sibling, "another of the same grant lives")
    })
  ),
  law(
    "an access token stays revoked after a restart, to the end of its time",
    revoke,
    Effect.gen(function* () {
      const scene = yield* withTokens({ scopes: offline })
      yield* AccessTokens.revoke(yield* revocationOf(scene))
      yield* restart
      yield* expectFallen(scene.jti, "it is dead after the restart")
      yield* advance(lifetimes.accessToken - 1)
      yield* expectFallen(scene.jti, "it is dead in the last millisecond in which it could be used")
    })
  ),
  law(
    "RFC 7009 §2.1: revocation by another client has no effect",
    revoke,
    Effect.gen(function* () {
      const scene = yield* withTokens()
      const clientId = yield* freshClientId
      yield* AccessTokens.revoke({ ...(yield* revocationOf(scene)), clientId })
      yield* expectStanding(scene.jti, "it lives")
    })
  ),
  law(
    "an access token without offline access falls with the session it was made in, and with no other",
    [...inspect, "Session.end"],
    Effect.gen(function* () {
      const scene = yield* withTokens()
      const other = yield* withTokens()
      yield* Sessions.end(keyOf(other.session))
      yield* expectStanding(scene.jti, "another session's end does not matter")
      yield* Sessions.end(keyOf(scene.session))
      yield* expectFallen(scene.jti, "its own session's does")
    })
  ),
  law(
    "OIDC Core §11: an access token with offline access outlives the session",
    [...inspect, "Session.endMany"],
    Effect.gen(function* () {
      const scene = yield* withTokens({ scopes: offline })
      yield* ending(scene.user.id)
      yield* expectStanding(scene.jti, "it lives")
    })
  ),
  law(
    "an access token falls with its user, and stays down when the user is enabled again",
    [...inspect, "User.change"],
    Effect.gen(function* () {
      const scene = yield* withTokens({ scopes: offline })
      const disabled = yield* changed(scene.user, { status: "disabled" })
      yield* expectFallen(scene.jti, "the user is disabled")
      yield* changed(disabled, { status: "active" })
      yield* expectFallen(scene.jti, "whoever was the reason for it may still hold the token")
      const other = yield* withTokens({ scopes: offline })
      yield* Users.remove({ userId: other.user.id, version: other.user.version })
      yield* expectFallen(other.jti, "the user is deleted")
    })
  ),
  law(
    "an access token says its user as the home has them now",
    [...inspect, "User.change"],
    Effect.gen(function* () {
      const scene = yield* withTokens()
      yield* changed(scene.user, { profile: new Profile({ ...scene.user.profile, name: "Another" }) })
      const found = yield* AccessTokens.inspect(scene.jti)
      yield* expectThat(found?.user.profile.name === "Another", "the name of now")
    })
  ),
  law(
    "a grant without refresh tokens lives as long as an access token may",
    inspect,
    Effect.gen(function* () {
      const scene = yield* withTokens()
      yield* advance(lifetimes.accessToken - 1)
      yield* expectStanding(scene.jti, "in its last millisecond")
      yield* advance(1)
      yield* expectFallen(scene.jti, "after it")
    })
  )
]
