/** Races over the settings: two operators at once, and one whose answers are lost. */
import { Effect } from "effect"
import { act } from "../../../src/layers/test/kernel/World.ts"
import { succeeded, valueOf } from "../../../src/layers/test/oracles/Answer.ts"
import { durability } from "../../../src/layers/test/oracles/Durability.ts"
import { noBurn } from "../../../src/layers/test/oracles/NoBurn.ts"
import { SettingsConflict } from "../../../src/services/flows/operator/Refusals.ts"
import { readSettings, setSettings } from "../../../src/services/flows/operator/SetSettings.ts"
import type { Entry } from "../Entry.ts"
import type { Provider } from "../Scene.ts"
import { actionsOf, doing, patient, race, type Rule } from "./Race.ts"
import { finishes } from "./Rules.ts"

type Changed = Effect.Success<ReturnType<typeof setSettings>>

/** What was acknowledged last is what is set. */
const nothingIsLost: Rule = durability<unknown, Provider>({
  kept: (run) =>
    actionsOf(run, "set")
      .filter(succeeded)
      .map((action) => valueOf(action) as Changed)
      .map(({ inForce, version }) => ({
        what: `version ${version} of the settings`,
        question: Effect.map(
          readSettings(),
          (now) => now.version > version || now.inForce.retention.auditDays === inForce.retention.auditDays
        )
      }))
})

/** Of those who change one version, one does. */
const oneWins: Rule = noBurn({
  thing: "version of the settings",
  of: doing("set"),
  refused: (error) => error instanceof SettingsConflict
})

const keeping = (auditDays: number) => setSettings({ change: { retention: { auditDays } } })

export const settings: ReadonlyArray<Entry> = [
  race({
    name: "set settings/set settings",
    setup: Effect.succeed({}),
    clients: () => ({ first: act("set", keeping(10)), second: act("set", keeping(20)) }),
    oracles: [nothingIsLost, oneWins]
  }),
  race({
    name: "set settings, and again after 503, two faults",
    atMost: 2,
    setup: Effect.succeed({}),
    clients: () => ({ operator: act("set", patient(keeping(10))) }),
    oracles: [nothingIsLost, finishes]
  })
]
