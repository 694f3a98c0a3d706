/** An audit event of something that is done in D1, whose batch writes it with its effect. */
import { Clock, Effect } from "effect"
import { SecureRandom } from "effect/crypto"
import { askedBy, type AuditEntry, type AuditEvent } from "../../../domain/AuditEvent.ts"
import { Actor } from "../../ports/Actor.ts"

/** Made once for one change, and sent along each time the change is asked for again. It says who makes the change. */
export const newEvent = Effect.fnUntraced(function* (entry: AuditEntry) {
  const id = yield* SecureRandom.SecureRandom.use((source) => source.uuidV7())
  const by = (yield* Actor)?.by
  const event: AuditEvent = { ...askedBy(by, entry), id, at: yield* Clock.currentTimeMillis }
  return event
})
