/** A flow that promises a level which what it calls does not have. */
// expect: Property '"~hapax/Strong"' is missing in type 'Eventual<"Clients.display">'
//   but required in type 'Strong<"Clients.display">'.
import type { Effect } from "effect"
import type { Strong } from "../../../src/services/storage/Consistency.ts"
import type { StorageError } from "../../../src/services/storage/StorageError.ts"
import { Clients } from "../Declared.ts"

export const display: (id: string) => Effect.Effect<string, StorageError, Strong<"Clients.display">> = Clients.display
