/** Subtle: the grace of a refresh token is measured with the Worker's clock, its beginning with the object's. */
import { Clock, Effect } from "effect"
import { defaults } from "../../../src/domain/Lifetime.ts"
import { Rotation } from "../../../src/domain/RefreshToken.ts"
import { MemoryProvider } from "../../../src/layers/test/MemoryProvider.ts"
import { RefreshTokens } from "../../../src/services/storage/RefreshTokens.ts"
import { refresh } from "../Scene.ts"
import { instead, withSteps } from "./Instead.ts"
import { mutant } from "./Mutant.ts"
import { reusedLater } from "./ReusedLater.ts"

/** `grace` carries the Worker's time to the object. */
const layer = instead(
  RefreshTokens,
  {
    rotate: (request) =>
      Effect.flatMap(Clock.currentTimeMillis, (grace) => RefreshTokens.rotate(new Rotation({ ...request, grace })))
  },
  withSteps(({ "RefreshToken.rotate": rotate }) => ({
    "RefreshToken.rotate": {
      ...rotate,
      run: (tx, request) => {
        const grace = defaults.refreshGrace + tx.now - request.grace
        return rotate.run(tx, new Rotation({ ...request, grace }))
      }
    }
  }))
)

const scenario = { ...reusedLater(refresh), skews: [0, -10_000] }

export const graceByAnotherClock = mutant(import.meta.url, {
  of: "S2",
  name: "the grace is measured with the Worker's clock",
  killedBy: "Family",
  within: 1_000,
  broken: { ...scenario, layer },
  sound: { ...scenario, layer: MemoryProvider }
})
