/** An implementation that fails with what its declaration does not name. */
// expect: Type 'Broken' is not assignable to type 'StorageError'
import { Data, Effect } from "effect"
import { bind } from "../../../src/services/storage/Bind.ts"
import { AuthorizationCode, D1Primary, grant } from "../Declared.ts"

class Broken extends Data.TaggedError("Broken")<{}> {}

export const layer = bind(AuthorizationCode, {
  find: (code) =>
    D1Primary.use((d1): Effect.Effect<ReturnType<typeof grant>, Broken> =>
      code === "" ? Effect.fail(new Broken()) : Effect.orDie(d1.first("…", grant))
    )
})
