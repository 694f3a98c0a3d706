/** Scopes of the operator's own: which claims each tells. Every isolate goes by a change within a minute. */
import { Clock, Effect, Schema } from "effect"
import { type Expected, isExpected, maySave } from "../../../domain/EntityTag.ts"
import { MappedScope, MappingMetadata, mostMappings, ScopeMapping } from "../../../domain/ScopeMapping.ts"
import { ResourceServers } from "../../storage/ResourceServers.ts"
import { retried } from "../../storage/Retry.ts"
import { ScopeMappings } from "../../storage/ScopeMappings.ts"
import { readFields } from "./Field.ts"
import { newEvent } from "./NewEvent.ts"
import { InvalidField, ScopeConflict, ScopeNotFound, ScopeTaken } from "./Refusals.ts"

/** A scope as an operator describes it; it is made if it is not there. */
export const ScopeSetting = Schema.Struct({
  scope: Schema.String,
  metadata: Schema.Record(Schema.String, Schema.Unknown)
})
export type ScopeSetting = typeof ScopeSetting.Type

const readMetadata = readFields(MappingMetadata, "is not a member of a scope")
const readScope = Schema.decodeUnknownEffect(MappedScope)

const noSuchScope = (scope: string) => new ScopeNotFound({ message: `There is no scope ${scope} of your own.` })

const conflict = (scope: string) =>
  new ScopeConflict({ message: `Somebody else changed the scope ${scope} at the same time: look, and try again.` })

/** All of them: there are a hundred at most. */
export const listScopes = Effect.fn("ListScopes")(function* () {
  return { scopes: yield* retried(ScopeMappings.all)() }
})

export const showScope = Effect.fn("ShowScope")(function* (scope: string) {
  const mappings = yield* retried(ScopeMappings.all)()
  return mappings.find((mapping) => mapping.scope === scope) ?? (yield* noSuchScope(scope))
})

/** The mapping as it then is. `expected` null: it must not be there yet. */
export const saveScope = Effect.fn("SaveScope")(function* (asked: ScopeSetting, expected: Expected | null = "any") {
  const scope = yield* readScope(asked.scope).pipe(
    Effect.mapError(
      () => new InvalidField({ field: "scope", message: "scope: one scope token that is none of this provider's own." })
    )
  )
  const mappings = yield* retried(ScopeMappings.all)()
  const before = mappings.find((mapping) => mapping.scope === scope)
  if (expected === null && before !== undefined) {
    return yield* new ScopeTaken({ message: `There is a scope ${scope} already.` })
  }
  if (!maySave(expected, before)) return yield* conflict(scope)
  if (before === undefined) yield* mayBeMade(scope, mappings.length)
  const metadata = yield* Effect.fromResult(readMetadata({ ...before?.metadata, ...asked.metadata }))
  const now = yield* Clock.currentTimeMillis
  const made = { scope, metadata, version: (before?.version ?? 0) + 1, createdAt: before?.createdAt ?? now }
  const mapping = new ScopeMapping({ ...made, updatedAt: now })
  const claims = metadata.claims.map(({ claim }) => claim).join(" ")
  const type = before === undefined ? "scope.created" : "scope.updated"
  const event = yield* newEvent({ type, detail: { scope, claims } })
  yield* retried(ScopeMappings.save)(mapping, event).pipe(Effect.catchTag("MappingChanged", () => conflict(scope)))
  return mapping
})

/** A scope means one thing: what a resource server gives its meaning to is not this provider's. */
const mayBeMade = Effect.fnUntraced(function* (scope: string, already: number) {
  if (already >= mostMappings) {
    return yield* new ScopeTaken({ message: `There are ${already} scopes already, and that is all there may be.` })
  }
  for (let after: string | undefined = ""; after !== undefined;) {
    const servers: Effect.Success<ReturnType<typeof ResourceServers.list>> = yield* retried(ResourceServers.list)({
      after,
      limit: pageSize
    })
    const holder = servers.find(({ metadata }) => metadata.scopes.includes(scope))
    if (holder !== undefined) {
      return yield* new ScopeTaken({ message: `The scope ${scope} is one of the resource server ${holder.id}.` })
    }
    after = servers.length < pageSize ? undefined : servers.at(-1)?.id
  }
})

const pageSize = 100

/** From a minute on it is given to nobody. Grants that have it keep telling what their users agreed to. */
export const removeScope = Effect.fn("RemoveScope")(function* (scope: string, expected: Expected = "any") {
  const mapping = yield* showScope(scope)
  if (!isExpected(expected, mapping)) return yield* conflict(scope)
  const event = yield* newEvent({ type: "scope.deleted", detail: { scope } })
  yield* retried(ScopeMappings.remove)({ scope: mapping.scope, version: mapping.version }, event).pipe(
    Effect.catchTag("MappingChanged", () => conflict(scope))
  )
  return { id: scope }
})
