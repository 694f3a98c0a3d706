/** People's pictures over the bucket in memory. */
import { Exit } from "effect"
import { Avatars } from "../../services/storage/Avatars.ts"
import { bind } from "../../services/storage/Bind.ts"
import type { StorageError } from "../../services/storage/StorageError.ts"
import { befallsRead, befallsWrite, MemoryDatabase } from "./MemoryDatabase.ts"

const r2 = <A>(kind: "read" | "write", operation: string, run: (db: MemoryDatabase) => A) =>
  MemoryDatabase.use((db) =>
    db.world.call<A, StorageError>({
      place: "R2",
      operation,
      execute: () => Exit.succeed(run(db)),
      befalls: kind === "read" ? befallsRead(operation) : befallsWrite(operation)
    })
  )

const streamOf = (bytes: Uint8Array): ReadableStream<Uint8Array> =>
  new ReadableStream({
    start: (controller) => {
      controller.enqueue(bytes)
      controller.close()
    }
  })

export const AvatarsMemory = bind(Avatars, {
  put: (avatar) => r2("write", "Avatar.put", (db) => void db.avatars.set(avatar.id, avatar)),
  find: (id) => r2("read", "Avatar.find", (db) => db.avatars.get(id)?.type ?? null),
  read: (id) =>
    r2("read", "Avatar.read", (db) => {
      const found = db.avatars.get(id)
      return found === undefined ? null : { type: found.type, body: streamOf(found.bytes) }
    }),
  remove: (id) => r2("write", "Avatar.remove", (db) => void db.avatars.delete(id)),
  doubt: (kept) => r2("write", "Avatar.doubt", (db) => void db.avatarDoubts.set(kept.name, kept)),
  doubts: (limit) => r2("read", "Avatar.doubts", (db) => db.avatarDoubts.values().slice(0, limit)),
  settle: (name) => r2("write", "Avatar.settle", (db) => void db.avatarDoubts.delete(name))
})
