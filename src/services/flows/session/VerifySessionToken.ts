/**
 * Taking over a session by a session token: once, by the client that it was given to, while the session lives.
 * docs/decisions/0024-sessions.md.
 */
import { Clock, Effect } from "effect"
import { InvalidGrant } from "../../../domain/OAuthError.ts"
import { judge, SessionHandOver } from "../../../domain/SessionHandOver.ts"
import { retried } from "../../storage/Retry.ts"
import { Sessions } from "../../storage/Sessions.ts"
import { Tickets } from "../../storage/Tickets.ts"
import { authenticateConfidentialClient, type Credentials } from "../client/AuthenticateClient.ts"
import { tellOnce } from "../audit/Tell.ts"
import { openerOf } from "../Sealed.ts"
import { drawAttempt } from "../Secrets.ts"
import { tellSession } from "./TellSession.ts"

/** What is wrong with it is told to the log alone: the answer is always the same. */
const refused = (reason: string) =>
  new InvalidGrant({ error_description: "the session token is not valid", reason: `session token: ${reason}` })

const open = openerOf("session-token", SessionHandOver)

export const verifySessionToken = Effect.fn("VerifySessionToken")(function* (credentials: Credentials, token: string) {
  const client = yield* authenticateConfidentialClient(credentials)
  const handOver = yield* open(token)
  if (handOver === undefined) return yield* refused("malformed")
  const refusal = (reason: string) =>
    Effect.andThen(
      tellOnce({ type: "session_token.refused", clientId: client.id, detail: { reason } }, handOver.ticket),
      refused(reason)
    )
  const defect = judge(handOver, client.id, yield* Clock.currentTimeMillis)
  if (defect !== undefined) return yield* refusal(defect)
  const found = yield* retried(Sessions.behind)(handOver.jti)
  if (found === null || found.session === null) return yield* refusal("session")
  const told = yield* tellSession(client, found.session)
  // Last: whatever was wrong before this, the rightful client still has its token.
  const { expiresAt, ticket } = handOver
  const spending = { attempt: yield* drawAttempt, kind: "session_token" as const, id: ticket, expiresAt }
  yield* retried(Tickets.spend)(spending).pipe(
    Effect.catchTag("TicketRefused", ({ reason }) => Effect.fail(refused(reason)))
  )
  return told
})
