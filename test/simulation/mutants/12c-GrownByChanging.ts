/** Growing by changing the number of shards, where a generation was to be added: a `jti` has two places for a while. */
import { MemoryProvider } from "../../../src/layers/test/MemoryProvider.ts"
import { provenAtBoth } from "../scenarios/Growth.ts"
import { mutant } from "./Mutant.ts"

export const grownByChanging = mutant(import.meta.url, {
  of: "12c",
  name: "the number of shards is changed, and no generation added",
  killedBy: "Once",
  within: 100,
  // The shard of what is found by its content is a remainder: of five it is another than of two.
  broken: { ...provenAtBoth([5]), layer: MemoryProvider },
  sound: { ...provenAtBoth([2, 3]), layer: MemoryProvider }
})
