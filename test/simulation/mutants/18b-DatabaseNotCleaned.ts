/** Defect 18 in D1: no cron cleans it, and what nobody came back for stays for good. */
import { Effect } from "effect"
import { act } from "../../../src/layers/test/kernel/World.ts"
import { MemoryDatabase } from "../../../src/layers/test/MemoryDatabase.ts"
import { MemoryProvider } from "../../../src/layers/test/MemoryProvider.ts"
import { liveness } from "../../../src/layers/test/oracles/Liveness.ts"
import { cleanDatabase } from "../../../src/services/flows/upkeep/CleanDatabase.ts"
import { leftBehind } from "../LeftBehind.ts"
import type { Provider } from "../Scene.ts"
import { mutant } from "./Mutant.ts"

const day = 86_400_000

const rows = MemoryDatabase.use(({ identifiers, initialTokens }) =>
  Effect.sync(() => identifiers.size + initialTokens.size)
)

/** Somebody leaves something behind each day of a month; what is over for a day may be there, and no more. */
const scenario = (atNight: Effect.Effect<unknown, unknown, Provider>) => ({
  layer: MemoryProvider,
  setup: Effect.gen(function* () {
    for (let count = 0; count < 30; count++) {
      yield* leftBehind
      yield* Effect.sleep(day)
      yield* atNight
    }
    return {}
  }),
  clients: () => ({ nobody: act("nothing", Effect.void) }),
  oracles: [liveness<Provider>({ rows: { count: rows, most: 4 } })]
})

export const databaseNotCleaned = mutant<object>(import.meta.url, {
  of: "18b",
  name: "D1 is never cleaned",
  killedBy: "Liveness",
  within: 1,
  broken: scenario(Effect.void),
  sound: scenario(cleanDatabase())
})
