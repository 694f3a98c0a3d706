/** What every store of clients keeps when a client is changed or removed: one change a version, one event a change. */
import { Effect } from "effect"
import type { AuditEvent } from "../../domain/AuditEvent.ts"
import { expectEvents } from "./AuditLog.laws.ts"
import { Clients } from "./Clients.ts"
import { freshClient } from "./Fresh.laws.ts"
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
    "an update that comes again late leaves a client alone that was created under the same id since",
    ["Client.create", "Client.update", "Client.remove", "Client.find"],
    Effect.gen(function* () {
      const { client } = yield* stored
      const event = yield* updatedEvent(client)
      yield* Clients.update(renamed(client, "second"), event)
      yield* Clients.remove(client.id, yield* deletedEvent(client))
      yield* Clients.create(client, yield* createdEvent(client))
      yield* Clients.update(renamed(client, "second"), event)
      yield* expectStored(client, "the new client stands")
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
    "a removal of another version than there is, is refused and writes no event; of this one it is made",
    ["Client.create", "Client.update", "Client.remove", "Client.find"],
    Effect.gen(function* () {
      const { client } = yield* stored
      const next = renamed(client, "next")
      yield* Clients.update(next, yield* updatedEvent(client))
      const event = yield* deletedEvent(client)
      const stale = Clients.remove(client.id, event, client.version)
      yield* isRefused("ClientChanged", yield* expectFailure(stale, "it has changed since"))
      yield* expectEvents([event], [], "what did not happen has no event")
      yield* expectStored(next, "it is as it was changed")
      yield* Clients.remove(client.id, event, next.version)
      yield* expectAbsent(client.id, "the client is gone")
      yield* expectEvents([event], [event], "and the log knows")
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

export const clientChangeLaws = [...change, ...removal]
