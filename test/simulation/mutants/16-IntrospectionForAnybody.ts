/** Defect 16: whoever has a token may introspect it, and is told about its user. RFC 7662 §2.1. */
import { Effect } from "effect"
import { MemoryProvider } from "../../../src/layers/test/MemoryProvider.ts"
import { AccessTokenClaims } from "../../../src/domain/Tokens.ts"
import { act } from "../../../src/layers/test/kernel/World.ts"
import { isolation } from "../../../src/layers/test/oracles/Isolation.ts"
import type { Credentials } from "../../../src/services/flows/client/AuthenticateClient.ts"
import { introspect } from "../../../src/services/flows/Introspect.ts"
import { readAccessToken } from "../../../src/services/flows/token/ReadAccessToken.ts"
import { AccessTokens } from "../../../src/services/storage/AccessTokens.ts"
import { retried } from "../../../src/services/storage/Retry.ts"
import { relyingParty, stranger, withOnlineTokens } from "../Scene.ts"
import { mutant } from "./Mutant.ts"

/** Nobody asks who is asking. */
const introspectForAnybody = Effect.fnUntraced(function* (_credentials: Credentials, token: string) {
  const claims = yield* readAccessToken(token)
  if (!(claims instanceof AccessTokenClaims)) return { active: false }
  const found = yield* retried(AccessTokens.inspect)(claims.jti)
  return found === null
    ? { active: false }
    : { active: true, username: found.user.profile.preferred_username, ...claims }
})

type Scene = Effect.Success<typeof withOnlineTokens>

const scenario = (asks: typeof introspect | typeof introspectForAnybody) => ({
  layer: MemoryProvider,
  setup: withOnlineTokens,
  clients: ({ accessToken }: Scene) => ({
    client: act("introspect", asks(relyingParty, accessToken)),
    stranger: act("introspect", asks(stranger, accessToken))
  }),
  oracles: [isolation<Scene>({ secrets: ({ user }) => ({ client: [user.id] }) })]
})

export const introspectionForAnybody = mutant(import.meta.url, {
  of: "16",
  name: "introspection does not ask who is asking",
  killedBy: "Isolation",
  within: 10,
  broken: scenario(introspectForAnybody),
  sound: scenario(introspect)
})
