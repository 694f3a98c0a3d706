/** Single-use things by kind, spent once however many ask at the same time. */
import type { Effect } from "effect"
import type { Guess, GuessRefused } from "../../domain/Guess.ts"
import type { Spending, TicketRefused } from "../../domain/Ticket.ts"
import { operations, Strong } from "./Consistency.ts"
import type { StorageError } from "./StorageError.ts"

export const Tickets = operations("Ticket", {
  spend: Strong<(request: Spending) => Effect.Effect<void, TicketRefused | StorageError>>({
    kind: "consume",
    repeat: "attempt"
  }),
  /** Counts a guess at a thing, and uses the thing up if the guess is right and not one too many. */
  guess: Strong<(request: Guess) => Effect.Effect<void, GuessRefused | StorageError>>({
    kind: "consume",
    repeat: "attempt"
  })
})
