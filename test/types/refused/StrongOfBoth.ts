/** A Strong operation made of Strong storage, and of a little KV. */
// expect: Strong "AuthorizationCode.find" cannot be made of Eventual storage "KV.Clients"
import { Effect } from "effect"
import { bind } from "../../../src/services/storage/Bind.ts"
import { AuthorizationCode, D1Primary, grant, KvClients } from "../Declared.ts"

export const layer = bind(AuthorizationCode, {
  find: (_code) =>
    Effect.andThen(
      KvClients.use((kv) => kv.first("…", grant)),
      D1Primary.use((d1) => d1.first("…", grant))
    )
})
