/** An Eventual operation may be made of either storage, but not of none. */
// expect: "Clients.display" is made of no storage at all:
//   an operation must be made of storage.strong or storage.eventual
import { Effect } from "effect"
import { bind } from "../../../src/services/storage/Bind.ts"
import { Clients } from "../Declared.ts"

export const layer = bind(Clients, { display: (_id) => Effect.succeed("n") })
