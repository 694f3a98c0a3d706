/** The copies of what pages show of clients, in the model of KV. */
import { Effect, Layer } from "effect"
import type { ClientId } from "../../domain/Ids.ts"
import { type Copies, KvClients } from "../objects/ClientDisplays.ts"
import { Kv, MemoryKv } from "./models/KvModel.ts"

const keyOf = (id: ClientId) => `client-display:${id}`

const copiesIn = (kv: Kv): Copies => ({
  get: (ids) =>
    Effect.map(
      Effect.forEach(ids, (id) => Effect.map(kv.get(keyOf(id)), (text) => [id, text] as const)),
      (found) => new Map(found.flatMap(([id, text]) => (text === null ? [] : [[id, text] as const])))
    ),
  put: (id, text, lifetimeMillis) => kv.put(keyOf(id), text, { expirationTtl: lifetimeMillis / 1000 }),
  delete: (id) => kv.delete(keyOf(id))
})

export const ClientCopiesMemory = Layer.effect(
  KvClients,
  Kv.use((kv) => Effect.succeed(copiesIn(kv)))
).pipe(Layer.provide(MemoryKv))
