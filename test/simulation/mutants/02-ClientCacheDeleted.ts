/** Defect 2: a client is written to D1, and then its copy in KV is deleted; elsewhere the copy is read on. */
import { Effect } from "effect"
import { MemoryProvider } from "../../../src/layers/test/MemoryProvider.ts"
import { authenticateClient } from "../../../src/services/flows/client/AuthenticateClient.ts"
import { relyingParty } from "../Scene.ts"
import { cachedInKv, deletedThenUsed, scene } from "./ClientCache.ts"
import { mutant } from "./Mutant.ts"

const scenario = {
  ...scene,
  // It was used before, so that there is a copy of it, which has reached everybody.
  setup: scene.setup.pipe(Effect.andThen(authenticateClient(relyingParty)), Effect.andThen(Effect.sleep("1 hour"))),
  clients: () => deletedThenUsed,
  faults: ["stale read"]
} as const

export const clientCacheDeleted = mutant(import.meta.url, {
  of: "2",
  name: "a client is written to D1, then its copy in KV is deleted",
  killedBy: "Revocation",
  within: 100,
  broken: { ...scenario, layer: cachedInKv },
  sound: { ...scenario, layer: MemoryProvider }
})
