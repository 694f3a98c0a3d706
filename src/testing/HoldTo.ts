/**
 * Holds a layer to the laws of the operations that it offers: one after the other, each over a layer of its own.
 *
 * A law is checked as it is; and if the layer stands on a world (`TestWorld`), again under schedules drawn by chance,
 * in which what the law does at once comes in one order and another.
 */
import { Context, Data, Effect, Exit, Layer, Scope } from "effect"
import { SecureRandom } from "effect/crypto"
import { TestClock } from "effect/testing"
import { random } from "../layers/test/kernel/Random.ts"
import { TestWorld, type World } from "../layers/test/kernel/World.ts"
import { errorOf } from "../layers/test/oracles/Answer.ts"
import type { Law } from "../services/storage/Law.ts"
import { LawClock, LawStorage } from "../services/storage/World.laws.ts"
import { simulate } from "./SimulateInTest.ts"

/** The layer does not keep some of the laws. The message has a sentence for each. */
export class LawsBroken extends Data.TaggedError("LawsBroken")<{ readonly message: string }> {}

type Needs<L> = L extends Law<infer R> ? R : never

/** What a law is given besides the storage that it is about. */
type Given = SecureRandom.SecureRandom | LawClock | LawStorage

/** How many schedules each law is checked under. */
const runs = 20

/** Succeeds if the layer keeps all of the laws. Nothing of the test that it runs in reaches into it. */
export const holdTo = <L extends Law<unknown>>(
  laws: ReadonlyArray<L>,
  layer: Layer.Layer<Exclude<Needs<L>, Given>>
): Effect.Effect<void, LawsBroken> =>
  Effect.gen(function* () {
    const broken: Array<string> = []
    for (const law of laws) {
      const sentence = yield* sentenceOn(law, layer as Layer.Layer<unknown>)
      if (sentence !== undefined) broken.push(`${law.title}: ${sentence}`)
    }
    if (broken.length > 0) return yield* new LawsBroken({ message: broken.join("\n") })
  }).pipe(Effect.updateContext(() => Context.empty()))

const sentenceOn = Effect.fnUntraced(function* (law: Law<unknown>, layer: Layer.Layer<unknown>) {
  const context = yield* Layer.buildWithScope(Layer.merge(layer, TestClock.layer()), Scope.makeUnsafe())
  const world = Context.getOrUndefined(context as Context.Context<TestWorld>, TestWorld)
  const given = Context.make(LawClock, { advance: (milliseconds) => TestClock.adjust(milliseconds) }).pipe(
    Context.add(LawStorage, { restart: Effect.sync(() => world?.restartAll()) })
  )
  const exit = yield* Effect.exit(
    law.check.pipe(
      Effect.provideContext(Context.merge(context, given)),
      Effect.provide(SecureRandom.layerWebCrypto)
    ) as Effect.Effect<void, unknown>
  )
  if (Exit.isFailure(exit)) return sentenceOf(exit)
  return world === undefined ? undefined : yield* sentenceInSimulation(law, layer as Layer.Layer<TestWorld>)
})

const sentenceInSimulation = (law: Law<unknown>, layer: Layer.Layer<TestWorld>) =>
  simulate(
    {
      name: law.title,
      layer: Layer.provideMerge(inSimulation, layer),
      setup: Effect.void,
      clients: () => ({ law: law.check as Effect.Effect<void, unknown> }),
      oracles: [
        {
          name: law.title,
          judge: ({ answers }) => {
            const exit = answers.get("law")
            return exit === undefined || Exit.isSuccess(exit) ? undefined : sentenceOf(exit)
          }
        }
      ]
    },
    () => random({ runs, seed: "law" })
  ).pipe(
    Effect.as(undefined),
    Effect.catch(({ message }) => Effect.succeed(message))
  )

/** Time passes while the law sleeps, and all parts of the platform begin anew at once. */
const inSimulation = Layer.effectContext(
  TestWorld.use((world: World) => {
    const execute = () => {
      world.restartAll()
      return Exit.void
    }
    const restart = world.call({ place: "every place", operation: "restart", execute, befalls: [] })
    return Effect.succeed(
      Context.make(LawClock, { advance: (milliseconds) => Effect.sleep(milliseconds) }).pipe(
        Context.add(LawStorage, { restart })
      )
    )
  })
)

const sentenceOf = (exit: Exit.Exit<unknown, unknown>): string => {
  const error = errorOf(exit)
  if (error === undefined) return String(exit)
  return error instanceof Error && error.message !== "" ? error.message : JSON.stringify(error)
}
