/** The resource servers that a request names, as they are now: one query, and none if it names none. RFC 8707 §2. */
import { Effect, Result, Schema } from "effect"
import { type AccessTarget, provider } from "../../domain/AccessTarget.ts"
import { adminServer } from "../../domain/AdminScope.ts"
import { AuthorizationErrorCode, InvalidTarget } from "../../domain/OAuthError.ts"
import { targeted, type Wanted } from "../../domain/RequestTargets.ts"
import { nameOf, targetOf } from "../../domain/ResourceServer.ts"
import { mappedFor, mappingsOf } from "./Mappings.ts"
import { ProviderConfig } from "../ports/ProviderConfig.ts"
import { ResourceServers } from "../storage/ResourceServers.ts"
import { retried } from "../storage/Retry.ts"

/** The request is for something that is not there, or no longer. */
export class TargetRefused extends Schema.TaggedError<TargetRefused>()("TargetRefused", {
  error: AuthorizationErrorCode,
  description: Schema.String
}) {}

/** The admin API is one that every provider has, and storage none. */
const serversOf = Effect.fnUntraced(function* (named: ReadonlyArray<string>) {
  const { issuer, lifetimes } = yield* ProviderConfig
  const admin = adminServer(issuer, lifetimes.accessToken)
  const others = named.filter((one) => one !== admin.id)
  const found = others.length === 0 ? [] : yield* retried(ResourceServers.find)(others)
  return others.length === named.length ? found : [...found, admin]
})

/** What is wanted as far as it is for something, and what tokens for that are like. */
export const targetsOf = Effect.fn("Targets.of")(function* (wanted: Wanted) {
  const servers = yield* serversOf(wanted.resources)
  const mapped = yield* mappedFor(wanted.scopes, servers.map(targetOf))
  const found = targeted(wanted, servers, yield* ownTarget(mapped.map(({ scope }) => scope)))
  if (Result.isFailure(found)) return yield* new TargetRefused(found.failure)
  return { ...found.success, mapped }
})

/** What somebody is asked to allow a client beside what every provider has words for, as a page tells it. */
export const describeTargets = Effect.fn("Targets.describe")(function* ({ resources, scopes }: Wanted) {
  const servers = yield* serversOf(resources)
  const mappings = yield* mappingsOf(scopes, servers.map(targetOf))
  return {
    resources: servers.map((server) => ({
      name: nameOf(server),
      scopes: scopes.filter((scope) => server.metadata.scopes.includes(scope))
    })),
    mappings
  }
})

/** What a token is for that no user stands behind: the resource server that is named, or this provider. */
export const targetNamed = Effect.fn("Targets.named")(function* (named: string | undefined) {
  const own = yield* ownTarget()
  if (named === undefined || named === own.audience) return { own: true, target: own } as const
  const [server] = yield* serversOf([named])
  return server === undefined
    ? yield* new InvalidTarget({ error_description: "resource is no resource server that is known here" })
    : ({ own: false, target: targetOf(server) } as const)
})

/** This provider, whose access tokens open userinfo. */
const ownTarget = (mapped: ReadonlyArray<string> = []) =>
  ProviderConfig.use(({ issuer, lifetimes }): Effect.Effect<AccessTarget> =>
    Effect.succeed(provider(issuer, lifetimes.accessToken, mapped))
  )
