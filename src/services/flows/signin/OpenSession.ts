/** The session that a login opens, in place of what the browser had before. OIDC Core §3.1.2.3. */
import { Clock, Effect } from "effect"
import type { Authentication } from "../../../domain/Authentication.ts"
import type { Sid } from "../../../domain/Ids.ts"
import type { PasskeyUse } from "../../../domain/Passkey.ts"
import { formatToken, Session } from "../../../domain/Session.ts"
import type { User } from "../../../domain/User.ts"
import { ProviderConfig } from "../../ports/ProviderConfig.ts"
import { retried } from "../../storage/Retry.ts"
import { Sessions } from "../../storage/Sessions.ts"
import type { Browser } from "../authorize/Outcome.ts"
import { keyOf, sessionOf } from "../Placed.ts"
import { drawSecret, drawSid, hashSecret } from "../Secrets.ts"
import { browserState } from "../SessionState.ts"

/** The names of a session: the secret one in the cookie, and the one for clients. */
export interface SessionNames {
  readonly secret: string
  readonly sid: Sid
}

/** Who signed in, and how. */
export interface Proof {
  /** As they were when the proof was judged. */
  readonly user: User
  readonly authentication: Authentication
  /** The passkey that it was done with, whose counter moves with the session. */
  readonly passkey?: PasskeyUse
  /** What the session is called, where what was used up leads to one session, however often it is shown. */
  readonly named?: SessionNames
  /** Their password, hashed better than it is stored. */
  readonly rehashed?: string | undefined
}

/**
 * Always a new id (no session fixation). What the browser had before ends, whoever's it was. Null if the account was
 * disabled, deleted or changed between the proof and the session, or if the proof leads to one that has ended.
 */
export const openSession = Effect.fn("OpenSession")(function* (
  { authentication, named, passkey, rehashed, user }: Proof,
  browser: Browser
) {
  const { lifetimes } = yield* ProviderConfig
  const now = yield* Clock.currentTimeMillis
  const { secret, sid } = named ?? { secret: yield* drawSecret, sid: yield* drawSid }
  const session = new Session({
    userId: user.id,
    hash: yield* hashSecret(secret),
    sid,
    authentication,
    ...(browser.origin === undefined ? {} : { origin: browser.origin }),
    createdAt: now,
    seenAt: now,
    expiresAt: now + lifetimes.session,
    idle: lifetimes.sessionIdle
  })
  const before = yield* sessionOf(browser.session)
  const old = before === undefined ? undefined : yield* keyOf(before)
  const replaces = old?.userId === user.id ? old.hash : null
  const opening = {
    session,
    replaces,
    userVersion: user.version,
    ...(passkey === undefined ? {} : { passkey }),
    ...(rehashed === undefined ? {} : { rehashed })
  }
  const opened = yield* retried(Sessions.open)(opening).pipe(
    Effect.catchTags({ UserGone: () => Effect.succeed(null), SessionOver: () => Effect.succeed(null) })
  )
  if (opened === null) return null
  // Only now: where nobody signs in, nobody is signed out.
  if (old !== undefined && replaces === null) yield* retried(Sessions.end)(old)
  const cookie = formatToken({ userId: user.id, secret })
  return { session: opened, cookie, browserState: yield* browserState(opened.sid) }
})
