/** Putting a defect into a provider: in place of an operation, of a step of its objects, or of what they remember. */
import { Effect, Layer } from "effect"
import type { accountSteps } from "../../../src/layers/objects/AccountSteps.ts"
import { AccountModel, type AccountModelShape } from "../../../src/layers/test/AccountModel.ts"
import { MemoryProvider } from "../../../src/layers/test/MemoryProvider.ts"
import { bind } from "../../../src/services/storage/Bind.ts"
import type { AnyCall, AnyGroup, Implementation } from "../../../src/services/storage/Consistency.ts"
import type { Provider } from "../Scene.ts"
import { above, Beneath, type Parts } from "./Beneath.ts"

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

/** The provider with some steps replaced; whoever replaces one is told the sound ones. */
export const withSteps = (change: (sound: typeof accountSteps) => Partial<typeof accountSteps>) =>
  withModel(({ steps }) => ({ steps: { ...steps, ...change(steps) } }))

/**
 * A provider with operations of a group made otherwise. What they are made of is the provider beneath: called in there,
 * an operation is the sound one.
 */
export const instead = <G extends AnyGroup, K extends keyof G>(
  group: G,
  implementations: { readonly [P in K]: Implementation<G[P], Parts> },
  provider: Layer.Layer<Provider> = MemoryProvider
): Layer.Layer<Parts> => {
  const made = Object.entries(implementations as Record<string, AnyCall>).map(([name, implementation]) => {
    const call: AnyCall = (...request: ReadonlyArray<unknown>) =>
      Beneath.use(({ run }) => run(implementation(...request) as Effect.Effect<unknown, unknown, Parts>))
    return [name, call] as const
  })
  return above(bind(group, Object.fromEntries(made) as never), provider)
}
