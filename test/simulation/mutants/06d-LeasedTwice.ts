/**
 * Defect 6, a lease that is asked for again gives a second block: the first is nobody's, and whoever asks for the last
 * permit and does not hear the answer is refused for nobody's sake.
 */
import { Effect } from "effect"
import { act } from "../../../src/layers/test/kernel/World.ts"
import { MemoryProvider } from "../../../src/layers/test/MemoryProvider.ts"
import { drawAttempt } from "../../../src/services/flows/Secrets.ts"
import { Limits } from "../../../src/services/storage/Limits.ts"
import { guess, withPermits } from "../scenarios/Leases.ts"
import { notBurnt } from "../scenarios/Limits.ts"
import { instead } from "./Instead.ts"
import { mutant } from "./Mutant.ts"

const layer = instead(Limits, {
  lease: (request) => Effect.flatMap(drawAttempt, (attempt) => Limits.lease({ ...request, attempt }))
})

const scenario = {
  setup: withPermits(1),
  clients: () => ({ only: act("guess", guess) }),
  oracles: [notBurnt],
  faults: ["lost reply"] as const
}

export const leasedTwice = mutant(import.meta.url, {
  of: "6d",
  name: "a lease that is asked for again gives a second block",
  killedBy: "No burn",
  within: 100,
  broken: { ...scenario, layer },
  sound: { ...scenario, layer: MemoryProvider }
})
