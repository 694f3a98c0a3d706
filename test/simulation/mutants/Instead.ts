/** Putting a defect into a provider: in place of an operation, of a step of its objects, or of what they remember. */
import { Context, Effect, Layer } from "effect"
import type { accountSteps } from "../../../src/layers/objects/AccountSteps.ts"
import { AccountModel, type AccountModelShape } from "../../../src/layers/test/AccountModel.ts"
import { fake } from "../../../src/layers/test/Fake.ts"
import { MemoryProvider } from "../../../src/layers/test/MemoryProvider.ts"
import { MemoryKv } from "../../../src/layers/test/models/KvModel.ts"
import type { AnyCall, AnyGroup, Implementation } from "../../../src/services/storage/Consistency.ts"
import type { Provider } from "../Scene.ts"

/** What a mutant may be made of: the sound provider, and KV, which production has no use for. */
export type Parts = Provider | Layer.Success<typeof MemoryKv>

/** What the steps of account objects see of their rows. */
export type Step<K extends keyof typeof accountSteps> = (typeof accountSteps)[K]

/** The provider with other steps, tables or memories of its account objects. */
export const withModel = (change: (sound: AccountModelShape) => Partial<AccountModelShape>) =>
  MemoryProvider.pipe(
    Layer.provide(
      Layer.effect(
        AccountModel,
        Effect.map(AccountModel, (sound) => ({ ...sound, ...change(sound) }))
      )
    )
  )

/** The provider with some steps replaced; each is told the sound ones. */
export const withSteps = (change: (sound: typeof accountSteps) => Partial<typeof accountSteps>) =>
  withModel(({ steps }) => ({ steps: { ...steps, ...change(steps) } }))

/**
 * A provider with operations of a group made otherwise. What they are made of is the provider beneath: called in there,
 * an operation is the sound one.
 */
export const instead = <G extends AnyGroup, K extends keyof G>(
  group: G,
  implementations: { readonly [P in K]: Implementation<G[P], Parts> },
  beneath: Layer.Layer<Provider> = MemoryProvider
) =>
  Layer.unwrap(
    Effect.contextWith((built: Context.Context<Parts>) => {
      const storage = storageOf(built)
      const made = Object.entries(implementations as Record<string, AnyCall>).map(([name, implementation]) => {
        const call: AnyCall = (...request: ReadonlyArray<unknown>) =>
          Effect.updateContext(implementation(...request), (caller: Context.Context<unknown>) =>
            Context.merge(caller, storage)
          )
        return [name, call] as const
      })
      return Effect.succeed(fake(group, Object.fromEntries(made) as { readonly [P in K]: Implementation<G[P], never> }))
    })
  ).pipe(Layer.provideMerge(Layer.merge(beneath, MemoryKv)))

/** The operations and backends of a context; time, randomness and who stands around are the caller's. */
const storageOf = (built: Context.Context<Parts>): Context.Context<unknown> =>
  Context.makeUnsafe(new Map([...built.mapUnsafe].filter(([key]) => key.startsWith("hapax/storage/"))))
