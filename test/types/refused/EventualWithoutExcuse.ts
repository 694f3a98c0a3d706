/** An Eventual operation that does not say how old its answer may be, nor why that does no harm. */
// expect: Type '{ kind: "read"; }' is missing the following properties from type 'Excuse': bound, because
import type { Effect } from "effect"
import { Eventual, operations } from "../../../src/services/storage/Consistency.ts"

export const Clients = operations("Clients", {
  display: Eventual<(id: string) => Effect.Effect<string>>({ kind: "read" })
})
