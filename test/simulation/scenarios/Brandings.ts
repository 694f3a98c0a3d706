/** Races over the look: two operators at once, and one whose answers are lost. */
import { Effect } from "effect"
import { act } from "../../../src/layers/test/kernel/World.ts"
import { succeeded, valueOf } from "../../../src/layers/test/oracles/Answer.ts"
import { durability } from "../../../src/layers/test/oracles/Durability.ts"
import { noBurn } from "../../../src/layers/test/oracles/NoBurn.ts"
import { BrandingConflict } from "../../../src/services/flows/operator/Refusals.ts"
import { readBranding, setBranding } from "../../../src/services/flows/operator/SetBranding.ts"
import type { Entry } from "../Entry.ts"
import type { Provider } from "../Scene.ts"
import { actionsOf, doing, patient, race, type Rule } from "./Race.ts"
import { finishes } from "./Rules.ts"

type Changed = Effect.Success<ReturnType<typeof setBranding>>

/** What was acknowledged last is how the pages look. */
const nothingIsLost: Rule = durability<unknown, Provider>({
  kept: (run) =>
    actionsOf(run, "set")
      .filter(succeeded)
      .map((action) => valueOf(action) as Changed)
      .map(({ name, version }) => ({
        what: `version ${version} of the look`,
        question: Effect.map(readBranding(), (now) => now.version > version || now.name === name)
      }))
})

/** Of those who change one version, one does. */
const oneWins: Rule = noBurn({
  thing: "version of the look",
  of: doing("set"),
  refused: (error) => error instanceof BrandingConflict
})

export const brandings: ReadonlyArray<Entry> = [
  race({
    name: "set branding/set branding",
    setup: Effect.succeed({}),
    clients: () => ({
      first: act("set", setBranding({ name: "first" })),
      second: act("set", setBranding({ name: "second" }))
    }),
    oracles: [nothingIsLost, oneWins]
  }),
  race({
    name: "set branding, and again after 503, two faults",
    atMost: 2,
    setup: Effect.succeed({}),
    clients: () => ({ operator: act("set", patient(setBranding({ name: "first" }))) }),
    oracles: [nothingIsLost, finishes]
  })
]
