/** A small class of objects, to see what the model of objects can do: a drawer holds numbers by their names. */
import { Effect, Layer, Result, Schema } from "effect"
import { step, type Steps } from "../../../src/layers/objects/Step.ts"
import { table } from "../../../src/layers/objects/Table.ts"
import { aWorld, TestWorld } from "../../../src/layers/test/kernel/World.ts"
import { memoryObjects, type MemoryObjectsOptions } from "../../../src/layers/test/MemoryObjects.ts"
import type { StepCaller } from "../../../src/layers/objects/StepCaller.ts"
import { storage } from "../../../src/services/storage/Storage.ts"

export const Held = Schema.Struct({ name: Schema.String, value: Schema.Int })
export type Held = typeof Held.Type

export const drawerTables = {
  held: table({
    name: "held",
    keys: ["name"],
    keyOf: (row: Held) => [row.name],
    expiresAt: null,
    schema: Held
  })
}

const quiet = "a test of the model has no auditor"
const drawerStep = step<typeof drawerTables>()

export const drawerSteps = {
  get: drawerStep({
    request: Schema.String,
    reply: Schema.Int,
    refusal: Schema.Never,
    run: ({ held }, name) => Result.succeed(held.get(name)?.value ?? 0)
  }),
  put: drawerStep({
    request: Held,
    reply: Schema.Void,
    refusal: Schema.Never,
    quiet,
    run: ({ held }, row) => {
      held.put(row)
      return Result.void
    }
  }),
  /** Reads and writes in one transaction, and answers with what it wrote. */
  increment: drawerStep({
    request: Schema.String,
    reply: Schema.Int,
    refusal: Schema.Never,
    quiet,
    run: ({ held }, name) => {
      const value = (held.get(name)?.value ?? 0) + 1
      held.put({ name, value })
      return Result.succeed(value)
    }
  }),
  /** Writes a mark, and then looks for something. */
  mark: drawerStep({
    request: Schema.String,
    reply: Schema.Int,
    refusal: Schema.Never,
    quiet,
    run: ({ held }, name) => {
      held.put({ name: "mark", value: 1 })
      return Result.succeed(held.get(name)?.value ?? 0)
    }
  }),
  /** Writes, and then throws. */
  stumble: drawerStep({
    request: Schema.String,
    reply: Schema.Void,
    refusal: Schema.Never,
    quiet,
    run: ({ held }, name) => {
      held.put({ name, value: 99 })
      throw new Error("stumbled")
    }
  })
}

/** The drawer of a test. Strong: one object, and each step is a transaction in it. */
export const Drawer = storage.strong("Test.Drawer")<StepCaller<typeof drawerSteps>>()

/** A drawer in a world of its own, called by the code of `worker`. */
export const drawer = (options: MemoryObjectsOptions = {}, worker: Steps = drawerSteps) =>
  Layer.effect(
    Drawer,
    TestWorld.use((world) =>
      Effect.succeed(memoryObjects(world, "Drawer", drawerTables, worker as typeof drawerSteps, [1], options))
    )
  ).pipe(Layer.provideMerge(aWorld))

/** The only drawer. */
const id = "1-0.drawer"

export const ask = {
  get: (name: string) => Drawer.use((objects) => objects.call("get", id, name)),
  put: (row: Held) => Drawer.use((objects) => objects.call("put", id, row)),
  increment: (name: string) => Drawer.use((objects) => objects.call("increment", id, name)),
  mark: (name: string) => Drawer.use((objects) => objects.call("mark", id, name)),
  stumble: (name: string) => Drawer.use((objects) => objects.call("stumble", id, name))
}
