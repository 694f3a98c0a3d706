/** One run: its clients, its time, its replay, and what a run may not do. */
import { describe, expect, it } from "@effect/vitest"
import { Clock, Deferred, Effect, Exit, Layer, Random } from "effect"
import { SecureRandom } from "effect/crypto"
import { exhaustive } from "../../../src/layers/test/kernel/Exhaustive.ts"
import { pct } from "../../../src/layers/test/kernel/Pct.ts"
import { random } from "../../../src/layers/test/kernel/Random.ts"
import { replay } from "../../../src/layers/test/kernel/Replay.ts"
import { dawn, Stage } from "../../../src/layers/test/kernel/Stage.ts"
import { aWorld, act, TestWorld } from "../../../src/layers/test/kernel/World.ts"
import { MemoryProvider } from "../../../src/layers/test/MemoryProvider.ts"
import type { Scenario } from "../../../src/layers/test/Scenario.ts"
import { again, search } from "../../../src/layers/test/Simulate.ts"
import { RandomStream, secureRandomOf } from "../../../src/layers/test/RandomStream.ts"
import { type Provider, refresh, withFamily } from "../Scene.ts"
import { type Program, toy } from "./Toy.ts"

const faults = ["lost reply", "late execution", "disconnect", "commit failure", "overload", "lost request"] as const

type Family = Effect.Success<typeof withFamily>

const refreshTwice: Scenario<Family, Provider> = {
  name: "refresh/refresh",
  layer: MemoryProvider,
  setup: withFamily,
  clients: ({ refreshToken }) => ({
    first: act("refresh", refresh(refreshToken)),
    second: act("refresh", refresh(refreshToken))
  }),
  oracles: [],
  faults,
  atMost: 3
}

/** What a run was, as text. */
const textOf = (stage: Stage<Family, Provider>, choices: ReadonlyArray<number>) =>
  stage.perform(replay(choices), ({ answers, recorder }) =>
    JSON.stringify([[...answers], recorder.moments, recorder.operations, recorder.actions])
  )

/** A hundred schedules by chance. */
const someChoices = Effect.gen(function* () {
  const stage = yield* Stage.make(refreshTwice, { traced: false, remembers: true })
  const chooser = random({ runs: 100, seed: "some" })
  const all: Array<ReadonlyArray<number>> = []
  do stage.perform(chooser, ({ choices }) => void all.push(choices))
  while (chooser.next())
  return all
})

describe("a run", () => {
  it.effect("again with the same choices is the same, bit for bit: moments, operations, answers", () =>
    Effect.gen(function* () {
      const one = yield* Stage.make(refreshTwice, { traced: true, remembers: false })
      const other = yield* Stage.make(refreshTwice, { traced: true, remembers: false })
      const texts = new Set<string>()
      for (const choices of yield* someChoices) {
        const text = textOf(one, choices)
        expect(textOf(other, choices)).toBe(text)
        texts.add(text)
      }
      expect(texts.size).toBeGreaterThan(50)
    })
  )

  it.effect("of clients that are remembered is the same as of clients whose code runs each time", () =>
    Effect.gen(function* () {
      const remembered = yield* Stage.make(refreshTwice, { traced: true, remembers: true })
      const live = yield* Stage.make(refreshTwice, { traced: true, remembers: false })
      for (const choices of yield* someChoices) expect(textOf(remembered, choices)).toBe(textOf(live, choices))
    })
  )

  it.effect("begins where every other began, whatever the one before it wrote", () =>
    Effect.gen(function* () {
      const stage = yield* Stage.make(refreshTwice, { traced: true, remembers: true })
      const first = textOf(stage, [])
      for (const choices of (yield* someChoices).slice(0, 10)) textOf(stage, choices)
      expect(textOf(stage, [])).toBe(first)
    })
  )

  it.effect("draws what each client draws from a stream of its own, whatever the others do", () =>
    Effect.gen(function* () {
      const drawn = new Set<string>()
      const draw = Effect.gen(function* () {
        const world = yield* TestWorld
        const call = { place: "x", operation: "look", execute: () => Exit.void, befalls: [] }
        yield* world.call(call)
        const bytes = yield* SecureRandom.SecureRandom.use((source) => source.randomBytes(8))
        yield* world.call(call)
        return [...bytes, yield* Random.next].join()
      })
      yield* search(
        {
          name: "draw",
          layer: Layer.merge(aWorld, Layer.succeed(SecureRandom.SecureRandom, secureRandomOf(new RandomStream("x")))),
          setup: Effect.void,
          clients: () => ({ a: draw, b: draw }),
          oracles: [{ name: "note", judge: ({ answers }) => void drawn.add(JSON.stringify([...answers])) }]
        },
        () => exhaustive({ reduces: false })
      )
      expect(drawn.size).toBe(1)
      const [text = ""] = drawn
      const [[, a], [, b]] = JSON.parse(text) as [[string, { value: string }], [string, { value: string }]]
      expect(a.value).not.toBe(b.value)
    })
  )
})

describe("time", () => {
  const timed = (program: Effect.Effect<unknown, unknown, TestWorld>, skews = [0]) =>
    search(
      {
        name: "time",
        layer: aWorld,
        setup: Effect.void,
        clients: () => ({ a: program }),
        skews,
        oracles: [
          {
            name: "assertion",
            judge: ({ answers }) => {
              const exit = answers.get("a")
              return exit !== undefined && Exit.isFailure(exit) ? "failed" : undefined
            }
          }
        ]
      },
      exhaustive
    )

  it.effect("stands still between two calls, as Date.now() does in a Worker, and moves where a client sleeps", () =>
    Effect.gen(function* () {
      const report = yield* timed(
        Effect.gen(function* () {
          const before = yield* Clock.currentTimeMillis
          for (let sum = 0; sum < 10_000; sum++) yield* Effect.void
          if ((yield* Clock.currentTimeMillis) !== before) return yield* Effect.fail("it moved")
          yield* Effect.sleep("90 seconds")
          if ((yield* Clock.currentTimeMillis) !== dawn + 90_000) return yield* Effect.fail("it did not move")
        })
      )
      expect(report).toMatchObject({ schedules: 1, failure: undefined })
    })
  )

  it.effect("is each node's own where clocks go wrong: client and place differ by every skew", () =>
    Effect.gen(function* () {
      const seen = new Set<number>()
      const report = yield* timed(
        Effect.gen(function* () {
          const world = yield* TestWorld
          const execute = (now: number) => Exit.succeed(now)
          const there = yield* world.call({ place: "x", operation: "time", execute, befalls: [] })
          seen.add(there - (yield* Clock.currentTimeMillis))
        }),
        [0, 5_000]
      )
      expect(report.schedules).toBe(4)
      expect(seen).toEqual(new Set([0, 5_000, -5_000]))
    })
  )
})

describe("a run may not", () => {
  const alone = (program: Effect.Effect<unknown, unknown, never>) =>
    search(
      { name: "alone", layer: aWorld, setup: Effect.void, clients: () => ({ a: program }), oracles: [] },
      exhaustive
    )

  it.effect("wait for a real promise: it is told which, and where it was made", () =>
    Effect.gen(function* () {
      const { failure } = yield* alone(Effect.promise(() => Promise.resolve(1)))
      expect(failure?.violation.sentence).toMatch(
        /^a waits for a real promise, made in test\/simulation\/kernel\/run\.test\.ts, line \d+/
      )
    })
  )

  it.effect("wait for what nobody does", () =>
    Effect.gen(function* () {
      const { failure } = yield* alone(Effect.flatMap(Deferred.make<void>(), Deferred.await))
      expect(failure?.violation.sentence).toBe("a waits for something that nobody in the world does")
    })
  )

  it.effect("go on for ever", () =>
    Effect.gen(function* () {
      const { failure } = yield* alone(Effect.forever(Effect.sleep(1)))
      expect(failure?.violation.sentence).toBe("the run does not come to an end")
    })
  )

  it.effect("end with a defect", () =>
    Effect.gen(function* () {
      const { failure } = yield* alone(Effect.die("a bug"))
      expect(failure?.violation).toEqual({ oracle: "No defect", sentence: "a: a bug" })
    })
  )

  it.effect("do something else the second time, having heard the same: its client depends on the host", () =>
    Effect.gen(function* () {
      let times = 0
      const fickle = Effect.gen(function* () {
        const world = yield* TestWorld
        const befalls = [{ fault: "lost reply", executes: "now", hears: Exit.fail("lost") }] as const
        const call = (operation: string) => world.call({ place: "x", operation, execute: () => Exit.void, befalls })
        yield* Effect.exit(call(`call ${++times}`))
        yield* Effect.exit(call("last"))
      })
      const exit = yield* Effect.exit(
        search(
          {
            name: "fickle",
            layer: aWorld,
            setup: Effect.void,
            clients: () => ({ a: fickle }),
            oracles: [],
            faults: ["lost reply"]
          },
          exhaustive
        )
      )
      expect(String(exit)).toContain("a heard the same twice and did not do the same")
    })
  )
})

describe("a search by chance", () => {
  // The second client has to come between two calls of the first, three times.
  const program: Program = Array.from({ length: 4 }, () => ({ does: "increment", cell: "x" }) as const)
  const needle = (outcomes: Set<string>): Scenario<void, TestWorld> => ({
    ...toy({ a: program, b: program }, outcomes),
    oracles: [
      {
        name: "needle",
        judge: ({ answers }) => {
          const a = answers.get("a")
          return a !== undefined && Exit.isSuccess(a) && String(a.value) === "0,2,4,6" ? "found" : undefined
        }
      }
    ]
  })

  it.effect("finds what only one of many orders shows, and names the seed of the run", () =>
    Effect.gen(function* () {
      const { failure } = yield* search(needle(new Set()), () => random({ runs: 20_000, seed: "s" }))
      expect(failure?.seed).toMatch(/^s\/\d+$/)
      const [, run] = failure?.seed?.split("/") ?? []
      expect(Number(run)).toBe((failure?.found ?? 0) - 1)
    })
  )

  it.effect("by priorities finds it where the depth allows it, and not where it does not", () =>
    Effect.gen(function* () {
      const deep = yield* search(needle(new Set()), () => pct({ runs: 20_000, seed: "s", depth: 7, moments: 8 }))
      const shallow = yield* search(needle(new Set()), () => pct({ runs: 20_000, seed: "s", depth: 2, moments: 8 }))
      expect(deep.failure).toBeDefined()
      expect(shallow.failure).toBeUndefined()
    })
  )

  it.effect("shows the smallest schedule, and the run again with its choices breaks the same property", () =>
    Effect.gen(function* () {
      const scenario: Scenario<Family, Provider> = {
        ...refreshTwice,
        oracles: [
          {
            name: "nobody hears of a lost answer",
            judge: ({ history }) => (history.operations.some(({ result }) => result === undefined) ? "gone" : undefined)
          }
        ]
      }
      const { failure } = yield* search(scenario, () => random({ runs: 2_000, seed: "s" }))
      expect(failure?.ended.faults).toEqual(["disconnect"])
      expect(failure?.choices.filter((choice) => choice !== 0)).toHaveLength(1)
      // One client is enough to hang up.
      expect(failure?.without).toEqual(["second"])
      const { violation } = yield* again(scenario, failure?.choices ?? [], failure?.without)
      expect(violation).toEqual(failure?.violation)
      expect(String(yield* Effect.exit(again(scenario, [], ["third"])))).toContain("has no client third")
    })
  )
})
