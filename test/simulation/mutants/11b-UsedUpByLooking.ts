/**
 * Defect 11, repaired wrongly: whoever looks at a pushed request uses it up, at once and in one call. No answer is
 * given twice, and a person who reloads the login page has none at all.
 */
import { Effect } from "effect"
import { MemoryProvider } from "../../../src/layers/test/MemoryProvider.ts"
import type { ActionRecord } from "../../../src/layers/test/kernel/History.ts"
import { act } from "../../../src/layers/test/kernel/World.ts"
import { succeeded } from "../../../src/layers/test/oracles/Answer.ts"
import { liveness } from "../../../src/layers/test/oracles/Liveness.ts"
import { ofNamed } from "../../../src/layers/test/oracles/Of.ts"
import { authorize } from "../../../src/services/flows/Authorize.ts"
import { drawAttempt } from "../../../src/services/flows/Secrets.ts"
import { PushedRequests } from "../../../src/services/storage/PushedRequests.ts"
import { anyway } from "../scenarios/Race.ts"
import { unlessRefused, withPushed } from "../scenarios/Pushed.ts"
import { instead } from "./Instead.ts"
import { mutant } from "./Mutant.ts"

const layer = instead(PushedRequests, {
  show: Effect.fnUntraced(function* (request) {
    const shown = yield* PushedRequests.show(request)
    yield* PushedRequests.complete({ ...request, attempt: yield* drawAttempt })
    return shown
  }),
  complete: () => Effect.void
})

type Scene = Effect.Success<typeof withPushed>

const scenario = {
  setup: withPushed,
  clients: ({ browser, request }: Scene) => {
    const visit = act("visit", unlessRefused(authorize(request, browser)))
    return { browser: Effect.andThen(anyway(visit), anyway(visit)) }
  },
  oracles: [liveness({ finishes: ofNamed("visit", (action: ActionRecord) => succeeded(action)) })]
}

export const usedUpByLooking = mutant(import.meta.url, {
  of: "11b",
  name: "a pushed request is used up by looking",
  killedBy: "Liveness",
  within: 1_000,
  broken: { ...scenario, layer },
  sound: { ...scenario, layer: MemoryProvider }
})
