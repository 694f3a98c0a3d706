/**
 * An isolate's memory of the permits that it holds: values only, and not more than so many.
 *
 * What still says something is never thrown away, since an allowance that was forgotten would be used a second time;
 * so where there is no room, what is new is not kept, and leases its permits one by one.
 */
import { Effect, Layer } from "effect"
import type { Allowance } from "../../domain/Allowance.ts"
import type { Held } from "../../domain/Permit.ts"
import { HeldPermits, type PermitMemory } from "../../services/ports/HeldPermits.ts"

/** About 200 bytes each: a tenth of an isolate's 128 MB. */
const mostHeld = 50_000

/** How many old ones are looked at when something new comes and there is no room. */
const sweptAtOnce = 16

interface Kept {
  readonly held: Held
  readonly until: number
}

export const permitMemory = (now: () => number, most = mostHeld): PermitMemory => {
  // In the order in which they were last used, which is about that in which they end.
  const kept = new Map<string, Kept>()
  let allowance: Allowance | undefined
  const sweep = (): void => {
    let looked = 0
    for (const [name, { until }] of kept) {
      if (++looked > sweptAtOnce) return
      if (until <= now()) kept.delete(name)
    }
  }
  return {
    change: (name, change) =>
      Effect.sync(() => {
        const found = kept.get(name)?.held
        if (found === undefined && kept.size >= most) sweep()
        const isRoom = found !== undefined || kept.size < most
        const { answer, held, until } = change(found, isRoom)
        kept.delete(name)
        if (isRoom) kept.set(name, { held, until })
        return answer
      }),
    changeAllowance: (change) =>
      Effect.sync(() => {
        const { allowance: next, answer } = change(allowance)
        allowance = next
        return answer
      })
  }
}

export const isolatePermits = Layer.sync(HeldPermits, () => permitMemory(() => Date.now()))
