/** A flow over memory: the real token and introspection flows, and not a line about storage. */
import { expect, it } from "@effect/vitest"
import { Effect } from "effect"
import { MemoryProvider, withCode } from "hapax/testing"
import { introspect } from "hapax/flows/Introspect"
import { redeem } from "./Redeem.ts"

// #region flow
it.effect("a code that is used again is refused, and takes back what it gave", () =>
  Effect.gen(function* () {
    const scene = yield* withCode
    const tokens = yield* redeem(scene)
    const error = yield* Effect.flip(redeem(scene))
    expect(error._tag).toBe("InvalidGrant")
    const { active } = yield* introspect(scene.relyingParty, tokens.access_token)
    expect(active).toBe(false)
  }).pipe(Effect.provide(MemoryProvider))
)
// #endregion
