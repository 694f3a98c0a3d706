/** The resource servers that a request names, as they are now: one query, and none if it names none. RFC 8707 §2. */
import { Effect, Result, Schema } from "effect"
import { type AccessTarget, provider } from "../../domain/AccessTarget.ts"
import type { AuthorizationRequest } from "../../domain/AuthorizationRequest.ts"
import { AuthorizationErrorCode, InvalidTarget } from "../../domain/OAuthError.ts"
import { targeted } from "../../domain/RequestTargets.ts"
import { targetOf } from "../../domain/ResourceServer.ts"
import { ProviderConfig } from "../ports/ProviderConfig.ts"
import { ResourceServers } from "../storage/ResourceServers.ts"
import { retried } from "../storage/Retry.ts"

/** The request is for something that is not there, or no longer. */
export class TargetRefused extends Schema.TaggedError<TargetRefused>()("TargetRefused", {
  error: AuthorizationErrorCode,
  description: Schema.String
}) {}

/** The request as far as it is for something, and what tokens for that are like. */
export const targetsOf = Effect.fn("Targets.of")(function* (request: AuthorizationRequest) {
  const named = request.resources
  const servers = named.length === 0 ? [] : yield* retried(ResourceServers.find)(named)
  const found = targeted(request, servers, yield* ownTarget)
  return Result.isSuccess(found) ? found.success : yield* new TargetRefused(found.failure)
})

/** What a token is for that no user stands behind: the resource server that is named, or this provider. */
export const targetNamed = Effect.fn("Targets.named")(function* (named: string | undefined) {
  const own = yield* ownTarget
  if (named === undefined || named === own.audience) return { own: true, target: own } as const
  const [server] = yield* retried(ResourceServers.find)([named])
  return server === undefined
    ? yield* new InvalidTarget({ error_description: "resource is no resource server that is known here" })
    : ({ own: false, target: targetOf(server) } as const)
})

/** This provider, whose access tokens open userinfo. */
const ownTarget = ProviderConfig.use(({ issuer, lifetimes }): Effect.Effect<AccessTarget> =>
  Effect.succeed(provider(issuer, lifetimes.accessToken))
)
