/** Defect 21, as a challenge of a passkey: got from KV, used, deleted. What two read at once is good for both. */
import { Effect } from "effect"
import { TicketRefused } from "../../../src/domain/Ticket.ts"
import { MemoryProvider } from "../../../src/layers/test/MemoryProvider.ts"
import { Kv } from "../../../src/layers/test/models/KvModel.ts"
import { act } from "../../../src/layers/test/kernel/World.ts"
import { once } from "../../../src/layers/test/oracles/Once.ts"
import { Tickets } from "../../../src/services/storage/Tickets.ts"
import { signedInBy, signInByPasskey, withPasskey, type WithPasskey } from "../PasskeyScene.ts"
import { instead } from "./Instead.ts"
import { mutant } from "./Mutant.ts"

/** That a challenge is deleted is told by a mark, because who drew it is not part of this. */
const layer = instead(Tickets, {
  spend: Effect.fnUntraced(function* ({ id }) {
    const kv = yield* Kv
    if ((yield* kv.get(`deleted:${id}`)) !== null) return yield* new TicketRefused({ reason: "spent" })
    yield* kv.put(`deleted:${id}`, "yes", { expirationTtl: 3_600 })
  })
})

const scenario = {
  setup: withPasskey(0),
  clients: ({ first }: WithPasskey) => ({
    first: act("login", signInByPasskey(first, 0)),
    second: act("login", signInByPasskey(first, 0))
  }),
  oracles: [once({ thing: "challenge", of: signedInBy })]
}

export const challengeInKv = mutant(import.meta.url, {
  of: "21a",
  name: "a passkey's challenge is got, used and deleted in KV",
  killedBy: "Once",
  within: 1_000,
  broken: { ...scenario, layer },
  sound: { ...scenario, layer: MemoryProvider }
})
