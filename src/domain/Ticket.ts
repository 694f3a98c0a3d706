/** Single-use things that belong to no user yet: spent once, by kind. */
import { Schema } from "effect"
import { AttemptId } from "./Ids.ts"

/**
 * `login`: a login step, so that a login form sent again (the Back button of a shared machine) signs nobody in.
 * It is the challenge of a passkey on that page, too.
 * `dpop_jti`, `assertion_jti`: a proof of possession and a client's assertion, each good once (`ReplayId.ts`).
 * `passkey_registration`: the challenge by which a new passkey is made.
 * `mailed_login`: a sign-in by the link or the code of a letter. `email_change`: the link that confirms a new address.
 * `session_token`: what lets another domain of a relying party take over a session.
 */
export const TicketKind = Schema.Literals([
  "login",
  "dpop_jti",
  "assertion_jti",
  "passkey_registration",
  "mailed_login",
  "email_change",
  "session_token"
])
export type TicketKind = typeof TicketKind.Type

/** A ticket being spent. Its id begins with the locator of its shard; from `expiresAt` (milliseconds) it is refused. */
export class Spending extends Schema.Class<Spending>("Spending")({
  attempt: AttemptId,
  kind: TicketKind,
  id: Schema.String.pipe(Schema.check(Schema.isPattern(/^[1-9][0-9]{0,2}-[0-9]{1,5}\.[A-Za-z0-9_-]{22}$/))),
  expiresAt: Schema.Int
}) {}

/** The ticket was spent before, by another attempt, or came too late. */
export class TicketRefused extends Schema.TaggedError<TicketRefused>()("TicketRefused", {
  reason: Schema.Literals(["spent", "expired"])
}) {}

/** Whether a ticket may be spent; `spentBy` is the attempt that spent it, if one did. */
export const spend = (
  request: Spending,
  spentBy: string | undefined,
  now: number
): "spent" | "expired" | "first" | "again" => {
  if (spentBy !== undefined) return spentBy === request.attempt ? "again" : "spent"
  return now < request.expiresAt ? "first" : "expired"
}

/** A spent ticket as its shard keeps it, until nobody could present it any more. */
export class SpentTicket extends Schema.Class<SpentTicket>("SpentTicket")({
  kind: TicketKind,
  id: Schema.String,
  attempt: AttemptId,
  expiresAt: Schema.Int,
  /** Whether it was told that somebody showed it again: once, however often it is shown. */
  replayed: Schema.optionalKey(Schema.Literal(true))
}) {}
