/**
 * Changing the e-mail address of an account: what the link in the letter says, and whether it still applies.
 * NIST SP 800-63B-4 §4.6, OWASP ASVS 5.0 §6.3.7; docs/decisions/0025-account.md.
 */
import { Schema } from "effect"
import { UserId } from "./Ids.ts"
import { Profile, type User } from "./User.ts"

/** What the link carries, sealed. Nothing is stored until it is used. */
export class EmailChangeLink extends Schema.Class<EmailChangeLink>("EmailChangeLink")({
  _tag: Schema.tag("email_change"),
  ticket: Schema.String,
  userId: UserId,
  /** The address that the account had when the change was asked for; null for none. */
  from: Schema.NullOr(Schema.String),
  /** Whether that one was known to be theirs: then its mailbox is told of the change. */
  fromVerified: Schema.Boolean,
  /** How often the address had become another by then. */
  addressChanges: Schema.Int,
  to: Schema.String,
  /** Milliseconds. */
  expiresAt: Schema.Int
}) {}

/**
 * `done`: it is so already. `stale`: the address has become another since the link was asked for. That it is the former
 * one again does not bring the link back: the names that it reserved were given up, and may be somebody else's.
 */
export const judge = (
  { addressChanges = 0, profile }: Pick<User, "addressChanges" | "profile">,
  link: Pick<EmailChangeLink, "addressChanges" | "to">
): "go" | "done" | "stale" => {
  if (profile.email === link.to && profile.email_verified === true) return "done"
  return addressChanges === link.addressChanges ? "go" : "stale"
}

/** The profile with an address whose mailbox somebody has shown to be theirs. */
export const withEmail = (profile: Profile, to: string): Profile =>
  new Profile({ ...profile, email: to, email_verified: true })
