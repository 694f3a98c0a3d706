/** A write that does not say what happens if it is asked for again. */
// expect: Property 'repeat' is missing in type '{ kind: "write"; }'
import type { Effect } from "effect"
import { operations, Strong } from "../../../src/services/storage/Consistency.ts"

export const Tickets = operations("Tickets", {
  open: Strong<(ticket: string) => Effect.Effect<void>>({ kind: "write" })
})
