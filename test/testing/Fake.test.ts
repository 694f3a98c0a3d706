/** A fake in a simulation: it waits for its turn, may fail, and is found out if its state outlives a schedule. */
import { describe, expect, it } from "@effect/vitest"
import { Clock, Effect, Layer, Random } from "effect"
import {
  act,
  aWorld,
  Cells,
  exhaustive,
  fake,
  type Fault,
  type NotExecuted,
  operations,
  type Oracle,
  type OutcomeUnknown,
  replay,
  type Scenario,
  search,
  simulate,
  Strong
} from "hapax/testing"

const Slots = operations("Slot", {
  read: Strong<(name: string) => Effect.Effect<string, NotExecuted | OutcomeUnknown>>({ kind: "read" }),
  write: Strong<(name: string, value: string) => Effect.Effect<void, NotExecuted | OutcomeUnknown>>({
    kind: "write",
    repeat: "idempotent"
  })
})

type Slot = Layer.Success<ReturnType<typeof inCells>>

const inCells = () =>
  fake(Slots, (world) => {
    const cells = new Cells<string>(world, "slots")
    return {
      read: (name) => Effect.sync(() => cells.get(name) ?? "nobody"),
      write: (name, value) => Effect.sync(() => void cells.set(name, value))
    }
  })

const inMap = (slots: Map<string, string>) => ({
  read: (name: string) => Effect.sync(() => slots.get(name) ?? "nobody"),
  write: (name: string, value: string) => Effect.sync(() => void slots.set(name, value))
})

/** Looks whether the slot is free, then takes it. */
const take = (name: string) =>
  Effect.gen(function* () {
    if ((yield* Slots.read("slot")) !== "nobody") return false
    yield* Slots.write("slot", name)
    return true
  })

const twice = (name: string) => Effect.andThen(Slots.read(name), Slots.read(name))

const once: Oracle<unknown, never> = {
  name: "Once",
  judge: ({ answers }) => {
    const taken = [...answers.values()].filter((exit) => exit?._tag === "Success" && exit.value === true)
    return taken.length > 1 ? "two have taken the slot" : undefined
  }
}

const race = (layer: Layer.Layer<Slot>, more: Partial<Scenario<void, Slot>> = {}): Scenario<void, Slot> => ({
  name: "two take a slot",
  layer: Layer.merge(layer, aWorld),
  setup: Effect.void,
  clients: () => ({ one: act("take", take("one")), two: act("take", take("two")) }),
  oracles: [once],
  ...more
})

describe("a fake in a simulation", () => {
  it.effect("waits for its turn: two clients meet between its operations", () =>
    Effect.gen(function* () {
      const { failure } = yield* search(race(inCells()), () => exhaustive())
      expect(failure?.violation).toEqual({ oracle: "Once", sentence: "two have taken the slot" })
      expect(failure?.ended.recorder.moments.filter(({ place }) => place === "fake")).toHaveLength(4)
    })
  )

  it.effect("whose operations touch different cells leaves out the orders that make no difference", () =>
    Effect.gen(function* () {
      const clients = () => ({ one: Slots.read("a"), two: Slots.read("b") })
      expect((yield* simulate(race(inCells(), { clients }))).schedules).toBe(1)
    })
  )

  it.effect.each<[Fault, string]>([
    ["fail before", "NotExecuted"],
    ["lost reply", "OutcomeUnknown"]
  ])("a write may come to %s", ([fault, tag]) =>
    Effect.gen(function* () {
      const told: Array<string> = []
      const write = Slots.write("slot", "me").pipe(
        Effect.catch((error) => Effect.as(Slots.read("slot"), error._tag)),
        Effect.flatMap((failed) => Effect.map(Slots.read("slot"), (slot) => `${failed ?? "no"} error, ${slot} in it`))
      )
      yield* simulate(
        race(inCells(), {
          clients: () => ({ me: write }),
          faults: [fault],
          oracles: [
            {
              name: "what was heard",
              judge: ({ answers }) => {
                const exit = answers.get("me")
                if (exit?._tag === "Success") told.push(String(exit.value))
                return undefined
              }
            }
          ]
        })
      )
      expect(new Set(told)).toEqual(
        new Set(["no error, me in it", `${tag} error, ${tag === "NotExecuted" ? "nobody" : "me"} in it`])
      )
    })
  )

  it.effect("that keeps state in a closure is found out", () =>
    Effect.gen(function* () {
      const { message } = yield* Effect.flip(simulate(race(fake(Slots, inMap(new Map())))))
      expect(message).toContain("Same twice is broken")
      expect(message).toContain("keeps state outside of the world")
      expect(message).toContain("rebuilds: true")
    })
  )

  it.effect("that keeps state in a closure is found out even if the layer is built anew", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(simulate(race(fake(Slots, inMap(new Map())), { rebuilds: true })))
      expect(error.message).toContain("though the layer was built anew")
    })
  )

  it.effect("may keep state where it is built, if it is built anew; then no order is left out", () =>
    Effect.gen(function* () {
      const layer = fake(Slots, () => inMap(new Map()))
      const { failure } = yield* search(race(layer, { rebuilds: true }), () => exhaustive())
      expect(failure?.violation.oracle).toBe("Once")
      const clients = () => ({ one: twice("a"), two: twice("b") })
      const { schedules } = yield* simulate(race(layer, { rebuilds: true, clients }))
      expect(schedules).toBe(6)
    })
  )

  it.effect("has the time and the randomness of the run, not of the host", () =>
    Effect.gen(function* () {
      const heard: Array<string> = []
      const layer = fake(Slots, {
        read: () => Effect.map(Effect.all([Clock.currentTimeMillis, Random.next]), (both) => both.join()),
        write: () => Effect.void
      })
      const clients = () => ({ one: Effect.map(Slots.read("a"), (text) => void heard.push(text)) })
      for (let run = 0; run < 2; run++) yield* simulate(race(layer, { clients, oracles: [] }), () => replay([]))
      expect(heard.length).toBeGreaterThan(1)
      expect(new Set(heard).size).toBe(1)
    })
  )

  it.effect("has one turn, and says so if it waits", () =>
    Effect.gen(function* () {
      const layer = fake(Slots, { read: () => Effect.as(Effect.sleep("1 second"), "late"), write: () => Effect.void })
      const { message } = yield* Effect.flip(simulate(race(layer)))
      expect(message).toContain("the fake of Slot.read waits: it has one turn")
    })
  )
})
