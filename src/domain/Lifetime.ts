/** How long things live, in milliseconds. RFC 6749 §4.1.2 (codes), RFC 9700 §2.2.2 (refresh tokens), OIDC Core §2. */
import { Schema } from "effect"

const second = 1000
const minute = 60 * second
const hour = 60 * minute
const day = 24 * hour

/** All lifetimes of one provider, in milliseconds. */
export class Lifetimes extends Schema.Class<Lifetimes>("Lifetimes")({
  /** From issue to the last moment of redemption; FAPI 2.0 §5.3.2.1 allows 60 s at most. */
  authorizationCode: Schema.Int,
  accessToken: Schema.Int,
  idToken: Schema.Int,
  /** Absolute: rotation does not extend it. */
  refreshToken: Schema.Int,
  /** How long the immediately preceding refresh token is answered with the same successor again. */
  refreshGrace: Schema.Int,
  /** Absolute end of a session. */
  session: Schema.Int,
  /** End of a session that nobody uses. */
  sessionIdle: Schema.Int,
  /** A used session is written again at most this often, so that silent authorization usually writes no session. */
  sessionTouch: Schema.Int,
  /** From the push of a request to the last moment at which a browser may begin with it; 600 s at most (FAPI 2.0). */
  pushedRequest: Schema.Int,
  /** From the authorization request to the last moment of the login or consent page it led to. */
  interaction: Schema.Int,
  /** How long a device may wait for somebody to enter its user code. RFC 8628 §3.2 expires_in. */
  deviceCode: Schema.Int,
  /** How long a device waits from one poll to the next. RFC 8628 §3.2 interval. */
  devicePolling: Schema.Int,
  /** From the letter to the last moment at which its sign-in link works. */
  magicLink: Schema.Int,
  /** From the letter to the last moment at which its code works. */
  mailedCode: Schema.Int,
  /** From the letter to the last moment at which its link sets a password. */
  passwordReset: Schema.Int,
  /** From the letter to the last moment at which its link confirms an address. */
  emailChange: Schema.Int,
  /** How long a session token waits to be verified. */
  sessionToken: Schema.Int,
  /** How young a login has to be for what would take an account away: its password, passkeys, address. */
  recentLogin: Schema.Int,
  /** How long a browser is known as one that somebody signed in with; browsers keep a cookie for 400 days at most. */
  knownDevice: Schema.Int,
  /** How long a reservation of a sign-in name may wait for its account before another may take it. */
  reservation: Schema.Int
}) {}

export const defaults = new Lifetimes({
  authorizationCode: minute,
  accessToken: 10 * minute,
  idToken: hour,
  refreshToken: 30 * day,
  refreshGrace: 30 * second,
  session: 14 * day,
  sessionIdle: 3 * day,
  sessionTouch: hour,
  pushedRequest: 90 * second,
  interaction: 30 * minute,
  deviceCode: 10 * minute,
  devicePolling: 5 * second,
  magicLink: 15 * minute,
  mailedCode: 10 * minute,
  passwordReset: 15 * minute,
  emailChange: 30 * minute,
  sessionToken: 5 * minute,
  recentLogin: 15 * minute,
  knownDevice: 365 * day,
  reservation: minute
})

/** Milliseconds to the whole seconds of the wire (RFC 7519 §2 NumericDate), rounded down. */
export const toSeconds = (milliseconds: number): number => Math.floor(milliseconds / second)
