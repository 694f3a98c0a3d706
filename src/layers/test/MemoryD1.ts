/**
 * A model of D1 and of the dead letters' bucket in memory: the same operations over maps.
 *
 * An operation is one synchronous function, as a batch of D1 is one transaction. Outside a simulation it is executed at
 * once and nothing befalls it; inside, what may befall it is what `D1Client` makes of the platform's errors.
 */
import { Effect, Exit, Layer } from "effect"
import type { AuditEvent } from "../../domain/AuditEvent.ts"
import type { Client } from "../../domain/Client.ts"
import { AuditLog, type DeadLetter } from "../../services/storage/AuditLog.ts"
import { bind } from "../../services/storage/Bind.ts"
import { ClientChanged, ClientExists, Clients } from "../../services/storage/Clients.ts"
import { Directory, type DirectoryEntry } from "../../services/storage/Directory.ts"
import { Holder, Identifiers, IdentifierTaken, type Reservation } from "../../services/storage/Identifiers.ts"
import { AuditReader } from "../../services/storage/AuditLog.laws.ts"
import { storage } from "../../services/storage/Storage.ts"
import { NotExecuted, OutcomeUnknown, type StorageError } from "../../services/storage/StorageError.ts"
import { Cells } from "./kernel/Cells.ts"
import type { Befall } from "./kernel/Fault.ts"
import { aWorld, TestWorld, type World } from "./kernel/World.ts"
import { type D1Tables, D1Versions, type Reading } from "./models/D1Versions.ts"

/** The tables by their primary keys, and the bucket by the names of its objects. */
export interface MemoryDatabase extends D1Tables {
  readonly world: World
  /** What its replicas may have seen, if it has any. */
  readonly versions: D1Versions
  readonly clients: Cells<Client>
  readonly identifiers: Cells<Holder>
  readonly directory: Cells<DirectoryEntry>
  readonly auditLog: Cells<AuditEvent>
  readonly deadLetters: Cells<DeadLetter>
}

/** The database of one test. Strong: one thread, and each operation reads and writes the maps in one turn of it. */
export const MemoryDatabase = storage.strong("Memory.D1")<MemoryDatabase>()

export const emptyDatabase = (world: World): MemoryDatabase => ({
  world,
  versions: new D1Versions(world),
  clients: new Cells(world, "D1 clients"),
  identifiers: new Cells(world, "D1 identifiers"),
  directory: new Cells(world, "D1 directory"),
  auditLog: new Cells(world, "D1 audit_log"),
  deadLetters: new Cells(world, "R2 dead-letters")
})

/** A change that the event names is made once, with its event; asked for again it is as it was. */
const once = (db: MemoryDatabase, event: AuditEvent, change: () => boolean): boolean => {
  if (db.auditLog.has(event.id)) return true
  const made = change()
  if (made) db.auditLog.set(event.id, event)
  return made
}

/** One page of a table in the order of its keys. Ids are ASCII, so this is the order of SQLite's too. */
const page = <A>(rows: Reading<A>, { after, limit }: { after: string; limit: number }): ReadonlyArray<A> =>
  rows
    .entries()
    .filter(([key]) => key > after)
    .slice(0, limit)
    .map(([, row]) => row)

/** One statement that reads, at the primary. */
export const query = <A>(operation: string, run: (tables: D1Tables) => A) =>
  MemoryDatabase.use((db) =>
    db.world.call<A, StorageError>({
      place: "D1",
      operation,
      execute: () => Exit.succeed(run(db)),
      befalls: befallsRead(operation)
    })
  )

/**
 * One transaction at the primary: a statement that writes, or a batch of them. Two calls are two transactions, and
 * anything may come between them.
 */
export const batch = <A>(operation: string, run: (db: MemoryDatabase) => A) =>
  MemoryDatabase.use((db) =>
    db.world.call<A, StorageError>({
      place: "D1",
      operation,
      execute: () => {
        const answer = run(db)
        db.versions.committed(db)
        return Exit.succeed(answer)
      },
      befalls: befallsWrite(operation)
    })
  )

/** A read: the platform asks again by itself, so one that fails did nothing. */
export const befallsRead = (operation: string): ReadonlyArray<Befall<StorageError>> => [
  { fault: "fail before", executes: "never", hears: notExecuted(operation, "unavailable") },
  { fault: "overload", executes: "never", hears: notExecuted(operation, "overloaded") }
]

/** The platform never repeats a write: one that fails, for whatever reason, has an unknown outcome. */
export const befallsWrite = (operation: string): ReadonlyArray<Befall<StorageError>> => {
  const hears = Exit.fail(new OutcomeUnknown({ operation, detail: "the platform did not answer" }))
  return [
    { fault: "lost reply", executes: "now", hears },
    { fault: "lost request", executes: "never", hears },
    { fault: "late execution", executes: "later", hears },
    { fault: "overload", executes: "never", hears }
  ]
}

const notExecuted = (operation: string, reason: "unavailable" | "overloaded") =>
  Exit.fail(new NotExecuted({ operation, reason, detail: reason }))

const madeOr = <E>(made: boolean, refusal: () => E): Effect.Effect<void, E> =>
  made ? Effect.void : Effect.fail(refusal())

export const ClientsMemory = bind(Clients, {
  find: (id) => query("Client.find", (db) => db.clients.get(id) ?? null),
  list: (asked) => query("Client.list", (db) => page(db.clients, asked)),
  create: (client, event) =>
    batch("Client.create", (db) =>
      once(db, event, () => {
        if (db.clients.has(client.id)) return false
        db.clients.set(client.id, client)
        return true
      })
    ).pipe(Effect.flatMap((made) => madeOr(made, () => new ClientExists()))),
  update: (client, event) =>
    batch("Client.update", (db) =>
      once(db, event, () => {
        if (db.clients.get(client.id)?.version !== client.version - 1) return false
        db.clients.set(client.id, client)
        return true
      })
    ).pipe(Effect.flatMap((made) => madeOr(made, () => new ClientChanged()))),
  remove: (id, event) =>
    batch("Client.remove", (db) => once(db, event, () => db.clients.delete(id))).pipe(
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
    batch("Identifier.reserve", (db) => reserve(db, request, event)).pipe(
      Effect.flatMap((holder) => (holder === undefined ? Effect.void : Effect.fail(new IdentifierTaken({ holder }))))
    ),
  resolve: (identifier) => query("Identifier.resolve", (db) => db.identifiers.get(identifier)?.userId ?? null),
  release: (userId, identifiers, event) =>
    batch("Identifier.release", (db) => {
      once(db, event, () => {
        const ours = identifiers.filter((identifier) => db.identifiers.get(identifier)?.userId === userId)
        for (const identifier of ours) db.identifiers.delete(identifier)
        return ours.length > 0
      })
    })
})

export const DirectoryMemory = bind(Directory, {
  list: (asked) => query("Directory.list", (db) => page(db.directory, asked)),
  mirror: (entries) =>
    batch("Directory.mirror", (db) => {
      for (const entry of entries) {
        const there = db.directory.get(entry.userId)
        if (there === undefined || entry.version > there.version) db.directory.set(entry.userId, entry)
      }
    })
})

export const AuditLogMemory = bind(AuditLog, {
  append: (events) =>
    batch("AuditLog.append", (db) => {
      for (const event of events) if (!db.auditLog.has(event.id)) db.auditLog.set(event.id, event)
    }),
  bury: (letter) =>
    MemoryDatabase.use((db) =>
      db.world.call<void, StorageError>({
        place: "R2",
        operation: "AuditLog.bury",
        execute: () => {
          db.deadLetters.set(`dead-letters/${letter.id}`, letter)
          return Exit.void
        },
        befalls: befallsWrite("AuditLog.bury")
      })
    )
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

/** The database of the test's world; the operations on it, and a look into it. */
export const MemoryD1 = Layer.merge(MemoryD1Operations, MemoryAuditReader).pipe(
  Layer.provideMerge(
    Layer.effect(
      MemoryDatabase,
      TestWorld.use((world) => Effect.succeed(emptyDatabase(world)))
    )
  ),
  Layer.provideMerge(aWorld)
)
