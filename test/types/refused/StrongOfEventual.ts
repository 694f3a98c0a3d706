/** A Strong operation that asks an Eventual one. */
// expect: Strong "AuthorizationCode.find" cannot be made of Eventual operation "Clients.display"
import { Effect } from "effect"
import { bind } from "../../../src/services/storage/Bind.ts"
import { AuthorizationCode, Clients } from "../Declared.ts"

export const layer = bind(AuthorizationCode, {
  find: (code) => Effect.map(Clients.display(code), (client) => ({ client }))
})
