/**
 * A layer that takes anything for storage. Tests only: a lint rule keeps it out of everything else.
 *
 * Fakes nothing else: no delay, no staleness, no fault. Put those around the operations (`Around`).
 */
import { Context, Effect, Layer } from "effect"
import {
  type AnyCall,
  type AnyGroup,
  type Eventual,
  type Implementation,
  keyFor,
  type Operation,
  type Strong
} from "../../services/storage/Consistency.ts"

/** Each operation for itself: `Strong<A> | Strong<B>` and not `Strong<A | B>`, which nothing asks for. */
type Faked<G extends AnyGroup, K extends keyof G> = {
  [P in K]: G[P] extends Operation<infer Name, infer _L, infer _F, infer _Rep> ? Strong<Name> | Eventual<Name> : never
}[K]

/** Offers the given operations of a group, strong and eventual, whatever they are made of. */
export const fake = <G extends AnyGroup, K extends keyof G>(
  group: G,
  implementations: { readonly [P in K]: Implementation<G[P], never> }
): Layer.Layer<Faked<G, K>> => {
  let offered = Context.empty() as Context.Context<unknown>
  for (const [name, implementation] of Object.entries(implementations as Record<string, AnyCall>)) {
    const operation = group[name]
    if (operation === undefined) continue
    const call: AnyCall = (...request: ReadonlyArray<unknown>) => Effect.suspend(() => implementation(...request))
    offered = Context.add(offered, keyFor("Strong", operation.operation), call)
    offered = Context.add(offered, keyFor("Eventual", operation.operation), call)
  }
  return Layer.succeedContext(offered) as Layer.Layer<Faked<G, K>>
}
