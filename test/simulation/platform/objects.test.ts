/**
 * The models of Durable Objects can do what the platform may do, and only that (platform table, rows "Durable Object,
 * execution", "SQLite" and "call").
 */
import { describe, expect, it } from "@effect/vitest"
import { Effect } from "effect"
import { MemoryObjectMemories, ObjectMemories, type Turn } from "../../../src/layers/test/models/ObjectMemory.ts"
import { ask, drawer } from "./Drawer.ts"
import { heardBy, outcomes } from "./Outcomes.ts"

const memory = ObjectMemories.use((objects) => Effect.succeed(objects.at<number>("an object")))

/** A call whose handler is one turn. */
const once = <A>(run: (turn: Turn<number>) => A) => Effect.flatMap(memory, (object) => object.call("once", run))

const remember = (value: number) => once(({ memory: held }) => void held.set("n", value))
const remembered = once(({ memory: held }) => held.get("n") ?? 0)
const store = (value: number) => once(({ storage }) => void storage.set("n", value))
const stored = once(({ storage }) => storage.get("n") ?? 0)

describe("Durable Object: one live instance per id, code between two awaits is atomic", () => {
  it.effect("of two increments in one step none is lost, whatever their order", () =>
    Effect.gen(function* () {
      const all = yield* outcomes({
        layer: drawer(),
        clients: { first: ask.increment("n"), second: ask.increment("n") },
        afterwards: ask.get("n")
      })
      expect(all).toHaveLength(2)
      expect(heardBy(all, "afterwards")).toEqual([2])
    })
  )
})

describe("Durable Object: any await that is not on storage lets other requests in", () => {
  const increment = Effect.flatMap(memory, (object) =>
    object.handle("increment", (turn) =>
      Effect.gen(function* () {
        const before = yield* turn(({ storage }) => storage.get("n") ?? 0)
        // Here the handler waits for something that is not storage.
        yield* turn(({ storage }) => void storage.set("n", before + 1))
      })
    )
  )
  const twice = (run: typeof increment) =>
    Effect.map(
      outcomes({ layer: MemoryObjectMemories, clients: { first: run, second: run }, afterwards: stored }),
      (all) => heardBy(all, "afterwards").toSorted()
    )

  it.effect("of two handlers that wait between reading and writing one may lose the other's write", () =>
    Effect.gen(function* () {
      expect(yield* twice(increment)).toEqual([1, 2])
    })
  )

  it.effect("of two that do both in one turn none does", () =>
    Effect.gen(function* () {
      expect(yield* twice(once(({ storage }) => void storage.set("n", (storage.get("n") ?? 0) + 1)))).toEqual([2])
    })
  )

  it.effect("a handler whose instance goes while it waits does not come back", () =>
    Effect.gen(function* () {
      const all = yield* outcomes({
        layer: MemoryObjectMemories,
        clients: { one: increment },
        faults: ["restart"],
        afterwards: stored
      })
      expect(all).toContainEqual({ one: "OutcomeUnknown", afterwards: 0 })
    })
  )
})

describe("Durable Object: memory is lost; what is stored is not", () => {
  it.effect("at a restart before a call, and whoever calls is not told", () =>
    Effect.gen(function* () {
      const all = yield* outcomes({
        layer: MemoryObjectMemories,
        setup: Effect.andThen(remember(1), store(1)),
        clients: { one: Effect.all([remembered, stored]).pipe(Effect.map(String)) },
        faults: ["restart"]
      })
      // The error is that of the instance that was replaced, when it touches storage.
      expect(heardBy(all, "one").toSorted()).toEqual(["0,1", "1,1", "OutcomeUnknown"])
    })
  )

  it.effect("tables that are only remembered are empty, tables that are stored are as they were", () =>
    Effect.gen(function* () {
      const kept = (options: { readonly remembered?: ReadonlyArray<string> }) =>
        Effect.map(
          outcomes({
            layer: drawer(options),
            setup: ask.put({ name: "n", value: 7 }),
            clients: { one: ask.get("n") },
            faults: ["restart"]
          }),
          (all) => heardBy(all, "one")
        )
      expect(yield* kept({ remembered: ["held"] })).toEqual([7, 0])
      expect(yield* kept({})).toEqual([7])
    })
  )

  it.effect("what was acknowledged and only remembered is gone when everything begins anew", () =>
    Effect.gen(function* () {
      const all = yield* outcomes({
        layer: MemoryObjectMemories,
        clients: { one: Effect.andThen(store(1), remember(1)) },
        restarts: true,
        afterwards: Effect.all([remembered, stored]).pipe(Effect.map(String))
      })
      expect(heardBy(all, "afterwards")).toEqual(["0,1"])
    })
  )
})

describe("Durable Object: a replaced instance that touches no storage may answer without noticing", () => {
  it.effect("so a read from memory alone is never Strong: it may miss an acknowledged write", () =>
    Effect.gen(function* () {
      const all = yield* outcomes({
        layer: MemoryObjectMemories,
        setup: remember(1),
        clients: { one: Effect.andThen(remember(2), remembered) },
        faults: ["restart"]
      })
      // The write went to the new instance, the read to the one that it replaced.
      expect(heardBy(all, "one")).toContain(1)
    })
  )

  it.effect("one that touches storage fails: nobody reads there what is no longer so", () =>
    Effect.gen(function* () {
      const all = yield* outcomes({
        layer: MemoryObjectMemories,
        setup: store(1),
        clients: { one: Effect.andThen(store(2), stored) },
        faults: ["restart"]
      })
      expect(heardBy(all, "one")).toEqual([2, "OutcomeUnknown"])
    })
  )
})

describe("Durable Object, SQLite: writes without an await between them commit as one transaction", () => {
  it.effect("a throw rolls all of it back", () =>
    Effect.gen(function* () {
      const all = yield* outcomes({
        layer: drawer(),
        setup: ask.put({ name: "n", value: 1 }),
        clients: { one: Effect.catchDefect(ask.stumble("n"), () => Effect.succeed("thrown")) },
        afterwards: ask.get("n")
      })
      expect(all).toEqual([{ one: "thrown", afterwards: 1 }])
    })
  )
})

describe("Durable Object, SQLite: the commit fails after the handler returned", () => {
  it.effect("the output gate held the answer: the caller sees an error, and the write is undone", () =>
    Effect.gen(function* () {
      const all = yield* outcomes({
        layer: drawer(),
        clients: { one: ask.increment("n") },
        faults: ["commit failure"],
        afterwards: ask.get("n")
      })
      expect(all).toEqual([
        { one: 1, afterwards: 1 },
        { one: "OutcomeUnknown", afterwards: 0 }
      ])
    })
  )

  it.effect("the object resets: what it remembered is gone too", () =>
    Effect.gen(function* () {
      const all = yield* outcomes({
        layer: MemoryObjectMemories,
        setup: remember(1),
        clients: { one: store(2) },
        faults: ["commit failure"],
        afterwards: Effect.all([remembered, stored]).pipe(Effect.map(String))
      })
      expect(all).toContainEqual({ one: "OutcomeUnknown", afterwards: "0,0" })
    })
  )
})

describe("Durable Object, call: ok, or what is known", () => {
  const incremented = (fault: "overload" | "lost reply" | "lost request" | "late execution") =>
    outcomes({
      layer: drawer(),
      clients: { one: ask.increment("n") },
      faults: [fault],
      afterwards: ask.get("n")
    })

  it.effect("overloaded: it was turned away, and nothing was done", () =>
    Effect.gen(function* () {
      expect(yield* incremented("overload")).toContainEqual({ one: "NotExecuted overloaded", afterwards: 0 })
    })
  )

  it.effect(".retryable, on every disconnect: the outcome is unknown, it may have executed", () =>
    Effect.gen(function* () {
      expect(yield* incremented("lost reply")).toContainEqual({ one: "OutcomeUnknown", afterwards: 1 })
      expect(yield* incremented("lost request")).toContainEqual({ one: "OutcomeUnknown", afterwards: 0 })
    })
  )

  it.effect("or it executes after its caller heard that it failed", () =>
    Effect.gen(function* () {
      const all = yield* outcomes({
        layer: drawer(),
        clients: { one: Effect.andThen(Effect.exit(ask.increment("n")), ask.get("n")) },
        faults: ["late execution"],
        afterwards: ask.get("n")
      })
      expect(all).toContainEqual({ one: 0, afterwards: 1 })
    })
  )
})
