/** How and when a user signed in: what `auth_time`, `acr` and `amr` say. OIDC Core §2, RFC 8176. */
import { Schema } from "effect"

/** One login. `authTime` is the moment of the login itself, never of the token, in milliseconds. */
export class Authentication extends Schema.Class<Authentication>("Authentication")({
  authTime: Schema.Int,
  /** Authentication Context Class Reference: "1" is one factor (ISO/IEC 29115 level 1). */
  acr: Schema.String,
  /** Authentication Method References. */
  amr: Schema.Array(Schema.String)
}) {}

/** The context classes this provider can reach, strongest first. */
export const supportedAcr = ["1"] as const

/** Name and password: one factor. */
export const byPassword = (now: number): Authentication => new Authentication({ authTime: now, acr: "1", amr: ["pwd"] })
