/** What every store says of clients to those who only show them. */
import { Effect, Equal, Schema } from "effect"
import { Client } from "../../domain/Client.ts"
import { ClientDisplay, displayOf } from "../../domain/ClientDisplay.ts"
import { ClientId } from "../../domain/Ids.ts"
import { Clients } from "./Clients.ts"
import { freshClient, freshText } from "./Fresh.laws.ts"
import { expectThat, law } from "./Law.ts"
import { createdEvent, deletedEvent, renamed, stored, updatedEvent } from "./StoredClient.laws.ts"

const display = "Client.display"
const forget = "Client.forgetDisplay"

const encode = Schema.encodeSync(Schema.Array(ClientDisplay))

/** Twice, so that a store which keeps copies is asked for one, too. */
const expectShown = Effect.fnUntraced(function* (
  ids: ReadonlyArray<ClientId>,
  clients: ReadonlyArray<Client>,
  sentence: string
) {
  const wanted = encode(clients.map(displayOf))
  for (const asked of ["first", "again"]) {
    const shown = yield* Clients.display(ids)
    yield* expectThat(Equal.equals(encode(shown), wanted), `${sentence} (${asked})`)
  }
})

export const clientDisplayLaws = [
  law(
    "of a client is shown what it registered to be shown",
    ["Client.create", display],
    Effect.gen(function* () {
      const plain = yield* freshClient
      const links = { client_uri: "https://rp.example/", logo_uri: "https://rp.example/logo.png" }
      const more = { policy_uri: "https://rp.example/policy", tos_uri: "https://rp.example/terms" }
      const client = new Client({ ...plain, metadata: { ...plain.metadata, ...links, ...more } })
      yield* Clients.create(client, yield* createdEvent(client))
      yield* expectShown([client.id], [client], "all five members are shown")
    })
  ),
  law(
    "those that there are, are shown, each once and in the order of their ids",
    ["Client.create", display],
    Effect.gen(function* () {
      const { client: one } = yield* stored
      const { client: other } = yield* stored
      const none = ClientId.make(yield* freshText)
      const sorted = [one, other].toSorted((a, b) => (a.id < b.id ? -1 : 1))
      yield* expectShown([one.id], [one], "one by itself")
      yield* expectShown([other.id, none, one.id, other.id], sorted, "one of which there is a copy, and one without")
      yield* expectShown([none], [], "nothing is shown of what there is not")
      yield* expectShown([], [], "nothing is shown to whoever asks for nothing")
    })
  ),
  law(
    "where the writer stands, what was forgotten before a change is shown as it was changed",
    ["Client.update", display, forget],
    Effect.gen(function* () {
      const { client } = yield* stored
      yield* expectShown([client.id], [client], "before the change")
      const next = renamed(client, "renamed")
      yield* Clients.forgetDisplay(client.id)
      yield* Clients.update(next, yield* updatedEvent(next))
      yield* expectShown([client.id], [next], "after the change")
    })
  ),
  law(
    "where the writer stands, a client that was forgotten and removed is not shown, nor is there anything to forget",
    ["Client.remove", display, forget],
    Effect.gen(function* () {
      const { client } = yield* stored
      yield* expectShown([client.id], [client], "before it was removed")
      yield* Clients.forgetDisplay(client.id)
      yield* Clients.remove(client.id, yield* deletedEvent(client))
      yield* expectShown([client.id], [], "after it was removed")
      yield* Clients.forgetDisplay(client.id)
    })
  )
]
