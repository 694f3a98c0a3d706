/** What the endpoints of `/admin/resources` do. */
import { Effect } from "effect"
import { HttpApiBuilder } from "effect/http-api"
import { tagOf } from "../../domain/EntityTag.ts"
import type { ResourceServer } from "../../domain/ResourceServer.ts"
import { createResource } from "../../services/flows/operator/CreateResource.ts"
import { deleteResource } from "../../services/flows/operator/DeleteResource.ts"
import { listResources, showResource } from "../../services/flows/operator/ShowResource.ts"
import { updateResource } from "../../services/flows/operator/UpdateResource.ts"
import { AdminApi } from "./AdminApi.ts"
import { answered } from "./Answered.ts"
import { expectedIn, withTag } from "./Wire.ts"

export const ResourceHandlers = HttpApiBuilder.group(AdminApi, "resources", (handlers) =>
  handlers.handleAll({
    listResources: ({ query }) => answered(listResources(query)),
    createResource: ({ payload }) => answered(Effect.map(createResource(payload), shown)),
    showResource: ({ params }) => answered(Effect.map(showResource(params.id), shown)),
    updateResource: ({ headers, params, payload }) =>
      Effect.flatMap(expectedIn(headers), (expected) =>
        answered(Effect.map(updateResource({ id: params.id, ...payload }, expected), shown))
      ),
    deleteResource: ({ headers, params }) =>
      Effect.flatMap(expectedIn(headers), (expected) => answered(Effect.asVoid(deleteResource(params.id, expected))))
  })
)

const shown = (server: ResourceServer) => withTag(server, tagOf(server))
