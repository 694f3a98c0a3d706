/** How and when a user signed in: what `auth_time`, `acr` and `amr` say. OIDC Core §2, RFC 8176. */
import { Schema } from "effect"

/** One login. `authTime` is the moment of the login itself, never of the token, in milliseconds. */
export class Authentication extends Schema.Class<Authentication>("Authentication")({
  authTime: Schema.Int,
  /**
   * Authentication Context Class Reference: "1" is one factor (ISO/IEC 29115 level 1), "phr" one that a false page
   * cannot pass on (OpenID EAP ACR Values 1.0).
   */
  acr: Schema.String,
  /** Authentication Method References. */
  amr: Schema.Array(Schema.String)
}) {}

/** The context classes this provider can reach, strongest first. */
export const supportedAcr = ["phr", "1"] as const

/** Name and password: one factor. */
export const byPassword = (now: number): Authentication => new Authentication({ authTime: now, acr: "1", amr: ["pwd"] })

/**
 * A passkey whose authenticator verified its person. `pop`: possession of a key was proved; `user`: a person was there;
 * `mfa`: the key, and what unlocked it (a PIN or a fingerprint). Neither `hwk` nor `swk`: nobody vouched for where the
 * key is kept, and one that syncs is in several places. RFC 8176 §2, NIST SP 800-63B-4 §3.1.7.
 */
export const byPasskey = (now: number): Authentication =>
  new Authentication({ authTime: now, acr: "phr", amr: ["pop", "user", "mfa"] })

/** The link or the code of a letter: a password for one use, sent to an address known to be theirs. RFC 8176 §2. */
export const byMail = (now: number): Authentication => new Authentication({ authTime: now, acr: "1", amr: ["otp"] })
