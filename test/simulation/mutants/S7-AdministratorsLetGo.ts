/** The last administrator is looked for in the directory, which is behind: of two who let each other go both go. */
import { Effect } from "effect"
import { MemoryProvider } from "../../../src/layers/test/MemoryProvider.ts"
import { Administrators } from "../../../src/services/storage/Roles.ts"
import { eachOther } from "../scenarios/People.ts"
import { instead } from "./Instead.ts"
import { mutant } from "./Mutant.ts"

const layer = instead(Administrators, { release: () => Effect.void })

export const administratorsCounted = mutant(import.meta.url, {
  of: "S7",
  name: "an administrator is let go by a look and not by a compare-and-swap",
  killedBy: "Durability",
  within: 1_000,
  broken: { ...eachOther, layer, faults: [] },
  sound: { ...eachOther, layer: MemoryProvider, faults: [] }
})
