/** The link that sets a password without the one before. NIST SP 800-63B §4.2.1; docs/decisions/0023-passwords.md. */
import { Schema } from "effect"
import { SecretHash, UserId } from "./Ids.ts"
import { AccountVisit, LoginInteraction } from "./Interaction.ts"
import { accountPaths } from "./PagePath.ts"

/** What the link carries, sealed. It is stored nowhere. */
export class ResetLink extends Schema.Class<ResetLink>("ResetLink")({
  _tag: Schema.tag("password_reset"),
  userId: UserId,
  /** Of the password's hash that it replaces. The next one has another salt, so the link works once. */
  replaces: SecretHash,
  /** Of the address it was sent to: whoever has given that up is not to be had by it. */
  address: SecretHash,
  /** The hash of the secret of the browser that asked for it. */
  asker: SecretHash,
  /** The step it began at, to which it leads back there. */
  request: LoginInteraction.fields.request,
  subject: LoginInteraction.fields.subject,
  /** Milliseconds. */
  expiresAt: Schema.Int
}) {}

/** Characters of a request as JSON. Mail programs break longer links, and whoever has one begins again by hand. */
const longest = 2_000

/** The request, if a link has room for it; if not, the person's own account. */
export const carried = (request: LoginInteraction["request"]): LoginInteraction["request"] =>
  JSON.stringify(request).length > longest ? new AccountVisit({ path: accountPaths.profile }) : request
