/** The tables of a `TicketObject`: what belongs to no user yet, by kind. */
import { DeviceAuthorization, forgottenAt } from "../../domain/DeviceAuthorization.ts"
import { PushedRequest } from "../../domain/PushedRequest.ts"
import { SpentTicket } from "../../domain/Ticket.ts"
import { table } from "./Table.ts"

export const ticketTables = {
  spent: table({
    name: "spent",
    keys: ["kind", "ticket_id"],
    keyOf: (row: SpentTicket) => [row.kind, row.id],
    expiresAt: (row) => row.expiresAt,
    schema: SpentTicket
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
  })
}
