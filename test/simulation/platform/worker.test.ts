/** What happens to a Worker: the isolate, the client that hangs up, the clock (platform table, row Worker). */
import { describe, expect, it } from "@effect/vitest"
import { Clock, Effect } from "effect"
import type { Fault } from "../../../src/layers/test/kernel/Fault.ts"
import { CurrentCaller } from "../../../src/layers/test/kernel/World.ts"
import { ask, drawer } from "./Drawer.ts"
import { heardBy, outcomes } from "./Outcomes.ts"

/** What the isolate remembered, and from now on remembers. */
const remembers = (value: string) =>
  Effect.withFiber((fiber) => {
    const memory = fiber.getRef(CurrentCaller)?.memory
    const before = memory?.get("n") ?? "nothing"
    memory?.set("n", value)
    return Effect.succeed(before)
  })

describe("Worker: the isolate may go at any time; it is shared by requests", () => {
  const second = (isolates: Readonly<Record<string, string>>, faults: ReadonlyArray<Fault>) =>
    Effect.map(
      outcomes({
        layer: drawer(),
        clients: {
          first: Effect.andThen(remembers("first"), ask.get("n")),
          second: Effect.andThen(ask.get("n"), remembers("second"))
        },
        isolates,
        faults
      }),
      (all) => heardBy(all, "second")
    )

  it.effect("requests in one isolate see what it remembers of each other", () =>
    Effect.gen(function* () {
      expect(yield* second({ first: "one", second: "one" }, [])).toEqual(["first"])
    })
  )

  it.effect("unless it went in between", () =>
    Effect.gen(function* () {
      expect(yield* second({ first: "one", second: "one" }, ["isolate lost"])).toEqual(["first", "nothing"])
    })
  )

  it.effect("requests in two do not", () =>
    Effect.gen(function* () {
      expect(yield* second({}, [])).toEqual(["nothing"])
    })
  )
})

describe("Worker: a client's disconnect can cancel the request between any two awaits", () => {
  it.effect("what comes after any of them may never happen, and what was on its way may happen all the same", () =>
    Effect.gen(function* () {
      const all = yield* outcomes({
        layer: drawer(),
        clients: { one: Effect.andThen(ask.increment("a"), ask.increment("b")) },
        faults: ["disconnect"],
        afterwards: Effect.all([ask.get("a"), ask.get("b")]).pipe(Effect.map(String))
      })
      const gone = all.filter(({ one }) => one === "gone").map(({ afterwards }) => afterwards)
      // It hung up while the first call was on its way, or the second; never the second without the first.
      expect(gone).toContain("1,0")
      expect(gone).toContain("1,1")
      expect(gone).not.toContain("0,1")
    })
  )

  it.effect("finalizers run all the same, and what they ask for is done", () =>
    Effect.gen(function* () {
      const all = yield* outcomes({
        layer: drawer(),
        clients: { one: Effect.onInterrupt(ask.increment("a"), () => Effect.ignore(ask.increment("b"))) },
        faults: ["disconnect"],
        afterwards: ask.get("b")
      })
      expect(all.some(({ afterwards }) => afterwards === 1)).toBe(true)
    })
  )
})

describe("Worker: Date.now() stands still between I/O", () => {
  it.effect("a program that computes sees one time; only what it hears brings another", () =>
    Effect.gen(function* () {
      const now = Clock.currentTimeMillis
      const watch = Effect.gen(function* () {
        const before = yield* now
        let isStill = true
        for (let n = 0; n < 1_000; n++) isStill &&= (yield* now) === before
        yield* ask.get("n")
        return `${isStill ? "still" : "moving"}, then ${(yield* now) - before}`
      })
      const all = yield* outcomes({
        layer: drawer(),
        clients: { watch, sleeper: Effect.sleep("5 seconds") }
      })
      // The other one's sleep moves the world's time before the answer is heard, or after it.
      expect(heardBy(all, "watch").toSorted()).toEqual(["still, then 0", "still, then 5000"])
    })
  )
})

describe("Worker: clocks of two nodes disagree", () => {
  it.effect("an isolate and another may read different times at one moment", () =>
    Effect.gen(function* () {
      const all = yield* outcomes({
        layer: drawer(),
        clients: { one: Clock.currentTimeMillis, other: Clock.currentTimeMillis },
        skews: [0, 30_000]
      })
      const apart = all.map(({ one, other }) => Number(one) - Number(other))
      expect([...new Set(apart)].toSorted((a, b) => a - b)).toEqual([-30_000, 0, 30_000])
    })
  )
})
