/** Searching: two clients redeem one code at once, in every order of what they do, with any one of these faults. */
import { expect, it } from "@effect/vitest"
import { Effect } from "effect"
import { act, MemoryProvider, once, simulate, withCode } from "hapax/testing"
import { redeem } from "./Redeem.ts"

// #region search
it.effect("however two redemptions of a code meet, and whatever answer is lost, at most one gets tokens", () =>
  Effect.gen(function* () {
    const { schedules } = yield* simulate({
      name: "two clients, one code",
      layer: MemoryProvider,
      setup: withCode,
      clients: (scene) => ({ first: act("redeem", redeem(scene)), second: act("redeem", redeem(scene)) }),
      faults: ["lost request", "lost reply", "overload", "restart", "disconnect"],
      oracles: [once({ thing: "code", of: () => "of the scene" })]
    })
    expect(schedules).toBeGreaterThan(20)
  })
)
// #endregion
