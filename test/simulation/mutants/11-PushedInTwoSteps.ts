/** Defect 11: a pushed request is read, then deleted, each a call of its own: two tabs read it before it is gone. */
import { Effect } from "effect"
import { PushedRefused } from "../../../src/domain/PushedRequest.ts"
import { MemoryProvider } from "../../../src/layers/test/MemoryProvider.ts"
import { act } from "../../../src/layers/test/kernel/World.ts"
import { approveConsent } from "../../../src/services/flows/authorize/ConsentStep.ts"
import { PushedRequests } from "../../../src/services/storage/PushedRequests.ts"
import { answeredOnce, unlessRefused, withPushedConsent } from "../scenarios/Pushed.ts"
import { instead } from "./Instead.ts"
import { isMarked, mark } from "./Marks.ts"
import { mutant } from "./Mutant.ts"

const layer = instead(PushedRequests, {
  complete: Effect.fnUntraced(function* ({ id }) {
    if (yield* isMarked(id)) return yield* new PushedRefused({ reason: "unknown" })
    yield* mark(id)
  })
})

type Scene = Effect.Success<typeof withPushedConsent>

const scenario = {
  setup: withPushedConsent,
  clients: ({ browser, sealed }: Scene) => ({
    first: act("approve", unlessRefused(approveConsent(sealed, browser))),
    second: act("approve", unlessRefused(approveConsent(sealed, browser)))
  }),
  oracles: answeredOnce("approve")
}

export const pushedInTwoSteps = mutant(import.meta.url, {
  of: "11",
  name: "a pushed request is read, then deleted",
  killedBy: "Once",
  within: 1_000,
  broken: { ...scenario, layer },
  sound: { ...scenario, layer: MemoryProvider }
})
