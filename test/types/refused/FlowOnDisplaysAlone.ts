/** A flow that asks whether a client is registered, with nothing but the KV layer to answer. */
// expect: Type 'Strong<"Client.find">' is not assignable to type 'never'.
import { Effect, Layer } from "effect"
import type { ClientId } from "../../../src/domain/Ids.ts"
import { type Copies, ClientDisplaysKv, KvClients } from "../../../src/layers/objects/ClientDisplays.ts"
import { fake } from "../../../src/layers/test/Fake.ts"
import { Clients } from "../../../src/services/storage/Clients.ts"

const clients = ClientDisplaysKv.pipe(Layer.provide(fake(Clients, { findAll: () => Effect.succeed([]) })))

export const run = (copies: Copies, id: ClientId) =>
  Effect.runPromise(Clients.find(id).pipe(Effect.provide(clients), Effect.provideService(KvClients, copies)))
