/** `/admin/clients`: registered clients. RFC 7591 §2. */
import { Schema } from "effect"
import { HttpApiEndpoint, HttpApiSchema, OpenApi } from "effect/http-api"
import { ClientMetadata } from "../../domain/ClientMetadata.ts"
import { ClientId } from "../../domain/Ids.ts"
import { NewClient } from "../../services/flows/operator/RegisterClient.ts"
import { Conflict, NotFound, PreconditionFailed, PreconditionRequired } from "./Problems.ts"
import { section } from "./Section.ts"
import { ifMatch, Moment, Next, PageQuery, Span, tagged } from "./Wire.ts"

const ClientOnWire = Schema.Struct({
  id: ClientId,
  metadata: ClientMetadata,
  secrets: Schema.Int.annotate({ description: "How many secrets it has; no secret is ever shown again" }),
  secretEnds: Schema.Array(Schema.NullOr(Moment)).annotate({
    description: "When each secret ends by itself, newest first; null for one that does not"
  }),
  selfManaged: Schema.Boolean.annotate({ description: "Whether its developer looks after it (RFC 7592)" }),
  version: Schema.Int,
  createdAt: Moment,
  updatedAt: Moment
}).pipe(
  Schema.encodeKeys({
    secretEnds: "secret_ends",
    selfManaged: "self_managed",
    createdAt: "created_at",
    updatedAt: "updated_at"
  })
)

const Secret = Schema.NullOr(Schema.String).annotate({
  description: "The secret, if one was drawn: it is shown this once"
})

const Members = Schema.Record(Schema.String, Schema.Unknown).annotate({
  description: "Members of client metadata (RFC 7591 §2)"
})

const GivenSecret = Schema.optionalKey(
  Schema.RedactedFromValue(Schema.String).annotate({ description: "Its secret; one is drawn if it is absent" })
)

const params = { id: Schema.String.annotate({ description: "The client_id" }) }

export const ClientSection = section("clients", "Clients")
  .add(
    HttpApiEndpoint.get("listClients", "/clients", {
      query: PageQuery,
      success: Schema.Struct({ clients: Schema.Array(ClientOnWire), next: Next })
    }).annotate(OpenApi.Summary, "Lists the clients in the order of their ids")
  )
  .add(
    HttpApiEndpoint.post("createClient", "/clients", {
      payload: NewClient,
      success: tagged(Schema.Struct({ client: ClientOnWire, secret: Secret }).pipe(HttpApiSchema.status(201))),
      error: [Conflict]
    }).annotate(OpenApi.Summary, "Registers a client")
  )
  .add(
    HttpApiEndpoint.get("showClient", "/clients/:id", {
      params,
      success: tagged(ClientOnWire),
      error: [NotFound]
    }).annotate(OpenApi.Summary, "Shows a client")
  )
  .add(
    HttpApiEndpoint.patch("updateClient", "/clients/:id", {
      params,
      headers: ifMatch,
      payload: Schema.Struct({
        metadata: Schema.optionalKey(Members),
        newSecret: Schema.optionalKey(Schema.Literals(["replace", "add"])),
        keepOldFor: Schema.optionalKey(Span),
        secret: GivenSecret
      }).pipe(Schema.encodeKeys({ newSecret: "new_secret", keepOldFor: "keep_old_for" })),
      success: tagged(Schema.Struct({ client: ClientOnWire, secret: Secret })),
      error: [NotFound, PreconditionFailed, PreconditionRequired]
    }).annotateMerge(
      OpenApi.annotations({
        summary: "Changes a client",
        description: "What is left out stays; a member that is null is taken away (RFC 7396)."
      })
    )
  )
  .add(
    HttpApiEndpoint.delete("deleteClient", "/clients/:id", {
      params,
      headers: ifMatch,
      error: [NotFound, PreconditionFailed, PreconditionRequired]
    }).annotate(OpenApi.Summary, "Deletes a client: from the answer on it can do nothing")
  )
