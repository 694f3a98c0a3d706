/**
 * Telling clients that a session has ended, by a request to each. OIDC Back-Channel Logout 1.0 §2.5 to §2.8.
 *
 * The clients are asked at the same time, so that a slow one holds up nobody. Each token is made when it is sent, for
 * it is good for minutes and a try may be hours after the logout; its `jti` stays, and says that it is the same one.
 */
import { Clock, Effect } from "effect"
import type { Client } from "../../domain/Client.ts"
import { type LogoutNotice, logoutToken } from "../../domain/Logout.ts"
import { ProviderConfig } from "../ports/ProviderConfig.ts"
import { RemoteFetch } from "../ports/RemoteFetch.ts"
import { Signer } from "../ports/Signer.ts"
import { Clients } from "../storage/Clients.ts"
import { retried } from "../storage/Retry.ts"
import { clientKey } from "./keys/Keys.ts"
import { sidOf, subjectOf } from "./Subject.ts"

/** How many clients are asked at once: half of what the platform has under way for one invocation; letters may go. */
const atOnce = 3

/** Delivers the notices. Says which of them have to come again, by their ids; that is no failure of its own. */
export const deliverLogouts = Effect.fn("DeliverLogouts")(function* (notices: ReadonlyArray<LogoutNotice>) {
  if (notices.length === 0) return new Set<string>()
  const found = yield* Effect.result(retried(Clients.findAll)([...new Set(notices.map(({ clientId }) => clientId))]))
  const untold = yield* Effect.forEach(
    notices,
    (notice) =>
      Effect.fromResult(found).pipe(
        Effect.flatMap((clients) => deliver(clients, notice)),
        Effect.as([]),
        Effect.catch((problem) => Effect.as(logUntold(problem, notice), [notice.id]))
      ),
    { concurrency: atOnce }
  )
  return new Set(untold.flat())
})

/** A client that is gone, or does not ask for requests any more, has nothing to be told. */
const deliver = Effect.fnUntraced(function* (clients: ReadonlyArray<Client>, notice: LogoutNotice) {
  const client = clients.find(({ id }) => id === notice.clientId)
  const uri = client?.metadata.backchannel_logout_uri
  if (client === undefined || uri === undefined) return
  const { issuer } = yield* ProviderConfig
  const key = yield* clientKey(client)
  const subject = yield* subjectOf(client, notice.userId)
  const sid = yield* sidOf(client, notice.sid)
  const claims = logoutToken({ ...notice, sid }, { issuer, now: yield* Clock.currentTimeMillis, subject })
  const logout_token = yield* Signer.use((signer) => signer.sign(key, "logout+jwt", claims))
  yield* RemoteFetch.use((remote) => remote.post(uri, { logout_token }))
})

const logUntold = (problem: { readonly _tag: string; readonly detail: string }, { clientId, id }: LogoutNotice) =>
  Effect.logWarning(`a client was not told of a logout: ${problem._tag}, ${problem.detail}`).pipe(
    Effect.annotateLogs({ clientId, noticeId: id })
  )
