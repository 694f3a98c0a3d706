/** Which events of the audit somebody asks for. */
import { Schema } from "effect"
import { firstIdAt, type KeptEvent } from "./AuditEvent.ts"

export const AuditFilter = Schema.Struct({
  type: Schema.optionalKey(Schema.String),
  userId: Schema.optionalKey(Schema.String),
  clientId: Schema.optionalKey(Schema.String),
  grantId: Schema.optionalKey(Schema.String),
  sid: Schema.optionalKey(Schema.String),
  /** The tag of a name that somebody tried to sign in with. */
  name: Schema.optionalKey(Schema.String),
  /** From this moment on, and before that one. Milliseconds. */
  from: Schema.optionalKey(Schema.Int),
  to: Schema.optionalKey(Schema.Int)
})
export type AuditFilter = typeof AuditFilter.Type

/** The members that an event has as they are asked for. */
export const sameMembers = ["type", "userId", "clientId", "grantId", "sid"] as const

/** Whether an event is asked for. */
export const matches = (filter: AuditFilter, event: KeptEvent): boolean =>
  sameMembers.every((member) => filter[member] === undefined || filter[member] === event[member]) &&
  (filter.name === undefined || filter.name === event.detail?.["name"]) &&
  (filter.from === undefined || event.at >= filter.from) &&
  (filter.to === undefined || event.at < filter.to)

/** An id may be made of a moment that is so much before its event (milliseconds): that of a letter, or of a day. */
const idIsEarlierBy = 86_400_000

/** Ids outside of which nothing is asked for: from the first on, and before the second, if there is one. */
export const idsOf = ({ from, to }: AuditFilter, before: string | null): { from: string; before: string | null } => {
  const end = to === undefined ? null : firstIdAt(to)
  return {
    from: from === undefined ? "" : firstIdAt(Math.max(0, from - idIsEarlierBy)),
    before: end === null || (before !== null && before < end) ? before : end
  }
}
