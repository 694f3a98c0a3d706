/**
 * Turning storage into a layer: type-checks only if a Strong operation is made of Strong storage.
 *
 * Each implementation's own `R` says what it is made of, so the check is made operation by operation. An Eventual
 * operation may be made of either. One made of no storage at all is refused: it would be an opinion, not a fact.
 */
import { Context, Effect, Layer } from "effect"
import {
  type AnyCall,
  type AnyGroup,
  type AnyOperation,
  type Eventual,
  keyFor,
  type Level,
  type Leveled,
  type Operation,
  type Strong,
  type Strongly
} from "./Consistency.ts"
import type { EventualStorage, StrongStorage } from "./Storage.ts"

type EventualNames<R> =
  R extends EventualStorage<infer B> ? `storage "${B}"` : R extends Eventual<infer N> ? `operation "${N}"` : never

type StrongNames<R> = R extends StrongStorage<infer B> ? B : R extends Strong<infer N> ? N : never

/** `unknown` if an operation may be made of `R`, or the sentence that says why not. */
type Verdict<O, R> =
  O extends Operation<infer Name, infer L, infer _F, infer _Rep>
    ? [EventualNames<R>] extends [never]
      ? [StrongNames<R>] extends [never]
        ? `"${Name}" is made of no storage at all: an operation must be made of storage.strong or storage.eventual`
        : unknown
      : L extends "Strong"
        ? `Strong "${Name}" cannot be made of Eventual ${EventualNames<R>}`
        : unknown
    : never

/** The implementations of operations of a group; `Rs` is what each is made of, read from its own type. */
type Implementations<G extends AnyGroup, Rs> = {
  readonly [K in keyof Rs]: K extends keyof G
    ? (
        ...args: Parameters<G[K]>
      ) => Effect.Effect<Effect.Success<ReturnType<G[K]>>, Effect.Error<ReturnType<G[K]>>, Rs[K]> & Verdict<G[K], Rs[K]>
    : never
}

type Offered<G extends AnyGroup, Rs> = {
  [K in keyof Rs & keyof G]: G[K] extends Operation<infer Name, infer L, infer _F, infer _Rep>
    ? Leveled<L, Name>
    : never
}[keyof Rs & keyof G]

type OfferedStrong<G extends AnyGroup, Rs> = {
  [K in keyof Rs & keyof G]: G[K] extends Operation<infer Name, infer _L, infer _F, infer _Rep> ? Strong<Name> : never
}[keyof Rs & keyof G]

/**
 * Binds operations of a group to storage, each at its declared level.
 * `bind(Clients, { find: (id) => D1Primary.use((d1) => d1.first(...)) })`.
 */
export const bind = <G extends AnyGroup, Rs extends { readonly [K in keyof G]?: unknown }>(
  group: G,
  implementations: Implementations<G, Rs>
): Layer.Layer<Offered<G, Rs>, never, Rs[keyof Rs]> =>
  offer(group, implementations, (operation) => operation.declaration.level) as unknown as Layer.Layer<
    Offered<G, Rs>,
    never,
    Rs[keyof Rs]
  >

/**
 * Binds the strong reading of operations declared Eventual (what `strongly` asks for); all of it must be made of Strong
 * storage. It is a layer of its own so that an eventual layer of the same operations can never take its place.
 */
export const bindStrongly = <G extends AnyGroup, Rs extends { readonly [K in keyof G]?: unknown }>(
  group: G,
  implementations: Implementations<Strongly<G>, Rs>
): Layer.Layer<OfferedStrong<G, Rs>, never, Rs[keyof Rs]> =>
  offer(group, implementations, () => "Strong") as unknown as Layer.Layer<OfferedStrong<G, Rs>, never, Rs[keyof Rs]>

const offer = (group: AnyGroup, implementations: object, levelOf: (operation: AnyOperation) => Level) =>
  Layer.effectContext(
    Effect.contextWith((built: Context.Context<unknown>) => {
      let offered = Context.empty() as Context.Context<unknown>
      for (const [name, implementation] of Object.entries(implementations as Record<string, AnyCall>)) {
        const operation = group[name]
        if (operation === undefined) continue
        // What the caller's fiber carries (spans, meters, clocks) wins over what stood around when this was built.
        const call: AnyCall = (...request: ReadonlyArray<unknown>) =>
          Effect.updateContext(implementation(...request), (caller: Context.Context<never>) =>
            Context.merge(built, caller)
          )
        offered = Context.add(offered, keyFor(levelOf(operation), operation.operation), call)
      }
      return Effect.succeed(offered)
    })
  )
