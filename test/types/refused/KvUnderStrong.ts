/** A Strong operation read from KV. */
// expect: Strong "AuthorizationCode.redeem" cannot be made of Eventual storage "KV.Clients"
import { bind } from "../../../src/services/storage/Bind.ts"
import { AuthorizationCode, grant, KvClients } from "../Declared.ts"

export const layer = bind(AuthorizationCode, {
  redeem: (_request) => KvClients.use((kv) => kv.first("…", grant))
})
