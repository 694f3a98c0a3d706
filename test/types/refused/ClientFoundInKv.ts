/** What decides about a client, read from its copies in KV. */
// expect: Strong "Client.find" cannot be made of Eventual storage "KV.Clients"
import { Effect } from "effect"
import { KvClients } from "../../../src/layers/objects/ClientDisplays.ts"
import { bind } from "../../../src/services/storage/Bind.ts"
import { Clients } from "../../../src/services/storage/Clients.ts"

export const layer = bind(Clients, {
  find: (id) => KvClients.use((kv) => Effect.as(kv.get([id]), null))
})
