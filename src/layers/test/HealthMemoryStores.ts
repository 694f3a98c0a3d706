/** D1, KV and R2 in memory, asked how they are: they answer unless something befalls the question. */
import { Exit } from "effect"
import { newestMigration } from "../../domain/Health.ts"
import { bind } from "../../services/storage/Bind.ts"
import { Health } from "../../services/storage/Health.ts"
import type { StorageError } from "../../services/storage/StorageError.ts"
import { befallsRead, MemoryDatabase } from "./MemoryDatabase.ts"

const asked = <A>(place: string, operation: string, answer: A) =>
  MemoryDatabase.use(({ world }) =>
    world.call<A, StorageError>({
      place,
      operation,
      execute: () => Exit.succeed(answer),
      befalls: befallsRead(operation)
    })
  )

export const HealthMemoryStores = bind(Health, {
  database: () => asked("D1", "Health.database", { migration: newestMigration, bytes: 4096 }),
  archive: () => asked("R2", "Health.archive", undefined),
  cache: () => asked("KV", "Health.cache", undefined)
})
