/** `/admin/roles`: what administrators may do, and who has which role. */
import { Schema } from "effect"
import { HttpApiEndpoint, OpenApi } from "effect/http-api"
import { RoleMetadata, RoleName } from "../../domain/Role.ts"
import { Conflict, NotFound, PreconditionFailed, PreconditionRequired } from "./Problems.ts"
import { section } from "./Section.ts"
import { UserOnWire, who } from "./UserWire.ts"
import { ifMatch, Moment, Next, PageQuery, tagged } from "./Wire.ts"

const RoleOnWire = Schema.Struct({
  name: RoleName,
  metadata: RoleMetadata,
  version: Schema.Int,
  createdAt: Moment,
  updatedAt: Moment
}).pipe(Schema.encodeKeys({ createdAt: "created_at", updatedAt: "updated_at" }))

const params = { name: Schema.String.annotate({ description: "The role's name" }) }

const Members = Schema.Record(Schema.String, Schema.Unknown).annotate({
  description: "description, permissions (scopes of this API)"
})

export const RoleSection = section("roles", "Roles")
  .add(
    HttpApiEndpoint.get("listRoles", "/roles", {
      query: PageQuery,
      success: Schema.Struct({ roles: Schema.Array(RoleOnWire), next: Next })
    }).annotate(OpenApi.Summary, "Lists the roles, the one that permits everything first")
  )
  .add(
    HttpApiEndpoint.post("createRole", "/roles", {
      payload: Schema.Struct({ name: Schema.String, metadata: Members }),
      success: tagged(RoleOnWire),
      error: [Conflict, PreconditionFailed]
    }).annotate(OpenApi.Summary, "Makes a role; nobody gives it what they may not do themselves")
  )
  .add(
    HttpApiEndpoint.get("showRole", "/roles/:name", {
      params,
      success: tagged(RoleOnWire),
      error: [NotFound]
    }).annotate(OpenApi.Summary, "Shows a role")
  )
  .add(
    HttpApiEndpoint.patch("updateRole", "/roles/:name", {
      params,
      headers: ifMatch,
      payload: Schema.Struct({ metadata: Members }),
      success: tagged(RoleOnWire),
      error: [Conflict, PreconditionFailed, PreconditionRequired]
    }).annotate(OpenApi.Summary, "Changes a role: whoever has it may do more or less from the answer on")
  )
  .add(
    HttpApiEndpoint.delete("deleteRole", "/roles/:name", {
      params,
      headers: ifMatch,
      error: [Conflict, NotFound, PreconditionFailed, PreconditionRequired]
    }).annotate(OpenApi.Summary, "Deletes a role that nobody has")
  )
  .add(
    HttpApiEndpoint.put("setRoles", "/users/:id/roles", {
      params: who,
      headers: ifMatch,
      payload: Schema.Struct({ roles: Schema.Array(Schema.String) }),
      success: tagged(UserOnWire),
      error: [NotFound, Conflict, PreconditionFailed, PreconditionRequired]
    }).annotate(OpenApi.Summary, "Sets all roles of a user; the last administrator stays one")
  )
