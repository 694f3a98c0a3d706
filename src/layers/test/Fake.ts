/**
 * A layer that takes anything for storage. Tests only: a lint rule keeps it out of everything else.
 *
 * In a simulation an operation of it waits for its turn like any other, and is answered in one. State that it needs
 * stands in `Cells` of the world it is handed; elsewhere it would be carried from one schedule into the next.
 */
import { Clock, Context, Effect, Exit, Layer, Random } from "effect"
import { SecureRandom } from "effect/crypto"
import {
  type AnyCall,
  type AnyGroup,
  type AnyOperation,
  Around,
  type Eventual,
  type Implementation,
  keyFor,
  type Operation,
  type Strong
} from "../../services/storage/Consistency.ts"
import { NotExecuted, OutcomeUnknown } from "../../services/storage/StorageError.ts"
import type { Befall } from "./kernel/Fault.ts"
import { virtualClock } from "./kernel/VirtualClock.ts"
import { aWorld, CurrentCaller, TestWorld, type World } from "./kernel/World.ts"
import { randomOf, RandomStream, secureRandomOf } from "./RandomStream.ts"

/** Each operation for itself: `Strong<A> | Strong<B>` and not `Strong<A | B>`, which nothing asks for. */
type Faked<G extends AnyGroup, K extends keyof G> = {
  [P in K]: G[P] extends Operation<infer Name, infer _L, infer _F, infer _Rep> ? Strong<Name> | Eventual<Name> : never
}[K]

type Implementations<G extends AnyGroup, K extends keyof G> = { readonly [P in K]: Implementation<G[P], never> }

/**
 * Offers the given operations of a group, strong and eventual, whatever they are made of.
 * `fake(Tickets, { spend: () => Effect.void })`, or with state in cells `fake(Tickets, (world) => ({ spend: … }))`.
 */
export const fake = <G extends AnyGroup, K extends keyof G>(
  group: G,
  implementations: Implementations<G, K> | ((world: World) => Implementations<G, K>)
): Layer.Layer<Faked<G, K>> =>
  Layer.effectContext(
    TestWorld.use((world) => {
      const made = typeof implementations === "function" ? implementations(world) : implementations
      let offered = Context.empty() as Context.Context<unknown>
      for (const [name, implementation] of Object.entries(made as Record<string, AnyCall>)) {
        const operation = group[name]
        if (operation === undefined) continue
        const call = inItsTurn(operation, implementation)
        offered = Context.add(offered, keyFor("Strong", operation.operation), call)
        offered = Context.add(offered, keyFor("Eventual", operation.operation), call)
      }
      return Effect.succeed(offered as Context.Context<Faked<G, K>>)
    })
  ).pipe(Layer.provide(aWorld))

/** Outside a simulation, the implementation; inside, a call that executes it. */
const inItsTurn =
  (operation: AnyOperation, implementation: AnyCall): AnyCall =>
  (...request: ReadonlyArray<unknown>) =>
    Effect.withFiber((fiber) => {
      const caller = fiber.getRef(CurrentCaller)
      const run = Effect.suspend(() => implementation(...request)) as Effect.Effect<unknown, unknown>
      if (caller === undefined) return run
      // Drawn while the client moves, so that what is drawn in the turn is no part of what the client draws.
      return Effect.flatMap(Random.nextInt, (seed) =>
        caller.suspend<unknown, unknown>({
          place: "fake",
          operation: operation.operation,
          execute: (now) => execute(run, operation, aloneAt(fiber.context, now, seed)),
          befalls: befallsOf(operation)
        })
      )
    })

const execute = (
  run: Effect.Effect<unknown, unknown>,
  { operation }: AnyOperation,
  context: Context.Context<never>
) => {
  const exit = Effect.runSyncExitWith(context)(Effect.exit(run))
  if (Exit.isSuccess(exit)) return exit.value
  return Exit.die(new Error(`the fake of ${operation} waits: it has one turn, and what it waits for is not in it`))
}

const befallsOf = ({ declaration, operation }: AnyOperation): ReadonlyArray<Befall> => {
  const turnedAway = new NotExecuted({ operation, reason: "unavailable", detail: "the fake was not reached" })
  const before: Befall = { fault: "fail before", executes: "never", hears: Exit.fail(turnedAway) }
  if (declaration.kind === "read") return [before]
  const unknown = new OutcomeUnknown({ operation, detail: "the fake's answer was lost" })
  return [before, { fault: "lost reply", executes: "now", hears: Exit.fail(unknown) }]
}

/** The services of the caller, as they are in a turn: nothing in it waits, and time stands still. */
const aloneAt = (context: Context.Context<never>, now: number, seed: number): Context.Context<never> => {
  const random = new RandomStream(String(seed))
  return context.pipe(
    Context.add(CurrentCaller, undefined),
    Context.add(Around, (_call, run) => run),
    Context.add(
      Clock.Clock,
      virtualClock(
        () => now,
        () => Effect.never
      )
    ),
    Context.add(Random.Random, randomOf(random)),
    Context.add(SecureRandom.SecureRandom, secureRandomOf(random))
  )
}
