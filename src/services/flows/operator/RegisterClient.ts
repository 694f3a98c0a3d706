/** Registering a client by hand. RFC 7591 §2, OIDC Dynamic Registration §2. */
import { Clock, Effect, Schema } from "effect"
import { SecureRandom } from "effect/crypto"
import { Base64Url } from "effect/encoding"
import { Client } from "../../../domain/Client.ts"
import { Clients } from "../../storage/Clients.ts"
import { retried } from "../../storage/Retry.ts"
import { firstSecret } from "./ClientSecret.ts"
import { newMetadata } from "./JudgeMetadata.ts"
import { newEvent } from "./NewEvent.ts"
import { ClientIdTaken } from "./Refusals.ts"
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

/** The client, and its secret if one was drawn: it is shown this once. */
export const registerClient = Effect.fn("RegisterClient")(function* (asked: NewClient) {
  const metadata = yield* newMetadata(asked.metadata)
  const id = yield* clientIdOf(asked.id ?? (yield* drawClientId))
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

/** 128 random bits. */
const drawClientId = SecureRandom.SecureRandom.use((source) => Effect.map(source.randomBytes(16), Base64Url.encode))
