/** Defect 21, as a ticket: get, use, delete, each a call of its own; that the storage is strong does not help. */
import { Effect } from "effect"
import { TicketRefused } from "../../../src/domain/Ticket.ts"
import { MemoryProvider } from "../../../src/layers/test/MemoryProvider.ts"
import { Tickets } from "../../../src/services/storage/Tickets.ts"
import { instead } from "./Instead.ts"
import { sentTwice } from "./LoginForm.ts"
import { isMarked, mark } from "./Marks.ts"
import { mutant } from "./Mutant.ts"

const layer = instead(Tickets, {
  spend: Effect.fnUntraced(function* ({ id }) {
    if (yield* isMarked(id)) return yield* new TicketRefused({ reason: "spent" })
    yield* mark(id)
  })
})

export const challengeInTwoSteps = mutant(import.meta.url, {
  of: "21",
  name: "a challenge is read, used, and deleted",
  killedBy: "Once",
  within: 1_000,
  broken: { ...sentTwice, layer },
  sound: { ...sentTwice, layer: MemoryProvider }
})
