/** An operation provided round `bind`. */
// expect: is missing the following properties from type 'Key<unknown, unknown>'
import { Effect, Layer } from "effect"
import { AuthorizationCode } from "../Declared.ts"

export const layer = Layer.succeed(AuthorizationCode.find, (_code: string) => Effect.succeed({ client: "c" }))
