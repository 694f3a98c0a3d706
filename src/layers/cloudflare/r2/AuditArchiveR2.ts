/** The archive of audit events in R2: compressed, with checksums that R2 and whoever reads hold them against. */
import { Effect } from "effect"
import type { AuditBatch } from "../../../domain/AuditArchive.ts"
import { AuditArchives, BatchUnreadable } from "../../../services/storage/AuditArchives.ts"
import { bind } from "../../../services/storage/Bind.ts"
import { storage } from "../../../services/storage/Storage.ts"
import type { StorageError } from "../../../services/storage/StorageError.ts"
import type { Bucket } from "../Bindings.ts"
import { readR2, writeR2 } from "./R2Call.ts"

export interface ArchiveBox {
  readonly put: (batch: AuditBatch, lines: string) => Effect.Effect<void, StorageError>
  readonly get: (key: string) => Effect.Effect<string | null, BatchUnreadable | StorageError>
}

/** Strong for what `R2Call.ts` says. */
export const R2Archive = storage.strong("R2.Archive")<ArchiveBox>()

export const AuditArchiveR2 = bind(AuditArchives, {
  store: (batch, lines) => R2Archive.use((box) => box.put(batch, lines)),
  read: (key) => R2Archive.use((box) => box.get(key))
})

const through = async (
  bytes: string | ArrayBuffer,
  transform: CompressionStream | DecompressionStream
): Promise<ArrayBuffer> => new Response(new Response(bytes).body?.pipeThrough(transform as never)).arrayBuffer()

export const makeArchiveBox = (bucket: Bucket): ArchiveBox => ({
  put: (batch, lines) =>
    writeR2("AuditArchive.store", async () => {
      const bytes = await through(lines, new CompressionStream("gzip"))
      await bucket.put(batch.key, bytes, {
        // R2 refuses what is not these bytes.
        sha256: await crypto.subtle.digest("SHA-256", bytes),
        httpMetadata: { contentType: "application/x-ndjson", contentEncoding: "gzip" },
        // All that D1 knows of the batch, for whoever has lost D1.
        customMetadata: { first: batch.first, last: batch.last, lines: String(batch.lines), sha256: batch.sha256 }
      })
    }),
  get: (key) =>
    readR2("AuditArchive.read", async () => (await bucket.get(key))?.arrayBuffer() ?? null).pipe(
      Effect.flatMap((bytes) =>
        bytes === null
          ? Effect.succeed(null)
          : Effect.tryPromise({
              try: async () => new TextDecoder().decode(await through(bytes, new DecompressionStream("gzip"))),
              catch: () => new BatchUnreadable()
            })
      )
    )
})
