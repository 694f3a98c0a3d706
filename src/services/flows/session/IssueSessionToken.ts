/**
 * A session token: with it another domain of the same client takes over the session behind an access token, once.
 * docs/decisions/0024-sessions.md.
 */
import { Clock, Effect } from "effect"
import { isPublic } from "../../../domain/Client.ts"
import { toSeconds } from "../../../domain/Lifetime.ts"
import { InvalidGrant, UnauthorizedClient } from "../../../domain/OAuthError.ts"
import { SessionHandOver } from "../../../domain/SessionHandOver.ts"
import { ProviderConfig } from "../../ports/ProviderConfig.ts"
import { Sealer } from "../../ports/Sealer.ts"
import { Clients } from "../../storage/Clients.ts"
import { retried } from "../../storage/Retry.ts"
import { Sessions } from "../../storage/Sessions.ts"
import { byBearer, invalidToken, presentedToken, provenAsAllowed } from "../token/PresentedToken.ts"
import { drawTicketId } from "../Secrets.ts"

/** Nothing is written: what was never used leaves nothing behind. */
export const issueSessionToken = Effect.fn("IssueSessionToken")(function* (token: string, presentation = byBearer) {
  const presented = yield* presentedToken(token, presentation)
  const { jti } = presented.claims
  const found = yield* retried(Sessions.behind)(jti)
  if (found === null) return yield* invalidToken("revoked")
  yield* provenAsAllowed(presented, found.grant)
  if (found.session === null) {
    return yield* new InvalidGrant({ error_description: "the session has ended", reason: "session" })
  }
  const client = yield* retried(Clients.find)(found.grant.clientId)
  if (client === null) return yield* invalidToken("of a client that is gone")
  if (isPublic(client)) {
    // Whoever saw the token on its way could take over with it: nobody would be asked who they are.
    return yield* new UnauthorizedClient({
      error_description: "a session is handed over to a client that can authenticate",
      parameter: "client_id"
    })
  }
  const { lifetimes, ticketGenerations } = yield* ProviderConfig
  const handOver = new SessionHandOver({
    ticket: yield* drawTicketId(ticketGenerations),
    clientId: client.id,
    jti,
    expiresAt: (yield* Clock.currentTimeMillis) + lifetimes.sessionToken
  })
  const session_token = yield* Sealer.use((sealer) => sealer.seal("session-token", handOver))
  return { session_token, expires_in: toSeconds(lifetimes.sessionToken) }
})
