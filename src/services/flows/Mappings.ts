/**
 * The scopes that an operator made, as far as a request names them: what each tells, and how people are asked for it.
 *
 * A request for nothing but the provider's own scopes asks nobody. The grant keeps what was found, so that userinfo and
 * every refresh look nothing up (docs/decisions/0030-people.md).
 */
import { Effect } from "effect"
import * as Scope from "../../domain/Scope.ts"
import { mappedOf, type ScopeMapping } from "../../domain/ScopeMapping.ts"
import { retried } from "../storage/Retry.ts"
import { ScopeMappings } from "../storage/ScopeMappings.ts"

/** Those of these scopes that are mapped, unless somebody who was named gives them another meaning. */
export const mappingsOf = Effect.fn("Mappings.of")(function* (
  scopes: ReadonlyArray<string>,
  targets: ReadonlyArray<{ readonly scopes: ReadonlyArray<string> }>
) {
  const none: ReadonlyArray<ScopeMapping> = []
  const wanted = scopes.filter((one) => !Scope.isOwn(one) && !targets.some((target) => target.scopes.includes(one)))
  if (wanted.length === 0) return none
  const mappings = yield* retried(ScopeMappings.copy)()
  return mappings.filter(({ scope }) => wanted.includes(scope))
})

/** What a grant of these scopes remembers. */
export const mappedFor = (
  scopes: ReadonlyArray<string>,
  targets: ReadonlyArray<{ readonly scopes: ReadonlyArray<string> }>
) => Effect.map(mappingsOf(scopes, targets), (mappings) => mappedOf(mappings, scopes))
