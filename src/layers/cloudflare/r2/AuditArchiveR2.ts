/** The archive of audit events in R2: compressed, with checksums that R2 and whoever reads hold them against. */
import { Effect } from "effect"
import type { AuditBatch } from "../../../domain/AuditArchive.ts"
import { count } from "../../../services/ports/Cost.ts"
import { AuditArchives, BatchUnreadable } from "../../../services/storage/AuditArchives.ts"
import { bind } from "../../../services/storage/Bind.ts"
import { storage } from "../../../services/storage/Storage.ts"
import { NotExecuted, OutcomeUnknown, type StorageError } from "../../../services/storage/StorageError.ts"
import type { Bucket } from "../Bindings.ts"

export interface ArchiveBox {
  readonly put: (batch: AuditBatch, lines: string) => Effect.Effect<void, StorageError>
  readonly get: (key: string) => Effect.Effect<string | null, BatchUnreadable | StorageError>
}

/** R2 promises that a read sees every finished write. */
export const R2Archive = storage.strong("R2.Archive")<ArchiveBox>()

export const AuditArchiveR2 = bind(AuditArchives, {
  store: (batch, lines) => R2Archive.use((box) => box.put(batch, lines)),
  read: (key) => R2Archive.use((box) => box.get(key))
})

const through = async (
  bytes: string | ArrayBuffer,
  transform: CompressionStream | DecompressionStream
): Promise<ArrayBuffer> => new Response(new Response(bytes).body?.pipeThrough(transform as never)).arrayBuffer()

const said = (cause: unknown) => (cause instanceof Error ? cause.message : String(cause))

export const makeArchiveBox = (bucket: Bucket): ArchiveBox => ({
  put: (batch, lines) =>
    Effect.tryPromise({
      try: async () => {
        const bytes = await through(lines, new CompressionStream("gzip"))
        await bucket.put(batch.key, bytes, {
          // R2 refuses what is not these bytes.
          sha256: await crypto.subtle.digest("SHA-256", bytes),
          httpMetadata: { contentType: "application/x-ndjson", contentEncoding: "gzip" },
          // All that D1 knows of the batch, for whoever has lost D1.
          customMetadata: { first: batch.first, last: batch.last, lines: String(batch.lines), sha256: batch.sha256 }
        })
      },
      catch: (cause) => new OutcomeUnknown({ operation: "AuditArchive.store", detail: said(cause) })
    }).pipe(Effect.andThen(count({ r2Writes: 1 }))),
  get: (key) =>
    Effect.tryPromise({
      try: async () => (await bucket.get(key))?.arrayBuffer() ?? null,
      catch: (cause) => new NotExecuted({ operation: "AuditArchive.read", reason: "unavailable", detail: said(cause) })
    }).pipe(
      Effect.tap(count({ r2Reads: 1 })),
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
