/** A fake offers only the operations it was given. */
// expect: Type 'Strong<"AuthorizationCode.issue">' is not assignable to type 'never'.
import { Effect } from "effect"
import { fake } from "../../../src/layers/test/Fake.ts"
import { AuthorizationCode } from "../Declared.ts"

const codes = fake(AuthorizationCode, { find: () => Effect.succeed({ client: "c" }) })

export const run = () =>
  Effect.runPromise(
    Effect.andThen(AuthorizationCode.find("c"), AuthorizationCode.issue("c", { client: "c" })).pipe(
      Effect.provide(codes)
    )
  )
