/** The strong reading of an Eventual operation, with only its KV layer there to answer. */
// expect: Type 'Strong<"Clients.display">' is not assignable to type 'never'.
import { Effect } from "effect"
import { bind } from "../../../src/services/storage/Bind.ts"
import { strongly } from "../../../src/services/storage/Consistency.ts"
import { Clients, KvClients, name } from "../Declared.ts"

const clients = bind(Clients, { display: (_id) => KvClients.use((kv) => kv.first("…", name)) })

export const run = () =>
  Effect.runPromise(
    strongly(Clients)
      .display("c")
      .pipe(
        Effect.provide(clients),
        Effect.provideService(KvClients, { first: (_sql, read) => Effect.sync(() => read({})) })
      )
  )
