/** Registering a client by hand. RFC 7591 §2, OIDC Dynamic Registration §2. */
import { Clock, Effect, Schema } from "effect"
import { Client } from "../../../domain/Client.ts"
import { UserId } from "../../../domain/Ids.ts"
import { Clients } from "../../storage/Clients.ts"
import { retried } from "../../storage/Retry.ts"
import { operator } from "../Acting.ts"
import { drawClientId } from "../Secrets.ts"
import { mayHandleClient } from "../admin/MayGive.ts"
import { firstSecret } from "./ClientSecret.ts"
import { newMetadata } from "./JudgeMetadata.ts"
import { newEvent } from "./NewEvent.ts"
import { ClientIdTaken, InvalidField } from "./Refusals.ts"
import { clientIdOf, shownClient } from "./ShowClient.ts"

/** A client as an operator describes one. */
export const NewClient = Schema.Struct({
  /** Random if it is absent. */
  id: Schema.optionalKey(Schema.String),
  /** Random if it is absent. A public client (`token_endpoint_auth_method` is none) has none. */
  secret: Schema.optionalKey(Schema.RedactedFromValue(Schema.String)),
  /** Members of client metadata; what is left out is as RFC 7591 §2 says. */
  metadata: Schema.Record(Schema.String, Schema.Unknown)
})
export type NewClient = typeof NewClient.Type

/**
 * RFC 9700 §4.15: a client that gets a token for itself is its subject, so it must not be called like a user. Nor like
 * whoever runs commands: the audit log tells one from the other by this name.
 */
const chosenId = Effect.fnUntraced(function* (id: string) {
  if (isUserId(id)) {
    const message = "The client id looks like the id of a user, for whom a resource server may take the client."
    return yield* new InvalidField({ field: "client_id", message })
  }
  if (id === operator.by) {
    const message = "The audit log calls whoever runs commands so: give the client another id."
    return yield* new InvalidField({ field: "client_id", message })
  }
  return yield* clientIdOf(id)
})

const isUserId = Schema.is(UserId)

/** The client, and its secret if one was drawn: it is shown this once. */
export const registerClient = Effect.fn("RegisterClient")(function* (asked: NewClient) {
  const metadata = yield* newMetadata(asked.metadata)
  yield* mayHandleClient(asked.id, metadata.scopes)
  const id = asked.id === undefined ? yield* drawClientId : yield* chosenId(asked.id)
  const { secrets, shown } = yield* firstSecret(metadata, asked.secret)
  const now = yield* Clock.currentTimeMillis
  const client = new Client({
    id,
    metadata,
    secrets,
    version: 1,
    createdAt: now,
    updatedAt: now
  })
  const event = yield* newEvent({ type: "client.created", clientId: id })
  yield* retried(Clients.create)(client, event).pipe(
    Effect.catchTag("ClientExists", () => new ClientIdTaken({ message: `There is a client ${id} already.` }))
  )
  return { client: shownClient(client), secret: shown }
})
