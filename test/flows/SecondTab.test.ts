/** A consent page that was left open while a second tab signed the same person in again. OIDC Core §3.1.2.4. */
import { expect, it } from "@effect/vitest"
import { Effect } from "effect"
import { MemoryProvider } from "../../src/layers/test/MemoryProvider.ts"
import { authorize } from "../../src/services/flows/Authorize.ts"
import { approveConsent, viewConsent } from "../../src/services/flows/authorize/ConsentStep.ts"
import { asks, browserOf, codeOf, signIn, stepOf, withUser } from "../simulation/Scene.ts"

it.effect("it asks anew, in the session that there is now, and nobody has to sign in a third time", () =>
  Effect.gen(function* () {
    yield* withUser
    const signedIn = Effect.fnUntraced(function* (prompt: string, cookie?: string) {
      const browser = browserOf("b", cookie)
      const signed = yield* signIn(stepOf(yield* authorize(asks({ prompt }), browser)), browser)
      if (signed._tag !== "SignedIn") return yield* Effect.die("the set-up could not sign in")
      return { browser: browserOf("b", signed.cookie), cookie: signed.cookie, sealed: stepOf(signed.outcome) }
    })
    const first = yield* signedIn("")
    const { browser } = yield* signedIn("login", first.cookie)
    expect((yield* viewConsent(first.sealed, browser))._tag).toBe("Consent")
    const again = yield* approveConsent(first.sealed, browser)
    expect(again._tag).toBe("Consent")
    expect(codeOf(yield* approveConsent(stepOf(again), browser))).toBeTypeOf("string")
  }).pipe(Effect.provide(MemoryProvider))
)
