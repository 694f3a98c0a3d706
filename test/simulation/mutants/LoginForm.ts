/** One login form, sent in twice: what every single-use ticket that is kept wrongly is found by. */
import type { Effect } from "effect"
import type { ActionRecord } from "../../../src/layers/test/kernel/History.ts"
import { act } from "../../../src/layers/test/kernel/World.ts"
import { valueOf } from "../../../src/layers/test/oracles/Answer.ts"
import { once } from "../../../src/layers/test/oracles/Once.ts"
import { signIn, withLoginForm } from "../Scene.ts"

type Form = Effect.Success<typeof withLoginForm>

/** Whoever signs in; whoever gets a new form instead has not. */
export const signedInBy = (action: ActionRecord): string | undefined =>
  (valueOf(action) as { readonly _tag: string } | undefined)?._tag === "SignedIn" ? "shown to the user" : undefined

export const sentTwice = {
  setup: withLoginForm,
  clients: ({ browser, sealed }: Form) => ({
    first: act("sign in", signIn(sealed, browser)),
    second: act("sign in", signIn(sealed, browser))
  }),
  oracles: [once({ thing: "login form", of: signedInBy })]
}
