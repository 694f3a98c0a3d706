/** Defect 10: codes are in memory only: the object begins anew, and the code that a client brings is unknown. */
import { Effect } from "effect"
import { parseCode } from "../../../src/domain/AuthorizationCode.ts"
import { MemoryWorld } from "../../../src/layers/test/Memory.ts"
import { MemoryProvider } from "../../../src/layers/test/MemoryProvider.ts"
import { act } from "../../../src/layers/test/kernel/World.ts"
import { valueOf } from "../../../src/layers/test/oracles/Answer.ts"
import { durability } from "../../../src/layers/test/oracles/Durability.ts"
import { approveConsent } from "../../../src/services/flows/authorize/ConsentStep.ts"
import type { Outcome } from "../../../src/services/flows/authorize/Outcome.ts"
import { codeOf, type Provider, withConsentStep } from "../Scene.ts"
import { withModel } from "./Instead.ts"
import { mutant } from "./Mutant.ts"

/** Whether the code's row is there; no operation says so, for the one that could uses the code up. */
const isThere = (code: string) =>
  MemoryWorld.use(({ accounts }) =>
    Effect.sync(() => {
      const [grantId] = parseCode(code).pipe((found) => (found._tag === "Some" ? found.value : [""]))
      return [...accounts.objects.values()].some(({ rows }) => rows.get("grants")?.has(grantId) === true)
    })
  )

const scenario = {
  setup: withConsentStep,
  clients: ({ browser, sealed }: Effect.Success<typeof withConsentStep>) => ({
    browser: act("approve", approveConsent(sealed, browser))
  }),
  oracles: [
    durability<unknown, Provider>({
      kept: ({ history }) =>
        history.actions.flatMap((action) => {
          const outcome = valueOf(action) as Outcome | undefined
          const code = outcome && codeOf(outcome)
          return code === undefined ? [] : [{ what: "the code", question: isThere(code) }]
        })
    })
  ]
}

export const codesInMemory = mutant(import.meta.url, {
  of: "10",
  name: "codes are in memory only",
  killedBy: "Durability",
  within: 10,
  broken: { ...scenario, layer: withModel(() => ({ remembered: ["grants"] })) },
  sound: { ...scenario, layer: MemoryProvider }
})
