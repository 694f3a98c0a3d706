/** What the commands on clients and users have in common: the store, and lists that come in pages. */
import process from "node:process"
import { Effect, Result } from "effect"
import { Flag } from "effect/cli"
import type { CliFailure } from "../CliFailure.ts"
import type { Store } from "../Control.ts"
import { openMigratedStore } from "../OpenStore.ts"
import { openRemoteStore } from "../RemoteOperator.ts"
import { readSettings } from "../Settings.ts"

/** Which store is meant. */
export const where = {
  remote: Flag.Boolean("remote").pipe(
    Flag.withDescription("The provider in your Cloudflare account, not the local one"),
    Flag.withDefault(false)
  )
}

/** Does something with the store: the local one, whether `npm start` has it or nobody, or that of the account. */
export const withStore = <A, E>(
  { remote }: { readonly remote: boolean },
  use: (store: Store) => Effect.Effect<A, E>
): Effect.Effect<A, E | CliFailure> => {
  if (remote) return Effect.scoped(Effect.flatMap(openRemoteStore, use))
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
