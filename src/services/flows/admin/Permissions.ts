/** What roles permit at the admin API, as they are at this moment. */
import { Effect } from "effect"
import { adminRole, type AdminScope, adminScopes } from "../../../domain/AdminScope.ts"
import { permissionsOf } from "../../../domain/Role.ts"
import { retried } from "../../storage/Retry.ts"
import { Roles } from "../../storage/Roles.ts"

/** The scopes that somebody with these roles may use. A role that is gone permits nothing. */
export const permittedTo = Effect.fn("Permissions.of")(function* (roles: ReadonlyArray<string>) {
  const none: ReadonlyArray<AdminScope> = []
  if (roles.includes(adminRole)) return adminScopes
  return roles.length === 0 ? none : permissionsOf(yield* retried(Roles.find)(roles))
})
