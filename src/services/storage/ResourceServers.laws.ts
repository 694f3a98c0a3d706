/** What every store of resource servers keeps: one an identifier, one change a version, one event a change. */
import { Clock, Effect, Equal, Schema } from "effect"
import { ResourceId, ResourceServer } from "../../domain/ResourceServer.ts"
import { expectEvents } from "./AuditLog.laws.ts"
import { freshEvent, freshText } from "./Fresh.laws.ts"
import { expectFailure, expectThat, law } from "./Law.ts"
import { ResourceServers } from "./ResourceServers.ts"
import { atOnce } from "./World.laws.ts"

const [find, list] = ["ResourceServer.find", "ResourceServer.list"]
const [create, update, remove] = ["ResourceServer.create", "ResourceServer.update", "ResourceServer.remove"]

/** A resource server as it is made first. */
export const freshServer = Effect.gen(function* () {
  const now = yield* Clock.currentTimeMillis
  return new ResourceServer({
    id: ResourceId.make(`https://${(yield* freshText).toLowerCase()}.example/`),
    metadata: { name: "Law", scopes: ["read", "write"], token_format: "jwt", access_token_lifetime: 600 },
    version: 1,
    createdAt: now,
    updatedAt: now
  })
})

const createdEvent = freshEvent({ type: "resource.created" })
const updatedEvent = freshEvent({ type: "resource.updated" })
const deletedEvent = freshEvent({ type: "resource.deleted" })

/** A resource server that is stored, and the event of that. */
const stored = Effect.gen(function* () {
  const server = yield* freshServer
  const event = yield* createdEvent
  yield* ResourceServers.create(server, event)
  return { server, event }
})

/** The next version, with a name by which it can be told from another's. */
const renamed = (server: ResourceServer, name: string): ResourceServer =>
  new ResourceServer({ ...server, metadata: { ...server.metadata, name }, version: server.version + 1 })

const encode = Schema.encodeSync(Schema.Array(ResourceServer))

/** Fails unless these, in this order, are what is found. */
const expectFound = (ids: ReadonlyArray<string>, expected: ReadonlyArray<ResourceServer>, sentence: string) =>
  Effect.flatMap(ResourceServers.find(ids), (found) =>
    expectThat(Equal.equals(encode(found), encode(expected)), sentence)
  )

const isRefused = (tag: string, error: { readonly _tag: string }) =>
  expectThat(error._tag === tag, `the refusal is ${tag}, not ${error._tag}`)

const creation = [
  law(
    "a created resource server is found as it was created, and its event is there",
    [create, find],
    Effect.gen(function* () {
      const { event, server } = yield* stored
      yield* expectFound([server.id], [server], "find answers with what was created")
      yield* expectEvents([event], [event], "the event is written with it")
    })
  ),
  law(
    "RFC 8707 §2: of several identifiers those are found that there are, each once, in the order of the question",
    [create, find],
    Effect.gen(function* () {
      const [first, second] = [(yield* stored).server, (yield* stored).server]
      const absent = `https://${yield* freshText}.example`
      const asked = [second.id, absent, "'; --", first.id, second.id]
      yield* expectFound(asked, [second, first], "the two, and nothing for the others")
      yield* expectFound([], [], "nothing of nothing")
      yield* expectFound([second.id.toUpperCase(), `${second.id} `, second.id.slice(0, -1)], [], "to the character")
    })
  ),
  law(
    "of 50 creations of one resource server at once exactly one succeeds, and one event is written",
    [create, find],
    Effect.gen(function* () {
      const server = yield* freshServer
      const tries = yield* Effect.forEach(Array.from({ length: 50 }), (_, n) =>
        Effect.map(createdEvent, (event) => ({ event, server: new ResourceServer({ ...server, createdAt: n }) }))
      )
      const results = yield* Effect.forEach(
        tries,
        (one) => Effect.exit(ResourceServers.create(one.server, one.event)),
        {
          concurrency: "unbounded"
        }
      )
      const won = tries.filter((_, n) => results[n]?._tag === "Success")
      yield* expectThat(won.length === 1, `one creation succeeds, not ${won.length}`)
      yield* expectFound(
        [server.id],
        won.map((one) => one.server),
        "the winner's is stored"
      )
      yield* expectEvents(
        tries.map(({ event }) => event),
        won.map(({ event }) => event),
        "the winner's event is the only one"
      )
    })
  ),
  law(
    "another resource server of the same identifier is refused, changes nothing and writes no event",
    [create, find],
    Effect.gen(function* () {
      const { server } = yield* stored
      const event = yield* createdEvent
      const other = new ResourceServer({ ...(yield* freshServer), id: server.id })
      yield* isRefused("ResourceExists", yield* expectFailure(ResourceServers.create(other, event), "it is taken"))
      yield* expectFound([server.id], [server], "the first one stands")
      yield* expectEvents([event], [], "what did not happen has no event")
    })
  ),
  law(
    "a creation that comes again late does not bring a resource server back",
    [create, remove, find],
    Effect.gen(function* () {
      const { event, server } = yield* stored
      yield* ResourceServers.remove(server.id, yield* deletedEvent)
      yield* ResourceServers.create(server, event)
      yield* expectFound([server.id], [], "it stays deleted")
    })
  )
]

const change = [
  law(
    "an update takes the place of the version it was made from, with its event; from an old one it is refused",
    [create, update, find],
    Effect.gen(function* () {
      const { server } = yield* stored
      const next = renamed(server, "next")
      const [event, late] = [yield* updatedEvent, yield* updatedEvent]
      yield* ResourceServers.update(next, event)
      yield* expectFound([server.id], [next], "the new version is stored")
      yield* expectEvents([event], [event], "the event is written with the change")
      const refusal = yield* expectFailure(ResourceServers.update(renamed(server, "late"), late), "the version is old")
      yield* isRefused("ResourceChanged", refusal)
      yield* expectFound([server.id], [next], "the newer version stands")
      yield* expectEvents([late], [], "what did not happen has no event")
    })
  ),
  law(
    "of 50 updates of one resource server from one version at once exactly one succeeds, and one event is written",
    [create, update, find],
    Effect.gen(function* () {
      const { server } = yield* stored
      const tries = yield* Effect.forEach(Array.from({ length: 50 }), (_, n) =>
        Effect.map(updatedEvent, (event) => ({ event, next: renamed(server, `update ${n}`) }))
      )
      const results = yield* Effect.forEach(
        tries,
        ({ event, next }) => Effect.exit(ResourceServers.update(next, event)),
        {
          concurrency: "unbounded"
        }
      )
      const won = tries.filter((_, n) => results[n]?._tag === "Success")
      yield* expectThat(won.length === 1, `one update succeeds, not ${won.length}`)
      yield* expectFound(
        [server.id],
        won.map(({ next }) => next),
        "the winner's version is stored"
      )
      yield* expectEvents(
        tries.map(({ event }) => event),
        won.map(({ event }) => event),
        "the winner's event is the only one"
      )
    })
  ),
  law(
    "the same update again is the same, even if the resource server was changed again in between",
    [create, update, find],
    Effect.gen(function* () {
      const { server } = yield* stored
      const second = renamed(server, "second")
      const third = renamed(second, "third")
      const event = yield* updatedEvent
      yield* ResourceServers.update(second, event)
      yield* ResourceServers.update(third, yield* updatedEvent)
      yield* ResourceServers.update(second, event)
      yield* expectFound([server.id], [third], "the later change stands")
      yield* expectEvents([event], [event], "the event is there once")
    })
  )
]

const removal = [
  law(
    "a removed resource server is gone, and its event is there; again, late, it leaves a new one alone",
    [create, remove, find],
    Effect.gen(function* () {
      const { server } = yield* stored
      const event = yield* deletedEvent
      yield* ResourceServers.remove(server.id, event)
      yield* ResourceServers.remove(server.id, event)
      yield* expectFound([server.id], [], "it is gone")
      yield* ResourceServers.create(server, yield* createdEvent)
      yield* ResourceServers.remove(server.id, event)
      yield* expectFound([server.id], [server], "the new one stands")
      yield* expectEvents([event], [event], "the event is there once")
    })
  ),
  law(
    "a removal of another version of a resource server than there is, is refused; of this one it is made",
    [create, remove, find],
    Effect.gen(function* () {
      const { server } = yield* stored
      const event = yield* deletedEvent
      const stale = ResourceServers.remove(server.id, event, server.version + 1)
      yield* isRefused("ResourceChanged", yield* expectFailure(stale, "it is of another version"))
      yield* expectEvents([event], [], "what did not happen has no event")
      yield* ResourceServers.remove(server.id, event, server.version)
      yield* expectThat((yield* ResourceServers.find([server.id])).length === 0, "it is gone")
    })
  ),
  law(
    "of 20 removals of one resource server at once one succeeds; of none, none does",
    [create, remove],
    Effect.gen(function* () {
      const { server } = yield* stored
      const removing = Effect.flatMap(deletedEvent, (event) => ResourceServers.remove(server.id, event))
      const results = yield* atOnce(20, removing)
      yield* expectThat(results.filter(({ _tag }) => _tag === "Success").length === 1, "one succeeds")
      const event = yield* deletedEvent
      yield* isRefused("ResourceChanged", yield* expectFailure(ResourceServers.remove(server.id, event), "it is gone"))
      yield* expectEvents([event], [], "what did not happen has no event")
    })
  )
]

const listing = [
  law(
    "a list of resource servers is in the order of their identifiers, begins after `after` and has at most `limit`",
    [create, list],
    Effect.gen(function* () {
      const before = `https://${(yield* freshText).toLowerCase()}.example/`
      const ids = Array.from({ length: 4 }, (_, n) => ResourceId.make(before + n))
      // Created backwards, so that the order is not the one in which they came.
      for (const id of ids.toReversed()) {
        yield* ResourceServers.create(new ResourceServer({ ...(yield* freshServer), id }), yield* createdEvent)
      }
      const asked = (after: string, limit: number) =>
        Effect.map(ResourceServers.list({ after, limit }), (servers) => servers.map(({ id }) => id))
      yield* expectThat(Equal.equals(yield* asked(before, 4), ids), "all four, in order")
      yield* expectThat(Equal.equals(yield* asked(before, 2), ids.slice(0, 2)), "the first two")
      yield* expectThat(Equal.equals(yield* asked(`${before}1`, 2), ids.slice(2)), "those after the second")
    })
  )
]

export const resourceServerLaws = [...creation, ...change, ...removal, ...listing]
