/** Changing a resource server. What was granted before keeps the tokens it was granted for. */
import { Clock, Effect, Schema } from "effect"
import { type Expected, isExpected } from "../../../domain/EntityTag.ts"
import { ResourceServer } from "../../../domain/ResourceServer.ts"
import { ResourceServers } from "../../storage/ResourceServers.ts"
import { retried } from "../../storage/Retry.ts"
import { judgeResource } from "./JudgeResource.ts"
import { newEvent } from "./NewEvent.ts"
import { resourceConflict } from "./Refusals.ts"
import { showResource } from "./ShowResource.ts"

/** The members to change; null takes one away. */
export const ResourceUpdate = Schema.Struct({
  id: Schema.String,
  metadata: Schema.Record(Schema.String, Schema.Unknown)
})
export type ResourceUpdate = typeof ResourceUpdate.Type

export const updateResource = Effect.fn("UpdateResource")(function* (
  asked: ResourceUpdate,
  expected: Expected = "any"
) {
  const before = yield* showResource(asked.id)
  if (!isExpected(expected, before)) return yield* resourceConflict(before.id)
  const metadata = yield* judgeResource(before.metadata, asked.metadata)
  const updatedAt = yield* Clock.currentTimeMillis
  const server = new ResourceServer({ ...before, metadata, version: before.version + 1, updatedAt })
  const event = yield* newEvent({
    type: "resource.updated",
    detail: { resource: server.id, members: Object.keys(asked.metadata).join(" ") }
  })
  yield* retried(ResourceServers.update)(server, event).pipe(
    Effect.catchTag("ResourceChanged", () => resourceConflict(server.id))
  )
  return server
})
