/** A program run without the layer of one of its operations. */
// expect: Type 'Strong<"AuthorizationCode.redeem">' is not assignable to type 'never'.
import { Effect } from "effect"
import type { AttemptId } from "../../../src/services/storage/Consistency.ts"
import { bind } from "../../../src/services/storage/Bind.ts"
import { AuthorizationCode, Clients, KvClients, name } from "../Declared.ts"

const clients = bind(Clients, { display: (_id) => KvClients.use((kv) => kv.first("…", name)) })

const program = Effect.gen(function* () {
  const grant = yield* AuthorizationCode.redeem({ code: "c", attempt: "a" as AttemptId })
  return yield* Clients.display(grant.client)
})

export const run = () =>
  Effect.runPromise(
    program.pipe(
      Effect.provide(clients),
      Effect.provideService(KvClients, { first: (_sql, read) => Effect.sync(() => read({})) })
    )
  )
