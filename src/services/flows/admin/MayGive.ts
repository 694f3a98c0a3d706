/**
 * Nobody hands on more than they have: whoever may change clients could else register one that may do everything, or
 * lead the codes of one that can to themselves. OWASP ASVS 5.0 §8.2.
 */
import { Effect, Schema } from "effect"
import { adminClient, adminScopes, isAdminScope } from "../../../domain/AdminScope.ts"
import { Actor } from "../../ports/Actor.ts"

/** The one who asks has not what they would hand on. */
export class NotPermitted extends Schema.TaggedError<NotPermitted>()("NotPermitted", {
  scope: Schema.String,
  message: Schema.String
}) {}

/** Whether the one who acts may do all that these scopes let somebody do at the admin API. */
export const mayGive = Effect.fnUntraced(function* (scopes: ReadonlyArray<string>) {
  const permitted = (yield* Actor)?.permitted ?? null
  if (permitted === null) return
  const scope = scopes.find((one) => isAdminScope(one) && !permitted.includes(one))
  if (scope === undefined) return
  return yield* new NotPermitted({ scope, message: `Only whoever may use ${scope} can hand it on, or take it away.` })
})

/**
 * Whether the one who acts may make, change or delete a client that is so. The client of administrators comes to hold
 * every scope, whoever made it, so it is as if it held them already.
 */
export const mayHandleClient = (id: string | undefined, scopes: ReadonlyArray<string>) =>
  mayGive(id === adminClient ? adminScopes : scopes)
