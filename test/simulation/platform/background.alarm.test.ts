/** The models of alarms and crons can do what the platform may do, and only that (platform table, rows Alarm, Cron). */
import { describe, expect, it } from "@effect/vitest"
import { Context, Effect, Exit } from "effect"
import type { Befall } from "../../../src/layers/test/kernel/Fault.ts"
import { dawn } from "../../../src/layers/test/kernel/Stage.ts"
import { type AlarmHandler, AlarmModel, countedFailures } from "../../../src/layers/test/models/AlarmModel.ts"
import { CronModel } from "../../../src/layers/test/models/CronModel.ts"
import { exhaustive } from "../../../src/layers/test/kernel/Exhaustive.ts"
import type { Scenario } from "../../../src/layers/test/Scenario.ts"
import { search } from "../../../src/layers/test/Simulate.ts"
import { oneEffect, type WithBackground, type WithSessions } from "../scenarios/AuditPipeline.ts"
import { note, type Notebook, withNotebook, words } from "./Notebook.ts"
import { heardBy, outcomes, type Tiny } from "./Outcomes.ts"

class Clockwork extends Context.Service<
  Clockwork,
  { readonly alarms: AlarmModel; readonly set: (millis: number) => Effect.Effect<void, string> }
>()("hapax/test/Clockwork") {}

type Layered = Effect.Services<typeof words> | Clockwork

const undone: Befall<string> = { fault: "commit failure", executes: "undone", hears: Exit.fail("unknown") }

const clockwork = (handler: (note: (word: string) => Effect.Effect<void>) => AlarmHandler) =>
  withNotebook(Clockwork, ({ note: write, world }) => {
    const alarms = new AlarmModel(world, { handler: handler(write), horizon: 600_000 })
    const set = (millis: number) =>
      world.call<void, string>({
        place: "object",
        operation: "set the alarm",
        execute: (now) => {
          alarms.set("object", now + millis)
          return Exit.void
        },
        befalls: [undone]
      })
    return { alarms, set }
  })

const done = "done" as const

/** An alarm that notes that it rings, at once. */
const rings = clockwork((write) => () => Effect.as(write("rings"), done))

const set = (millis: number) => Clockwork.use((clock) => clock.set(millis))

const left = Clockwork.use(({ alarms }) => Effect.sync(() => alarms.get("object")))

const noted = (tiny: Omit<Tiny<unknown, Layered>, "layer" | "afterwards">, layer = rings) =>
  Effect.map(outcomes<unknown, Layered>({ background: "between", ...tiny, layer, afterwards: words }), (all) => [
    ...heardBy(all, "afterwards")
  ])

describe("Alarm: at least once; one per object", () => {
  it.effect("it rings once when nothing goes wrong, between the clients or after them", () =>
    Effect.gen(function* () {
      expect(yield* noted({ clients: { one: set(1_000) } })).toEqual(["rings"])
      expect(yield* noted({ clients: { one: set(1_000) }, background: "after" })).toEqual(["rings"])
    })
  )

  it.effect("it may ring twice at once", () =>
    Effect.gen(function* () {
      const all = yield* noted({ clients: { one: set(1_000) }, faults: ["duplicate alarm"] })
      expect(all.toSorted()).toEqual(["rings", "rings rings"])
    })
  )

  it.effect("setting it again replaces it", () =>
    Effect.gen(function* () {
      const one = Effect.andThen(set(60_000), set(1_000))
      const layer = clockwork(
        (write) => () =>
          Effect.clockWith((clock) => Effect.as(write(String(clock.currentTimeMillisUnsafe() - dawn)), done))
      )
      // Between the two settings it may ring for the first of them, and then once more; never for both at the end.
      expect((yield* noted({ clients: { one } }, layer)).toSorted()).toEqual(["1000", "60000 61000"])
      expect(yield* noted({ clients: { one }, background: "after" }, layer)).toEqual(["1000"])
    })
  )

  it.effect("it is set in the transaction of its object, and undone with it", () =>
    Effect.gen(function* () {
      const all = yield* noted({ clients: { one: Effect.ignore(set(1_000)) }, faults: ["commit failure"] })
      expect(all.toSorted()).toEqual(["", "rings"])
    })
  )

  it.effect("one that is set for later than a run lasts does not ring", () =>
    Effect.gen(function* () {
      expect(yield* noted({ clients: { one: set(3_600_000) } })).toEqual([""])
    })
  )

  it.effect("a handler that is ended in the middle is called again", () =>
    Effect.gen(function* () {
      const layer = clockwork((write) => () => Effect.as(Effect.andThen(write("a"), write("b")), done))
      const all = yield* noted({ clients: { one: set(1_000) }, faults: ["consumer failure"] }, layer)
      expect(all.toSorted()).toEqual(["a a b", "a b", "a b a b"])
    })
  )
})

describe("Alarm: runs beside requests", () => {
  it.effect("a request comes between two steps of its handler", () =>
    Effect.gen(function* () {
      const layer = clockwork((write) => () => Effect.as(Effect.andThen(write("a"), write("b")), done))
      const all = yield* noted({ clients: { one: Effect.andThen(set(1_000), note("request")) } }, layer)
      expect(all.toSorted()).toEqual(["a b request", "a request b", "request a b"])
    })
  )
})

describe("Alarm: after 6 counted failures it is deleted", () => {
  const failing = clockwork((write) => () => Effect.andThen(write("fails"), Effect.fail("always")))

  it.effect("a handler that always fails is called six times, and nothing is left of its alarm", () =>
    Effect.gen(function* () {
      const [outcome] = yield* outcomes<unknown, Layered>({
        layer: failing,
        clients: { one: set(1_000) },
        afterwards: Effect.all([words, left])
      })
      expect(outcome?.["afterwards"]).toEqual([Array.from({ length: countedFailures }, () => "fails").join(" "), null])
      expect(countedFailures).toBe(6)
    })
  )

  it.effect("each time it waits longer", () =>
    Effect.gen(function* () {
      const layer = clockwork(
        (write) => () =>
          Effect.clockWith((clock) =>
            Effect.andThen(write(String((clock.currentTimeMillisUnsafe() - dawn) / 1_000)), Effect.fail("always"))
          )
      )
      expect(yield* noted({ clients: { one: set(1_000) }, background: "after" }, layer)).toEqual(["1 3 7 15 31 63"])
    })
  )

  it.effect("that its object began anew does not count: it is called until it is done", () =>
    Effect.gen(function* () {
      const layer = clockwork(
        (write) => (_place, ring) =>
          Effect.as(write(String(Number.parseInt(ring, 10))), Number.parseInt(ring, 10) < 9 ? "began anew" : done)
      )
      expect(yield* noted({ clients: { one: set(1_000) }, background: "after" }, layer)).toEqual(["1 2 3 4 5 6 7 8 9"])
    })
  )

  it.effect("all six may have happened before anybody looks", () =>
    Effect.gen(function* () {
      const all = yield* noted({ clients: { one: set(1_000) }, faults: ["dropped alarm"] })
      expect(all.toSorted()).toEqual(["", "rings"])
    })
  )

  it.effect("what its object remembered is gone when the object begins anew, and the alarm comes again", () =>
    Effect.gen(function* () {
      const deliveries = new Set<number>()
      const counting: Scenario<WithSessions, WithBackground> = {
        ...oneEffect,
        faults: ["restart"],
        oracles: [
          {
            name: "Counts",
            judge: ({ history }) => {
              deliveries.add(history.operations.filter(({ call }) => call.operation === "AuditLog.append").length)
              return undefined
            }
          }
        ]
      }
      yield* search(counting, () => exhaustive())
      // Begun anew after the queue had taken it: the next alarm hands the same over again.
      expect([...deliveries].toSorted()).toEqual([1, 2])
    })
  )
})

class Schedules extends Context.Service<Schedules, CronModel>()("hapax/test/Schedules") {}

describe("Cron: nothing is promised about exactly once; none, two, or late", () => {
  const crons = (...due: ReadonlyArray<number>) =>
    withNotebook(Schedules, ({ note: write, world }) => {
      const run = Effect.clockWith((clock) => write(`cron@${(clock.currentTimeMillisUnsafe() - dawn) / 1_000}`))
      return new CronModel(world, { name: "cron", due: due.map((millis) => dawn + millis), run })
    })
  const ran = (faults: Tiny<unknown, Notebook | Schedules>["faults"], ...due: ReadonlyArray<number>) =>
    Effect.map(
      outcomes<unknown, Notebook | Schedules>({
        layer: crons(...due),
        clients: { one: Effect.andThen(Effect.sleep("90 seconds"), note("request")) },
        background: "between",
        ...(faults && { faults }),
        afterwards: words
      }),
      (all) => [...heardBy(all, "afterwards")].toSorted()
    )

  it.effect("it runs once each time, in time or late", () =>
    Effect.gen(function* () {
      const all = yield* ran([], 60_000)
      expect(all).toEqual(["cron@60 request", "cron@90 request", "request cron@60", "request cron@90"])
      expect(yield* ran([], 60_000, 120_000)).toContain("request cron@90 cron@120")
    })
  )

  it.effect("it does not run at all", () =>
    Effect.gen(function* () {
      expect(yield* ran(["cron missed"], 60_000)).toContain("request")
    })
  )

  it.effect("it runs twice, and at once", () =>
    Effect.gen(function* () {
      expect(yield* ran(["cron twice"], 60_000)).toContain("cron@60 cron@60 request")
    })
  )

  it.effect("it is ended in the middle", () =>
    Effect.gen(function* () {
      expect(yield* ran(["consumer failure"], 60_000)).toContain("request")
    })
  )
})
