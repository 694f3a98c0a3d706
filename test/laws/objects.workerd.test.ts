/** The laws of the objects over the production objects, in workerd, with eviction and restart of the whole process. */
import { afterAll, beforeAll, describe } from "@effect/vitest"
import { Effect, Layer } from "effect"
import { LawStorage } from "../../src/services/storage/World.laws.ts"
import { type ObjectHarness, startObjects } from "../workerd/ObjectHarness.ts"
import { objectOperations } from "../workerd/ObjectOperations.ts"
import { holdOver, holdTwiceOver } from "./ObjectLaws.ts"

let objects: ObjectHarness

beforeAll(async () => {
  objects = await startObjects()
})

afterAll(() => objects.close())

const over = (restart: () => Promise<void>) =>
  Layer.merge(
    objectOperations(() => objects),
    Layer.succeed(LawStorage, { restart: Effect.promise(restart) })
  )

describe("objects in workerd, restarted by the end of the process", () => {
  holdOver(over(() => objects.restart()))
})

describe("objects in workerd, evicted, when every answer is lost once", () => {
  holdTwiceOver(over(() => objects.evictAll()))
})
