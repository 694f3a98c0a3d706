/** The models of D1 and its replicas can do what the platform may do, and only that (platform table, row D1). */
import { describe, expect, it } from "@effect/vitest"
import { Effect } from "effect"
import { MemoryD1 } from "../../../src/layers/test/MemoryD1.ts"
import { batch, type MemoryDatabase, query } from "../../../src/layers/test/MemoryDatabase.ts"
import type { D1Tables } from "../../../src/layers/test/models/D1Versions.ts"
import { D1Replicas, MemoryReplicas } from "../../../src/layers/test/models/ReplicaModel.ts"
import type { Holder } from "../../../src/services/storage/Identifiers.ts"
import { heardBy, outcomes } from "./Outcomes.ts"

const read = ({ identifiers }: D1Tables): number => identifiers.get("n")?.reservedAt ?? 0

const write =
  (value: number) =>
  ({ identifiers }: MemoryDatabase): void => {
    identifiers.set("n", { identifier: "n", userId: "u", reservedAt: value } as unknown as Holder)
  }

const increment = (database: MemoryDatabase) => write(read(database) + 1)(database)

describe("D1: a statement commits by itself; batch is one transaction", () => {
  const twice = (run: Effect.Effect<unknown, unknown, MemoryD1Context>) =>
    Effect.map(
      outcomes({ layer: MemoryD1, clients: { first: run, second: run }, afterwards: query("read", read) }),
      (all) => heardBy(all, "afterwards")
    )

  it.effect("select, then update: of two increments one may be lost", () =>
    Effect.gen(function* () {
      const selected = query("select", read).pipe(Effect.flatMap((value) => batch("update", write(value + 1))))
      expect((yield* twice(selected)).toSorted()).toEqual([1, 2])
    })
  )

  it.effect("in one transaction none is", () =>
    Effect.gen(function* () {
      expect(yield* twice(batch("increment", increment))).toEqual([2])
    })
  )

  it.effect("of a batch that fails half way nothing is written", () =>
    Effect.gen(function* () {
      const half = batch("half", (database) => {
        write(7)(database)
        throw new Error("a constraint failed")
      })
      const all = yield* outcomes({
        layer: MemoryD1,
        clients: { one: half.pipe(Effect.catchDefect(() => Effect.succeed("failed"))) },
        afterwards: query("read", read)
      })
      expect(all).toEqual([{ one: "failed", afterwards: 0 }])
    })
  )
})

describe("D1: reads are retried by the platform, writes never: a failed write has an unknown outcome", () => {
  it.effect("a read that fails did nothing, and says so", () =>
    Effect.gen(function* () {
      const all = yield* outcomes({
        layer: MemoryD1,
        clients: { one: query("read", read) },
        faults: ["fail before", "overload", "lost reply", "lost request"]
      })
      expect(heardBy(all, "one")).toEqual([0, "NotExecuted unavailable", "NotExecuted overloaded"])
    })
  )

  it.effect("a write that fails was made or was not, even one that met an overloaded database", () =>
    Effect.gen(function* () {
      const all = yield* outcomes({
        layer: MemoryD1,
        clients: { one: batch("increment", increment) },
        faults: ["lost reply", "lost request", "late execution", "overload"],
        afterwards: query("read", read)
      })
      const unknown = all.filter(({ one }) => one === "OutcomeUnknown").map(({ afterwards }) => afterwards)
      expect(unknown.toSorted()).toEqual([0, 1])
      expect(heardBy(all, "one")).toEqual([undefined, "OutcomeUnknown"])
    })
  )

  it.effect("a write of which nobody waits for the answer may be made after a later one", () =>
    Effect.gen(function* () {
      const all = yield* outcomes({
        layer: MemoryD1,
        clients: { one: Effect.andThen(Effect.exit(batch("first", write(1))), batch("second", write(2))) },
        faults: ["late execution"],
        afterwards: query("read", read)
      })
      expect(heardBy(all, "afterwards")).toContain(1)
    })
  )
})

describe("D1: without the Sessions API all goes to the primary", () => {
  it.effect("whoever reads after an acknowledged write sees it", () =>
    Effect.gen(function* () {
      const all = yield* outcomes({
        layer: MemoryReplicas,
        clients: { one: Effect.andThen(batch("write", write(1)), query("read", read)) },
        faults: ["replica lag"]
      })
      expect(heardBy(all, "one")).toEqual([1])
    })
  )
})

describe("D1: with Sessions, a replica may be arbitrarily stale before its bookmark", () => {
  const written = Effect.andThen(batch("write", write(1)), batch("write", write(2)))

  /** What a session reads after two writes were acknowledged. */
  const readBy = (from: "first-unconstrained" | "first-primary" | number, faults = ["replica lag"] as const) =>
    Effect.map(
      outcomes({
        layer: MemoryReplicas,
        setup: written,
        clients: { one: D1Replicas.use((d1) => d1.withSession(from).query("read", read)) },
        faults
      }),
      (all) => heardBy(all, "one")
    )

  it.effect("a session without a bookmark may read anything that was ever true", () =>
    Effect.gen(function* () {
      expect(yield* readBy("first-unconstrained")).toEqual([2, 1, 0])
    })
  )

  it.effect("one with a bookmark reads nothing older, one that begins at the primary nothing old", () =>
    Effect.gen(function* () {
      expect(yield* readBy(1)).toEqual([2, 1])
      expect(yield* readBy("first-primary")).toEqual([2])
    })
  )

  it.effect("a session reads its own writes, and never goes back", () =>
    Effect.gen(function* () {
      const own = Effect.gen(function* () {
        const session = (yield* D1Replicas).withSession("first-unconstrained")
        yield* session.batch("write", write(3))
        return yield* session.query("read", read)
      })
      const twice = Effect.gen(function* () {
        const session = (yield* D1Replicas).withSession("first-unconstrained")
        const first = yield* session.query("read", read)
        return (yield* session.query("read", read)) >= first
      })
      const all = yield* outcomes({
        layer: MemoryReplicas,
        setup: written,
        clients: { own, twice },
        faults: ["replica lag"],
        atMost: 3
      })
      expect(heardBy(all, "own")).toEqual([3])
      expect(heardBy(all, "twice")).toEqual([true])
    })
  )

  it.effect("another session reads them if it begins with the bookmark, and may not if it does not", () =>
    Effect.gen(function* () {
      const handedOn = (hands: boolean) =>
        Effect.gen(function* () {
          const d1 = yield* D1Replicas
          const first = d1.withSession("first-primary")
          yield* first.batch("write", write(3))
          const from = first.bookmark()
          const second = d1.withSession(hands && from !== undefined ? from : "first-unconstrained")
          return yield* second.query("read", read)
        })
      const all = yield* outcomes({
        layer: MemoryReplicas,
        setup: written,
        clients: { hands: handedOn(true), forgets: handedOn(false) },
        faults: ["replica lag"]
      })
      expect(heardBy(all, "hands")).toEqual([3])
      expect(heardBy(all, "forgets").toSorted()).toEqual([0, 1, 2, 3])
    })
  )

  it.effect("without the fault replicas keep up", () =>
    Effect.gen(function* () {
      expect(yield* readBy("first-unconstrained", [] as never)).toEqual([2])
    })
  )
})

type MemoryD1Context = Effect.Services<ReturnType<typeof query>>
