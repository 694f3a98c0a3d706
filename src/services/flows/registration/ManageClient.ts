/** A client as its developer looks after it: reading, replacing, deleting. RFC 7592 §2. */
import { Clock, Effect, Redacted } from "effect"
import { Client } from "../../../domain/Client.ts"
import { InvalidClientMetadata, RegistrationConflict } from "../../../domain/RegistrationError.ts"
import { bodyOf, type Members, membersOf } from "../../../domain/RegistrationRequest.ts"
import { joins } from "../../../domain/Subject.ts"
import { isKnown } from "../client/AuthenticateClient.ts"
import { changeClient, endClient } from "../client/ChangeClient.ts"
import { secretsAfter } from "../operator/ClientSecret.ts"
import { newMetadata } from "../operator/JudgeMetadata.ts"
import { newEvent } from "../operator/NewEvent.ts"
import { informed } from "./Informed.ts"
import { ownClient, type ShownRegistration } from "./OwnClient.ts"
import { refusedMember } from "./RefusedMember.ts"

export const readClient = Effect.fn("ReadClient")(function* (shown: ShownRegistration) {
  return yield* informed(yield* ownClient(shown), { registrationToken: shown.token, secret: null })
})

/**
 * Puts the body's metadata in the place of all that was there; what it leaves out is as in a new registration
 * (RFC 7592 §2.2). The secret stays, unless the client is now one that authenticates in another way.
 */
export const replaceClient = Effect.fn("ReplaceClient")(function* (shown: ShownRegistration, text: string) {
  const before = yield* ownClient(shown)
  const body = yield* Effect.fromResult(bodyOf(text))
  yield* isAbout(before, body)
  const members = yield* Effect.fromResult(membersOf(body, before.metadata.scopes))
  const metadata = yield* newMetadata(members, before.metadata).pipe(Effect.catchTag("InvalidField", refusedMember))
  const made = yield* secretsAfter(before, metadata, {}).pipe(Effect.catchTag("InvalidField", refusedMember))
  const client = new Client({
    ...before,
    metadata,
    secrets: made.secrets,
    version: before.version + 1,
    updatedAt: yield* Clock.currentTimeMillis
  })
  if (joins(before, client)) return yield* refused("subject_type: a client of another sector has to be another client")
  const detail = { by: "registration access token", secret: made.made ? "new" : "kept" }
  const event = yield* newEvent({ type: "client.updated", clientId: client.id, detail })
  yield* changeClient(before, client, event).pipe(
    Effect.catchTag("ClientChanged", () => {
      const error_description = "the client was changed by somebody else at the same time: read it, and try again"
      return new RegistrationConflict({ error_description })
    })
  )
  return yield* informed(client, { registrationToken: shown.token, secret: made.shown })
})

/** Deletes the client: from the answer on it can neither ask for a code nor authenticate. RFC 7592 §2.3. */
export const removeClient = Effect.fn("RemoveClient")(function* (shown: ShownRegistration) {
  const { id } = yield* ownClient(shown)
  const event = yield* newEvent({ type: "client.deleted", clientId: id, detail: { by: "registration access token" } })
  // That somebody else deleted it meanwhile is what was wanted.
  yield* endClient(id, event).pipe(Effect.catchTag("ClientChanged", () => Effect.void))
})

const refused = (error_description: string) => new InvalidClientMetadata({ error_description })

/** RFC 7592 §2.2: the body names the client, and a secret in it must be the one that the client has. */
const isAbout = Effect.fnUntraced(function* (client: Client, { client_id, client_secret }: Members) {
  if (client_id !== client.id) return yield* refused("client_id: must be the id of this client")
  if (client_secret === undefined) return
  const presented = Redacted.make(typeof client_secret === "string" ? client_secret : "")
  if (!(yield* isKnown(client, [presented])))
    return yield* refused("client_secret: must be the present secret of this client")
})
