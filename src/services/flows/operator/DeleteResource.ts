/** Deleting a resource server: from the answer on no grant can name it. Tokens that were given live their time. */
import { Effect } from "effect"
import { ResourceServers } from "../../storage/ResourceServers.ts"
import { retried } from "../../storage/Retry.ts"
import { newEvent } from "./NewEvent.ts"
import { noSuchResource } from "./Refusals.ts"
import { showResource } from "./ShowResource.ts"

export const deleteResource = Effect.fn("DeleteResource")(function* (asked: string) {
  const { id } = yield* showResource(asked)
  const event = yield* newEvent({ type: "resource.deleted", detail: { resource: id } })
  yield* retried(ResourceServers.remove)(id, event).pipe(Effect.catchTag("ResourceChanged", () => noSuchResource(id)))
  return { id }
})
