/** Searching: two clients redeem one code at once, under every order of what they do and with one fault. */
import { expect, it } from "@effect/vitest"
import { Effect } from "effect"
import { act, MemoryProvider, simulate, withCode } from "hapax/testing"
import { redeem } from "./Redeem.ts"

// #region search
it.effect("however two redemptions of a code meet, and whatever answer is lost, at most one gets tokens", () =>
  Effect.gen(function* () {
    const report = yield* simulate({
      name: "two clients, one code",
      layer: MemoryProvider,
      setup: withCode,
      clients: (scene) => ({ first: act("redeem", redeem(scene)), second: act("redeem", redeem(scene)) }),
      faults: ["lost reply", "disconnect"],
      atMost: 2,
      oracles: [{ name: "Once", judge: ({ answers }) => (winners(answers) > 1 ? "both got tokens" : undefined) }]
    })
    expect(report.schedules).toBeGreaterThan(100)
  })
)
// #endregion

const winners = (answers: ReadonlyMap<string, { readonly _tag: string } | undefined>) =>
  [...answers.values()].filter((answer) => answer?._tag === "Success").length
