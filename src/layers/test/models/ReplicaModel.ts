/**
 * A model of D1 with the Sessions API: reads go to a replica, which may be arbitrarily far behind its primary.
 *
 * A session promises only that it does not go back: what it reads is at least as new as its bookmark, and so it sees
 * its own writes. A session without a bookmark may read anything that was ever true. How far behind the replica is, is
 * a choice of the run, and only where the fault "replica lag" is enabled. Writes go to the primary, always.
 */
import { Effect, Exit, Layer } from "effect"
import { storage } from "../../../services/storage/Storage.ts"
import type { StorageError } from "../../../services/storage/StorageError.ts"
import { MemoryD1 } from "../MemoryD1.ts"
import { befallsRead, befallsWrite, MemoryDatabase } from "../MemoryDatabase.ts"
import type { D1Tables } from "./D1Versions.ts"

/** A place in the primary's history: the number of transactions that had been committed. */
export type Bookmark = number

export interface D1Session {
  /** Reads somewhere, not before the session's bookmark. */
  readonly query: <A>(operation: string, run: (tables: D1Tables) => A) => Effect.Effect<A, StorageError>
  /** One transaction, at the primary. */
  readonly batch: <A>(operation: string, run: (database: MemoryDatabase) => A) => Effect.Effect<A, StorageError>
  /** How far it has seen; a later session that begins there sees all of it. Undefined: nothing yet. */
  readonly bookmark: () => Bookmark | undefined
}

export interface D1Sessions {
  /** As `database.withSession`: anywhere, at the primary first, or not before what another session has seen. */
  readonly withSession: (from: "first-unconstrained" | "first-primary" | Bookmark) => D1Session
}

/** D1's read replicas. Eventual: a replica may be arbitrarily stale before a session's bookmark. */
export const D1Replicas = storage.eventual("Memory.D1.replicas")<D1Sessions>()

/** What crosses the call: the answer, and the version it is of. */
interface Versioned<A> {
  readonly value: A
  readonly version: Bookmark
}

const sessionIn = (database: MemoryDatabase, from: Parameters<D1Sessions["withSession"]>[0]): D1Session => {
  const { versions, world } = database
  let seen = typeof from === "number" ? from : undefined
  let atPrimary = from === "first-primary"
  const see = <A>({ value, version }: Versioned<A>): A => {
    atPrimary = false
    seen = Math.max(seen ?? 0, version)
    return value
  }
  return {
    bookmark: () => seen,
    query: <A>(operation: string, run: (tables: D1Tables) => A) =>
      Effect.suspend(() => {
        // What the session knows when it asks, not when it is answered.
        const [oldest, isPrimary] = [seen ?? 0, atPrimary]
        const execute = (): Exit.Exit<Versioned<A>> => {
          const all = versions.all()
          const newest = all.length - 1
          const lags = isPrimary || !world.isEnabled("replica lag") ? 1 : newest - Math.min(oldest, newest) + 1
          const lag = world.choose(lags, `how many transactions the replica is behind`)
          if (lag > 0) world.befell("replica lag")
          const version = newest - lag
          return Exit.succeed({ value: run(all[version] ?? database), version })
        }
        const place = isPrimary ? "D1" : "D1 replica"
        return world.call<Versioned<A>, StorageError>({ place, operation, execute, befalls: befallsRead(operation) })
      }).pipe(Effect.map(see)),
    batch: <A>(operation: string, run: (database: MemoryDatabase) => A) =>
      Effect.suspend(() => {
        const execute = (): Exit.Exit<Versioned<A>> => {
          const value = run(database)
          versions.committed(database)
          return Exit.succeed({ value, version: versions.all().length - 1 })
        }
        return world.call<Versioned<A>, StorageError>({
          place: "D1",
          operation,
          execute,
          befalls: befallsWrite(operation)
        })
      }).pipe(Effect.map(see))
  }
}

/** Replicas of the database of the test's world, beside its primary. */
export const MemoryReplicas = Layer.effect(
  D1Replicas,
  MemoryDatabase.use((database) => {
    database.versions.keep(database)
    return Effect.succeed({
      withSession: (from: Parameters<D1Sessions["withSession"]>[0]) => sessionIn(database, from)
    })
  })
).pipe(Layer.provideMerge(MemoryD1))
