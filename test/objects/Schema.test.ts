/** Schema versions of objects, in workerd: forward on first use, and never a guess about what another version wrote. */
import { Effect } from "effect"
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest"
import { objectCaller } from "../../src/layers/cloudflare/ObjectCaller.ts"
import { type ObjectHarness, type ObjectUnderTest, startObjects } from "../workerd/ObjectHarness.ts"
import { type TrialName, trialSpecs } from "../workerd/TrialSteps.ts"

let objects: ObjectHarness
let object: ObjectUnderTest
let made = 0

beforeAll(async () => {
  objects = await startObjects()
})

afterAll(() => objects.close())

beforeEach(async () => {
  made += 1
  object = objects.object("TRIAL", `1-${made}`)
  await objects.set({ trial: "first", now: Date.UTC(2100, 0) })
})

/** The object goes on under another version of the code, as after a deploy. */
const deploy = async (trial: TrialName) => {
  await objects.set({ trial })
  await object.evict()
}

const versionOf = async () => (await object.query("SELECT version FROM schema_version"))[0]?.["version"]
const bodies = async () => (await object.query("SELECT body FROM things ORDER BY id")).map(({ body }) => body)

/** Everything that is in the object. */
const contents = async () => {
  const tables = await object.query("SELECT name, sql FROM sqlite_schema WHERE name NOT LIKE '\\_cf%' ESCAPE '\\'")
  const rows = []
  for (const { name } of tables) rows.push([name, await object.query(`SELECT * FROM "${String(name)}"`)])
  return { tables, rows, alarm: await object.alarm() }
}

const red = { id: "a", colour: "red" }

/** A step as a layer asks for it. */
const asked = (step: string, request: unknown) =>
  Effect.runPromise(
    Effect.flip(
      objectCaller(objects.namespace("TRIAL"), trialSpecs.third.steps, [1_000]).call(step, `1-${made}.x`, request)
    )
  )

const notExecuted = (step: string) => ({ _tag: "NotExecuted", reason: "schema", operation: step })

describe("the schema of an object", () => {
  it.each([
    ["ACCOUNT", 3],
    ["TICKET", 3],
    ["KEY_RING", 1]
  ] as const)("%s writes its version down on first use", async (binding, version) => {
    const fresh = objects.object(binding, "1-0")
    await fresh.step("no such step", null)
    expect(await fresh.query("SELECT one, version FROM schema_version")).toEqual([{ one: 1, version }])
  })

  it("is migrated forward on first use, over every version in between, and nothing is lost", async () => {
    await object.step("put", red)
    await object.step("put", { id: "b", colour: "blue" })
    const outbox = await object.query("SELECT * FROM outbox")
    await deploy("third")
    expect(await object.step("get", "a")).toMatchObject({ _tag: "reply", value: { id: "a", color: "red", size: 1 } })
    expect(await object.step("get", "b")).toMatchObject({ _tag: "reply", value: { id: "b", color: "blue", size: 1 } })
    expect(await versionOf()).toBe(3)
    expect(await object.query("SELECT * FROM outbox")).toEqual(outbox)
  })

  it("is migrated by an alarm too, if that comes first", async () => {
    await object.step("put", red)
    await deploy("third")
    await object.ring()
    expect(await versionOf()).toBe(3)
    expect(await object.query("SELECT * FROM outbox")).toEqual([])
  })

  it("a new object of newer code begins at the newest version", async () => {
    await deploy("third")
    expect(await object.step("get", "a")).toMatchObject({ _tag: "reply", value: null })
    expect(await versionOf()).toBe(3)
  })

  it("a migration that is cut short is undone, the ones before it stay, and it goes on from there", async () => {
    await object.step("put", red)
    await deploy("cut")
    const answer = await object.step("get", "a")
    expect(answer._tag).toBe("failed")
    expect(answer.value).toMatch(/could not be brought to version 3: .*no such table/)
    expect(await versionOf()).toBe(2)
    expect(await bodies()).toEqual(['{"id":"a","color":"red"}'])
    expect(await asked("get", "a")).toMatchObject(notExecuted("get"))
    await deploy("third")
    expect(await object.step("get", "a")).toMatchObject({ _tag: "reply", value: { id: "a", color: "red", size: 1 } })
    expect(await versionOf()).toBe(3)
  })

  it("of newer code is refused by older code, which changes nothing", async () => {
    await object.step("put", red)
    await deploy("third")
    await object.step("put", { id: "b", color: "blue", size: 2 })
    const before = await contents()
    await deploy("first")
    const answer = await object.step("put", { id: "c", colour: "green" })
    expect(answer).toMatchObject({ _tag: "failed", written: 0 })
    expect(answer.value).toBe("the object's schema is version 3; this code knows 1 and does not touch it")
    expect(await asked("put", { id: "c", colour: "green" })).toMatchObject(notExecuted("put"))
    expect(await contents()).toEqual(before)
  })

  it("of newer code: an alarm delivers nothing and is not lost", async () => {
    await deploy("third")
    await object.step("put", { id: "b", color: "blue", size: 2 })
    const outbox = await object.query("SELECT * FROM outbox")
    await deploy("first")
    await object.ring()
    expect(await object.query("SELECT * FROM outbox")).toEqual(outbox)
    expect(await object.alarm()).toBe(Date.UTC(2100, 0) + 60_000)
    await deploy("third")
    await object.ring()
    expect(await object.query("SELECT * FROM outbox")).toEqual([])
  })
})

describe("what another version of the code said", () => {
  beforeEach(() => deploy("third"))

  it.each([
    ["without a member that is needed", '{"id":"a"}'],
    ["with a member of another type", '{"id":"a","color":"red","size":"big"}'],
    ["that is no JSON", "{"]
  ])("a row %s is refused as a whole, and changes nothing", async (_why, body) => {
    await object.step("put", { id: "a", color: "red", size: 1 })
    await object.query("UPDATE things SET body = ?", [body])
    const before = await contents()
    expect(await object.step("get", "a")).toMatchObject({
      _tag: "failed",
      value: "a row of things is of another version of this code"
    })
    expect(await asked("get", "a")).toMatchObject(notExecuted("get"))
    expect(await contents()).toEqual(before)
  })

  it("a step that this code does not know is not executed", async () => {
    expect(await object.step("paint", null)).toEqual({
      _tag: "failed",
      value: "this object knows no step paint",
      read: 0,
      written: 0
    })
    for (const name of ["constructor", "toString", "__proto__"]) {
      expect(await object.step(name, null)).toMatchObject({ _tag: "failed" })
    }
  })

  it("a request that this code does not understand is not executed", async () => {
    const answer = await object.step("put", { id: "a" })
    expect(answer).toMatchObject({ _tag: "failed", value: "the request of put is of another version of this code" })
    expect(await bodies()).toEqual([])
    expect(await object.alarm()).toBeNull()
  })
})
