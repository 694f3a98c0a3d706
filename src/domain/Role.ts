/** Roles: what a user is here, for applications that ask, and what an administrator may do. RFC 9068 §2.2.3.1. */
import { Schema } from "effect"
import { type AdminScope, adminRole, adminScopes } from "./AdminScope.ts"

/** A role by its name. It goes into tokens and addresses, so it is of few characters. */
export const RoleName = Schema.String.pipe(
  Schema.check(Schema.isPattern(/^[a-z][a-z0-9_.-]{0,63}$/)),
  Schema.brand("RoleName")
)
export type RoleName = typeof RoleName.Type

/** The roles of one user. A home carries them, so they are bounded. */
export const UserRoles = Schema.Array(RoleName).pipe(Schema.check(Schema.isMaxLength(50)))

/** What an operator says of a role. A role without permissions is one for applications to read. */
export const RoleMetadata = Schema.Struct({
  description: Schema.optionalKey(Schema.String.pipe(Schema.check(Schema.isMaxLength(500)))),
  /** Scopes of the admin API. */
  permissions: Schema.Array(Schema.Literals(adminScopes)).pipe(Schema.check(Schema.isMaxLength(adminScopes.length)))
})
export type RoleMetadata = typeof RoleMetadata.Type

/** A role as D1 keeps it. `version` counts its changes; times in milliseconds. */
export class Role extends Schema.Class<Role>("Role")({
  name: RoleName,
  metadata: RoleMetadata,
  version: Schema.Int,
  createdAt: Schema.Int,
  updatedAt: Schema.Int
}) {}

/** The role that permits everything. It is always there, and nobody changes it. */
export const administrators = new Role({
  name: RoleName.make(adminRole),
  metadata: { description: "May do everything.", permissions: adminScopes },
  version: 0,
  createdAt: 0,
  updatedAt: 0
})

/** All that these roles let somebody do at the admin API, in the order of its sections. */
export const permissionsOf = (roles: ReadonlyArray<Role>): ReadonlyArray<AdminScope> => {
  const permitted = new Set(roles.flatMap(({ metadata }) => metadata.permissions))
  return adminScopes.filter((scope) => permitted.has(scope))
}
