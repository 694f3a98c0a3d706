/** Defect 3: codes in KV. Get, use, delete: two who get before one deletes both have tokens. RFC 6749 §4.1.2. */
import { Effect } from "effect"
import { CodeRefused } from "../../../src/domain/AuthorizationCode.ts"
import { act } from "../../../src/layers/test/kernel/World.ts"
import { MemoryProvider } from "../../../src/layers/test/MemoryProvider.ts"
import { Kv } from "../../../src/layers/test/models/KvModel.ts"
import { ofNamed } from "../../../src/layers/test/oracles/Of.ts"
import { once } from "../../../src/layers/test/oracles/Once.ts"
import { AuthorizationCodes } from "../../../src/services/storage/AuthorizationCodes.ts"
import { redeem, withCode, type WithCode } from "../Scene.ts"
import { instead, withSteps } from "./Instead.ts"
import { mutant } from "./Mutant.ts"
import { redeemedAnew } from "./Unmarked.ts"

const keyOf = ({ codeHash }: { readonly codeHash: string }) => `code:${codeHash}`

const layer = instead(
  AuthorizationCodes,
  {
    approve: (request) =>
      Effect.tap(AuthorizationCodes.approve(request), () =>
        Kv.use((kv) => kv.put(keyOf(request.issuance), request.issuance.grantId))
      ),
    redeem: Effect.fnUntraced(function* (request) {
      const kv = yield* Kv
      if ((yield* kv.get(keyOf(request))) === null) return yield* new CodeRefused({ reason: "unknown" })
      const given = yield* AuthorizationCodes.redeem(request)
      yield* kv.delete(keyOf(request))
      return given
    })
  },
  withSteps((sound) => ({ "AuthorizationCode.redeem": redeemedAnew(sound["AuthorizationCode.redeem"]) }))
)

const scenario = {
  setup: withCode,
  clients: (scene: WithCode) => ({ first: act("redeem", redeem(scene)), second: act("redeem", redeem(scene)) }),
  oracles: [once({ thing: "code", of: ofNamed("redeem", () => "of the user") })]
}

export const codesInKv = mutant(import.meta.url, {
  of: "3",
  name: "a code is read from KV, used, and deleted",
  killedBy: "Once",
  within: 100,
  broken: { ...scenario, layer },
  sound: { ...scenario, layer: MemoryProvider }
})
