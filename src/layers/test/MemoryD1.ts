/** A model of D1 and of the dead letters' bucket in memory: the same operations over maps. */
import { Effect, Layer } from "effect"
import type { AuditEvent } from "../../domain/AuditEvent.ts"
import { bind } from "../../services/storage/Bind.ts"
import { algsFor } from "../../domain/ClientRules.ts"
import { ClientChanged, ClientExists, Clients } from "../../services/storage/Clients.ts"
import { Holder, Identifiers, IdentifierTaken, type Reservation } from "../../services/storage/Identifiers.ts"
import { ClientDisplaysKv } from "../objects/ClientDisplays.ts"
import { ScopeMappingsIsolate } from "../objects/ScopeMappingCopy.ts"
import { BrandingsIsolate } from "../objects/BrandingCopy.ts"
import { SettingsIsolate } from "../objects/SettingsCopy.ts"
import { ClientCopiesMemory } from "./ClientCopiesMemory.ts"
import { SettingsMemory } from "./SettingsMemory.ts"
import { AuditArchiveMemory, AuditLogMemory, MemoryAuditReader } from "./AuditLogMemory.ts"
import { AlertsMemory, TrafficMemory } from "./AlertsMemory.ts"
import { AvatarsMemory } from "./AvatarsMemory.ts"
import { BrandingsMemory } from "./BrandingsMemory.ts"
import { RolesMemory, ScopeMappingsMemory } from "./RolesMemory.ts"
import { StatisticsMemory } from "./StatisticsMemory.ts"
import { DirectoryMemory } from "./DirectoryMemory.ts"
import { LeftoversMemory } from "./LeftoversMemory.ts"
import { InitialAccessTokensMemory } from "./InitialAccessTokensMemory.ts"
import { ResourceServersMemory } from "./ResourceServersMemory.ts"
import { aWorld, TestWorld } from "./kernel/World.ts"
import { HealthMemoryStores } from "./HealthMemoryStores.ts"
import { batch, emptyDatabase, isVersion, madeOr, MemoryDatabase, once, page, query } from "./MemoryDatabase.ts"
import { MemoryBranding, MemorySettings, MemoryScopeMappings } from "./MemoryIsolate.ts"

export const ClientsMemory = bind(Clients, {
  find: (id) => query("Client.find", (db) => db.clients.get(id) ?? null),
  findAll: (ids) =>
    query("Client.findAll", (db) => [...new Set(ids)].toSorted().flatMap((id) => db.clients.get(id) ?? [])),
  list: (asked) => query("Client.list", (db) => page(db.clients, asked)),
  algs: () =>
    query("Client.algs", (db) =>
      [...new Set(db.clients.values().flatMap(({ metadata }) => algsFor(metadata)))].toSorted()
    ),
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
  remove: (id, event, version) =>
    batch("Client.remove", (db) =>
      once(db, event, () => isVersion(db.clients.get(id), version) && db.clients.delete(id))
    ).pipe(Effect.flatMap((made) => madeOr(made, () => new ClientChanged())))
})

/** Reserves all of the names or none; answers with who holds one of them. */
const reserve = (db: MemoryDatabase, request: Reservation, event: AuditEvent): Holder | undefined => {
  if (db.auditLog.has(event.id)) return undefined
  const { identifiers, now, userId } = request
  const held = identifiers.flatMap((identifier) => db.identifiers.get(identifier) ?? [])
  const other = held.find((holder) => holder.userId !== userId)
  if (other !== undefined) return told(other)
  once(db, event, () => {
    for (const identifier of identifiers) {
      const reservedAt = db.identifiers.get(identifier)?.reservedAt ?? now
      db.identifiers.set(identifier, new Holder({ identifier, userId, reservedAt, eventId: event.id }))
    }
    return identifiers.length > 0
  })
  return undefined
}

const told = ({ identifier, reservedAt, userId }: Holder) => new Holder({ identifier, userId, reservedAt })

export const IdentifiersMemory = bind(Identifiers, {
  reserve: (request, event) =>
    batch("Identifier.reserve", (db) => reserve(db, request, event)).pipe(
      Effect.flatMap((holder) => (holder === undefined ? Effect.void : Effect.fail(new IdentifierTaken({ holder }))))
    ),
  resolve: (identifier) => query("Identifier.resolve", (db) => db.identifiers.get(identifier)?.userId ?? null),
  search: ({ after, beginning, limit }) =>
    query("Identifier.search", (db) =>
      db.identifiers
        .entries()
        .filter(([name]) => name.startsWith(beginning) && name > after)
        .slice(0, limit)
        .map(([, { identifier, userId }]) => ({ identifier, userId }))
    ),
  release: ({ identifiers, reservedBy, userId }, event) =>
    batch("Identifier.release", (db) => {
      once(db, event, () => {
        const ours = identifiers.filter((identifier) => {
          const held = db.identifiers.get(identifier)
          return held?.userId === userId && (reservedBy ?? held.eventId) === held.eventId
        })
        for (const identifier of ours) db.identifiers.delete(identifier)
        return ours.length > 0
      })
    })
})

/** The operations of D1 and R2, which ask for a `MemoryDatabase`: whose, the test decides. */
export const MemoryD1Operations = Layer.mergeAll(
  ClientsMemory,
  AvatarsMemory,
  InitialAccessTokensMemory,
  ResourceServersMemory,
  BrandingsIsolate.pipe(Layer.provideMerge(BrandingsMemory), Layer.provide(MemoryBranding)),
  SettingsIsolate.pipe(Layer.provideMerge(SettingsMemory), Layer.provide(MemorySettings)),
  IdentifiersMemory,
  DirectoryMemory,
  RolesMemory,
  ScopeMappingsIsolate.pipe(Layer.provideMerge(ScopeMappingsMemory), Layer.provide(MemoryScopeMappings)),
  StatisticsMemory,
  LeftoversMemory,
  AuditLogMemory,
  AuditArchiveMemory,
  HealthMemoryStores,
  AlertsMemory,
  TrafficMemory
)

/** The database of the test's world; the operations on it, and a look into it. */
export const MemoryD1 = Layer.mergeAll(
  MemoryD1Operations,
  ClientDisplaysKv.pipe(Layer.provide(ClientsMemory), Layer.provide(ClientCopiesMemory)),
  MemoryAuditReader
).pipe(
  Layer.provideMerge(
    Layer.effect(
      MemoryDatabase,
      TestWorld.use((world) => Effect.succeed(emptyDatabase(world)))
    )
  ),
  Layer.provideMerge(aWorld)
)
