/** The model of R2 can do what the platform may do, and only that (platform table, row R2). */
import { describe, expect, it } from "@effect/vitest"
import { Effect } from "effect"
import type { Fault } from "../../../src/layers/test/kernel/Fault.ts"
import { MemoryD1 } from "../../../src/layers/test/MemoryD1.ts"
import { MemoryDatabase } from "../../../src/layers/test/MemoryDatabase.ts"
import { inLocation } from "../../../src/layers/test/models/Location.ts"
import { MemoryR2, R2Bucket, R2CachedDomain } from "../../../src/layers/test/models/R2Model.ts"
import { AuditLog } from "../../../src/services/storage/AuditLog.ts"
import { heardBy, outcomes } from "./Outcomes.ts"

const get = R2Bucket.use((r2) => r2.get("p/k"))
const put = (value: string) => R2Bucket.use((r2) => r2.put("p/k", value))
const list = Effect.map(
  R2Bucket.use((r2) => r2.list("p/")),
  String
)
const seen = R2CachedDomain.use((domain) => domain.get("p/k"))

/** Whatever there is that may be stale, and none of it concerns R2. */
const staleness: ReadonlyArray<Fault> = ["stale read", "replica lag", "brown-out"]

describe("R2: strong, list too", () => {
  it.effect("an acknowledged write is read and listed at once, in every location", () =>
    Effect.gen(function* () {
      const all = yield* outcomes({
        layer: MemoryR2,
        setup: put("old"),
        clients: {
          one: inLocation("a")(put("new")).pipe(Effect.andThen(inLocation("b")(get))),
          two: inLocation("c")(list)
        },
        faults: staleness
      })
      expect(heardBy(all, "one")).toEqual(["new"])
      expect(heardBy(all, "two")).toEqual(["p/k"])
    })
  )

  it.effect("a deletion is too", () =>
    Effect.gen(function* () {
      const removed = R2Bucket.use((r2) => r2.delete("p/k"))
      const all = yield* outcomes({
        layer: MemoryR2,
        setup: put("old"),
        clients: { one: Effect.andThen(removed, list), two: Effect.andThen(removed, inLocation("b")(get)) },
        faults: staleness
      })
      expect(heardBy(all, "one")).toEqual([""])
      expect(heardBy(all, "two")).toEqual([null])
    })
  )

  it.effect("a write that is not answered may have been made or not", () =>
    Effect.gen(function* () {
      const all = yield* outcomes({
        layer: MemoryR2,
        clients: { one: put("new") },
        faults: ["lost reply", "lost request"],
        afterwards: get
      })
      expect(all).toContainEqual({ one: "OutcomeUnknown", afterwards: "new" })
      expect(all).toContainEqual({ one: "OutcomeUnknown", afterwards: null })
    })
  )

  it.effect("a dead letter whose burial was acknowledged is there", () =>
    Effect.gen(function* () {
      const letter = { id: "1", body: "?", receivedAt: 0 } as never
      const all = yield* outcomes({
        layer: MemoryD1,
        clients: { one: AuditLog.bury(letter) },
        faults: ["lost reply", "lost request", "late execution"],
        restarts: true,
        afterwards: MemoryDatabase.use(({ deadLetters }) => Effect.succeed(deadLetters.size))
      })
      expect(all.filter(({ one }) => one === undefined).map(({ afterwards }) => afterwards)).toEqual([1])
      expect(all).toContainEqual({ one: "OutcomeUnknown", afterwards: 1 })
      expect(all).toContainEqual({ one: "OutcomeUnknown", afterwards: 0 })
    })
  )
})

describe("R2: a cached custom domain is eventual", () => {
  const afterwards = (faults: ReadonlyArray<Fault>) =>
    Effect.map(
      outcomes({
        layer: MemoryR2,
        setup: Effect.andThen(put("old"), inLocation("a")(seen)),
        clients: {
          warm: Effect.andThen(put("new"), inLocation("a")(seen)),
          cold: Effect.andThen(put("new"), inLocation("b")(seen))
        },
        faults
      }),
      (all) => [heardBy(all, "warm"), heardBy(all, "cold")]
    )

  it.effect("a location that has read it may answer with its copy, one that has not may not", () =>
    Effect.gen(function* () {
      expect(yield* afterwards(["stale read"])).toEqual([["new", "old"], ["new"]])
    })
  )

  it.effect("without the fault it does not", () =>
    Effect.gen(function* () {
      expect(yield* afterwards([])).toEqual([["new"], ["new"]])
    })
  )
})
