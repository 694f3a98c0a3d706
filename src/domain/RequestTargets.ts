/** What a request for access is for, of what there is: its resource servers and its scopes. RFC 8707 §2. */
import { Result } from "effect"
import { type AccessTarget, choose } from "./AccessTarget.ts"
import type { Refusal } from "./Refusal.ts"
import { type ResourceServer, targetOf } from "./ResourceServer.ts"

/** What is asked for, as an authorization request or a device asks. */
export interface Wanted {
  readonly scopes: ReadonlyArray<string>
  readonly resources: ReadonlyArray<string>
  /** Absent where no token is given at once. */
  readonly responseType?: string
}

/** The scopes that mean something to somebody who was named, and what tokens for each of those are like now. */
export interface Targeted {
  readonly scopes: ReadonlyArray<string>
  readonly targets: ReadonlyArray<AccessTarget>
}

/**
 * All of what is wanted that there is. `own` is the provider itself, which may be named beside the others, so that one
 * of the tokens is for userinfo.
 */
export const targeted = (
  { resources, responseType = "code", scopes: wanted }: Wanted,
  servers: ReadonlyArray<ResourceServer>,
  own: AccessTarget
): Result.Result<Targeted, Refusal> => {
  const known = [own, ...servers.map(targetOf)]
  const targets = resources.flatMap((named) => known.find(({ audience }) => audience === named) ?? [])
  if (targets.length < resources.length) return refuse("invalid_target", "resource is none that is known here")
  const scopes = wanted.filter(
    (scope) => own.scopes.includes(scope) || targets.some((target) => target.scopes.includes(scope))
  )
  if (scopes.length === 0) return refuse("invalid_scope", "scope means nothing to any resource that was named")
  // A token that is given at once is for one of them, and nobody says for which.
  return responseType.split(" ").includes("token") && Result.isFailure(choose(targets, undefined, scopes))
    ? refuse("invalid_target", "a token is for one resource: ask for one at a time")
    : Result.succeed({ scopes, targets })
}

const refuse = (error: Refusal["error"], description: string) => Result.fail({ error, description })
