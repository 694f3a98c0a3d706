/** Pushed authorization requests: kept for their client, shown as often as it takes, used up once. RFC 9126 §2, §4. */
import type { Effect } from "effect"
import type { AuthorizationRequest } from "../../domain/AuthorizationRequest.ts"
import type { Completion, PushedRefused, PushedRequest, Showing } from "../../domain/PushedRequest.ts"
import { operations, Strong } from "./Consistency.ts"
import type { StorageError } from "./StorageError.ts"

export const PushedRequests = operations("PushedRequest", {
  /** Keeps a request that was judged. One that is kept already stays as it is. */
  push: Strong<(request: PushedRequest) => Effect.Effect<void, StorageError>>({ kind: "write", repeat: "idempotent" }),
  /** The request, for its own client, until it expires or is used up. Looking uses nothing up. */
  show: Strong<(request: Showing) => Effect.Effect<AuthorizationRequest, PushedRefused | StorageError>>({
    kind: "read"
  }),
  /** Uses it up. Whoever succeeds may hand an answer to the client, and nobody else. */
  complete: Strong<(request: Completion) => Effect.Effect<void, PushedRefused | StorageError>>({
    kind: "consume",
    repeat: "attempt"
  })
})
