/** The provider's own operations, over its models, against its own steps: what must hold, and that it is not empty. */
import { Effect } from "effect"
import { expect, it } from "@effect/vitest"
import { exhaustive } from "../../../src/layers/test/kernel/Exhaustive.ts"
import { act } from "../../../src/layers/test/kernel/World.ts"
import { MemoryProvider } from "../../../src/layers/test/MemoryProvider.ts"
import { withPast } from "../../../src/layers/test/oracles/specs/Past.ts"
import { providerLinearizable } from "../../../src/layers/test/oracles/specs/ProviderSpecification.ts"
import { search } from "../../../src/layers/test/Simulate.ts"
import { redeem, withCode } from "../Scene.ts"

it.effect("redeem/redeem", () =>
  Effect.gen(function* () {
    const t0 = process.hrtime.bigint()
    const report = yield* search(
      {
        name: "redeem/redeem",
        layer: MemoryProvider,
        setup: withPast(withCode),
        faults: ["lost reply", "lost request", "late execution", "disconnect", "overload"],
        clients: (scene) => ({ first: act("redeem", redeem(scene)), second: act("redeem", redeem(scene)) }),
        oracles: process.env["NOOR"] ? [] : [providerLinearizable()]
      },
      () => exhaustive()
    )
    console.log(
      report.schedules,
      report.abandoned,
      report.failure?.violation,
      Number(process.hrtime.bigint() - t0) / 1e6
    )
    expect(report.failure).toBeUndefined()
  })
)
