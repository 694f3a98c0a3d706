/** The transactions of pushed authorization requests. RFC 9126 §2, §4. */
import { Result, Schema } from "effect"
import { AuthorizationRequest } from "../../domain/AuthorizationRequest.ts"
import { complete, Completion, PushedRefused, PushedRequest, show, Showing } from "../../domain/PushedRequest.ts"
import { step } from "./Step.ts"
import type { ticketTables } from "./TicketTables.ts"

const ticketStep = step<typeof ticketTables>()

const refused = (reason: PushedRefused["reason"]) => new PushedRefused({ reason })

export const pushStep = ticketStep({
  request: PushedRequest,
  reply: Schema.Void,
  refusal: Schema.Never,
  quiet: "a client asks, and nobody has answered yet; what the answer gives is the event code.issued",
  run: (tx, request) => {
    // The same push asked again is the same request: its repetition must not make a used one new.
    if (tx.pushedRequests.get(request.id) === undefined) tx.pushedRequests.put(request)
    return Result.void
  }
})

export const showStep = ticketStep({
  request: Showing,
  reply: AuthorizationRequest,
  refusal: PushedRefused,
  run: (tx, request) => Result.mapError(show(tx.pushedRequests.get(request.id), request, tx.now), refused)
})

export const completeStep = ticketStep({
  request: Completion,
  reply: Schema.Void,
  refusal: PushedRefused,
  quiet: "a mark that the request was answered; what the answer gives is the event code.issued",
  run: (tx, request) => {
    const found = tx.pushedRequests.get(request.id)
    const decided = complete(found, request, tx.now)
    if (Result.isFailure(decided)) return Result.fail(refused(decided.failure))
    if (decided.success !== found) tx.pushedRequests.put(decided.success)
    return Result.void
  }
})
