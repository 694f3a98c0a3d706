/** What every store of clients keeps: one client an id, and every list in order. Changes: `ClientChanges.laws.ts`. */
import { Effect, Equal } from "effect"
import { Client } from "../../domain/Client.ts"
import { defaultMetadata } from "../../domain/ClientMetadata.ts"
import { ClientId } from "../../domain/Ids.ts"
import { expectEvents } from "./AuditLog.laws.ts"
import { clientChangeLaws } from "./ClientChanges.laws.ts"
import { Clients } from "./Clients.ts"
import { freshClient, freshText } from "./Fresh.laws.ts"
import { expectFailure, expectThat, law } from "./Law.ts"
import {
  createdEvent,
  deletedEvent,
  expectAbsent,
  expectStored,
  isRefused,
  renamed,
  stored,
  updatedEvent
} from "./StoredClient.laws.ts"

const creation = [
  law(
    "a created client is found as it was created, and its event is there",
    ["Client.create", "Client.find"],
    Effect.gen(function* () {
      const { client, event } = yield* stored
      yield* expectStored(client, "find answers with what was created")
      yield* expectEvents([event], [event], "the event is written with the client")
    })
  ),
  law(
    "of 50 creations of one id at once exactly one succeeds, and one event is written",
    ["Client.create", "Client.find"],
    Effect.gen(function* () {
      const { id } = yield* freshClient
      const tries = yield* Effect.forEach(Array.from({ length: 50 }), () =>
        Effect.gen(function* () {
          const client = new Client({ ...(yield* freshClient), id })
          return { client, event: yield* createdEvent(client) }
        })
      )
      const results = yield* Effect.forEach(
        tries,
        ({ client, event }) =>
          Clients.create(client, event).pipe(
            Effect.as(true),
            Effect.catchTag("ClientExists", () => Effect.succeed(false))
          ),
        { concurrency: "unbounded" }
      )
      const winners = tries.filter((_, n) => results[n] === true)
      yield* expectThat(winners.length === 1, `one creation succeeds, not ${winners.length}`)
      for (const { client } of winners) yield* expectStored(client, "the winner's client is stored")
      const won = winners.map(({ event }) => event)
      yield* expectEvents(
        tries.map(({ event }) => event),
        won,
        "the winner's event is the only one"
      )
    })
  ),
  law(
    "the same creation again is the same, and writes no second event",
    ["Client.create", "Client.find"],
    Effect.gen(function* () {
      const { client, event } = yield* stored
      yield* Clients.create(client, event)
      yield* expectStored(client, "the client is as it was created")
      yield* expectEvents([event], [event], "the event is there once")
    })
  ),
  law(
    "a creation that comes again late does not bring back what was changed or deleted since",
    ["Client.create", "Client.update", "Client.remove", "Client.find"],
    Effect.gen(function* () {
      const { client, event } = yield* stored
      const changed = renamed(client, "changed")
      yield* Clients.update(changed, yield* updatedEvent(client))
      yield* Clients.create(client, event)
      yield* expectStored(changed, "the later change stands")
      yield* Clients.remove(client.id, yield* deletedEvent(client))
      yield* Clients.create(client, event)
      yield* expectAbsent(client.id, "the client stays deleted")
    })
  ),
  law(
    "another client of the same id is refused, changes nothing and writes no event",
    ["Client.create", "Client.find"],
    Effect.gen(function* () {
      const { client } = yield* stored
      const other = new Client({ ...(yield* freshClient), id: client.id })
      const event = yield* createdEvent(other)
      yield* isRefused("ClientExists", yield* expectFailure(Clients.create(other, event), "the id is taken"))
      yield* expectStored(client, "the first client stands")
      yield* expectEvents([event], [], "what did not happen has no event")
    })
  )
]

const listing = [
  law(
    "a list is in the order of ids, begins after `after` and has at most `limit`",
    ["Client.create", "Client.list"],
    Effect.gen(function* () {
      const before = yield* freshText
      const ids = Array.from({ length: 5 }, (_, n) => ClientId.make(`${before}.${n}`))
      // Created backwards, so that the order is not the one in which they came.
      for (const id of ids.toReversed()) {
        const client = new Client({ ...(yield* freshClient), id })
        yield* Clients.create(client, yield* createdEvent(client))
      }
      const asked = (after: string, limit: number) =>
        Effect.map(Clients.list({ after, limit }), (clients) => clients.map(({ id }) => id))
      yield* expectThat(Equal.equals(yield* asked(before, 5), ids), "all five, in order")
      yield* expectThat(Equal.equals(yield* asked(before, 2), ids.slice(0, 2)), "the first two")
      yield* expectThat(Equal.equals(yield* asked(`${before}.1`, 3), ids.slice(2)), "those after the second")
    })
  )
]

const finding = [
  law(
    "of many ids those are found that are clients, each once, in the order of their ids",
    ["Client.create", "Client.remove", "Client.findAll"],
    Effect.gen(function* () {
      const before = yield* freshText
      const ids = Array.from({ length: 120 }, (_, n) => ClientId.make(`${before}.${String(n).padStart(3, "0")}`))
      const kept = ids.filter((_, n) => n % 40 === 0)
      for (const id of kept.toReversed()) {
        const client = new Client({ ...(yield* freshClient), id })
        yield* Clients.create(client, yield* createdEvent(client))
      }
      const { client: gone } = yield* stored
      yield* Clients.remove(gone.id, yield* deletedEvent(gone))
      const found = yield* Clients.findAll([...ids, gone.id, ...ids.toReversed()])
      const names = found.map(({ id }) => id)
      yield* expectThat(Equal.equals(names, kept), `these three, each once: ${names.join(", ")}`)
      yield* expectThat((yield* Clients.findAll([])).length === 0, "of none there is none")
    })
  )
]

const signing = [
  law(
    "what is signed with for a client is known while it is registered, and is what its profile makes of it",
    ["Client.create", "Client.remove", "Client.algs"],
    Effect.gen(function* () {
      const asking = new Client({
        ...(yield* freshClient),
        metadata: { ...defaultMetadata, userinfo_signed_response_alg: "EdDSA" }
      })
      yield* Clients.create(asking, yield* createdEvent(asking))
      yield* expectThat((yield* Clients.algs()).includes("EdDSA"), "userinfo is signed with it")
      yield* Clients.remove(asking.id, yield* deletedEvent(asking))
      yield* expectThat(!(yield* Clients.algs()).includes("EdDSA"), "then nobody wants it any more")
      // FAPI 2.0 §5.4.1 takes no RS256, which this client is registered for.
      const held = new Client({ ...(yield* freshClient), metadata: { ...defaultMetadata, profile: "fapi2" } })
      yield* Clients.create(held, yield* createdEvent(held))
      const algs = yield* Clients.algs()
      yield* expectThat(algs.includes("PS256") && new Set(algs).size === algs.length, `each once: ${algs.join(" ")}`)
      yield* Clients.remove(held.id, yield* deletedEvent(held))
    })
  )
]

export const clientLaws = [...creation, ...clientChangeLaws, ...finding, ...listing, ...signing]
