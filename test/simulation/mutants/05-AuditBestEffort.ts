/** Defect 5: the audit is best-effort: the event is written after the effect, and what goes wrong is ignored. */
import { Effect } from "effect"
import { MemoryProvider } from "../../../src/layers/test/MemoryProvider.ts"
import { act } from "../../../src/layers/test/kernel/World.ts"
import { succeeded } from "../../../src/layers/test/oracles/Answer.ts"
import { audit } from "../../../src/layers/test/oracles/Audit.ts"
import { newEvent } from "../../../src/services/flows/operator/NewEvent.ts"
import { AuditLog } from "../../../src/services/storage/AuditLog.ts"
import { AuthorizationCodes } from "../../../src/services/storage/AuthorizationCodes.ts"
import { type Provider, redeem, withCode, type WithCode } from "../Scene.ts"
import { allEvents } from "../scenarios/Audited.ts"
import { instead, withSteps } from "./Instead.ts"
import { mutant } from "./Mutant.ts"

const layer = instead(
  AuthorizationCodes,
  {
    redeem: (request) =>
      Effect.tap(AuthorizationCodes.redeem(request), ({ grant }) =>
        newEvent({ type: "code.redeemed", grantId: grant.id }).pipe(
          Effect.flatMap((event) => AuditLog.append([event])),
          Effect.ignore
        )
      )
  },
  withSteps((sound) => ({
    "AuthorizationCode.redeem": {
      ...sound["AuthorizationCode.redeem"],
      quiet: "the event is written later, or is not",
      run: (tx, request) => sound["AuthorizationCode.redeem"].run({ ...tx, audit: () => {} }, request)
    }
  }))
)

const what = "code.redeemed"

const scenario = {
  setup: withCode,
  clients: (scene: WithCode) => ({ client: act("redeem", redeem(scene)) }),
  oracles: [
    audit<WithCode, Provider>({
      effects: ({ history, scene }) =>
        history.actions.filter(succeeded).map(() => ({ what, key: scene.issuance.grantId })),
      events: Effect.map(allEvents, (events) =>
        events.map(({ grantId, type }) => ({ what: type as string, key: grantId ?? "" }))
      )
    })
  ],
  faults: ["lost request", "overload", "disconnect"]
} as const

export const auditBestEffort = mutant(import.meta.url, {
  of: "5",
  name: "the audit is best-effort",
  killedBy: "Audit",
  within: 100,
  broken: { ...scenario, layer },
  sound: { ...scenario, layer: MemoryProvider }
})
