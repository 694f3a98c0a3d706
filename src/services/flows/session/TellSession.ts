/** What a client is told of its user's session, by the names that it knows both by. OIDC Core §8.1. */
import { Effect } from "effect"
import type { Client } from "../../../domain/Client.ts"
import type { Session } from "../../../domain/Session.ts"
import { toldSession } from "../../../domain/SessionHandOver.ts"
import { sidOf, subjectOf } from "../Subject.ts"

export const tellSession = Effect.fnUntraced(function* (client: Client, session: Session) {
  const sub = yield* subjectOf(client, session.userId)
  return toldSession(session, { sub, clientId: client.id, sid: yield* sidOf(client, session.sid) })
})
