/** When a row of an object may be swept: never while a decision could still ask for it. */
import { expect, it } from "@effect/vitest"
import { Effect, Schema } from "effect"
import { SpentTicket } from "../../src/domain/Ticket.ts"
import { ticketTables } from "../../src/layers/objects/TicketTables.ts"
import { AttemptId } from "../../src/domain/Ids.ts"

it.effect.prop("a spent ticket is remembered until its form is refused for its age", [Schema.Int], ([expiresAt]) =>
  Effect.sync(() => {
    const row = new SpentTicket({ kind: "login", id: "1-0.A", attempt: AttemptId.make("A".repeat(22)), expiresAt })
    expect(ticketTables.spent.expiresAt?.(row)).toBe(expiresAt)
  })
)
