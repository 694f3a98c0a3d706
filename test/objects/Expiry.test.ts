/** When a row of an object may be swept: never while a decision could still ask for it. */
import { expect, it } from "@effect/vitest"
import { Effect, Schema } from "effect"
import { SpentTicket } from "../../src/domain/Ticket.ts"
import { EndedClientToken, ticketTables } from "../../src/layers/objects/TicketTables.ts"
import { AttemptId, ClientTokenId } from "../../src/domain/Ids.ts"

it.effect.prop("a spent ticket is remembered until its form is refused for its age", [Schema.Int], ([expiresAt]) =>
  Effect.sync(() => {
    const row = new SpentTicket({ kind: "login", id: "1-0.A", attempt: AttemptId.make("A".repeat(22)), expiresAt })
    expect(ticketTables.spent.expiresAt?.(row)).toBe(expiresAt)
  })
)

it.effect.prop("RFC 7009 §2.1: an ended token is remembered longer than any clock gives it", [Schema.Int], ([exp]) =>
  Effect.sync(() => {
    const row = new EndedClientToken({ jti: ClientTokenId.make(`1-0.${"A".repeat(22)}`), expiresAt: exp })
    expect(ticketTables.endedClientTokens.expiresAt?.(row)).toBe(exp + 600_000)
  })
)
