/** A refresh token that its client uses, and a thief after the grace: the family must end. RFC 9700 §4.14.2. */
import { Effect } from "effect"
import { defaults } from "../../../src/domain/Lifetime.ts"
import { act } from "../../../src/layers/test/kernel/World.ts"
import { succeeded, valueOf } from "../../../src/layers/test/oracles/Answer.ts"
import { family } from "../../../src/layers/test/oracles/Family.ts"
import type { Finished } from "../../../src/layers/test/Scenario.ts"
import { introspect } from "../../../src/services/flows/Introspect.ts"
import type { TokenResponse } from "../../../src/services/flows/token/IssueTokens.ts"
import { type Provider, relyingParty, withFamily } from "../Scene.ts"

type Scene = Effect.Success<typeof withFamily>

const name = "of the user"

/** Whatever decides about a refresh token that is presented. */
const deciding = ["RefreshToken.rotate", "RefreshToken.inspect"]

/** A token was used again if somebody was given tokens for it, and somebody asked for more after the grace. */
const isReused = ({ history }: Pick<Finished<Scene, Provider>, "history">): boolean => {
  const decided = history.operations.filter(({ call }) => deciding.includes(call.operation))
  const given = decided.filter(succeeded).map(({ executedAt }) => executedAt ?? Number.POSITIVE_INFINITY)
  return decided.some(({ executedAt }) => (executedAt ?? 0) > Math.min(...given) + defaults.refreshGrace)
}

/** Some seconds more than the grace. */
export const afterTheGrace = defaults.refreshGrace + 5_000

export const reusedLater = <E>(refreshes: (token: string) => Effect.Effect<TokenResponse, E, Provider>) => ({
  setup: withFamily,
  clients: ({ refreshToken }: Scene) => ({
    client: act("refresh", refreshes(refreshToken)),
    thief: Effect.andThen(Effect.sleep(afterTheGrace), act("refresh", refreshes(refreshToken)))
  }),
  oracles: [
    family<Scene, Provider>({
      tokens: ({ history, scene }) =>
        [
          scene.refreshToken,
          ...history.actions.map((action) => (valueOf(action) as TokenResponse)?.refresh_token)
        ].flatMap((token) => (token === undefined ? [] : [{ family: name, token }])),
      isLive: (token) => Effect.map(introspect(relyingParty, token), ({ active }) => active),
      reused: (run) => (isReused(run) ? [name] : [])
    })
  ]
})
