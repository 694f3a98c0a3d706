/** Single-use things by kind, spent once however many ask at the same time. */
import type { Effect } from "effect"
import type { Spending, TicketRefused } from "../../domain/Ticket.ts"
import { operations, Strong } from "./Consistency.ts"
import type { StorageError } from "./StorageError.ts"

export const Tickets = operations("Ticket", {
  spend: Strong<(request: Spending) => Effect.Effect<void, TicketRefused | StorageError>>({
    kind: "consume",
    repeat: "attempt"
  })
})
