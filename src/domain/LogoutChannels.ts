/** How a client is told that a session has ended. OIDC Front-Channel Logout 1.0 §2, Back-Channel Logout 1.0 §2.2. */
import { Schema } from "effect"
import type { ClientMetadata } from "./ClientMetadata.ts"
import type { Sid } from "./Ids.ts"
import { withParameters } from "./RedirectUri.ts"

/** By a frame in the browser, by a request, or both. */
export const LogoutChannels = Schema.Struct({ front: Schema.Boolean, back: Schema.Boolean })
export type LogoutChannels = typeof LogoutChannels.Type

/** What a client asks for; undefined if it does not want to be told. */
export const channelsOf = (metadata: ClientMetadata): LogoutChannels | undefined => {
  const front = metadata.frontchannel_logout_uri !== undefined
  const back = metadata.backchannel_logout_uri !== undefined
  return front || back ? { front, back } : undefined
}

/** What the frame of a client shows: its address, and whose end of which session this is. Front-Channel Logout §3. */
export const frameOf = (metadata: ClientMetadata, issuer: string, sid: Sid): string | undefined =>
  metadata.frontchannel_logout_uri && withParameters(metadata.frontchannel_logout_uri, { iss: issuer, sid })
