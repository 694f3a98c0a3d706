/** A binding made of no storage: it would be an opinion. */
// expect: "AuthorizationCode.find" is made of no storage at all:
//   an operation must be made of storage.strong or storage.eventual
import { Effect } from "effect"
import { bind } from "../../../src/services/storage/Bind.ts"
import { AuthorizationCode } from "../Declared.ts"

export const layer = bind(AuthorizationCode, { find: (_code) => Effect.succeed({ client: "c" }) })
