/** Deleting a client: from the answer on it can neither ask for a code nor authenticate. */
import { Effect } from "effect"
import { type Expected, isExpected } from "../../../domain/EntityTag.ts"
import { endClient } from "../client/ChangeClient.ts"
import { mayHandleClient } from "../admin/MayGive.ts"
import { newEvent } from "./NewEvent.ts"
import { clientConflict, noSuchClient } from "./Refusals.ts"
import { findClient } from "./ShowClient.ts"

/** What users have allowed the client stays in their homes, and says nothing of another that gets its id later. */
export const deleteClient = Effect.fn("DeleteClient")(function* (id: string, expected: Expected = "any") {
  const client = yield* findClient(id)
  if (!isExpected(expected, client)) return yield* clientConflict(id)
  yield* mayHandleClient(client.id, client.metadata.scopes)
  const event = yield* newEvent({ type: "client.deleted", clientId: client.id })
  const version = expected === "any" ? undefined : client.version
  yield* endClient(client.id, event, version).pipe(
    Effect.catchTag("ClientChanged", () => Effect.fail(expected === "any" ? noSuchClient(id) : clientConflict(id)))
  )
  return { id: client.id }
})
