/**
 * What pages show of clients, read through copies in KV. docs/decisions/0031-client-cache.md.
 *
 * A copy is made where one is missing. It says itself until when it is good, counted from before the state that it
 * shows was read: KV's own time to live begins when it is put, which a request that was held up does as late as it
 * likes. KV that fails costs a read of D1 and nothing else; a copy that cannot be read (of another version of this
 * code) is as good as none.
 */
import { Clock, Effect, Option, Schema } from "effect"
import { ClientDisplay, displayOf } from "../../domain/ClientDisplay.ts"
import type { ClientId } from "../../domain/Ids.ts"
import { bind } from "../../services/storage/Bind.ts"
import { Clients, displayLifetime } from "../../services/storage/Clients.ts"
import { storage } from "../../services/storage/Storage.ts"
import type { StorageError } from "../../services/storage/StorageError.ts"

/** The copies as texts, by the ids of the clients. */
export interface Copies {
  /** Those that there are; at most `mostCopies` may be asked for. */
  readonly get: (ids: ReadonlyArray<ClientId>) => Effect.Effect<ReadonlyMap<ClientId, string>, StorageError>
  readonly put: (id: ClientId, text: string, lifetimeMillis: number) => Effect.Effect<void, StorageError>
  readonly delete: (id: ClientId) => Effect.Effect<void, StorageError>
}

/** Workers KV. Eventual: another location may read for a minute or more what was deleted, or find nothing. */
export const KvClients = storage.eventual("KV.Clients")<Copies>()

/** As many as KV reads at once. */
export const mostCopies = 100

/** Half of what the platform has under way for one request. */
const atOnce = 3

const Stored = Schema.fromJsonString(Schema.Struct({ display: ClientDisplay, until: Schema.Int }))
const decode = Schema.decodeUnknownOption(Stored)
const encode = Schema.encodeSync(Stored)

export const ClientDisplaysKv = bind(Clients, {
  display: Effect.fnUntraced(function* (ids) {
    const kv = yield* KvClients
    const now = yield* Clock.currentTimeMillis
    const wanted = [...new Set(ids)].toSorted()
    const copies = yield* kv
      .get(wanted.slice(0, mostCopies))
      .pipe(Effect.catch((error) => Effect.as(note(error), new Map<ClientId, string>())))
    const known = [...copies.values()].flatMap((text) => Option.toArray(goodAt(now, text)))
    const missing = wanted.filter((id) => !known.some((one) => one.id === id))
    if (missing.length === 0) return inOrder(known)
    const read = (yield* Clients.findAll(missing)).map(displayOf)
    const until = now + displayLifetime
    yield* Effect.forEach(
      read,
      (display) => kv.put(display.id, encode({ display, until }), displayLifetime).pipe(Effect.catch(note)),
      { concurrency: atOnce, discard: true }
    )
    return inOrder([...known, ...read])
  }),
  forgetDisplay: (id) => KvClients.use((kv) => kv.delete(id))
})

const goodAt = (now: number, text: string) =>
  Option.map(
    Option.filter(decode(text), ({ until }) => now < until),
    ({ display }) => display
  )

const inOrder = (all: ReadonlyArray<ClientDisplay>) => all.toSorted((one, other) => (one.id < other.id ? -1 : 1))

const note = ({ operation }: StorageError) =>
  Effect.logWarning("the copies of what pages show do not answer").pipe(Effect.annotateLogs({ operation }))
