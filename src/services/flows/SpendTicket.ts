/** Using up the ticket of a step: once, however many ask at once. docs/decisions/0004-sealed-interactions.md. */
import { Effect } from "effect"
import type { TicketKind } from "../../domain/Ticket.ts"
import { retried } from "../storage/Retry.ts"
import { Tickets } from "../storage/Tickets.ts"
import { drawAttempt } from "./Secrets.ts"

/** Whether it was good until now. */
export const spendTicket = Effect.fn("SpendTicket")(function* (
  kind: TicketKind,
  { expiresAt, ticket }: { readonly ticket: string; readonly expiresAt: number }
) {
  const spending = { attempt: yield* drawAttempt, kind, id: ticket, expiresAt }
  return yield* retried(Tickets.spend)(spending).pipe(
    Effect.as(true),
    Effect.catchTag("TicketRefused", () => Effect.succeed(false))
  )
})
