/** Defect 12: the `jti` of DPoP proofs in KV. Who looks before another writes proves the key too. RFC 9449 §11.1. */
import { Clock, Effect } from "effect"
import { TicketRefused } from "../../../src/domain/Ticket.ts"
import { act } from "../../../src/layers/test/kernel/World.ts"
import { MemoryProvider } from "../../../src/layers/test/MemoryProvider.ts"
import { Kv } from "../../../src/layers/test/models/KvModel.ts"
import { once } from "../../../src/layers/test/oracles/Once.ts"
import { useOnce } from "../../../src/services/flows/ReplayId.ts"
import { Tickets } from "../../../src/services/storage/Tickets.ts"
import { instead } from "./Instead.ts"
import { mutant } from "./Mutant.ts"

const layer = instead(Tickets, {
  spend: Effect.fnUntraced(function* ({ id, kind }) {
    const kv = yield* Kv
    if ((yield* kv.get(`${kind}:${id}`)) !== null) return yield* new TicketRefused({ reason: "spent" })
    yield* kv.put(`${kind}:${id}`, "seen", { expirationTtl: 60 })
  })
})

const scenario = {
  setup: Effect.map(Clock.currentTimeMillis, (now) => now + 60_000),
  clients: (expiresAt: number) => {
    const proof = useOnce({ kind: "dpop_jti", owner: "k".repeat(43), jti: "j", expiresAt })
    return { first: act("prove", proof), second: act("prove", proof) }
  },
  oracles: [once({ thing: "proof", of: () => "of the key" })]
}

export const proofsInKv = mutant(import.meta.url, {
  of: "12",
  name: "the jti of a DPoP proof is kept in KV",
  killedBy: "Once",
  within: 100,
  broken: { ...scenario, layer },
  sound: { ...scenario, layer: MemoryProvider }
})
