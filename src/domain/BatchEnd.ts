/** Ending sessions and grants of many users at once: which, and how far a shard has come. OWASP ASVS 5.0 §7.4.5. */
import { Schema } from "effect"
import type { Grant } from "./Grant.ts"
import { AttemptId, ClientId, UserId } from "./Ids.ts"
import { isLive, type Session } from "./Session.ts"

/** Users named in one call. */
export const mostUsers = 100

/** Everybody's, those of some users, or what one client was given. */
export const Whose = Schema.Union([
  Schema.Literal("all"),
  Schema.Struct({ users: Schema.Array(UserId).pipe(Schema.check(Schema.isMaxLength(mostUsers))) }),
  Schema.Struct({ client: ClientId })
])
export type Whose = typeof Whose.Type

/** Where a shard goes on: after this key of this table. */
export const EndPosition = Schema.Struct({
  table: Schema.Literals(["sessions", "grants"]),
  after: Schema.Array(Schema.String)
})
export type EndPosition = typeof EndPosition.Type

/** What is asked of one shard. */
export class BatchEnd extends Schema.Class<BatchEnd>("BatchEnd")({
  attempt: AttemptId,
  /** Any id with the shard's locator. */
  id: Schema.String,
  whose: Whose,
  /** Only what began before this moment, in milliseconds; null for all. */
  before: Schema.NullOr(Schema.Int),
  /** Whether what applications were given ends too; of a client nothing else does. */
  grants: Schema.Boolean,
  from: Schema.NullOr(EndPosition)
}) {}

/** What one call ended, and where the next one begins; null if there is none. */
export class BatchEnded extends Schema.Class<BatchEnded>("BatchEnded")({
  sessions: Schema.Int,
  grants: Schema.Int,
  next: Schema.NullOr(EndPosition)
}) {}

/** A call that ended something, remembered so that its repetition ends nothing that began since. */
export class RememberedEnd extends Schema.Class<RememberedEnd>("RememberedEnd")({
  attempt: AttemptId,
  /** Where it began, as text. */
  position: Schema.String,
  ended: BatchEnded,
  expiresAt: Schema.Int
}) {}

export const positionText = (from: EndPosition | null): string => JSON.stringify(from)

export const isSessionMeant = (session: Session, { before }: BatchEnd, now: number): boolean =>
  isLive(session, now) && (before === null || session.authentication.authTime < before)

export const isGrantMeant = (grant: Grant, { before, whose }: BatchEnd, now: number): boolean =>
  grant.revokedAt === null &&
  now < grant.expiresAt &&
  (before === null || grant.issuedAt < before) &&
  (whose === "all" || ("client" in whose && grant.clientId === whose.client))
