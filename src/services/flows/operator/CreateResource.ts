/** Making a resource server known: from then on clients may ask for tokens that are for it. RFC 8707. */
import { Clock, Effect, Schema } from "effect"
import { toSeconds } from "../../../domain/Lifetime.ts"
import { ResourceServer } from "../../../domain/ResourceServer.ts"
import { ProviderConfig } from "../../ports/ProviderConfig.ts"
import { ResourceServers } from "../../storage/ResourceServers.ts"
import { retried } from "../../storage/Retry.ts"
import { judgeResource, resourceIdOf } from "./JudgeResource.ts"
import { newEvent } from "./NewEvent.ts"
import { ResourceTaken } from "./Refusals.ts"

/** A resource server as an operator describes one. */
export const NewResource = Schema.Struct({
  id: Schema.String,
  /** Members of its metadata; what is left out is as the provider's own tokens are. */
  metadata: Schema.Record(Schema.String, Schema.Unknown)
})
export type NewResource = typeof NewResource.Type

export const createResource = Effect.fn("CreateResource")(function* (asked: NewResource) {
  const id = yield* resourceIdOf(asked.id)
  const { lifetimes } = yield* ProviderConfig
  const own = { scopes: [], token_format: "jwt", access_token_lifetime: toSeconds(lifetimes.accessToken) } as const
  const metadata = yield* judgeResource(own, asked.metadata)
  const now = yield* Clock.currentTimeMillis
  const server = new ResourceServer({ id, metadata, version: 1, createdAt: now, updatedAt: now })
  const event = yield* newEvent({ type: "resource.created", detail: { resource: id } })
  yield* retried(ResourceServers.create)(server, event).pipe(
    Effect.catchTag("ResourceExists", () => new ResourceTaken({ message: `There is a resource server ${id} already.` }))
  )
  return server
})
