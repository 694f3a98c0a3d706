/** `npm run bench -- --simulation`: schedules a second of two clients that redeem one code, on one core. */
import { cpus } from "node:os"
import process from "node:process"
import { Effect, Exit } from "effect"
import { exhaustive } from "../src/layers/test/kernel/Exhaustive.ts"
import type { Chooser } from "../src/layers/test/kernel/Chooser.ts"
import { judge } from "../src/layers/test/kernel/Judge.ts"
import { random } from "../src/layers/test/kernel/Random.ts"
import { Stage } from "../src/layers/test/kernel/Stage.ts"
import { act } from "../src/layers/test/kernel/World.ts"
import { MemoryProvider } from "../src/layers/test/MemoryProvider.ts"
import type { Scenario } from "../src/layers/test/Scenario.ts"
import { type Provider, redeem, type WithCode, withCode } from "../test/simulation/Scene.ts"

const redeemTwice: Scenario<WithCode, Provider> = {
  name: "redeem/redeem",
  layer: MemoryProvider,
  setup: withCode,
  clients: (scene) => ({ first: act("redeem", redeem(scene)), second: act("redeem", redeem(scene)) }),
  oracles: [
    {
      name: "Once",
      judge: ({ history }) =>
        history.actions.filter(({ result }) => result !== undefined && Exit.isSuccess(result)).length > 1
          ? "both got tokens"
          : undefined
    }
  ],
  faults: ["lost reply", "lost request", "late execution", "commit failure", "overload", "fail before", "disconnect"],
  atMost: 2
}

interface Measured {
  readonly name: string
  readonly schedules: number
  readonly perSecond: number
}

const measure = Effect.fnUntraced(function* (name: string, remembers: boolean, chooser: Chooser) {
  const stage = yield* Stage.make(redeemTwice, { traced: false, remembers })
  let schedules = 0
  const began = performance.now()
  do {
    stage.perform(chooser, (ended) => {
      if (ended.abandoned) return
      schedules++
      const violation = judge(redeemTwice.oracles, ended, stage)
      if (violation !== undefined) throw new Error(violation.sentence)
    })
  } while (chooser.next())
  const seconds = (performance.now() - began) / 1000
  return { name, schedules, perSecond: Math.round(schedules / seconds) } satisfies Measured
})

/** Measures and prints; `scale` multiplies the number of schedules. */
export const benchSimulation = async (scale: number): Promise<void> => {
  const runs = Math.max(1, Math.round(200_000 * scale))
  const all = Effect.gen(function* () {
    // Once without counting, to warm up.
    yield* measure("warm-up", true, random({ runs: Math.ceil(runs / 10), seed: "warm-up" }))
    return [
      yield* measure("by chance, up to two faults", true, random({ runs, seed: "bench" })),
      yield* measure("all of them, up to two faults", true, exhaustive()),
      yield* measure(
        "by chance, every flow's code run in every schedule",
        false,
        random({ runs: runs / 20, seed: "x" })
      )
    ]
  })
  for (const { name, perSecond, schedules } of await Effect.runPromise(all)) {
    console.log(`${String(perSecond).padStart(8)} schedules/s  ${String(schedules).padStart(8)} schedules  ${name}`)
  }
  console.log(`\nTwo clients redeem one code; one core of ${cpus()[0]?.model}, Node ${process.version}.`)
}
