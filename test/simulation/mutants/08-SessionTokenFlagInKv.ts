/** Defect 8: a session token with a `used` flag in KV. Who looks before another has set it may use it too. */
import { Effect } from "effect"
import { TicketRefused } from "../../../src/domain/Ticket.ts"
import { MemoryProvider } from "../../../src/layers/test/MemoryProvider.ts"
import { Kv } from "../../../src/layers/test/models/KvModel.ts"
import { Tickets } from "../../../src/services/storage/Tickets.ts"
import { instead } from "./Instead.ts"
import { shownTwice } from "../scenarios/OwnSessions.ts"
import { mutant } from "./Mutant.ts"

const layer = instead(Tickets, {
  spend: Effect.fnUntraced(function* ({ id }) {
    const kv = yield* Kv
    if ((yield* kv.get(`used:${id}`)) !== null) return yield* new TicketRefused({ reason: "spent" })
    yield* kv.put(`used:${id}`, "yes", { expirationTtl: 3_600 })
  })
})

export const sessionTokenFlagInKv = mutant(import.meta.url, {
  of: "8",
  name: "a session token has a used flag in KV",
  killedBy: "Once",
  within: 1_000,
  broken: { ...shownTwice, layer },
  sound: { ...shownTwice, layer: MemoryProvider }
})
