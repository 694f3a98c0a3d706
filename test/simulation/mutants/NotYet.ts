/** Defects that cannot be put back yet, because what they are defects of is not there. */

export interface NotYet {
  /** The row of the audit's table, or the wrong repair, as in `Mutant`. */
  readonly of: string
  readonly name: string
  /** What has to be declared first. */
  readonly waitsFor: string
  /** The names of groups of operations and kinds of tickets that would be it. */
  readonly declaredBy: RegExp
}

export const notYet: ReadonlyArray<NotYet> = []

/** Groups of operations and kinds of tickets that are declared, and are none of these. */
export const considered: ReadonlyArray<string> = [
  "AccessToken",
  "AuditArchive",
  "Alert",
  "Administrator",
  "AuditLog",
  "AuthorizationCode",
  "Avatar",
  "Branding",
  "Client",
  "ClientToken",
  "Consent",
  "Device",
  "Directory",
  "Health",
  "Identifier",
  "Passkey",
  "PushedRequest",
  "InitialAccessToken",
  "Leftover",
  "Letter",
  "Limit",
  "RefreshToken",
  "Role",
  "ResourceServer",
  "ScopeMapping",
  "Session",
  "Shard",
  "Setting",
  "SigningKey",
  "Statistic",
  "Ticket",
  "Traffic",
  "User",
  "Waking",
  "assertion_jti",
  "dpop_jti",
  "email_change",
  "login",
  "mailed_login",
  "passkey_registration",
  "session_token"
]
