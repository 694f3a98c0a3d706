/**
 * A model of R2: strong, `list` too. Read through a cached custom domain it is not.
 *
 * The domain's cache keeps what it read, misses included, for `cacheFor` milliseconds, whatever is written meanwhile;
 * that it still has its copy is a choice of the run, and only where the fault "stale read" is enabled. The dead letters
 * of the audit queue are in `MemoryD1`, at the same place "R2".
 */
import { Effect, Exit, Layer } from "effect"
import { count } from "../../../services/ports/Cost.ts"
import { storage } from "../../../services/storage/Storage.ts"
import type { StorageError } from "../../../services/storage/StorageError.ts"
import { Cells } from "../kernel/Cells.ts"
import { aWorld, TestWorld, type World } from "../kernel/World.ts"
import { befallsRead, befallsWrite } from "../MemoryDatabase.ts"
import { location } from "./Location.ts"

/** A bucket as a Worker's binding. */
export interface R2 {
  readonly get: <A = string>(key: string) => Effect.Effect<A | null, StorageError>
  readonly put: (key: string, value: unknown) => Effect.Effect<void, StorageError>
  readonly delete: (key: string) => Effect.Effect<void, StorageError>
  readonly list: (prefix: string) => Effect.Effect<ReadonlyArray<string>, StorageError>
}

/** R2. Strong: what was acknowledged is read and listed at once, everywhere. */
export const R2Bucket = storage.strong("Memory.R2")<R2>()

/** The same bucket behind a cached custom domain. */
export interface R2Domain {
  readonly get: <A = string>(key: string) => Effect.Effect<A | null, StorageError>
}

/** R2 behind a cached custom domain. Eventual: a location answers with the copy that it has. */
export const R2CachedDomain = storage.eventual("Memory.R2.domain")<R2Domain>()

interface Copy {
  readonly value: unknown
  readonly at: number
}

/** How long a location keeps its copy, in milliseconds. */
const cacheFor = 7_200_000

const r2In = (world: World): { readonly bucket: R2; readonly domain: R2Domain } => {
  const objects = new Cells<unknown>(world, "R2")
  const copies = new Cells<Copy>(world, "R2 copies")
  const read = <A>(operation: string, run: () => A, place = "R2") =>
    world.call<A, StorageError>({
      place,
      operation,
      execute: () => Exit.succeed(run()),
      befalls: befallsRead(operation)
    })
  const write = (operation: string, run: () => void) =>
    Effect.andThen(
      count({ r2Writes: 1 }),
      world.call<void, StorageError>({
        place: "R2",
        operation,
        execute: () => Exit.succeed(run()),
        befalls: befallsWrite(operation)
      })
    )
  const cached = (key: string, where: string, now: number): unknown => {
    const copy = copies.get(`${where} ${key}`)
    const isFresh = copy !== undefined && now - copy.at < cacheFor
    if (isFresh && world.happens("stale read", `${where} still has its copy of ${key}`)) return copy.value
    const value = objects.get(key) ?? null
    copies.set(`${where} ${key}`, { value, at: now })
    return value
  }
  return {
    bucket: {
      get: <A>(key: string) => read("R2.get", () => (objects.get(key) ?? null) as A | null),
      put: (key, value) => write("R2.put", () => void objects.set(key, value)),
      delete: (key) => write("R2.delete", () => void objects.delete(key)),
      list: (prefix) => read("R2.list", () => objects.under(prefix).map(([key]) => key))
    },
    domain: {
      get: <A>(key: string) =>
        Effect.flatMap(location, (where) =>
          world.call<A | null, StorageError>({
            place: `R2 domain ${where}`,
            operation: "R2Domain.get",
            execute: (now) => Exit.succeed(cached(key, where, now) as A | null),
            befalls: befallsRead("R2Domain.get")
          })
        )
    }
  }
}

/** The bucket of the test's world, and its domain. */
export const MemoryR2 = Layer.unwrap(
  TestWorld.use((world) => {
    const { bucket, domain } = r2In(world)
    return Effect.succeed(Layer.merge(Layer.succeed(R2Bucket, bucket), Layer.succeed(R2CachedDomain, domain)))
  })
).pipe(Layer.provideMerge(aWorld))
