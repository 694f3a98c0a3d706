/** Swapping a layer in a test: the real token endpoint's flow over memory, with one operation that fails. */
import { expect, it } from "@effect/vitest"
import { Effect, Layer } from "effect"
import { AuthorizationCodes, fake, MemoryProvider, OutcomeUnknown, withCode } from "hapax/testing"
import { redeem } from "./Redeem.ts"

// #region swap
const lost = new OutcomeUnknown({ operation: "AuthorizationCode.redeem", detail: "the object reset" })
const Broken = fake(AuthorizationCodes, { redeem: () => Effect.fail(lost) })

it.live("a redemption whose outcome nobody knows is an error, never a token", () =>
  Effect.gen(function* () {
    const error = yield* Effect.flip(redeem(yield* withCode))
    expect(error._tag).toBe("OutcomeUnknown")
  }).pipe(Effect.provide(Layer.merge(MemoryProvider, Broken)))
)
// #endregion
