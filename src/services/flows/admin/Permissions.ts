/** What roles permit at the admin API, as they are at this moment. */
import { Effect } from "effect"
import { adminRole, type AdminScope, adminScopes } from "../../../domain/AdminScope.ts"

/** The scopes that somebody with these roles may use. */
export const permittedTo = Effect.fn("Permissions.of")(function* (roles: ReadonlyArray<string>) {
  const none: ReadonlyArray<AdminScope> = []
  return yield* Effect.succeed(roles.includes(adminRole) ? adminScopes : none)
})
