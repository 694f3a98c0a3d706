/** The transactions of devices that wait for a person. RFC 8628 §3. */
import { Result, Schema } from "effect"
import {
  decide,
  DecisionRefused,
  DeviceAuthorization,
  DeviceDecision,
  DevicePoll,
  isWaiting,
  poll,
  PollRefused,
  start,
  UserCodeTaken
} from "../../domain/DeviceAuthorization.ts"
import { DeviceId, GrantId } from "../../domain/Ids.ts"
import { step } from "./Step.ts"
import type { ticketTables } from "./TicketTables.ts"

const ticketStep = step<typeof ticketTables>()

export const startStep = ticketStep({
  request: DeviceAuthorization,
  reply: Schema.Void,
  refusal: UserCodeTaken,
  run: (tx, request) => {
    const started = start(tx.devices.get(request.id), request, tx.now)
    if (started === "taken") return Result.fail(new UserCodeTaken())
    if (started === "first") {
      tx.devices.put(request)
      tx.audit({
        type: "device.started",
        clientId: request.clientId,
        detail: { device: request.id, scope: request.scopes.join(" ") }
      })
    }
    return Result.void
  }
})

export const findStep = ticketStep({
  request: DeviceId,
  reply: Schema.NullOr(DeviceAuthorization),
  refusal: Schema.Never,
  run: (tx, id) => {
    const found = tx.devices.get(id)
    return Result.succeed(found !== undefined && isWaiting(found, tx.now) ? found : null)
  }
})

export const decideStep = ticketStep({
  request: DeviceDecision,
  reply: Schema.Void,
  refusal: DecisionRefused,
  run: (tx, request) => {
    const decided = decide(tx.devices.get(request.id), request, tx.now)
    if (Result.isFailure(decided)) return Result.fail(decided.failure)
    const { _tag, row } = decided.success
    if (_tag === "Decided") {
      const { clientId, grantId } = row
      tx.devices.put(row)
      tx.audit({
        type: grantId === null ? "device.denied" : "device.approved",
        userId: request.userId,
        clientId,
        ...(grantId === null ? {} : { grantId }),
        detail: { device: row.id }
      })
    }
    return Result.void
  }
})

export const pollStep = ticketStep({
  request: DevicePoll,
  reply: GrantId,
  refusal: PollRefused,
  quiet: "a mark of when the device asked, and of who took what was approved; the taking is the event code.redeemed",
  run: (tx, request) => {
    const { answer, row } = poll(tx.devices.get(request.id), request, tx.now)
    if (row !== undefined) tx.devices.put(row)
    return answer
  }
})
