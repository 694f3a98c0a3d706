/** Defect 23: the user is kept in the isolate between two awaits, where another request puts its own. */
import { Effect } from "effect"
import { MemoryProvider } from "../../../src/layers/test/MemoryProvider.ts"
import { Kv } from "../../../src/layers/test/models/KvModel.ts"
import { act, CurrentCaller } from "../../../src/layers/test/kernel/World.ts"
import { isolation } from "../../../src/layers/test/oracles/Isolation.ts"
import { userInfo } from "../../../src/services/flows/UserInfo.ts"
import { AccessTokens, type TokenRevocation } from "../../../src/services/storage/AccessTokens.ts"
import type { GrantAndUser } from "../../../src/services/storage/AuthorizationCodes.ts"
import { withTwoTokens } from "./TwoUsers.ts"
import { instead } from "./Instead.ts"
import { mutant } from "./Mutant.ts"

const isolateOf = Effect.withFiber((fiber) => Effect.succeed(fiber.getRef(CurrentCaller)?.memory ?? new Map()))

const layer = instead(AccessTokens, {
  inspect: Effect.fnUntraced(function* (jti) {
    const isolate = yield* isolateOf
    isolate.set("current", yield* AccessTokens.inspect(jti))
    // Anything at all that is waited for.
    yield* Kv.use((kv) => kv.get("settings"))
    return (yield* isolateOf).get("current") as GrantAndUser | null
  }),
  revoke: (request: TokenRevocation) => AccessTokens.revoke(request)
})

type Scene = Effect.Success<typeof withTwoTokens>

const scenario = {
  setup: withTwoTokens,
  clients: ({ alice, bob }: Scene) => ({
    alice: act("userinfo", userInfo(alice.accessToken)),
    bob: act("userinfo", userInfo(bob.accessToken))
  }),
  isolates: { alice: "one isolate", bob: "one isolate" },
  oracles: [isolation<Scene>({ secrets: ({ alice, bob }) => ({ alice: [alice.name], bob: [bob.name] }) })]
}

export const userinfoOfAnother = mutant(import.meta.url, {
  of: "23",
  name: "userinfo is whoever's was read last in the isolate",
  killedBy: "Isolation",
  within: 1_000,
  broken: { ...scenario, layer },
  sound: { ...scenario, layer: MemoryProvider }
})
