/**
 * Worker and object, or an object and what wrote its rows, may be of different versions (platform table, row Worker:
 * "the Worker's and the objects' versions differ for seconds to minutes in a deploy").
 */
import { describe, expect, it } from "@effect/vitest"
import { Effect, Layer, Result, Schema } from "effect"
import { accountSteps } from "../../../src/layers/objects/AccountSteps.ts"
import { accountTables } from "../../../src/layers/objects/AccountTables.ts"
import { step, type Steps } from "../../../src/layers/objects/Step.ts"
import { table } from "../../../src/layers/objects/Table.ts"
import { MemoryProvider } from "../../../src/layers/test/MemoryProvider.ts"
import { type ObjectVersion, OtherVersions } from "../../../src/layers/test/models/ObjectVersion.ts"
import { redeem, withCode } from "../Scene.ts"
import { ask, drawer, drawerSteps, drawerTables, Held } from "./Drawer.ts"
import { heardBy, outcomes } from "./Outcomes.ts"

const own: ObjectVersion = { tables: drawerTables, steps: drawerSteps, schema: 1 }

const quiet = "a test of the model has no auditor"

const tablesOf = <Row extends { readonly name: string }>(schema: Schema.Codec<Row, unknown>) => ({
  held: table({ name: "held", keys: ["name"], keyOf: (row: Row) => [row.name], expiresAt: null, schema })
})

/** Newer: a row has a colour, which older rows need not have. What it answers is 100 more where there is one. */
const colouredTables = tablesOf(Schema.Struct({ ...Held.fields, colour: Schema.optionalKey(Schema.String) }))
const colouredStep = step<typeof colouredTables>()
const coloured = {
  tables: colouredTables,
  steps: {
    ...drawerSteps,
    get: colouredStep({
      ...drawerSteps.get,
      run: ({ held }, name) => {
        const row = held.get(name)
        return Result.succeed((row?.value ?? 0) + (row?.colour === undefined ? 0 : 100))
      }
    }),
    increment: colouredStep({
      ...drawerSteps.increment,
      run: ({ held }, name) => {
        const value = (held.get(name)?.value ?? 0) + 1
        held.put({ name, value, colour: "red" })
        return Result.succeed(value + 100)
      }
    })
  }
}

/** Newer: what was a number is a word. */
const wordedTables = tablesOf(Schema.Struct({ name: Schema.String, value: Schema.Literals(["none", "one"]) }))
const worded = {
  tables: wordedTables,
  steps: {
    ...drawerSteps,
    increment: step<typeof wordedTables>()({
      request: Schema.String,
      reply: Schema.Int,
      refusal: Schema.Never,
      quiet,
      run: ({ held }, name) => {
        held.put({ name, value: "one" })
        return Result.succeed(1)
      }
    })
  }
}

/** Newer: it answers with a word. */
const spelling = {
  ...drawerSteps,
  increment: step<typeof drawerTables>()({
    request: Schema.String,
    reply: Schema.String,
    refusal: Schema.Never,
    quiet,
    run: ({ held }, name) => {
      held.put({ name, value: 1 })
      return Result.succeed("one")
    }
  })
}

/** What a client hears of a drawer that may run another version once. */
const skewed = (other: ObjectVersion, one: Effect.Effect<unknown, unknown, DrawerServices>) =>
  Effect.map(outcomes({ layer: drawer({ other }), clients: { one }, faults: ["version skew"] }), (all) =>
    heardBy(all, "one")
  )

type DrawerServices = Effect.Services<ReturnType<typeof ask.get>>

describe("versions differ: a step that the object does not know", () => {
  it.effect("a new Worker and an old object: refused, and nothing was done", () =>
    Effect.gen(function* () {
      const { increment: _, ...older } = drawerSteps
      const all = yield* outcomes({
        layer: drawer({ other: { ...own, steps: older } }),
        clients: { one: ask.increment("n") },
        faults: ["version skew"],
        afterwards: ask.get("n")
      })
      expect(all).toEqual([
        { one: 1, afterwards: 1 },
        { one: "NotExecuted schema", afterwards: 0 }
      ])
    })
  )
})

describe("versions differ: a request that the object cannot read", () => {
  it.effect("a Worker that leaves out what the object wants to know is refused", () =>
    Effect.gen(function* () {
      const put = step<typeof drawerTables>()({
        request: Schema.Struct({ ...Held.fields, colour: Schema.String }),
        reply: Schema.Void,
        refusal: Schema.Never,
        quiet,
        run: () => Result.void
      })
      const other = { ...own, steps: { ...drawerSteps, put } }
      expect(yield* skewed(other, ask.put({ name: "n", value: 1 }))).toEqual([undefined, "NotExecuted schema"])
    })
  )
})

describe("versions differ: an answer that the Worker cannot read", () => {
  it.effect("an old Worker and a new object: the outcome is unknown, for the object may have written", () =>
    Effect.gen(function* () {
      const all = yield* outcomes({
        layer: drawer({ other: { ...own, steps: spelling } }),
        clients: { one: ask.increment("n") },
        faults: ["version skew"],
        afterwards: ask.get("n")
      })
      expect(all).toContainEqual({ one: "OutcomeUnknown", afterwards: 1 })
    })
  )
})

describe("versions differ: rows that newer code wrote", () => {
  const then = Effect.andThen(Effect.ignore(ask.increment("n")), ask.get("n"))

  it.effect("a literal that is not known is refused, never guessed at", () =>
    Effect.gen(function* () {
      expect(yield* skewed({ ...worded, schema: 1 }, then)).toContain("NotExecuted schema")
    })
  )

  it.effect("a step that has written before it meets such a row wrote nothing", () =>
    Effect.gen(function* () {
      const all = yield* outcomes({
        layer: drawer({ other: { ...worded, schema: 1 } }),
        clients: { one: Effect.andThen(ask.increment("n"), ask.mark("n")) },
        faults: ["version skew"],
        afterwards: ask.get("mark")
      })
      expect(all).toContainEqual({ one: "NotExecuted schema", afterwards: 0 })
      expect(all).toContainEqual({ one: 1, afterwards: 1 })
    })
  )

  it.effect("a field that is not known is not seen, and is lost when older code writes the row again", () =>
    Effect.gen(function* () {
      const answers = Effect.all([ask.increment("n"), ask.increment("n"), ask.get("n")])
      const all = yield* outcomes({
        layer: drawer({ other: { ...coloured, schema: 1 } }),
        clients: { one: Effect.map(answers, String) },
        faults: ["version skew"],
        atMost: 3
      })
      // Written by newer code, then by older code, then read by newer code.
      expect(heardBy(all, "one")).toContain("101,2,2")
      expect(heardBy(all, "one")).toContain("101,102,102")
    })
  )

  it.effect("with a number of its own, the schema is refused by whoever does not know it, and is not touched", () =>
    Effect.gen(function* () {
      const heard = yield* skewed({ ...coloured, schema: 2 }, then)
      expect(heard).toContain("NotExecuted schema")
      // Written by older code, read by newer code, which migrates it: that is well.
      expect(heard.filter((value) => value !== "NotExecuted schema")).toEqual([1])
    })
  )
})

describe("versions differ: a migration", () => {
  const migrating = (migrate: NonNullable<ObjectVersion["migrate"]>) =>
    outcomes({
      layer: drawer({ other: { ...worded, schema: 2, migrate } }),
      setup: ask.put({ name: "n", value: 1 }),
      clients: {
        one: Effect.flatMap(Effect.exit(ask.increment("m")), ({ _tag }) =>
          Effect.matchEffect(ask.get("n"), {
            onFailure: (error) => Effect.succeed(`${_tag}, ${error._tag}`),
            onSuccess: (value) => Effect.succeed(`${_tag}, ${value}`)
          })
        )
      },
      faults: ["version skew"]
    })

  it.effect("older code does not touch what has been migrated", () =>
    Effect.gen(function* () {
      const all = yield* migrating((cellsOf, to) => {
        if (to !== 2) return
        for (const [key] of cellsOf("held").entries()) cellsOf("held").set(key, `{"name":"${key}","value":"one"}`)
      })
      expect(heardBy(all, "one")).toContain("Success, NotExecuted")
    })
  )

  it.effect("one that fails half way is undone, and the object stays with the older code", () =>
    Effect.gen(function* () {
      const all = yield* migrating((cellsOf, to) => {
        if (to !== 2) return
        cellsOf("held").set("n", "half")
        throw new Error("cut")
      })
      // Newer code failed, and older code still reads the row as it was.
      expect(heardBy(all, "one").toSorted()).toEqual(["Failure, 1", "Success, 1", "Success, NotExecuted"])
    })
  )
})

describe("versions differ: the production code against itself", () => {
  const beside = (steps: Steps) =>
    MemoryProvider.pipe(
      Layer.provide(Layer.succeed(OtherVersions, { AccountObject: { tables: accountTables, steps, schema: 1 } }))
    )
  const encoded = beside(accountSteps)

  it.effect("two redemptions of one code end the same whether what crosses is encoded or not", () =>
    Effect.gen(function* () {
      const ends = (layer: typeof MemoryProvider) =>
        Effect.map(
          outcomes({
            layer,
            setup: withCode,
            clients: (scene) => ({ first: Effect.asVoid(redeem(scene)), second: Effect.asVoid(redeem(scene)) }),
            faults: ["lost reply", "overload"]
          }),
          (all) => all.map((outcome) => JSON.stringify(outcome)).toSorted()
        )
      const plain = yield* ends(MemoryProvider)
      expect(plain.length).toBeGreaterThan(3)
      expect(yield* ends(encoded)).toEqual(plain)
    })
  )

  it.effect("a code that an object of another version refused is not burned", () =>
    Effect.gen(function* () {
      const all = yield* outcomes({
        layer: beside({}),
        setup: withCode,
        clients: (scene) => ({
          one: Effect.matchEffect(redeem(scene), {
            onFailure: () => Effect.as(redeem(scene), "refused, then redeemed"),
            onSuccess: () => Effect.succeed("redeemed")
          })
        }),
        faults: ["version skew"]
      })
      expect(heardBy(all, "one")).toEqual(["redeemed", "refused, then redeemed"])
    })
  )
})
