/** `simulate` in a test: what it succeeds with, what it fails with, and that nothing of the test reaches into it. */
import { describe, expect, it } from "@effect/vitest"
import { Clock, Effect, Exit, Layer } from "effect"
import {
  act,
  Around,
  aWorld,
  Cells,
  NotExhaustive,
  type Oracle,
  random,
  replay,
  type Scenario,
  simulate,
  SimulationFailed,
  storage,
  TestWorld
} from "hapax/testing"

/** A number that is read and written. */
const Counter = storage.strong("Test.Counter")<Effect.Success<typeof makeCounter>>()
const makeCounter = TestWorld.use((world) => {
  const cells = new Cells<number>(world, "counter")
  const call = <A>(operation: string, run: () => A) =>
    world.call({ place: "counter", operation, execute: () => Exit.succeed(run()), befalls: [] })
  const read = call("read", () => cells.get("n") ?? 0)
  return Effect.succeed({ read, write: (n: number) => call("write", () => void cells.set("n", n)) })
})
const layer = Layer.effect(Counter, makeCounter).pipe(Layer.provideMerge(aWorld))
type Needs = Layer.Success<typeof layer>

const increment = Counter.use(({ read, write }) => Effect.flatMap(read, (n) => write(n + 1)))

const lostNothing = (clients: number): Oracle<unknown, Needs> => ({
  name: "Sum",
  judge: ({ ask }) => {
    const counted = ask(Counter.use(({ read }) => read))
    return Exit.isSuccess(counted) && counted.value === clients ? undefined : "an increment was lost"
  }
})

const counting = (clients: number, oracles: ReadonlyArray<Oracle<unknown, Needs>>): Scenario<void, Needs> => ({
  name: `${clients} count`,
  layer,
  setup: Effect.void,
  clients: () =>
    Object.fromEntries(Array.from({ length: clients }, (_, n) => [`client ${n + 1}`, act("count", increment)])),
  oracles
})

describe("simulate", () => {
  it.effect("succeeds with the number of schedules, when nothing is broken", () =>
    Effect.gen(function* () {
      const report = yield* simulate(counting(2, []))
      expect(report).toEqual({ scenario: "2 count", schedules: 4, abandoned: report.abandoned, failure: undefined })
    })
  )

  it.effect("fails with the smallest schedule, as a table in the message of an error", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(simulate(counting(3, [lostNothing(3)])))
      expect(error).toBeInstanceOf(SimulationFailed)
      expect(error).toBeInstanceOf(Error)
      expect(error.message).toMatch(/^Sum is broken:\n {2}an increment was lost\n/)
      expect(error.message).toContain("read → ok 0")
      expect(error.message.trimEnd()).toMatch(/simulate\(scenario, \(\) => replay\(\[[0-9, ]+\]\)\)$/)
    })
  )

  it.effect("fails with the failure as data too, which a test runner does not print below the table", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(simulate(counting(2, [lostNothing(2)])))
      if (!(error instanceof SimulationFailed)) return expect.fail("it is a failure of an oracle")
      expect(error.failure.violation.oracle).toBe("Sum")
      expect(Object.keys(error)).not.toContain("failure")
      const again = yield* Effect.flip(simulate(counting(2, [lostNothing(2)]), () => replay(error.failure.choices)))
      expect(again.message.split("\n\n")[0]).toBe(error.message.split("\n\n")[0])
    })
  )

  it.effect("fails if there are more schedules than fit into a test, and says what to do", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(simulate(counting(7, [])))
      expect(error).toBeInstanceOf(NotExhaustive)
      expect(error.message).toMatch(/^7 count: 100000 runs broke nothing, and that was not all of them/)
    })
  )

  it.effect("runs what a chooser wants, and then does not claim that it was all", () =>
    Effect.gen(function* () {
      const report = yield* simulate(counting(7, []), () => random({ runs: 50, seed: "a" }))
      expect(report.schedules).toBe(50)
    })
  )

  it.effect("has its own clock, its own layers and nobody around it, whatever the test has", () =>
    Effect.gen(function* () {
      const told: Array<number> = []
      const clients = () => ({ one: Effect.andThen(increment, Clock.currentTimeMillis) })
      const year: Oracle<unknown, Needs> = {
        name: "year",
        judge: ({ answers }) => {
          const exit = answers.get("one")
          if (exit !== undefined && Exit.isSuccess(exit)) told.push(new Date(Number(exit.value)).getUTCFullYear())
          return undefined
        }
      }
      yield* Counter.use(({ write }) => write(41))
      const scenario: Scenario<void, Needs> = { ...counting(1, [lostNothing(1), year]), clients }
      yield* simulate(scenario)
      expect(new Set(told)).toEqual(new Set([2030]))
      expect(yield* Counter.use(({ read }) => read)).toBe(41)
    }).pipe(
      Effect.provide(layer),
      Effect.provideService(Around, () => Effect.die("nobody stands around it"))
    )
  )
})
