/** A batch of the archive, held against what is known of it. */
import { Effect, Result } from "effect"
import { Digest } from "effect/crypto"
import { Base64Url } from "effect/encoding"
import { type AuditBatch, type BatchFault, eventsOf } from "../../../domain/AuditArchive.ts"
import type { KeptEvent } from "../../../domain/AuditEvent.ts"
import { AuditArchives } from "../../storage/AuditArchives.ts"
import { retried } from "../../storage/Retry.ts"

const encoder = new TextEncoder()

/** The checksum of a batch's lines. */
export const checksumOf = (lines: string) =>
  Digest.Digest.use((digest) => Effect.map(digest.digest(Digest.sha256, encoder.encode(lines)), Base64Url.encode))

/** The events of a batch, or what is wrong with it: whatever is not as it was archived is told, and not passed over. */
export const readBatch = Effect.fn("ReadBatch")(function* (batch: AuditBatch) {
  const lines = yield* retried(AuditArchives.read)(batch.key).pipe(
    Effect.catchTag("BatchUnreadable", () => Effect.succeed(undefined))
  )
  if (lines === undefined) return Result.fail("unreadable") as Result.Result<ReadonlyArray<KeptEvent>, BatchFault>
  if (lines === null) return Result.fail("missing") as Result.Result<ReadonlyArray<KeptEvent>, BatchFault>
  return eventsOf(batch, lines, yield* checksumOf(lines))
})
