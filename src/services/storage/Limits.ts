/** How often something was tried: counted exactly, however many try at the same time. */
import type { Effect } from "effect"
import type { Block, Leasing } from "../../domain/Lease.ts"
import type { Taking, TooMany } from "../../domain/RateLimit.ts"
import { operations, Strong } from "./Consistency.ts"
import type { StorageError } from "./StorageError.ts"

export const Limits = operations("Limit", {
  /** Admits one try, and says how many are left; or refuses it: there were too many in the window that ends now. */
  take: Strong<(request: Taking) => Effect.Effect<number, TooMany | StorageError>>({
    kind: "increment",
    repeat: "attempt"
  }),
  /** A try that was admitted turned out to be none that counts. */
  giveBack: Strong<(request: Taking) => Effect.Effect<void, StorageError>>({ kind: "write", repeat: "idempotent" }),
  /** Takes a block of permits off a limit, for an isolate that admits requests by it until it is no longer good. */
  lease: Strong<(request: Leasing) => Effect.Effect<Block, TooMany | StorageError>>({
    kind: "increment",
    repeat: "attempt"
  })
})
