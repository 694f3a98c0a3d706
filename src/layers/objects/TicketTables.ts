/** The tables of a `TicketObject`: what belongs to no user yet, by kind. */
import { DeviceAuthorization, forgottenAt } from "../../domain/DeviceAuthorization.ts"
import { Schema } from "effect"
import { GuessedTicket } from "../../domain/Guess.ts"
import { ClientTokenId } from "../../domain/Ids.ts"
import { PushedRequest } from "../../domain/PushedRequest.ts"
import { SpentTicket } from "../../domain/Ticket.ts"
import { table } from "./Table.ts"

/** A client's own access token that was ended before its time. */
export class EndedClientToken extends Schema.Class<EndedClientToken>("EndedClientToken")({
  jti: ClientTokenId,
  expiresAt: Schema.Int
}) {}

/** Milliseconds. The clocks of two machines differ by far less. */
const clockMargin = 600_000

export const ticketTables = {
  spent: table({
    name: "spent",
    keys: ["kind", "ticket_id"],
    keyOf: (row: SpentTicket) => [row.kind, row.id],
    expiresAt: (row) => row.expiresAt,
    schema: SpentTicket
  }),
  guessed: table({
    name: "guessed",
    keys: ["kind", "ticket_id"],
    keyOf: (row: GuessedTicket) => [row.kind, row.id],
    expiresAt: (row) => row.expiresAt,
    schema: GuessedTicket
  }),
  pushedRequests: table({
    name: "pushed_requests",
    keys: ["pushed_id"],
    keyOf: (row: PushedRequest) => [row.id],
    expiresAt: (row) => row.keptUntil,
    schema: PushedRequest
  }),
  devices: table({
    name: "devices",
    keys: ["device_id"],
    keyOf: (row: DeviceAuthorization) => [row.id],
    expiresAt: forgottenAt,
    schema: DeviceAuthorization
  }),
  endedClientTokens: table({
    name: "ended_client_tokens",
    keys: ["jti"],
    keyOf: (row: EndedClientToken) => [row.jti],
    // A Worker whose clock is behind this object's still takes the token for one that has not expired.
    expiresAt: (row) => row.expiresAt + clockMargin,
    schema: EndedClientToken
  })
}
