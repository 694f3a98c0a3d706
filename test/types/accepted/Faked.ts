/** A fake offers each operation it was given, at both levels, so that one layer serves many flows. */
import { Effect } from "effect"
import { fake } from "../../../src/layers/test/Fake.ts"
import { strongly } from "../../../src/services/storage/Consistency.ts"
import { AuthorizationCode, Clients } from "../Declared.ts"

const codes = fake(AuthorizationCode, {
  find: () => Effect.succeed({ client: "c" }),
  issue: () => Effect.void,
  redeem: () => Effect.succeed({ client: "c" })
})

const clients = fake(Clients, { display: (id) => Effect.succeed(id), rename: () => Effect.void })

export const run = () =>
  Effect.runPromise(
    Effect.gen(function* () {
      yield* AuthorizationCode.issue("c", { client: "c" })
      const found = yield* AuthorizationCode.find("c")
      yield* strongly(Clients).rename("c", "n")
      return yield* Clients.display(found?.client ?? "")
    }).pipe(Effect.provide([codes, clients]))
  )
