/** An Eventual operation that succeeds at most once: on such storage there is none. */
// expect: Type '"consume"' is not assignable to type
//   '"an Eventual operation is a read or an idempotent write: it cannot consume, compare or count" | "read"'
import type { Effect } from "effect"
import { Eventual, operations } from "../../../src/services/storage/Consistency.ts"

export const Tickets = operations("Tickets", {
  burn: Eventual<(ticket: string) => Effect.Effect<void>>({
    kind: "consume",
    repeat: "idempotent",
    bound: "a minute",
    because: "nobody looks"
  })
})
