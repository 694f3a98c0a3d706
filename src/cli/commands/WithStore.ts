/** What the commands on clients and users have in common: the store, and lists that come in pages. */
import process from "node:process"
import { Effect, Result } from "effect"
import type { CliFailure } from "../CliFailure.ts"
import type { Store } from "../Control.ts"
import { openMigratedStore } from "../OpenStore.ts"
import { readSettings } from "../Settings.ts"

/** Does something with the local store, whether `npm start` has it or nobody. */
export const withStore = <A, E>(use: (store: Store) => Effect.Effect<A, E>): Effect.Effect<A, E | CliFailure> => {
  const settings = readSettings(process.env)
  return Result.isFailure(settings)
    ? Effect.fail(settings.failure)
    : Effect.scoped(Effect.flatMap(openMigratedStore(settings.success), use))
}

export interface Page {
  readonly after?: string
  readonly limit: number
}

/** All items of a list that is asked for page by page. */
export const pages = Effect.fnUntraced(function* <A, E>(
  ask: (page: Page) => Effect.Effect<{ readonly items: ReadonlyArray<A>; readonly next: string | null }, E>
) {
  const all: Array<A> = []
  for (let after: string | null = ""; after !== null;) {
    const page: { readonly items: ReadonlyArray<A>; readonly next: string | null } = yield* ask({
      limit: 1000,
      ...(after === "" ? {} : { after })
    })
    all.push(...page.items)
    after = page.next
  }
  return all
})
