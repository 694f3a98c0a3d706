/** What a mutant stands on: the sound provider, under another name than the operations that take its place. */
import { Context, Effect, Layer } from "effect"
import { MemoryKv } from "../../../src/layers/test/models/KvModel.ts"
import { storage } from "../../../src/services/storage/Storage.ts"
import type { Provider } from "../Scene.ts"

/** What a mutant may be made of: the sound provider, and KV, which production has no use for. */
export type Parts = Provider | Layer.Success<typeof MemoryKv>

/**
 * The provider beneath a mutant. It is said to be strong whatever a mutant takes from it: that KV is not is just what
 * the types would refuse, and what the simulator has to find by itself.
 */
export const Beneath = storage.strong("Mutant.Beneath")<{
  readonly run: <A, E>(effect: Effect.Effect<A, E, Parts>) => Effect.Effect<A, E>
}>()

/** The operations and backends of a context; time, randomness and who stands around are the caller's. */
const storageOf = (built: Context.Context<Parts>): Context.Context<Parts> =>
  Context.makeUnsafe(new Map([...built.mapUnsafe].filter(([key]) => key.startsWith("hapax/storage/"))))

const beneath = Layer.effect(
  Beneath,
  Effect.contextWith((built: Context.Context<Parts>) => {
    const sound = storageOf(built)
    return Effect.succeed({
      run: <A, E>(effect: Effect.Effect<A, E, Parts>) =>
        Effect.updateContext(effect, (caller: Context.Context<never>) => Context.merge(caller, sound))
    })
  })
)

/** The provider with some operations that take the place of its own. */
export const above = (operations: Layer.Layer<never, never, unknown>, provider: Layer.Layer<Provider>) =>
  operations.pipe(
    Layer.provide(beneath as Layer.Layer<unknown, never, Parts>),
    Layer.provideMerge(Layer.merge(provider, MemoryKv))
  ) as Layer.Layer<Parts>
