/** Defect 6: a rate counter in KV: read, add, write. Who reads before another writes is not counted with it. */
import { Effect } from "effect"
import { limits, TooMany } from "../../../src/domain/RateLimit.ts"
import { act } from "../../../src/layers/test/kernel/World.ts"
import { MemoryProvider } from "../../../src/layers/test/MemoryProvider.ts"
import { Kv } from "../../../src/layers/test/models/KvModel.ts"
import { Limits } from "../../../src/services/storage/Limits.ts"
import { admittedAtMost, guess, withPlaces } from "../scenarios/Limits.ts"
import { instead } from "./Instead.ts"
import { mutant } from "./Mutant.ts"

const layer = instead(Limits, {
  take: Effect.fnUntraced(function* ({ key, limit }) {
    const kv = yield* Kv
    const { most, window } = limits[limit]
    const count = (yield* kv.get<number>(key)) ?? 0
    if (count >= most) return yield* new TooMany({ limit, retryAt: window })
    yield* kv.put(key, count + 1, { expirationTtl: window / 1000 })
    return most - count - 1
  })
})

const scenario = {
  setup: withPlaces(1),
  clients: () => ({ first: act("guess", guess), second: act("guess", guess) }),
  oracles: [admittedAtMost(1)]
}

export const limitInKv = mutant(import.meta.url, {
  of: "6",
  name: "a rate counter is read from KV, added to, and written",
  killedBy: "Limit",
  within: 100,
  broken: { ...scenario, layer },
  sound: { ...scenario, layer: MemoryProvider }
})
