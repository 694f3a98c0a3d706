/**
 * Laws: what every backend of an operation must obey, written against the operations alone.
 *
 * A law stands next to the operations it is about (`X.laws.ts`) and is run over the model in memory, over the real
 * platform, and under a simulator; so it knows no backend, draws values that nobody used before (`Fresh.laws.ts`), and
 * fails with a sentence.
 */
import { Context, Effect, Schema } from "effect"
import { Around } from "./Consistency.ts"

/** What a law found to be otherwise than it says. */
export class LawBroken extends Schema.TaggedError<LawBroken>()("LawBroken", { message: Schema.String }) {}

export interface Law<R> {
  /** The clause or the invariant, as a sentence. */
  readonly title: string
  /** The operations it is about, by their full names. */
  readonly operations: ReadonlyArray<string>
  /** Succeeds if the law holds on the storage that answers. */
  readonly check: Effect.Effect<void, unknown, R>
}

/** A law; it is broken too if it never called one of the operations it names, for then it has said nothing of it. */
export const law = <A, E, R>(
  title: string,
  operations: ReadonlyArray<string>,
  check: Effect.Effect<A, E, R>
): Law<R> => ({
  title,
  operations,
  check: Effect.contextWith((context: Context.Context<R>) => {
    const called = new Set<string>()
    // Whoever stands around the operations already (a simulator, a meter) stays there.
    const outer = Context.get(context, Around)
    return Effect.provideService(check, Around, (call, run) => {
      called.add(call.operation)
      return outer(call, run)
    }).pipe(
      Effect.andThen(
        Effect.suspend(() => {
          const silent = operations.filter((operation) => !called.has(operation))
          return expectThat(silent.length === 0, `the law must call what it is about: ${silent.join(", ")}`)
        })
      )
    )
  })
})

/** Fails with the sentence unless the condition is true. */
export const expectThat = (condition: boolean, sentence: string): Effect.Effect<void, LawBroken> =>
  condition ? Effect.void : Effect.fail(new LawBroken({ message: sentence }))

/** The failure of an effect that the law says must fail; that it succeeds breaks the law. */
export const expectFailure = <A, E, R>(
  effect: Effect.Effect<A, E, R>,
  sentence: string
): Effect.Effect<E, LawBroken, R> =>
  Effect.flip(effect).pipe(Effect.mapError(() => new LawBroken({ message: sentence })))
