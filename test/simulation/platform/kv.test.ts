/** The model of Workers KV can do what the platform may do, and only that (platform table, row KV). */
import { describe, expect, it } from "@effect/vitest"
import { Effect } from "effect"
import { Kv, MemoryKv, memoryKv } from "../../../src/layers/test/models/KvModel.ts"
import { inLocation } from "../../../src/layers/test/models/Location.ts"
import { heardBy, outcomes } from "./Outcomes.ts"

const get = (key: string) => Kv.use((kv) => kv.get(key))
const put = (key: string, value: string) => Kv.use((kv) => kv.put(key, value))
const remove = (key: string) => Kv.use((kv) => kv.delete(key))
const list = (prefix: string) => Kv.use((kv) => kv.list(prefix))

/** So much later that the writes before and after are not of one second. */
const later = Effect.sleep("2 seconds")

const old = Effect.andThen(put("k", "old"), later)

describe("KV: last write wins, some time", () => {
  it.effect("of two writers one wins, and everybody reads its value when nothing is stale", () =>
    Effect.gen(function* () {
      const all = yield* outcomes({
        layer: MemoryKv,
        clients: { first: put("k", "1"), second: put("k", "2") },
        afterwards: get("k")
      })
      expect(all.length).toBe(2)
    })
  )

  it.effect("without the fault nobody reads what was replaced", () =>
    Effect.gen(function* () {
      const all = yield* outcomes({
        layer: MemoryKv,
        setup: old,
        clients: { one: Effect.andThen(put("k", "new"), inLocation("elsewhere")(get("k"))) },
        faults: ["brown-out"]
      })
      expect(heardBy(all, "one")).not.toContain("old")
    })
  )
})

describe("KV: stale for 60 s or more in another location", () => {
  it.effect("a reader elsewhere may read what was replaced, a reader where it was written may not", () =>
    Effect.gen(function* () {
      const readBy = (where: string) =>
        Effect.map(
          outcomes({
            layer: MemoryKv,
            setup: old,
            clients: {
              one: inLocation("a")(put("k", "new")).pipe(Effect.andThen(inLocation(where)(get("k"))))
            },
            faults: ["stale read"]
          }),
          (all) => heardBy(all, "one")
        )
      expect(yield* readBy("a")).toEqual(["new"])
      expect(yield* readBy("b")).toEqual(["new", "old", null])
    })
  )
})

describe("KV: stale for 60 s or more: no end is named", () => {
  const afterAMinute = (staleFor?: number) =>
    Effect.map(
      outcomes({
        layer: memoryKv(staleFor === undefined ? {} : { staleFor }),
        setup: old,
        clients: {
          one: put("k", "new").pipe(
            Effect.andThen(Effect.sleep("61 seconds")),
            Effect.andThen(inLocation("elsewhere")(get("k")))
          )
        },
        faults: ["stale read"]
      }),
      (all) => heardBy(all, "one")
    )

  it.effect("what was replaced a minute ago may still be read elsewhere", () =>
    Effect.gen(function* () {
      expect(yield* afterAMinute()).toContain("old")
    })
  )

  it.effect("a test may name an end, after which it may not", () =>
    Effect.gen(function* () {
      expect(yield* afterAMinute(60_000)).toEqual(["new"])
    })
  )
})

describe("KV: a miss is cached too", () => {
  it.effect("what was written may be absent elsewhere", () =>
    Effect.gen(function* () {
      const all = yield* outcomes({
        layer: MemoryKv,
        clients: { one: Effect.andThen(put("k", "new"), inLocation("elsewhere")(get("k"))) },
        faults: ["stale read"]
      })
      expect(heardBy(all, "one")).toEqual(["new", null])
    })
  )
})

describe("KV: no compare-and-swap", () => {
  it.effect("get, add, put: of two increments one is lost, in a single location and without any fault", () =>
    Effect.gen(function* () {
      const increment = Kv.use((kv) =>
        kv.get<number>("n").pipe(
          Effect.flatMap((n) => kv.put("n", (n ?? 0) + 1)),
          inLocation("one")
        )
      )
      const all = yield* outcomes({
        layer: MemoryKv,
        clients: { first: increment, second: increment },
        afterwards: Kv.use((kv) => kv.get<number>("n"))
      })
      expect(heardBy(all, "afterwards").toSorted()).toEqual([1, 2])
    })
  )
})

describe("KV: list lags", () => {
  const listed = (faults: ReadonlyArray<"stale read">) =>
    Effect.map(
      outcomes({
        layer: MemoryKv,
        setup: Effect.andThen(put("p/gone", "1"), later),
        clients: {
          one: put("p/new", "1").pipe(Effect.andThen(remove("p/gone")), Effect.andThen(list("p/")), inLocation("one"))
        },
        faults,
        atMost: 2
      }),
      (all) => heardBy(all, "one").map((names) => (names as ReadonlyArray<string>).join(" "))
    )

  it.effect("what was deleted may still be listed and what was written not yet, even where it was done", () =>
    Effect.gen(function* () {
      expect((yield* listed(["stale read"])).toSorted()).toEqual(["", "p/gone", "p/gone p/new", "p/new"])
    })
  )

  it.effect("without the fault it does not", () =>
    Effect.gen(function* () {
      expect(yield* listed([])).toEqual(["p/new"])
    })
  )
})

describe("KV: in a brown-out cold reads fail and hot reads go on", () => {
  it.effect("a location that has read the key reads it; one that has not may fail", () =>
    Effect.gen(function* () {
      const all = yield* outcomes({
        layer: MemoryKv,
        setup: Effect.andThen(old, inLocation("hot")(get("k"))),
        clients: { hot: inLocation("hot")(get("k")), cold: inLocation("cold")(get("k")) },
        faults: ["brown-out"]
      })
      expect(heardBy(all, "hot")).toEqual(["old"])
      expect(heardBy(all, "cold")).toEqual(["old", "NotExecuted unavailable"])
    })
  )

  it.effect("a copy is cold again after a minute", () =>
    Effect.gen(function* () {
      const all = yield* outcomes({
        layer: MemoryKv,
        setup: Effect.andThen(old, inLocation("hot")(get("k"))),
        clients: { hot: Effect.sleep("61 seconds").pipe(Effect.andThen(get("k")), inLocation("hot")) },
        faults: ["brown-out"]
      })
      expect(heardBy(all, "hot")).toContain("NotExecuted unavailable")
    })
  )
})

describe("KV: 1 write/s a key", () => {
  const twice = (between: Effect.Effect<void>, faults: ReadonlyArray<"write refused">) =>
    Effect.map(
      outcomes({
        layer: MemoryKv,
        clients: { one: put("k", "1").pipe(Effect.andThen(between), Effect.andThen(put("k", "2"))) },
        faults
      }),
      (all) => heardBy(all, "one")
    )

  it.effect("a second put of a key within a second may be refused, and is not executed", () =>
    Effect.gen(function* () {
      expect(yield* twice(Effect.void, ["write refused"])).toEqual([undefined, "NotExecuted overloaded"])
    })
  )

  it.effect("one after a second is not, nor any without the fault", () =>
    Effect.gen(function* () {
      expect(yield* twice(Effect.sleep("1 second"), ["write refused"])).toEqual([undefined])
      expect(yield* twice(Effect.void, [])).toEqual([undefined])
    })
  )
})

describe("KV: expirationTtl under 60 s makes the put fail", () => {
  it.effect("always, and nothing is stored", () =>
    Effect.gen(function* () {
      const all = yield* outcomes({
        layer: MemoryKv,
        clients: { one: Kv.use((kv) => kv.put("k", "v", { expirationTtl: 59 })) },
        afterwards: get("k")
      })
      expect(all.map(({ one }) => one)).toEqual(["NotExecuted unavailable"])
      expect(all[0]?.["afterwards"]).toBeNull()
    })
  )

  it.effect("a value with 60 s vanishes after them", () =>
    Effect.gen(function* () {
      const all = yield* outcomes({
        layer: MemoryKv,
        setup: Kv.use((kv) => kv.put("k", "v", { expirationTtl: 60 })),
        clients: {
          soon: Effect.andThen(Effect.sleep("59 seconds"), get("k")),
          late: Effect.andThen(Effect.sleep("60 seconds"), get("k"))
        }
      })
      expect(heardBy(all, "soon")).toContain("v")
      expect(heardBy(all, "late")).toEqual([null])
    })
  )
})

describe("KV: a write that is not answered may have been made or not", () => {
  it.effect("lost reply, lost request and late execution sound the same", () =>
    Effect.gen(function* () {
      const all = yield* outcomes({
        layer: MemoryKv,
        setup: old,
        clients: { one: put("k", "new") },
        faults: ["lost reply", "lost request", "late execution"],
        afterwards: get("k")
      })
      const unknown = all.filter(({ one }) => one === "OutcomeUnknown").map(({ afterwards }) => afterwards)
      expect([...new Set(unknown)].toSorted()).toEqual(["new", "old"])
    })
  )
})
