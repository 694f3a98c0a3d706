/** Changing a registered client: some of its metadata, its secret, or both. */
import { Clock, Effect, Schema } from "effect"
import { Client, type StoredSecret } from "../../../domain/Client.ts"
import { Clients } from "../../storage/Clients.ts"
import { retried } from "../../storage/Retry.ts"
import { type MadeSecret, makeSecret } from "./ClientSecret.ts"
import { judgeMetadata } from "./JudgeMetadata.ts"
import { newEvent } from "./NewEvent.ts"
import { ClientConflict, InvalidField } from "./Refusals.ts"
import { findClient, shownClient } from "./ShowClient.ts"

/** What to change; absent is left as it is. */
export const ClientUpdate = Schema.Struct({
  id: Schema.String,
  /** The members to change; null takes one away. */
  metadata: Schema.optionalKey(Schema.Record(Schema.String, Schema.Unknown)),
  /** `replace`: the old secret stops working at once. `add`: it works beside the new one until the next `replace`. */
  newSecret: Schema.optionalKey(Schema.Literals(["replace", "add"])),
  /** The new secret; one is drawn if it is absent. */
  secret: Schema.optionalKey(Schema.RedactedFromValue(Schema.String))
})
export type ClientUpdate = typeof ClientUpdate.Type

/** The client as it is now, and its new secret if one was drawn: it is shown this once. */
export const updateClient = Effect.fn("UpdateClient")(function* (asked: ClientUpdate) {
  const before = yield* findClient(asked.id)
  const metadata = yield* Effect.fromResult(judgeMetadata(before.metadata, asked.metadata ?? {}))
  const isPublic = metadata.token_endpoint_auth_method === "none"
  if (isPublic && (asked.newSecret !== undefined || asked.secret !== undefined)) {
    const message = "A public client (token_endpoint_auth_method is none) cannot keep a secret."
    return yield* new InvalidField({ field: "client_secret", message })
  }
  // A client that becomes confidential needs a secret, whether one was asked for or not.
  const needsSecret = !isPublic && (asked.newSecret ?? asked.secret ?? before.secrets[0]) === undefined
  const wantsSecret = asked.newSecret !== undefined || asked.secret !== undefined || needsSecret
  const made = wantsSecret ? yield* makeSecret(asked.secret) : undefined
  const client = new Client({
    ...before,
    metadata,
    secrets: isPublic ? [] : secretsAfter(before.secrets, made, asked.newSecret ?? "replace"),
    version: before.version + 1,
    updatedAt: yield* Clock.currentTimeMillis
  })
  const event = yield* newEvent({
    type: "client.updated",
    clientId: client.id,
    detail: { members: Object.keys(asked.metadata ?? {}).join(" "), secret: made === undefined ? "kept" : "new" }
  })
  yield* retried(Clients.update)(client, event).pipe(
    Effect.catchTag("ClientChanged", () => {
      const message = `Somebody else changed the client ${client.id} at the same time: look at it, and try again.`
      return new ClientConflict({ message })
    })
  )
  return { client: shownClient(client), secret: made?.shown ?? null }
})

/** At most two: the newest, and the one it takes over from. */
const secretsAfter = (
  before: ReadonlyArray<StoredSecret>,
  made: MadeSecret | undefined,
  how: "replace" | "add"
): ReadonlyArray<StoredSecret> => {
  if (made === undefined) return before
  return how === "add" ? [made.stored, ...before.slice(0, 1)] : [made.stored]
}
