/** The strong reading of an Eventual operation, bound to KV. */
// expect: Strong "Clients.display" cannot be made of Eventual storage "KV.Clients"
import { bindStrongly } from "../../../src/services/storage/Bind.ts"
import { Clients, KvClients, name } from "../Declared.ts"

export const layer = bindStrongly(Clients, { display: (_id) => KvClients.use((kv) => kv.first("…", name)) })
