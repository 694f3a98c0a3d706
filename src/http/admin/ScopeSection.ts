/** `/admin/scopes`: scopes of the operator's own, and the claims each tells. OIDC Core §5.1.2, §5.4. */
import { Schema } from "effect"
import { HttpApiEndpoint, OpenApi } from "effect/http-api"
import { MappedScope, MappingMetadata } from "../../domain/ScopeMapping.ts"
import { Conflict, NotFound, PreconditionFailed, PreconditionRequired } from "./Problems.ts"
import { section } from "./Section.ts"
import { ifMatch, Moment, tagged } from "./Wire.ts"

const ScopeOnWire = Schema.Struct({
  scope: MappedScope,
  metadata: MappingMetadata,
  version: Schema.Int,
  createdAt: Moment,
  updatedAt: Moment
}).pipe(Schema.encodeKeys({ createdAt: "created_at", updatedAt: "updated_at" }))

const params = { scope: Schema.String.annotate({ description: "The scope, percent-encoded" }) }

const Members = Schema.Record(Schema.String, Schema.Unknown).annotate({
  description: "title, description, claims: each a name and where its value is from (profile, custom or roles)"
})

export const ScopeSection = section("scopes", "Scopes")
  .add(
    HttpApiEndpoint.get("listScopes", "/scopes", {
      success: Schema.Struct({ scopes: Schema.Array(ScopeOnWire) })
    }).annotate(OpenApi.Summary, "Lists the scopes of your own")
  )
  .add(
    HttpApiEndpoint.post("createScope", "/scopes", {
      payload: Schema.Struct({ scope: Schema.String, metadata: Members }),
      success: tagged(ScopeOnWire),
      error: [Conflict, PreconditionFailed]
    }).annotate(OpenApi.Summary, "Makes a scope, which clients then may be registered for")
  )
  .add(
    HttpApiEndpoint.get("showScope", "/scopes/:scope", {
      params,
      success: tagged(ScopeOnWire),
      error: [NotFound]
    }).annotate(OpenApi.Summary, "Shows a scope")
  )
  .add(
    HttpApiEndpoint.patch("updateScope", "/scopes/:scope", {
      params,
      headers: ifMatch,
      payload: Schema.Struct({ metadata: Members }),
      success: tagged(ScopeOnWire),
      error: [Conflict, PreconditionFailed, PreconditionRequired]
    }).annotate(OpenApi.Summary, "Changes a scope, for new grants; whoever is told more is asked anew")
  )
  .add(
    HttpApiEndpoint.delete("deleteScope", "/scopes/:scope", {
      params,
      headers: ifMatch,
      error: [NotFound, PreconditionFailed, PreconditionRequired]
    }).annotate(OpenApi.Summary, "Deletes a scope: within a minute it is given to nobody")
  )
