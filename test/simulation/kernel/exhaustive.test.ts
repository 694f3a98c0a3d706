/** The exhaustive search: it runs every order that can make a difference, and no other twice. */
import { expect, it } from "@effect/vitest"
import { Effect, Schema } from "effect"
import { exhaustive } from "../../../src/layers/test/kernel/Exhaustive.ts"
import { search } from "../../../src/layers/test/Simulate.ts"
import { type Program, toy } from "./Toy.ts"

const write = (cell: string) => ({ does: "write", cell }) as const
const read = (cell: string) => ({ does: "read", cell }) as const
const increment = (cell: string) => ({ does: "increment", cell }) as const

const schedules = Effect.fnUntraced(function* (programs: Readonly<Record<string, Program>>, reduces: boolean) {
  const outcomes = new Set<string>()
  const report = yield* search(toy(programs, outcomes), () => exhaustive({ reduces }))
  return { ...report, outcomes }
})

it.effect("two clients of two calls each have 6 orders, three clients of one call 6, two of three calls 20", () =>
  Effect.gen(function* () {
    const two = [write("x"), write("x")]
    const three = [...two, write("x")]
    const one = [write("x")]
    expect((yield* schedules({ a: two, b: two }, false)).schedules).toBe(6)
    expect((yield* schedules({ a: one, b: one, c: one }, false)).schedules).toBe(6)
    expect((yield* schedules({ a: three, b: three }, false)).schedules).toBe(20)
  })
)

it.effect("calls that all write one cell are run in every order, reduced or not", () =>
  Effect.gen(function* () {
    const three = [write("x"), write("x"), write("x")]
    expect((yield* schedules({ a: three, b: three }, true)).schedules).toBe(20)
  })
)

it.effect("calls that touch nothing in common are run in one order, and so are reads of one cell", () =>
  Effect.gen(function* () {
    const apart = yield* schedules({ a: [write("x"), write("x")], b: [write("y"), write("y")] }, true)
    expect(apart.schedules).toBe(1)
    expect((yield* schedules({ a: [read("x"), read("x")], b: [read("x"), read("x")] }, true)).schedules).toBe(1)
  })
)

it.effect("an update lost between two clients is among the outcomes", () =>
  Effect.gen(function* () {
    const { outcomes } = yield* schedules({ a: [read("x"), write("x")], b: [read("x"), write("x")] }, true)
    const lost = [...outcomes].filter((outcome) => outcome.includes('["a",[0,101]],["b",[0,201]]'))
    expect(lost.length).toBe(2)
    const { outcomes: counted } = yield* schedules({ a: [increment("x")], b: [increment("x")] }, true)
    expect([...counted].every((outcome) => outcome.endsWith('[["x",2]]]'))).toBe(true)
  })
)

const Instructions = Schema.Array(
  Schema.Struct({
    does: Schema.Literals(["read", "write", "increment", "sleep"]),
    cell: Schema.Literals(["x", "y", "z"])
  })
).pipe(Schema.check(Schema.isMaxLength(3)))

/** Some sets of programs do nothing at all; the others are what the property is about. */
const Programs = Schema.Struct({ a: Instructions, b: Instructions, c: Instructions })

it.effect.prop(
  "whatever the programs do, the reduced search comes to the outcomes of the whole one",
  { programs: Programs },
  ({ programs: { a, b, c } }) =>
    Effect.gen(function* () {
      const programs = { a, b, c: c.slice(0, 1) }
      const whole = yield* schedules(programs, false)
      const reduced = yield* schedules(programs, true)
      expect(reduced.outcomes).toEqual(whole.outcomes)
      expect(reduced.schedules).toBeLessThanOrEqual(whole.schedules)
    }),
  { arbitrary: { runs: 150 } }
)

it.effect.prop(
  "whatever the programs do and whichever one fault befalls them, likewise",
  { programs: Programs },
  ({ programs: { a, b } }) =>
    Effect.gen(function* () {
      const programs = { a: a.slice(0, 2), b: b.slice(0, 2) }
      const faults = ["lost reply", "lost request", "late execution", "commit failure", "disconnect"] as const
      const whole = new Set<string>()
      const reduced = new Set<string>()
      yield* search(toy(programs, whole, { faults }), () => exhaustive({ reduces: false }))
      yield* search(toy(programs, reduced, { faults }), () => exhaustive())
      expect(reduced).toEqual(whole)
    }),
  { arbitrary: { runs: 150 } }
)

it.effect.prop(
  "an answer that is heard later than its call was executed leads to no outcome that it does not lead to at once",
  { programs: Programs },
  ({ programs: { a, b } }) =>
    Effect.gen(function* () {
      const programs = { a: a.slice(0, 2), b: b.slice(0, 2) }
      const together = new Set<string>()
      const apart = new Set<string>()
      yield* search(toy(programs, together), () => exhaustive())
      yield* search(toy(programs, apart, { moments: "apart" }), () => exhaustive({ reduces: false }))
      expect(together).toEqual(apart)
    }),
  { arbitrary: { runs: 150 } }
)
