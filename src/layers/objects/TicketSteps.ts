/** The tables and steps of a `TicketObject`: single-use things by kind. */
import { Result, Schema } from "effect"
import { spend, Spending, SpentTicket, TicketRefused } from "../../domain/Ticket.ts"
import { bind } from "../../services/storage/Bind.ts"
import { storage } from "../../services/storage/Storage.ts"
import { Tickets } from "../../services/storage/Tickets.ts"
import { step } from "./Step.ts"
import type { StepCaller } from "./StepCaller.ts"
import { table } from "./Table.ts"

export const ticketTables = {
  spent: table({
    name: "spent",
    keys: ["kind", "ticket_id"],
    keyOf: (row: SpentTicket) => [row.kind, row.id],
    expiresAt: (row) => row.expiresAt,
    schema: SpentTicket
  })
}

export const ticketSteps = {
  "Ticket.spend": step<typeof ticketTables>()({
    request: Spending,
    reply: Schema.Void,
    refusal: TicketRefused,
    quiet: "a mark that a form, a proof or an assertion was used; whatever it was used to change is an event",
    run: (tx, request) => {
      const decided = spend(request, tx.spent.get(request.kind, request.id)?.attempt, tx.now)
      switch (decided) {
        case "spent":
        case "expired":
          return Result.fail(new TicketRefused({ reason: decided }))
        case "first":
          tx.spent.put(new SpentTicket({ ...request }))
      }
      return Result.void
    }
  })
} as const

/** A shard of single-use things. Strong for the same reason as `AccountHome`. */
export const TicketHome = storage.strong("DurableObject.Ticket")<StepCaller<typeof ticketSteps>>()

export const TicketsDurable = bind(Tickets, {
  spend: (request) => TicketHome.use((home) => home.call("Ticket.spend", request.id, request))
})
