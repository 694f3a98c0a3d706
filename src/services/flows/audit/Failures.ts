/**
 * What was refused, told to the log before the answer: who tried is a tag, never a name or an address as it came.
 * docs/decisions/0028-audit.md.
 *
 * Whoever tells of a failure has counted it before (`Throttle.ts`), or tells it by a name of its own (`tellOnce`): so
 * nobody fills the log by failing.
 */
import { Clock, Effect } from "effect"
import { type AuditEntry, eventIdOf } from "../../../domain/AuditEvent.ts"
import { Sealer } from "../../ports/Sealer.ts"
import { AuditLog } from "../../storage/AuditLog.ts"
import { retried } from "../../storage/Retry.ts"
import { newEvent } from "../operator/NewEvent.ts"

/** Of 132 bits: nobody finds a name by its tag, and no two have one. */
const length = 22

const tagOf = (kind: "name" | "address", text: string) =>
  Sealer.use((sealer) => Effect.map(sealer.tag("audit", JSON.stringify([kind, text])), (tag) => tag.slice(0, length)))

/** What stands in the log for a name that somebody typed. */
export const nameTag = (name: string) => tagOf("name", name)

/** What stands in the log for a network. */
export const addressTag = (address: string | undefined) => tagOf("address", address ?? "no address")

/** Tells of a failure that was counted. */
export const tellFailure = Effect.fn("TellFailure")(function* (entry: AuditEntry) {
  yield* retried(AuditLog.append)([yield* newEvent(entry)])
})

const day = 86_400_000

/** Tells of a failure once a day and thing, however often it comes. */
export const tellOnce = Effect.fn("TellOnce")(function* (entry: AuditEntry, thing: string) {
  const at = yield* Clock.currentTimeMillis
  const began = Math.floor(at / day) * day
  const tag = yield* Sealer.use((sealer) => sealer.tag("audit", JSON.stringify([entry.type, began, thing])))
  yield* retried(AuditLog.append)([{ ...entry, id: eventIdOf(began, tag), at }])
})
