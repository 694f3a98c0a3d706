/** Defect 2, second form: the copy in KV is deleted, and a reader that was under way puts the old one back. */
import { MemoryProvider } from "../../../src/layers/test/MemoryProvider.ts"
import { atTheSameTime, cachedInKv, deletedThenUsed, scene } from "./ClientCache.ts"
import { mutant } from "./Mutant.ts"

const scenario = { ...scene, clients: () => ({ ...deletedThenUsed, ...atTheSameTime }) }

export const clientCacheRefilled = mutant(import.meta.url, {
  of: "2b",
  name: "a copy in KV is deleted, and a racing refill brings it back",
  killedBy: "Revocation",
  within: 1_000,
  broken: { ...scenario, layer: cachedInKv },
  sound: { ...scenario, layer: MemoryProvider }
})
