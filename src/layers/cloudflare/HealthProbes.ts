/** Asking D1, KV and R2 whether they answer. */
import { Effect } from "effect"
import { bind } from "../../services/storage/Bind.ts"
import { type DatabaseState, Health } from "../../services/storage/Health.ts"
import { count } from "../../services/ports/Cost.ts"
import { storage } from "../../services/storage/Storage.ts"
import { NotExecuted, type StorageError } from "../../services/storage/StorageError.ts"
import type { Bucket, Cache, Database } from "./Bindings.ts"

/** The newest migration and the size, from D1's primary: without the Sessions API nothing else answers. */
export const D1Probe = storage.strong("D1.probe")<Effect.Effect<DatabaseState, StorageError>>()

/** A look for an object that is not there. R2 promises that a read sees every finished write. */
export const R2Probe = storage.strong("R2.probe")<Effect.Effect<void, StorageError>>()

/** A read of a key that is not there. KV may answer with what was true a minute ago. */
export const KvProbe = storage.eventual("KV.probe")<Effect.Effect<void, StorageError>>()

const asked = <A>(operation: string, run: () => Promise<A>) =>
  Effect.tryPromise({
    try: run,
    catch: (cause) =>
      new NotExecuted({ operation, reason: "unavailable", detail: cause instanceof Error ? cause.message : "" })
  })

const nothing = "health"

export const probeD1 = (database: Database): Effect.Effect<DatabaseState, StorageError> =>
  asked("Health.database", () =>
    database.prepare("SELECT max(version) AS version FROM schema_migrations").all<{ version: number | null }>()
  ).pipe(
    Effect.tap(({ meta }) => count({ d1Calls: 1, d1RowsRead: meta.rows_read })),
    Effect.map(({ meta, results }) => ({ migration: results[0]?.version ?? 0, bytes: meta.size_after }))
  )

export const probeR2 = (bucket: Bucket): Effect.Effect<void, StorageError> =>
  Effect.asVoid(asked("Health.archive", () => bucket.head(nothing)))

export const probeKv = (cache: Cache): Effect.Effect<void, StorageError> =>
  asked("Health.cache", () => cache.get(nothing)).pipe(Effect.andThen(count({ kvReads: 1 })))

export const HealthOfStores = bind(Health, {
  database: () => D1Probe.use((probe) => probe),
  archive: () => R2Probe.use((probe) => probe),
  cache: () => KvProbe.use((probe) => probe)
})
