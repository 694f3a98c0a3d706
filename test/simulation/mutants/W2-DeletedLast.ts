/** A wrong repair of defect 22: delete last. Nothing is burnt any more, and whoever is quick uses the code twice. */
import { Effect } from "effect"
import { CodeRefused } from "../../../src/domain/AuthorizationCode.ts"
import { MemoryProvider } from "../../../src/layers/test/MemoryProvider.ts"
import { AuthorizationCodes } from "../../../src/services/storage/AuthorizationCodes.ts"
import { instead, withSteps } from "./Instead.ts"
import { isMarked, mark } from "./Marks.ts"
import { mutant } from "./Mutant.ts"
import { redeemedTwice } from "./RedeemedTwice.ts"
import { redeemedAnew } from "./Unmarked.ts"

const layer = instead(
  AuthorizationCodes,
  {
    redeem: Effect.fnUntraced(function* (request) {
      if (yield* isMarked(request.codeHash)) return yield* new CodeRefused({ reason: "unknown" })
      const given = yield* AuthorizationCodes.redeem(request)
      yield* mark(request.codeHash)
      return given
    })
  },
  withSteps((sound) => ({ "AuthorizationCode.redeem": redeemedAnew(sound["AuthorizationCode.redeem"]) }))
)

export const deletedLast = mutant(import.meta.url, {
  of: "W2",
  name: "a code is deleted last",
  killedBy: "Once",
  within: 100,
  broken: { ...redeemedTwice, layer },
  sound: { ...redeemedTwice, layer: MemoryProvider }
})
