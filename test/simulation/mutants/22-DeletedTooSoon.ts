/** Defect 22: a code is deleted before what it is for exists; cut off in between, it was for nothing. */
import { Effect } from "effect"
import { CodeRefused } from "../../../src/domain/AuthorizationCode.ts"
import { InvalidGrant } from "../../../src/domain/OAuthError.ts"
import { MemoryProvider } from "../../../src/layers/test/MemoryProvider.ts"
import { act } from "../../../src/layers/test/kernel/World.ts"
import { noBurn } from "../../../src/layers/test/oracles/NoBurn.ts"
import { AuthorizationCodes } from "../../../src/services/storage/AuthorizationCodes.ts"
import { redeem, withCode, type WithCode } from "../Scene.ts"
import { instead } from "./Instead.ts"
import { isMarked, mark } from "./Marks.ts"
import { mutant } from "./Mutant.ts"

const layer = instead(AuthorizationCodes, {
  redeem: Effect.fnUntraced(function* (request) {
    if (yield* isMarked(request.codeHash)) return yield* new CodeRefused({ reason: "unknown" })
    yield* mark(request.codeHash)
    return yield* AuthorizationCodes.redeem(request)
  })
})

const scenario = {
  setup: withCode,
  clients: (scene: WithCode) => ({ client: act("redeem", redeem(scene)) }),
  oracles: [noBurn({ thing: "code", of: () => "of the user", refused: (error) => error instanceof InvalidGrant })],
  faults: ["lost request", "lost reply", "fail before", "restart"]
} as const

export const deletedTooSoon = mutant(import.meta.url, {
  of: "22",
  name: "a code is deleted before its tokens exist",
  killedBy: "No burn",
  within: 1_000,
  broken: { ...scenario, layer },
  sound: { ...scenario, layer: MemoryProvider }
})
