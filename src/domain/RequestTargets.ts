/** What an authorization request is for, of what there is: its resource servers and its scopes. RFC 8707 §2. */
import { Result } from "effect"
import type { AccessTarget } from "./AccessTarget.ts"
import { AuthorizationRequest } from "./AuthorizationRequest.ts"
import type { Refusal } from "./Refusal.ts"
import { type ResourceServer, targetOf } from "./ResourceServer.ts"
import * as Scope from "./Scope.ts"

/** A request whose resources are all known, with what tokens for each of them are like now. */
export interface Targeted {
  readonly request: AuthorizationRequest
  readonly targets: ReadonlyArray<AccessTarget>
}

/**
 * The request without the scopes that mean something to nobody: neither to this provider nor to a resource server that
 * is named. `own` is the provider itself, which may be named beside the others, so that a token can be for userinfo.
 */
export const targeted = (
  request: AuthorizationRequest,
  servers: ReadonlyArray<ResourceServer>,
  own: AccessTarget
): Result.Result<Targeted, Refusal> => {
  const known = [own, ...servers.map(targetOf)]
  const targets = request.resources.flatMap((named) => known.find(({ audience }) => audience === named) ?? [])
  if (targets.length < request.resources.length) {
    return Result.fail({ error: "invalid_target", description: "resource is no resource server that is known here" })
  }
  const scopes = request.scopes.filter(
    (scope) => Scope.isOwn(scope) || targets.some((target) => target.scopes.includes(scope))
  )
  return scopes.length === 0
    ? Result.fail({ error: "invalid_scope", description: "scope means nothing to any resource that was named" })
    : Result.succeed({ request: new AuthorizationRequest({ ...request, scopes }), targets })
}
