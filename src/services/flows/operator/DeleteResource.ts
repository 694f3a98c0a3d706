/** Deleting a resource server: from the answer on no grant can name it. Tokens that were given live their time. */
import { Effect } from "effect"
import { type Expected, isExpected } from "../../../domain/EntityTag.ts"
import { ResourceServers } from "../../storage/ResourceServers.ts"
import { retried } from "../../storage/Retry.ts"
import { newEvent } from "./NewEvent.ts"
import { noSuchResource, resourceConflict } from "./Refusals.ts"
import { showResource } from "./ShowResource.ts"

export const deleteResource = Effect.fn("DeleteResource")(function* (asked: string, expected: Expected = "any") {
  const server = yield* showResource(asked)
  if (!isExpected(expected, server)) return yield* resourceConflict(server.id)
  const event = yield* newEvent({ type: "resource.deleted", detail: { resource: server.id } })
  const version = expected === "any" ? undefined : server.version
  yield* retried(ResourceServers.remove)(server.id, event, version).pipe(
    Effect.catchTag("ResourceChanged", () =>
      Effect.fail(expected === "any" ? noSuchResource(server.id) : resourceConflict(server.id))
    )
  )
  return { id: server.id }
})
