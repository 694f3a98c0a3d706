/** Defect 12: the `jti` of DPoP proofs in KV. Who looks before another writes proves the key too. RFC 9449 §11.1. */
import { Effect } from "effect"
import { TicketRefused } from "../../../src/domain/Ticket.ts"
import { MemoryProvider } from "../../../src/layers/test/MemoryProvider.ts"
import { Kv } from "../../../src/layers/test/models/KvModel.ts"
import { Tickets } from "../../../src/services/storage/Tickets.ts"
import { shownTwice } from "../scenarios/Proofs.ts"
import { instead } from "./Instead.ts"
import { mutant } from "./Mutant.ts"

const layer = instead(Tickets, {
  spend: Effect.fnUntraced(function* ({ id, kind }) {
    const kv = yield* Kv
    if ((yield* kv.get(`${kind}:${id}`)) !== null) return yield* new TicketRefused({ reason: "spent" })
    yield* kv.put(`${kind}:${id}`, "seen", { expirationTtl: 60 })
  })
})

export const proofsInKv = mutant(import.meta.url, {
  of: "12",
  name: "the jti of a DPoP proof is kept in KV",
  killedBy: "Once",
  within: 100,
  broken: { ...shownTwice, layer },
  sound: { ...shownTwice, layer: MemoryProvider }
})
