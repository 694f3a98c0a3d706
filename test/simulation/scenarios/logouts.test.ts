/**
 * What would lose or double a logout is found. That nothing does, in every order and with every fault, is among the
 * races. OIDC Back-Channel Logout 1.0 §2.4, §2.5.
 */
import { describe, expect, it } from "@effect/vitest"
import { Effect } from "effect"
import { Session } from "../../../src/domain/Session.ts"
import { exhaustive } from "../../../src/layers/test/kernel/Exhaustive.ts"
import type { Delivered } from "../../../src/layers/test/models/QueueModel.ts"
import type { Scenario } from "../../../src/layers/test/Scenario.ts"
import { again, search } from "../../../src/layers/test/Simulate.ts"
import type { Provider } from "../Scene.ts"
import { withSteps } from "../mutants/Instead.ts"
import { workerConsumers } from "./AuditPipeline.ts"
import { oneEnd, withListeners } from "./LogoutPipeline.ts"
import { renewedMeanwhile, type WithListener } from "./Logouts.ts"

const delivers = (outbox: typeof workerConsumers.outbox) => ({ ...oneEnd, layer: withListeners(outbox) })

describe("what would lose or double a logout is found", () => {
  const found = Effect.fnUntraced(function* (broken: typeof oneEnd) {
    const { failure } = yield* search(broken, () => exhaustive())
    // The same choices break nothing where the defect is not.
    expect((yield* again(oneEnd, failure?.choices ?? [])).violation).toBeUndefined()
    return failure?.violation.oracle
  })

  it.effect("a notice that is acknowledged although the client did not take it", () =>
    Effect.gen(function* () {
      const careless = delivers((messages) => Effect.as(workerConsumers.outbox(messages), []))
      expect(yield* found({ ...careless, faults: ["lost request"] })).toBe("Audit")
    })
  )

  it.effect("a token whose jti is that of the delivery, so that a second one is another logout", () =>
    Effect.gen(function* () {
      const renamed = (message: Delivered): Delivered => {
        const { notice, ...body } = message.body as { readonly notice?: object }
        return notice === undefined ? message : { ...message, body: { ...body, notice: { ...notice, id: named() } } }
      }
      let deliveries = 0
      const named = () => `delivery ${(deliveries += 1)}`
      const late = delivers((messages) => workerConsumers.outbox(messages.map(renamed)))
      expect(yield* found({ ...late, faults: ["lost reply"] })).toBe("Audit")
    })
  )

  it.effect("a new login that forgets who was in the session before", () =>
    Effect.gen(function* () {
      const layer = withSteps((sound) => ({
        "Session.open": {
          ...sound["Session.open"],
          run: (tx, request) => {
            const put = ({ clients: _, ...session }: Session) => tx.sessions.put(new Session(session))
            return sound["Session.open"].run({ ...tx, sessions: { ...tx.sessions, put } }, request)
          }
        }
      }))
      const forgetful: Scenario<WithListener, Provider> = { ...renewedMeanwhile, layer }
      const { failure } = yield* search(forgetful, () => exhaustive())
      expect(failure?.violation.oracle).toBe("Logout")
    })
  )
})
