/** Defect 6 in another form: each isolate counts for itself, and admits as many as all of them may together. */
import { Clock, Effect } from "effect"
import { heldUntil, spend } from "../../../src/domain/Permit.ts"
import { permitLife } from "../../../src/domain/RequestLimit.ts"
import { act } from "../../../src/layers/test/kernel/World.ts"
import { MemoryPermits } from "../../../src/layers/test/MemoryPermits.ts"
import { MemoryProvider } from "../../../src/layers/test/MemoryProvider.ts"
import { HeldPermits } from "../../../src/services/ports/HeldPermits.ts"
import { admittedAtMost, guess, withPermits } from "../scenarios/Leases.ts"
import { mutant } from "./Mutant.ts"

/** The limit: one in a minute. */
const rules = { allowance: 1, leased: 1, window: 60_000, life: permitLife(60_000) }

const countedHere = Effect.gen(function* () {
  const now = yield* Clock.currentTimeMillis
  const memory = yield* HeldPermits
  const isAdmitted = yield* memory.change("network", (found) => {
    const { _tag, held } = spend(found, rules, now)
    return { answer: _tag === "Admitted", held, until: heldUntil(held, rules) }
  })
  return yield* isAdmitted ? Effect.void : Effect.fail("too many")
}).pipe(Effect.provide(MemoryPermits))

const scenario = { setup: withPermits(1), oracles: [admittedAtMost(1)], layer: MemoryProvider }

const clientsOf = <A, E, R>(one: Effect.Effect<A, E, R>) => ({ first: act("guess", one), second: act("guess", one) })

export const countedByEachIsolate = mutant(import.meta.url, {
  of: "6c",
  name: "each isolate counts by itself",
  killedBy: "Limit",
  within: 100,
  broken: { ...scenario, clients: () => clientsOf(countedHere) },
  sound: { ...scenario, clients: () => clientsOf(guess) }
})
