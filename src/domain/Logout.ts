/**
 * Telling a client that a session has ended: what is told, and when again. OIDC Back-Channel Logout 1.0 §2;
 * docs/decisions/0018-logout.md.
 */
import { Schema } from "effect"
import { ClientId, Sid, UserId } from "./Ids.ts"
import { toSeconds } from "./Lifetime.ts"

/** What a step says of a logout; its storage adds the id and the moment. */
export const Logout = Schema.Struct({ clientId: ClientId, userId: UserId, sid: Sid })
export type Logout = typeof Logout.Type

/** One client to tell of one logout. `id` becomes the token's `jti`, so that a second delivery is known for one. */
export const LogoutNotice = Schema.Struct({ ...Logout.fields, id: Schema.String, at: Schema.Int })
export type LogoutNotice = typeof LogoutNotice.Type

/** The one member of `events`. §2.4. */
export const logoutEvent = "http://schemas.openid.net/event/backchannel-logout"

/** Milliseconds a logout token is good for: two minutes, as §2.4 advises. It is made when it is sent. */
const tokenLifetime = 120_000

/**
 * The claims of a logout token (`typ: logout+jwt`). Never a `nonce`: it must not pass for an ID token. §2.4.
 * `subject` is the user as this client knows them.
 */
export const logoutToken = (
  { clientId, id, sid }: LogoutNotice,
  { issuer, now, subject }: { readonly issuer: string; readonly now: number; readonly subject: string }
): Readonly<Record<string, unknown>> => ({
  iss: issuer,
  sub: subject,
  aud: clientId,
  iat: toSeconds(now),
  exp: toSeconds(now + tokenLifetime),
  jti: id,
  events: { [logoutEvent]: {} },
  sid
})

/** Seconds from one try to the next. After the last, the queue keeps the notice as a dead letter. */
const delays = [2, 30, 300, 1800, 7200]

/** Seconds to wait after so many tries, the first included. */
export const retryAfter = (tries: number): number => delays[Math.min(tries, delays.length) - 1] ?? 2
