/** What stands before every endpoint of the admin API, declared: who asks, and whether they may. */
import { ByteSize, Context, type Effect } from "effect"
import { HttpApiMiddleware } from "effect/http-api"
import { type AdminScope, isAdminScope } from "../../domain/AdminScope.ts"
import type { Administration, authorizeAdministrator } from "../../services/flows/admin/AuthorizeAdministrator.ts"
import { everywhere } from "./Problems.ts"

/** Who asks, for handlers that want to know. */
export class Administrator extends Context.Service<Administrator, Administration>()("hapax/http/Administrator") {}

type Needs = Effect.Services<ReturnType<typeof authorizeAdministrator>>

/** It is of every endpoint (`AdminApi.ts`), so that none can be forgotten. */
export class Administered extends HttpApiMiddleware.Service<
  Administered,
  { provides: Administrator; requires: Needs }
>()("hapax/http/Administered", { error: everywhere }) {}

/** What the token has to permit: a group is a section (`section` makes it), and what does not only read writes. */
export const scopeOf = (section: string, method: string): AdminScope | undefined => {
  const scope = `admin.${section}.${method === "GET" ? "read" : "write"}`
  return isAdminScope(scope) ? scope : undefined
}

/** An annotation of an endpoint: how large its body may be. */
export const BodyLimit = Context.Reference<ByteSize.ByteSize>("hapax/http/BodyLimit", {
  defaultValue: () => ByteSize.bytes(65_536)
})
