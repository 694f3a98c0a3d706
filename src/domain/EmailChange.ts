/**
 * Changing the e-mail address of an account: what the link in the letter says, and whether it still applies.
 * NIST SP 800-63B-4 §4.6, OWASP ASVS 5.0 §6.3.7; docs/decisions/0025-account.md.
 */
import { Schema } from "effect"
import { UserId } from "./Ids.ts"
import { Profile } from "./User.ts"

/** What the link carries, sealed. Nothing is stored until it is used. */
export class EmailChangeLink extends Schema.Class<EmailChangeLink>("EmailChangeLink")({
  _tag: Schema.tag("email_change"),
  ticket: Schema.String,
  userId: UserId,
  /** The address that the account had when the change was asked for; null for none. */
  from: Schema.NullOr(Schema.String),
  /** Whether that one was known to be theirs: then its mailbox is told of the change. */
  fromVerified: Schema.Boolean,
  to: Schema.String,
  /** Milliseconds. */
  expiresAt: Schema.Int
}) {}

/** `done`: it is so already. `stale`: the address is another by now than the one that was to be replaced. */
export const judge = (profile: Profile, { from, to }: EmailChangeLink): "go" | "done" | "stale" => {
  if (profile.email === to && profile.email_verified === true) return "done"
  return (profile.email ?? null) === from ? "go" : "stale"
}

/** The profile with an address whose mailbox somebody has shown to be theirs. */
export const withEmail = (profile: Profile, to: string): Profile =>
  new Profile({ ...profile, email: to, email_verified: true })
