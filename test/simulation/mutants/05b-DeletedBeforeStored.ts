/** Defect 5, once more: old events are deleted from D1 before the archive has them. */
import { Effect } from "effect"
import { batchOf, linesOf, plan } from "../../../src/domain/AuditArchive.ts"
import { act } from "../../../src/layers/test/kernel/World.ts"
import { MemoryProvider } from "../../../src/layers/test/MemoryProvider.ts"
import { archiveAudit } from "../../../src/services/flows/audit/ArchiveAudit.ts"
import { checksumOf } from "../../../src/services/flows/audit/ReadBatch.ts"
import { AuditArchives } from "../../../src/services/storage/AuditArchives.ts"
import { AuditLog } from "../../../src/services/storage/AuditLog.ts"
import { retried } from "../../../src/services/storage/Retry.ts"
import { eachIsFound, withOldEvents } from "../scenarios/AuditArchive.ts"
import { mutant } from "./Mutant.ts"

const deletesFirst = Effect.gen(function* () {
  const next = plan(yield* retried(AuditLog.oldest)({ before: 1_000, after: "", limit: 9 }))
  const [first, ...others] = next?.events ?? []
  if (first === undefined) return
  const lines = linesOf([first, ...others])
  const batch = batchOf([first, ...others], yield* checksumOf(lines))
  yield* retried(AuditLog.forget)({ batch, replaces: null, ids: [first, ...others].map(({ id }) => id) })
  yield* retried(AuditArchives.store)(batch, lines)
})

const scenario = {
  layer: MemoryProvider,
  setup: withOldEvents,
  oracles: [eachIsFound],
  faults: ["lost request", "disconnect"]
} as const

export const deletedBeforeStored = mutant(import.meta.url, {
  of: "5b",
  name: "old events are deleted before they are archived",
  killedBy: "Audit",
  within: 100,
  broken: { ...scenario, clients: () => ({ cron: act("archive", deletesFirst) }) },
  sound: { ...scenario, clients: () => ({ cron: act("archive", archiveAudit()) }) }
})
