/** What every store of clients keeps: one client an id, one change a version, one event a change. */
import { Effect, Equal, Schema } from "effect"
import type { AuditEvent } from "../../domain/AuditEvent.ts"
import { Client } from "../../domain/Client.ts"
import { ClientId } from "../../domain/Ids.ts"
import { expectEvents } from "./AuditLog.laws.ts"
import { Clients } from "./Clients.ts"
import { freshClient, freshEvent, freshText } from "./Fresh.laws.ts"
import { expectFailure, expectThat, law } from "./Law.ts"

const encode = Schema.encodeSync(Client)

/** Fails unless the store has exactly this client under its id. */
const expectStored = (client: Client, sentence: string) =>
  Effect.flatMap(Clients.find(client.id), (found) =>
    expectThat(found !== null && Equal.equals(encode(found), encode(client)), sentence)
  )

const expectAbsent = (id: ClientId, sentence: string) =>
  Effect.flatMap(Clients.find(id), (found) => expectThat(found === null, sentence))

const createdEvent = (client: Client) => freshEvent({ type: "client.created", clientId: client.id })
const updatedEvent = (client: Client) => freshEvent({ type: "client.updated", clientId: client.id })
const deletedEvent = (client: Client) => freshEvent({ type: "client.deleted", clientId: client.id })

/** The next version of a client, with a name by which it can be told from another's. */
const renamed = (client: Client, name: string): Client =>
  new Client({ ...client, metadata: { ...client.metadata, client_name: name }, version: client.version + 1 })

/** A client that is stored, and the event of that. */
const stored = Effect.gen(function* () {
  const client = yield* freshClient
  const event = yield* createdEvent(client)
  yield* Clients.create(client, event)
  return { client, event }
})

const isRefused = (tag: "ClientExists" | "ClientChanged", error: { readonly _tag: string }) =>
  expectThat(error._tag === tag, `the refusal is ${tag}, not ${error._tag}`)

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

const update = ["Client.create", "Client.update", "Client.find"]

const change = [
  law(
    "an update from the present version takes its place, with its event",
    update,
    Effect.gen(function* () {
      const { client } = yield* stored
      const next = renamed(client, "next")
      const event = yield* updatedEvent(client)
      yield* Clients.update(next, event)
      yield* expectStored(next, "the new version is stored")
      yield* expectEvents([event], [event], "the event is written with the change")
    })
  ),
  law(
    "an update from an old version is refused, changes nothing and writes no event",
    update,
    Effect.gen(function* () {
      const { client } = yield* stored
      const next = renamed(client, "next")
      yield* Clients.update(next, yield* updatedEvent(client))
      const late = yield* updatedEvent(client)
      yield* isRefused(
        "ClientChanged",
        yield* expectFailure(Clients.update(renamed(client, "late"), late), "the version is old")
      )
      yield* expectStored(next, "the newer version stands")
      yield* expectEvents([late], [], "what did not happen has no event")
    })
  ),
  law(
    "of 50 updates from one version at once exactly one succeeds, and one event is written",
    update,
    Effect.gen(function* () {
      const { client } = yield* stored
      const tries = yield* Effect.forEach(Array.from({ length: 50 }), (_, n) =>
        Effect.map(updatedEvent(client), (event) => ({ next: renamed(client, `update ${n}`), event }))
      )
      const results = yield* Effect.forEach(
        tries,
        ({ event, next }) =>
          Clients.update(next, event).pipe(
            Effect.as(true),
            Effect.catchTag("ClientChanged", () => Effect.succeed(false))
          ),
        { concurrency: "unbounded" }
      )
      const winners = tries.filter((_, n) => results[n] === true)
      yield* expectThat(winners.length === 1, `one update succeeds, not ${winners.length}`)
      for (const { next } of winners) yield* expectStored(next, "the winner's version is stored")
      const won = winners.map(({ event }) => event)
      yield* expectEvents(
        tries.map(({ event }) => event),
        won,
        "the winner's event is the only one"
      )
    })
  ),
  law(
    "the same update again is the same, even if the client was changed again in between",
    update,
    Effect.gen(function* () {
      const { client } = yield* stored
      const second = renamed(client, "second")
      const event = yield* updatedEvent(client)
      yield* Clients.update(second, event)
      yield* Clients.update(second, event)
      yield* expectStored(second, "the change is made once")
      const third = renamed(second, "third")
      yield* Clients.update(third, yield* updatedEvent(client))
      yield* Clients.update(second, event)
      yield* expectStored(third, "the later change stands")
      yield* expectEvents([event], [event], "the event is there once")
    })
  ),
  law(
    "an update of no client is refused and creates none",
    ["Client.update", "Client.find"],
    Effect.gen(function* () {
      const client = yield* freshClient
      const event = yield* updatedEvent(client)
      yield* isRefused("ClientChanged", yield* expectFailure(Clients.update(client, event), "there is no client"))
      yield* expectAbsent(client.id, "nothing comes to be")
      yield* expectEvents([event], [], "what did not happen has no event")
    })
  )
]

const removal = [
  law(
    "a removed client is gone, and its event is there; the same removal again is the same",
    ["Client.create", "Client.remove", "Client.find"],
    Effect.gen(function* () {
      const { client } = yield* stored
      const event = yield* deletedEvent(client)
      yield* Clients.remove(client.id, event)
      yield* Clients.remove(client.id, event)
      yield* expectAbsent(client.id, "the client is gone")
      yield* expectEvents([event], [event], "the event is there once")
    })
  ),
  law(
    "a removal that comes again late leaves a client alone that was created under the same id since",
    ["Client.create", "Client.remove", "Client.find"],
    Effect.gen(function* () {
      const { client } = yield* stored
      const event = yield* deletedEvent(client)
      yield* Clients.remove(client.id, event)
      yield* Clients.create(client, yield* createdEvent(client))
      yield* Clients.remove(client.id, event)
      yield* expectStored(client, "the new client stands")
    })
  ),
  law(
    "a removal of no client is refused and writes no event",
    ["Client.remove"],
    Effect.gen(function* () {
      const client = yield* freshClient
      const event = yield* deletedEvent(client)
      yield* isRefused("ClientChanged", yield* expectFailure(Clients.remove(client.id, event), "there is no client"))
      yield* expectEvents([event], [], "what did not happen has no event")
    })
  ),
  law(
    "of removals and an update at once, what is answered is what happened",
    ["Client.create", "Client.update", "Client.remove", "Client.find"],
    Effect.gen(function* () {
      const { client } = yield* stored
      const next = renamed(client, "next")
      const events: ReadonlyArray<AuditEvent> = [yield* deletedEvent(client), yield* updatedEvent(client)]
      const [deleted, updated] = events
      if (deleted === undefined || updated === undefined) return
      const succeeded = <E, R>(call: Effect.Effect<void, E, R>) =>
        Effect.map(Effect.exit(call), (exit) => exit._tag === "Success")
      const results = yield* Effect.all(
        [succeeded(Clients.remove(client.id, deleted)), succeeded(Clients.update(next, updated))],
        { concurrency: "unbounded" }
      )
      yield* expectThat(results[0] === true, "the client was there to be removed")
      yield* expectAbsent(client.id, "the client is gone")
      yield* expectEvents(
        events,
        events.filter((_, n) => results[n] === true),
        "an event for each that succeeded"
      )
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

export const clientLaws = [...creation, ...change, ...removal, ...listing]
