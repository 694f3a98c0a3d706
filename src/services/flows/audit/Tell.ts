/** Telling the log of what no storage has done, and so no transaction tells. docs/decisions/0028-audit.md. */
import { Clock, Effect } from "effect"
import { type AuditEntry, eventIdOf } from "../../../domain/AuditEvent.ts"
import { Sealer } from "../../ports/Sealer.ts"
import { AuditLog } from "../../storage/AuditLog.ts"
import { retried } from "../../storage/Retry.ts"
import { newEvent } from "../operator/NewEvent.ts"

/** Tells it before anything is answered: if the log cannot be reached, nobody hears what became of it. */
export const tell = Effect.fn("Tell")(function* (entry: AuditEntry) {
  yield* retried(AuditLog.append)([yield* newEvent(entry)])
})

const day = 86_400_000

/** Tells it once a day and thing, however often it comes. */
export const tellOnce = Effect.fn("TellOnce")(function* (entry: AuditEntry, thing: string) {
  const at = yield* Clock.currentTimeMillis
  const began = Math.floor(at / day) * day
  const tag = yield* Sealer.use((sealer) => sealer.tag("audit", JSON.stringify([entry.type, began, thing])))
  yield* retried(AuditLog.append)([{ ...entry, id: eventIdOf(began, tag), at }])
})
