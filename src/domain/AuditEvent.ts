/** What happened, for whoever has to account for it later. Written in the transaction of the effect it describes. */
import { Result, Schema } from "effect"
import { Base64Url } from "effect/encoding"
import { ClientId, GrantId, Sid, UserId } from "./Ids.ts"

export const AuditType = Schema.Literals([
  "user.created",
  "user.updated",
  "user.disabled",
  "user.enabled",
  "user.roles_changed",
  "user.deleted",
  "user.voided",
  "password.changed",
  "password.reset",
  "password.set",
  "identifier.reserved",
  "identifier.released",
  "session.started",
  "session.renewed",
  "session.ended",
  "passkey.added",
  "passkey.renamed",
  "passkey.removed",
  "passkey.possible_clone",
  "consent.granted",
  "consent.withdrawn",
  "code.issued",
  "tokens.issued",
  "code.redeemed",
  "code.reused",
  "refresh.rotated",
  "refresh.reused",
  "grant.revoked",
  "token.revoked",
  "device.started",
  "device.approved",
  "device.denied",
  "login.failed",
  "password.refused",
  "user_code.refused",
  "link.refused",
  "session_token.refused",
  "ticket.replayed",
  "client.refused",
  "registration.refused",
  "admin.refused",
  "limit.reached",
  "key.added",
  "key.announced",
  "key.activated",
  "key.ending",
  "key.retired",
  "key.removed",
  "key.withdrawn",
  "client.created",
  "client.updated",
  "client.deleted",
  "resource.created",
  "resource.updated",
  "resource.deleted",
  "branding.updated",
  "role.created",
  "role.updated",
  "role.deleted",
  "scope.created",
  "scope.updated",
  "scope.deleted",
  "grants.ended",
  "settings.updated",
  "initial_token.created",
  "initial_token.revoked"
])
export type AuditType = typeof AuditType.Type

/**
 * What somebody may have to act on at once: it is in the log before whoever did it, or saw it refused, hears an answer.
 * Everything else is on its way by then, in the outbox of the object that it happened in.
 */
const security: ReadonlySet<AuditType> = new Set<AuditType>([
  "code.reused",
  "refresh.reused",
  "passkey.possible_clone",
  "limit.reached",
  "password.changed",
  "password.reset",
  "password.set",
  "passkey.added",
  "passkey.removed",
  "user.disabled",
  "user.enabled",
  "user.deleted",
  "key.added",
  "key.announced",
  "key.activated",
  "key.ending",
  "key.retired",
  "key.removed",
  "key.withdrawn"
])

/** What a step says of an effect; its storage adds the id and the moment. Details are ids and names, never secrets. */
export const AuditEntry = Schema.Struct({
  type: AuditType,
  userId: Schema.optionalKey(UserId),
  clientId: Schema.optionalKey(ClientId),
  grantId: Schema.optionalKey(GrantId),
  sid: Schema.optionalKey(Sid),
  detail: Schema.optionalKey(Schema.Record(Schema.String, Schema.String))
})
export type AuditEntry = typeof AuditEntry.Type

/** Whether it is a security event: by what happened, or because `by` says that somebody did it to what is another's. */
export const isSecurity = ({ detail, type }: Pick<AuditEntry, "type" | "detail">): boolean =>
  security.has(type) || detail?.["by"] !== undefined

/** An event: unique by `id`, which sorts by time (UUID version 7), so that a second delivery changes nothing. */
export const AuditEvent = Schema.Struct({ ...AuditEntry.fields, id: Schema.String, at: Schema.Int })
export type AuditEvent = typeof AuditEvent.Type

/** An event as it is read again, whatever version of this code wrote it down. */
export const KeptEvent = Schema.Struct({
  id: Schema.String,
  at: Schema.Int,
  type: Schema.String,
  userId: Schema.optionalKey(Schema.String),
  clientId: Schema.optionalKey(Schema.String),
  grantId: Schema.optionalKey(Schema.String),
  sid: Schema.optionalKey(Schema.String),
  detail: Schema.optionalKey(Schema.Record(Schema.String, Schema.String))
})
export type KeptEvent = typeof KeptEvent.Type

/** What every id of a moment (milliseconds) and later comes after, and no earlier one. RFC 9562 §5.7. */
export const firstIdAt = (at: number): string => {
  const time = at.toString(16).padStart(12, "0")
  return `${time.slice(0, 8)}-${time.slice(8)}`
}

/** The same entry with who did it: a user's or a client's id, or `operator`; as it is where nobody says so. */
export const askedBy = (by: string | undefined, entry: AuditEntry): AuditEntry =>
  by === undefined ? entry : { ...entry, detail: { by, ...entry.detail } }

/** The id of an event that is made of a moment (milliseconds) and a tag of what it is. RFC 9562 §5.7. */
export const eventIdOf = (at: number, tag: string): string => {
  const bytes = Result.getOrElse(Base64Url.decode(tag), () => new Uint8Array(10)).slice(0, 10)
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("")
  return `${firstIdAt(at)}-7${hex.slice(0, 3)}-8${hex.slice(3, 6)}-${hex.slice(6, 18)}`
}
