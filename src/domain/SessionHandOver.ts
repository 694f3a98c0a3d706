/**
 * Handing a session over to another domain of the same relying party, where cookies of third parties are blocked and
 * no frame can ask for it: what the token says, and what is told of a session. docs/decisions/0024-sessions.md.
 */
import { Schema } from "effect"
import { AccessTokenId, ClientId, type Sid } from "./Ids.ts"
import { toSeconds } from "./Lifetime.ts"
import { endOf, type Session } from "./Session.ts"

/** What is sealed in a session token. It is stored nowhere until it is used: then `ticket` is. */
export class SessionHandOver extends Schema.Class<SessionHandOver>("SessionHandOver")({
  ticket: Schema.String,
  /** The one client that may take the session over. */
  clientId: ClientId,
  /** The access token it was given for: grant and session are found by it, and have to live still. */
  jti: AccessTokenId,
  /** Milliseconds. */
  expiresAt: Schema.Int
}) {}

/** Why a session token is refused; for the log alone. */
export type HandOverDefect = "client" | "expired"

/** Whether this client may take over with it now, as far as the token itself says. */
export const judge = (token: SessionHandOver, clientId: ClientId, now: number): HandOverDefect | undefined => {
  if (token.clientId !== clientId) return "client"
  return now < token.expiresAt ? undefined : "expired"
}

/** A live session as its client is told of it, under the names that this client has for user and session. */
export interface ToldSession {
  readonly active: true
  readonly sub: string
  readonly client_id: ClientId
  readonly sid: Sid
  /** Of the last login in it, in seconds, with how that was done. */
  readonly auth_time: number
  readonly acr: string
  readonly amr: ReadonlyArray<string>
  /** When it ends if nobody uses it. Seconds. */
  readonly expires_at: number
}

export const toldSession = (
  session: Session,
  names: { readonly sub: string; readonly clientId: ClientId; readonly sid: Sid }
): ToldSession => ({
  active: true,
  sub: names.sub,
  client_id: names.clientId,
  sid: names.sid,
  auth_time: toSeconds(session.authentication.authTime),
  acr: session.authentication.acr,
  amr: session.authentication.amr,
  expires_at: toSeconds(endOf(session))
})
