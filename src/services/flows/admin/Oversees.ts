/**
 * Nobody becomes somebody who may do more: whoever sets an administrator's password or address could sign in as them.
 * OWASP ASVS 5.0 §8.2.
 */
import { Effect } from "effect"
import type { User } from "../../../domain/User.ts"
import { Actor } from "../../ports/Actor.ts"
import { mayGive } from "./MayGive.ts"
import { permittedTo } from "./Permissions.ts"

/** Whether the one who acts may do all that this user may. Nobody is asked about a user without roles. */
export const oversees = Effect.fnUntraced(function* ({ roles = [] }: Pick<User, "roles">) {
  const actor = yield* Actor
  if (roles.length === 0 || actor === undefined || actor.permitted === null) return
  yield* mayGive(yield* permittedTo(roles))
})
