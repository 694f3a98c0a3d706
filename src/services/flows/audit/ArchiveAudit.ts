/**
 * Moving old audit events out of D1 into the archive: stored, read back, and only then deleted.
 * docs/decisions/0028-audit.md.
 *
 * Cut off anywhere, the events are in D1, and the next run stores them again under the same name. Of two runs at once
 * one deletes; the other finds that something was changed, and leaves it at that.
 */
import { Clock, Effect, Result } from "effect"
import { type ArchivePlan, batchOf, linesOf, merged, plan } from "../../../domain/AuditArchive.ts"
import type { KeptEvent } from "../../../domain/AuditEvent.ts"
import { AuditArchives } from "../../storage/AuditArchives.ts"
import { AuditLog } from "../../storage/AuditLog.ts"
import { retried } from "../../storage/Retry.ts"
import { raiseAlert } from "../upkeep/RaiseAlert.ts"
import { settingsNow } from "../SettingsNow.ts"
import { checksumOf, readBatch } from "./ReadBatch.ts"

/** So many events in a batch, and so many batches in a run: 29 million events a day, at a run in five minutes. */
const perBatch = 2_000
const perRun = 50

const day = 86_400_000

/** What the upkeep does: at most so many batches, and goes on at its next turn. */
export const archiveAudit = Effect.fn("ArchiveAudit")(function* (batches: number = perRun) {
  const { retention } = yield* settingsNow()
  const before = (yield* Clock.currentTimeMillis) - retention.auditDays * day
  let after = ""
  let archived = 0
  for (let count = 0; count < batches; count += 1) {
    const next = plan(yield* retried(AuditLog.oldest)({ before, after, limit: perBatch }))
    if (next === undefined) break
    const done = yield* archive(next)
    if (done === "busy") break
    // What cannot be put where it belongs stays in D1, and what comes after it goes on.
    if (done === "damaged") after = next.into?.last ?? after
    else archived += next.events.length
  }
  return { archived }
})

const archive = Effect.fnUntraced(function* ({ events, into }: ArchivePlan) {
  const before = into === null ? Result.succeed<ReadonlyArray<KeptEvent>>([]) : yield* readBatch(into)
  if (Result.isFailure(before)) {
    const told = { batch: into?.key ?? "", fault: before.failure }
    yield* Effect.logError("a batch of the audit archive is damaged").pipe(Effect.annotateLogs(told))
    yield* raiseAlert("upkeep.failed", { job: "audit", ...told })
    return "damaged"
  }
  const [first, ...others] = merged(before.success, events)
  if (first === undefined) return "done"
  const all = [first, ...others] as const
  const lines = linesOf(all)
  const batch = batchOf([first, ...others], yield* checksumOf(lines))
  yield* retried(AuditArchives.store)(batch, lines)
  // Only what can be read again is deleted.
  const stored = yield* readBatch(batch)
  if (Result.isFailure(stored)) {
    return yield* Effect.die(new Error(`${batch.key} was stored, and is ${stored.failure}`))
  }
  const forgetting = { batch, replaces: into?.key ?? null, ids: events.map(({ id }) => id) }
  return yield* retried(AuditLog.forget)(forgetting).pipe(
    Effect.as("done" as const),
    Effect.catchTag("ArchiveChanged", () => Effect.succeed("busy" as const))
  )
})
