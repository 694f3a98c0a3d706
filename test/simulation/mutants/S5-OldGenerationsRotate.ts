/** Subtle: the head is told by `generation <= head`, so that no token that was ever given is one used again. */
import { Rotation } from "../../../src/domain/RefreshToken.ts"
import { MemoryProvider } from "../../../src/layers/test/MemoryProvider.ts"
import { refresh } from "../Scene.ts"
import { withSteps } from "./Instead.ts"
import { mutant } from "./Mutant.ts"
import { reusedLater } from "./ReusedLater.ts"

const layer = withSteps(({ "RefreshToken.rotate": rotate }) => ({
  "RefreshToken.rotate": {
    ...rotate,
    run: (tx, request) => {
      const head = tx.grants.get(request.grantId)?.generation ?? 0
      const isHead = request.generation >= 1 && request.generation <= head
      return rotate.run(tx, isHead ? new Rotation({ ...request, generation: head }) : request)
    }
  }
}))

export const oldGenerationsRotate = mutant(import.meta.url, {
  of: "S5",
  name: "the head is told by <=",
  killedBy: "Family",
  within: 100,
  broken: { ...reusedLater(refresh), layer },
  sound: { ...reusedLater(refresh), layer: MemoryProvider }
})
