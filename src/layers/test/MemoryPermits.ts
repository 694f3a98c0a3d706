/** What an isolate holds of permits, in memory. */
import { Effect, Layer } from "effect"
import type { Allowance } from "../../domain/Allowance.ts"
import type { Held } from "../../domain/Permit.ts"
import { HeldPermits } from "../../services/ports/HeldPermits.ts"
import { CurrentCaller } from "./kernel/World.ts"

/** The memory of the test itself, or of each isolate of a simulation. It begins with nothing. */
export const MemoryPermits = Layer.sync(HeldPermits, () => {
  const own = new Map<string, unknown>()
  const memoryOf = Effect.withFiber((fiber) => Effect.succeed(fiber.getRef(CurrentCaller)?.memory ?? own))
  return {
    change: (name, change) =>
      Effect.map(memoryOf, (memory) => {
        const { answer, held } = change(memory.get(`permits ${name}`) as Held | undefined, true)
        memory.set(`permits ${name}`, held)
        return answer
      }),
    changeAllowance: (change) =>
      Effect.map(memoryOf, (memory) => {
        const { allowance, answer } = change(memory.get("allowance") as Allowance | undefined)
        memory.set("allowance", allowance)
        return answer
      })
  }
})

const forGood: Allowance = { goodUntil: Number.MAX_SAFE_INTEGER, askedAt: null, quietUntil: 0, seenAt: 0 }

/** An allowance that is never used up, for tests that are about something else: nobody is asked, nothing is kept. */
export const AllowedPermits = Layer.succeed(HeldPermits, {
  change: (_name, change) => Effect.sync(() => change(undefined, true).answer),
  changeAllowance: (change) => Effect.sync(() => change(forGood).answer)
})
