/**
 * A model of D1 and of the dead letters' bucket in memory: the same operations over maps.
 *
 * Injects no fault and no delay: an operation is one synchronous function, as a batch of D1 is one transaction. A call
 * is suspended, delayed, failed or repeated from outside, around the operations (`Around`).
 */
import { Effect, Layer } from "effect"
import type { AuditEvent } from "../../domain/AuditEvent.ts"
import type { Client } from "../../domain/Client.ts"
import { AuditLog, type DeadLetter } from "../../services/storage/AuditLog.ts"
import { bind } from "../../services/storage/Bind.ts"
import { ClientChanged, ClientExists, Clients } from "../../services/storage/Clients.ts"
import { Directory, type DirectoryEntry } from "../../services/storage/Directory.ts"
import { Holder, Identifiers, IdentifierTaken, type Reservation } from "../../services/storage/Identifiers.ts"
import { AuditReader } from "../../services/storage/AuditLog.laws.ts"
import { storage } from "../../services/storage/Storage.ts"

/** The tables by their primary keys, and the bucket by the names of its objects. */
export interface MemoryDatabase {
  readonly clients: Map<string, Client>
  readonly identifiers: Map<string, Holder>
  readonly directory: Map<string, DirectoryEntry>
  readonly auditLog: Map<string, AuditEvent>
  readonly deadLetters: Map<string, DeadLetter>
}

/** The database of one test. Strong: one thread, and each operation reads and writes the maps in one turn of it. */
export const MemoryDatabase = storage.strong("Memory.D1")<MemoryDatabase>()

export const emptyDatabase = (): MemoryDatabase => ({
  clients: new Map(),
  identifiers: new Map(),
  directory: new Map(),
  auditLog: new Map(),
  deadLetters: new Map()
})

/** A change that the event names is made once, with its event; asked for again it is as it was. */
const once = (db: MemoryDatabase, event: AuditEvent, change: () => boolean): boolean => {
  if (db.auditLog.has(event.id)) return true
  const made = change()
  if (made) db.auditLog.set(event.id, event)
  return made
}

/** One page of a table in the order of its keys. Ids are ASCII, so this is the order of SQLite's too. */
const page = <A>(rows: ReadonlyMap<string, A>, { after, limit }: { after: string; limit: number }): ReadonlyArray<A> =>
  [...rows.entries()]
    .filter(([key]) => key > after)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .slice(0, limit)
    .map(([, row]) => row)

/** An operation as one synchronous function of the database. */
const inOneTurn = <A>(run: (db: MemoryDatabase) => A) => MemoryDatabase.use((db) => Effect.sync(() => run(db)))

const madeOr = <E>(made: boolean, refusal: () => E): Effect.Effect<void, E> =>
  made ? Effect.void : Effect.fail(refusal())

export const ClientsMemory = bind(Clients, {
  find: (id) => inOneTurn((db) => db.clients.get(id) ?? null),
  list: (asked) => inOneTurn((db) => page(db.clients, asked)),
  create: (client, event) =>
    inOneTurn((db) =>
      once(db, event, () => {
        if (db.clients.has(client.id)) return false
        db.clients.set(client.id, client)
        return true
      })
    ).pipe(Effect.flatMap((made) => madeOr(made, () => new ClientExists()))),
  update: (client, event) =>
    inOneTurn((db) =>
      once(db, event, () => {
        if (db.clients.get(client.id)?.version !== client.version - 1) return false
        db.clients.set(client.id, client)
        return true
      })
    ).pipe(Effect.flatMap((made) => madeOr(made, () => new ClientChanged()))),
  remove: (id, event) =>
    inOneTurn((db) => once(db, event, () => db.clients.delete(id))).pipe(
      Effect.flatMap((made) => madeOr(made, () => new ClientChanged()))
    )
})

/** Reserves all of the names or none; answers with who holds one of them. */
const reserve = (db: MemoryDatabase, request: Reservation, event: AuditEvent): Holder | undefined => {
  if (db.auditLog.has(event.id)) return undefined
  const { identifiers, now, userId } = request
  const held = identifiers.flatMap((identifier) => db.identifiers.get(identifier) ?? [])
  const other = held.find((holder) => holder.userId !== userId)
  if (other !== undefined) return other
  once(db, event, () => {
    const free = identifiers.filter((identifier) => !db.identifiers.has(identifier))
    for (const identifier of free) {
      db.identifiers.set(identifier, new Holder({ identifier, userId, reservedAt: now }))
    }
    return free.length > 0
  })
  return undefined
}

export const IdentifiersMemory = bind(Identifiers, {
  reserve: (request, event) =>
    inOneTurn((db) => reserve(db, request, event)).pipe(
      Effect.flatMap((holder) => (holder === undefined ? Effect.void : Effect.fail(new IdentifierTaken({ holder }))))
    ),
  resolve: (identifier) => inOneTurn((db) => db.identifiers.get(identifier)?.userId ?? null),
  release: (userId, identifiers, event) =>
    inOneTurn((db) => {
      once(db, event, () => {
        const ours = identifiers.filter((identifier) => db.identifiers.get(identifier)?.userId === userId)
        for (const identifier of ours) db.identifiers.delete(identifier)
        return ours.length > 0
      })
    })
})

export const DirectoryMemory = bind(Directory, {
  list: (asked) => inOneTurn((db) => page(db.directory, asked)),
  mirror: (entries) =>
    inOneTurn((db) => {
      for (const entry of entries) {
        const there = db.directory.get(entry.userId)
        if (there === undefined || entry.version > there.version) db.directory.set(entry.userId, entry)
      }
    })
})

export const AuditLogMemory = bind(AuditLog, {
  append: (events) =>
    inOneTurn((db) => {
      for (const event of events) if (!db.auditLog.has(event.id)) db.auditLog.set(event.id, event)
    }),
  bury: (letter) =>
    inOneTurn((db) => {
      db.deadLetters.set(`dead-letters/${letter.id}`, letter)
    })
})

/** The operations of D1 and R2, which ask for a `MemoryDatabase`: whose, the test decides. */
export const MemoryD1Operations = Layer.mergeAll(ClientsMemory, IdentifiersMemory, DirectoryMemory, AuditLogMemory)

/** Looks into the database of the test. */
export const MemoryAuditReader = Layer.effect(
  AuditReader,
  MemoryDatabase.use((db) =>
    Effect.succeed({
      events: (ids: ReadonlyArray<string>) => Effect.sync(() => ids.flatMap((id) => db.auditLog.get(id) ?? [])),
      letter: (id: string) => Effect.sync(() => db.deadLetters.get(`dead-letters/${id}`) ?? null)
    })
  )
)

/** A database of one's own, one for each time the layer is built; the operations on it, and a look into it. */
export const MemoryD1 = Layer.merge(MemoryD1Operations, MemoryAuditReader).pipe(
  Layer.provideMerge(Layer.sync(MemoryDatabase, emptyDatabase))
)
