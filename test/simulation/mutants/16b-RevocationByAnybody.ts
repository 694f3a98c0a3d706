/** Defect 16, second form: whoever has a token may revoke it. RFC 7009 §2.1. */
import { Effect } from "effect"
import { MemoryProvider } from "../../../src/layers/test/MemoryProvider.ts"
import { AccessTokenClaims } from "../../../src/domain/Tokens.ts"
import { act } from "../../../src/layers/test/kernel/World.ts"
import { valueOf } from "../../../src/layers/test/oracles/Answer.ts"
import { durability } from "../../../src/layers/test/oracles/Durability.ts"
import type { Credentials } from "../../../src/services/flows/client/AuthenticateClient.ts"
import { introspect } from "../../../src/services/flows/Introspect.ts"
import type { TokenResponse } from "../../../src/services/flows/token/IssueTokens.ts"
import { readAccessToken } from "../../../src/services/flows/token/ReadAccessToken.ts"
import { revoke } from "../../../src/services/flows/Revoke.ts"
import { AccessTokens } from "../../../src/services/storage/AccessTokens.ts"
import { retried } from "../../../src/services/storage/Retry.ts"
import { type Provider, refresh, relyingParty, stranger, withFamily } from "../Scene.ts"
import { mutant } from "./Mutant.ts"

/** The token's own client is taken for the one that asks. */
const revokeByAnybody = Effect.fnUntraced(function* (_credentials: Credentials, token: string) {
  const claims = yield* readAccessToken(token)
  if (!(claims instanceof AccessTokenClaims)) return
  const { client_id, exp, jti } = claims
  yield* retried(AccessTokens.revoke)({ jti, clientId: client_id, expiresAt: exp * 1000 })
})

type Scene = Effect.Success<typeof withFamily>

const isLive = (token: string) => Effect.map(introspect(relyingParty, token), ({ active }) => active)

const scenario = (revokes: typeof revoke | typeof revokeByAnybody) => ({
  layer: MemoryProvider,
  setup: withFamily,
  clients: ({ accessToken, refreshToken }: Scene) => ({
    client: act("refresh", refresh(refreshToken)),
    stranger: act("revoke", revokes(stranger, accessToken))
  }),
  oracles: [
    durability<Scene, Provider>({
      kept: ({ history, scene }) =>
        history.actions.flatMap((action) => {
          const given = (valueOf(action) as TokenResponse | undefined)?.access_token
          const tokens = given === undefined ? [] : [given, scene.accessToken]
          return tokens.map((token) => ({
            what: "an access token that its client never revoked",
            question: isLive(token)
          }))
        })
    })
  ]
})

export const revocationByAnybody = mutant(import.meta.url, {
  of: "16b",
  name: "revocation does not ask who is asking",
  killedBy: "Durability",
  within: 10,
  broken: scenario(revokeByAnybody),
  sound: scenario(revoke)
})
