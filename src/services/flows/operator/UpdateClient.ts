/** Changing a registered client: some of its metadata, its secret, or both. */
import { Clock, Effect, Schema } from "effect"
import { Client } from "../../../domain/Client.ts"
import { type Expected, isExpected } from "../../../domain/EntityTag.ts"
import { changeClient } from "../client/ChangeClient.ts"
import { mayHandleClient } from "../admin/MayGive.ts"
import { secretsAfter } from "./ClientSecret.ts"
import { changedMetadata } from "./JudgeMetadata.ts"
import { newEvent } from "./NewEvent.ts"
import { clientConflict } from "./Refusals.ts"
import { findClient, shownClient } from "./ShowClient.ts"

/** What to change; absent is left as it is. */
export const ClientUpdate = Schema.Struct({
  id: Schema.String,
  /** The members to change; null takes one away. */
  metadata: Schema.optionalKey(Schema.Record(Schema.String, Schema.Unknown)),
  /** `replace`: the old secret stops working at once. `add`: it works beside the new one until the next change. */
  newSecret: Schema.optionalKey(Schema.Literals(["replace", "add"])),
  /** How many milliseconds the old secret goes on working beside the new one. */
  keepOldFor: Schema.optionalKey(Schema.Int),
  /** The new secret; one is drawn if it is absent. */
  secret: Schema.optionalKey(Schema.RedactedFromValue(Schema.String))
})
export type ClientUpdate = typeof ClientUpdate.Type

/** The client as it is now, and its new secret if one was drawn: it is shown this once. */
export const updateClient = Effect.fn("UpdateClient")(function* (asked: ClientUpdate, expected: Expected = "any") {
  const before = yield* findClient(asked.id)
  if (!isExpected(expected, before)) return yield* clientConflict(before.id)
  const metadata = yield* changedMetadata(before.metadata, asked.metadata ?? {})
  yield* mayHandleClient(before.id, [...before.metadata.scopes, ...metadata.scopes])
  const { made, secrets, shown } = yield* secretsAfter(before, metadata, asked)
  const client = new Client({
    ...before,
    metadata,
    secrets,
    version: before.version + 1,
    updatedAt: yield* Clock.currentTimeMillis
  })
  const event = yield* newEvent({
    type: "client.updated",
    clientId: client.id,
    detail: { members: Object.keys(asked.metadata ?? {}).join(" "), secret: made ? "new" : "kept" }
  })
  yield* changeClient(before, client, event).pipe(Effect.catchTag("ClientChanged", () => clientConflict(client.id)))
  return { client: shownClient(client), secret: shown }
})
