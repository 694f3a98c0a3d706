/** `/admin/resources`: what access tokens can be for. RFC 8707. */
import { Schema } from "effect"
import { HttpApiEndpoint, HttpApiSchema, OpenApi } from "effect/http-api"
import { ResourceId, ResourceMetadata } from "../../domain/ResourceServer.ts"
import { NewResource } from "../../services/flows/operator/CreateResource.ts"
import { Conflict, NotFound, PreconditionFailed, PreconditionRequired } from "./Problems.ts"
import { section } from "./Section.ts"
import { ifMatch, Moment, Next, PageQuery, tagged } from "./Wire.ts"

const Resource = Schema.Struct({
  id: ResourceId,
  metadata: ResourceMetadata,
  version: Schema.Int,
  createdAt: Moment,
  updatedAt: Moment
}).pipe(Schema.encodeKeys({ createdAt: "created_at", updatedAt: "updated_at" }))

const Members = Schema.Record(Schema.String, Schema.Unknown).annotate({
  description: "name, scopes, token_format, access_token_lifetime (seconds), client_id"
})

const params = { id: Schema.String.annotate({ description: "The resource's URI, percent-encoded" }) }

export const ResourceSection = section("resources", "Resource servers")
  .add(
    HttpApiEndpoint.get("listResources", "/resources", {
      query: PageQuery,
      success: Schema.Struct({ resources: Schema.Array(Resource), next: Next })
    }).annotate(OpenApi.Summary, "Lists the resource servers in the order of their URIs")
  )
  .add(
    HttpApiEndpoint.post("createResource", "/resources", {
      payload: NewResource,
      success: tagged(Resource.pipe(HttpApiSchema.status(201))),
      error: [Conflict]
    }).annotate(OpenApi.Summary, "Makes a resource server known")
  )
  .add(
    HttpApiEndpoint.get("showResource", "/resources/:id", {
      params,
      success: tagged(Resource),
      error: [NotFound]
    }).annotate(OpenApi.Summary, "Shows a resource server")
  )
  .add(
    HttpApiEndpoint.patch("updateResource", "/resources/:id", {
      params,
      headers: ifMatch,
      payload: Schema.Struct({ metadata: Members }),
      success: tagged(Resource),
      error: [NotFound, PreconditionFailed, PreconditionRequired]
    }).annotateMerge(
      OpenApi.annotations({
        summary: "Changes a resource server",
        description: "What is left out stays; a member that is null is taken away (RFC 7396). New grants only."
      })
    )
  )
  .add(
    HttpApiEndpoint.delete("deleteResource", "/resources/:id", {
      params,
      headers: ifMatch,
      error: [NotFound, PreconditionFailed, PreconditionRequired]
    }).annotate(OpenApi.Summary, "Deletes a resource server: no grant can name it any more")
  )
