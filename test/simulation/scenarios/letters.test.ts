/** What would lose a letter is found. That nothing does, in every order and with every fault, is among the races. */
import { describe, expect, it } from "@effect/vitest"
import { Effect } from "effect"
import { exhaustive } from "../../../src/layers/test/kernel/Exhaustive.ts"
import type { Delivered } from "../../../src/layers/test/models/QueueModel.ts"
import { again, search } from "../../../src/layers/test/Simulate.ts"
import { workerConsumers } from "./AuditPipeline.ts"
import { oneLetter, withMail } from "./LetterPipeline.ts"

describe("what would lose or double a letter is found", () => {
  const found = Effect.fnUntraced(function* (broken: typeof oneLetter) {
    const { failure } = yield* search(broken, () => exhaustive())
    // The same choices break nothing where the defect is not.
    expect((yield* again(oneLetter, failure?.choices ?? [])).violation).toBeUndefined()
    return failure?.violation.oracle
  })

  it.effect("a letter that is acknowledged although the mail server did not take it", () =>
    Effect.gen(function* () {
      const careless = withMail((messages) => Effect.as(workerConsumers.outbox(messages), []))
      expect(yield* found({ ...oneLetter, layer: careless, faults: ["lost request"] })).toBe("Audit")
    })
  )

  it.effect("a letter whose id is that of the delivery, so that a second one is another letter", () =>
    Effect.gen(function* () {
      let deliveries = 0
      const renamed = (message: Delivered): Delivered => {
        const { letter, ...body } = message.body as { readonly letter?: object }
        const id = `delivery ${(deliveries += 1)}`
        return letter === undefined ? message : { ...message, body: { ...body, letter: { ...letter, id } } }
      }
      const late = withMail((messages) => workerConsumers.outbox(messages.map(renamed)))
      expect(yield* found({ ...oneLetter, layer: late, faults: ["lost reply"] })).toBe("Audit")
    })
  )
})
