/**
 * D1 and the dead letters' bucket in memory: tables, and transactions over them.
 *
 * An operation is one synchronous function, as a batch of D1 is one transaction. Outside a simulation it is executed at
 * once and nothing befalls it; inside, what may befall it is what `D1Client` makes of the platform's errors.
 */
import { Effect, Exit } from "effect"
import type { AuditBatch } from "../../domain/AuditArchive.ts"
import type { AlertBook } from "../../domain/Alert.ts"
import type { AlertSign } from "../../domain/AlertFacts.ts"
import type { AuditEvent } from "../../domain/AuditEvent.ts"
import type { Avatar } from "../../domain/Avatar.ts"
import type { KeptDoubt } from "../../services/storage/Avatars.ts"
import type { Branding } from "../../domain/Branding.ts"
import type { Client } from "../../domain/Client.ts"
import type { InitialAccessToken } from "../../domain/InitialAccessToken.ts"
import type { ResourceServer } from "../../domain/ResourceServer.ts"
import type { ProviderSettings } from "../../domain/Settings.ts"
import type { TrafficWindow } from "../../domain/Traffic.ts"
import type { DeadLetter } from "../../services/storage/AuditLog.ts"
import type { DayCount } from "../../services/storage/Statistics.ts"
import type { Role } from "../../domain/Role.ts"
import type { ScopeMapping } from "../../domain/ScopeMapping.ts"
import type { ShardSize } from "../../domain/ShardSize.ts"
import type { Mirrored } from "../../services/storage/Directory.ts"
import type { Holder } from "../../services/storage/Identifiers.ts"
import { storage } from "../../services/storage/Storage.ts"
import { NotExecuted, OutcomeUnknown, type StorageError } from "../../services/storage/StorageError.ts"
import { Cells } from "./kernel/Cells.ts"
import type { Befall } from "./kernel/Fault.ts"
import type { World } from "./kernel/World.ts"
import { type D1Tables, D1Versions, type Reading } from "./models/D1Versions.ts"

/** The tables by their primary keys, and the bucket by the names of its objects. */
export interface MemoryDatabase extends D1Tables {
  readonly world: World
  /** What its replicas may have seen, if it has any. */
  readonly versions: D1Versions
  readonly clients: Cells<Client>
  readonly initialTokens: Cells<InitialAccessToken>
  readonly resourceServers: Cells<ResourceServer>
  readonly branding: Cells<Branding>
  readonly settings: Cells<ProviderSettings>
  readonly identifiers: Cells<Holder>
  readonly directory: Cells<Mirrored>
  readonly roles: Cells<Role>
  readonly administrators: Cells<{ readonly counts: boolean; readonly version: number }>
  readonly scopeMappings: Cells<ScopeMapping>
  readonly shardSizes: Cells<ShardSize>
  readonly days: Cells<DayCount>
  /** How far the statistics have come, under one name. */
  readonly counted: Cells<{ readonly through?: string; readonly clients?: number; readonly at?: number }>
  readonly auditLog: Cells<AuditEvent>
  readonly auditBatches: Cells<AuditBatch>
  readonly deadLetters: Cells<DeadLetter>
  readonly avatars: Cells<Avatar>
  readonly avatarDoubts: Cells<KeptDoubt>
  /** After which key the clean-up of each table goes on. */
  readonly cleanUp: Cells<string>
  /** The lines of batches by their names. */
  readonly archive: Cells<string>
  readonly alertBook: Cells<AlertBook>
  readonly alertSigns: Cells<AlertSign>
  readonly traffic: Cells<TrafficWindow>
}

/** The database of one test. Strong: one thread, and each operation reads and writes the maps in one turn of it. */
export const MemoryDatabase = storage.strong("Memory.D1")<MemoryDatabase>()

export const emptyDatabase = (world: World): MemoryDatabase => ({
  world,
  versions: new D1Versions(world),
  clients: new Cells(world, "D1 clients"),
  initialTokens: new Cells(world, "D1 initial_access_tokens"),
  resourceServers: new Cells(world, "D1 resource_servers"),
  branding: new Cells(world, "D1 branding_settings"),
  settings: new Cells(world, "D1 provider_settings"),
  identifiers: new Cells(world, "D1 identifiers"),
  directory: new Cells(world, "D1 directory"),
  roles: new Cells(world, "D1 roles"),
  administrators: new Cells(world, "D1 administrators"),
  scopeMappings: new Cells(world, "D1 scope_mappings"),
  shardSizes: new Cells(world, "D1 shard_statistics"),
  days: new Cells(world, "D1 daily_statistics"),
  counted: new Cells(world, "D1 statistics_state"),
  auditLog: new Cells(world, "D1 audit_log"),
  auditBatches: new Cells(world, "D1 audit_archive"),
  deadLetters: new Cells(world, "R2 dead-letters"),
  avatars: new Cells(world, "R2 avatars"),
  avatarDoubts: new Cells(world, "R2 avatar doubts"),
  archive: new Cells(world, "R2 archive"),
  cleanUp: new Cells(world, "D1 clean_up"),
  alertBook: new Cells(world, "R2 alerts/book"),
  alertSigns: new Cells(world, "R2 alerts/signs"),
  traffic: new Cells(world, "D1 traffic")
})

/** A change that the event names is made once, with its event; asked for again it is as it was. */
export const once = (db: MemoryDatabase, event: AuditEvent, change: () => boolean): boolean => {
  if (db.auditLog.has(event.id)) return true
  const made = change()
  if (made) db.auditLog.set(event.id, event)
  return made
}

/** Whether a row is there, of this version if one is said. */
export const isVersion = (row: { readonly version: number } | undefined, version: number | undefined): boolean =>
  row !== undefined && (version === undefined || row.version === version)

/** Replaces the one row of a table, a version at a time; whether it did. */
export const replaced = <A extends { readonly version: number }>(
  db: MemoryDatabase,
  rows: Cells<A>,
  next: A,
  event: AuditEvent
): boolean =>
  once(db, event, () => {
    if ((rows.get("1")?.version ?? 0) !== next.version - 1) return false
    rows.set("1", next)
    return true
  })

/** One page of a table in the order of its keys. Ids are ASCII, so this is the order of SQLite's too. */
export const page = <A>(rows: Reading<A>, { after, limit }: { after: string; limit: number }): ReadonlyArray<A> =>
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

export const madeOr = <E>(made: boolean, refusal: () => E): Effect.Effect<void, E> =>
  made ? Effect.void : Effect.fail(refusal())
