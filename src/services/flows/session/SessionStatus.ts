/**
 * Whether the session behind an access token lives, and a use of it by its client. RFC 7662 §2.2 (what is said of a
 * dead one); docs/decisions/0024-sessions.md.
 */
import { Effect } from "effect"
import { Clients } from "../../storage/Clients.ts"
import { retried } from "../../storage/Retry.ts"
import { type GrantAndSession, Sessions } from "../../storage/Sessions.ts"
import { byBearer, type PresentedToken, presentedToken, provenAsAllowed } from "../token/PresentedToken.ts"
import { tellSession } from "./TellSession.ts"

/** All that is said of a session that ended, or of a token that fell: the client has its user sign in again. */
const inactive = { active: false } as const

/** Looking is no use of it. */
export const sessionStatus = Effect.fn("SessionStatus")(function* (token: string, presentation = byBearer) {
  const presented = yield* presentedToken(token, presentation)
  return yield* told(presented, yield* retried(Sessions.behind)(presented.claims.jti))
})

/** The person is at work at the client: the session stays as silent authorization would let it, and no longer. */
export const refreshSession = Effect.fn("RefreshSession")(function* (token: string, presentation = byBearer) {
  const presented = yield* presentedToken(token, presentation)
  return yield* told(presented, yield* retried(Sessions.use)(presented.claims.jti))
})

const told = Effect.fnUntraced(function* (presented: PresentedToken, found: GrantAndSession | null) {
  if (found === null) return inactive
  yield* provenAsAllowed(presented, found.grant)
  const client = yield* retried(Clients.find)(found.grant.clientId)
  return client === null || found.session === null ? inactive : yield* tellSession(client, found.session)
})
