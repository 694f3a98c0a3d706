/** A pushed request that a browser brings: its values alone count, whatever else the address says. RFC 9126 §4. */
import { Effect, Option, Result } from "effect"
import type { Client } from "../../../domain/Client.ts"
import { idOf, type PushedRefused } from "../../../domain/PushedRequest.ts"
import { matches } from "../../../domain/RedirectUri.ts"
import { PushedRequests } from "../../storage/PushedRequests.ts"
import { retried } from "../../storage/Retry.ts"
import { type Judged, unanswerable } from "./JudgeRequest.ts"
import { isTicketPlaced } from "../Placed.ts"

/** Looking uses nothing up: a page may be reloaded. What is wrong is told to a person, and why only to the log. */
export const showPushed = Effect.fn("ShowPushed")(function* (requestUri: string, client: Client) {
  const id = Option.getOrUndefined(idOf(requestUri))
  if (id === undefined || !(yield* isTicketPlaced(id))) return yield* refused("unknown")
  return yield* retried(PushedRequests.show)({ id, clientId: client.id }).pipe(
    Effect.map((request): Judged =>
      // Where an answer may go is decided by what is registered now.
      matches(client.metadata.redirect_uris, request.redirectUri)
        ? Result.succeed(request)
        : Result.fail(unanswerable({ parameter: "redirect_uri", description: "redirect_uri is no longer registered" }))
    ),
    Effect.catchTag("PushedRefused", ({ reason }) => refused(reason))
  )
})

const refused = (reason: PushedRefused["reason"]): Effect.Effect<Judged> =>
  Effect.as(
    Effect.logInfo("refused").pipe(Effect.annotateLogs({ error: "invalid_request_uri", reason })),
    Result.fail({
      _tag: "Unanswerable",
      error: "invalid_request_uri",
      parameter: "request_uri",
      description: "request_uri is not a request of this client, was answered already, or is too old"
    })
  )
