/** A client as laws look at it: made, changed, and found again to the last member. */
import { Effect, Equal, Schema } from "effect"
import { Client } from "../../domain/Client.ts"
import type { ClientId } from "../../domain/Ids.ts"
import { Clients } from "./Clients.ts"
import { freshClient, freshEvent } from "./Fresh.laws.ts"
import { expectThat } from "./Law.ts"

const encode = Schema.encodeSync(Client)

/** Fails unless the store has exactly this client under its id. */
export const expectStored = (client: Client, sentence: string) =>
  Effect.flatMap(Clients.find(client.id), (found) =>
    expectThat(found !== null && Equal.equals(encode(found), encode(client)), sentence)
  )

export const expectAbsent = (id: ClientId, sentence: string) =>
  Effect.flatMap(Clients.find(id), (found) => expectThat(found === null, sentence))

export const createdEvent = (client: Client) => freshEvent({ type: "client.created", clientId: client.id })
export const updatedEvent = (client: Client) => freshEvent({ type: "client.updated", clientId: client.id })
export const deletedEvent = (client: Client) => freshEvent({ type: "client.deleted", clientId: client.id })

/** The next version of a client, with a name by which it can be told from another's. */
export const renamed = (client: Client, name: string): Client =>
  new Client({ ...client, metadata: { ...client.metadata, client_name: name }, version: client.version + 1 })

/** A client that is stored, and the event of that. */
export const stored = Effect.gen(function* () {
  const client = yield* freshClient
  const event = yield* createdEvent(client)
  yield* Clients.create(client, event)
  return { client, event }
})

export const isRefused = (tag: "ClientExists" | "ClientChanged", error: { readonly _tag: string }) =>
  expectThat(error._tag === tag, `the refusal is ${tag}, not ${error._tag}`)
