/** Deleting a client: from the answer on it can neither ask for a code nor authenticate. */
import { Effect } from "effect"
import { type Expected, isExpected } from "../../../domain/EntityTag.ts"
import { Clients } from "../../storage/Clients.ts"
import { retried } from "../../storage/Retry.ts"
import { newEvent } from "./NewEvent.ts"
import { clientConflict, noSuchClient } from "./Refusals.ts"
import { clientIdOf, findClient } from "./ShowClient.ts"

/** What users have allowed the client stays in their homes, and says nothing of another that gets its id later. */
export const deleteClient = Effect.fn("DeleteClient")(function* (id: string, expected: Expected = "any") {
  const clientId = yield* clientIdOf(id)
  if (expected !== "any" && !isExpected(expected, yield* findClient(id))) return yield* clientConflict(id)
  const event = yield* newEvent({ type: "client.deleted", clientId })
  yield* retried(Clients.remove)(clientId, event).pipe(Effect.catchTag("ClientChanged", () => noSuchClient(id)))
  return { id: clientId }
})
