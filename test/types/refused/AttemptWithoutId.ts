/** An operation that claims to know its repetition, with a request that does not say whose it is. */
// expect: Type '"attempt"' is not assignable to type
//   '"repeat: attempt needs a request with { attempt: AttemptId }"'
import type { Effect } from "effect"
import { operations, Strong } from "../../../src/services/storage/Consistency.ts"

export const Tickets = operations("Tickets", {
  burn: Strong<(request: { readonly ticket: string }) => Effect.Effect<void>>({ kind: "consume", repeat: "attempt" })
})
