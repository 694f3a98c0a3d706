/** Schema versions of objects, in workerd: forward on first use, and never a guess about what another version wrote. */
import { Effect } from "effect"
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest"
import { objectCaller } from "../../src/layers/cloudflare/objects/ObjectCaller.ts"
import { pageSize } from "../../src/layers/cloudflare/objects/Sweep.ts"
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
      objectCaller(objects.namespace("TRIAL"), trialSpecs.third.steps, [1_000], () => Effect.void).call(
        step,
        `1-${made}.x`,
        request
      )
    )
  )

const notExecuted = (step: string) => ({ _tag: "NotExecuted", reason: "schema", operation: step })

describe("the schema of an object", () => {
  it.each([
    ["ACCOUNT", 4],
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

/** Makes things as version 3 writes them, without an event each. */
const insert = (count: number) =>
  object.query(
    "INSERT INTO things (id, body) VALUES (?1, json_object('id', ?1, 'color', 'red', 'size', 1))",
    ...Array.from({ length: count }, (_, n) => [String(n).padStart(6, "0")])
  )

const heavyOnes = async () =>
  Number((await object.query("SELECT count(*) AS n FROM things WHERE body LIKE '%heavy%'"))[0]?.["n"])

const start = Date.UTC(2100, 0)

describe("a rollback", () => {
  it("over an additive migration: the code before it goes on, and so does the newer one afterwards", async () => {
    await deploy("third")
    await object.step("put", { id: "a", color: "red", size: 1 })
    await deploy("fourth")
    await object.step("put", { id: "b", color: "red", size: 1 })
    await object.query("INSERT INTO notes VALUES ('kept')")
    await deploy("third")
    expect(await object.step("get", "b")).toMatchObject({ _tag: "reply", value: { id: "b" } })
    expect(await object.step("put", { id: "c", color: "red", size: 1 })).toMatchObject({ _tag: "reply" })
    await object.ring()
    expect(await object.query("SELECT * FROM outbox")).toEqual([])
    await deploy("fourth")
    expect(await object.step("get", "c")).toMatchObject({ _tag: "reply", value: { id: "c" } })
    expect(await object.query("SELECT * FROM notes")).toEqual([{ id: "kept" }])
    expect(await versionOf()).toBe(4)
  })

  it("over two versions, of which one is not additive: refused by the code before that", async () => {
    await object.step("put", red)
    await deploy("fourth")
    await object.step("get", "a")
    await deploy("first")
    expect(await object.step("put", { id: "c", colour: "green" })).toMatchObject({
      _tag: "failed",
      value: "the object's schema is version 4; this code knows 1 and does not touch it"
    })
  })

  it("of an object that an older version of this code made: only a newer version may work with it", async () => {
    await deploy("third")
    await object.step("put", { id: "a", color: "red", size: 1 })
    await object.query("DROP TABLE schema_standing")
    await deploy("first")
    expect(await object.step("put", red)).toMatchObject({ _tag: "failed" })
    await deploy("fourth")
    expect(await object.step("get", "a")).toMatchObject({ _tag: "reply", value: { id: "a" } })
  })
})

describe("rows of an older form", () => {
  beforeEach(async () => {
    await deploy("fourth")
    await object.step("get", "a")
  })

  it("are read as they are, and written again by the alarm, page by page, whoever is thrown out", async () => {
    await insert(pageSize * 2 + 100)
    await deploy("fifth")
    expect(await object.step("get", "000001")).toMatchObject({ value: { heavy: false } })
    expect(await heavyOnes()).toBe(0)
    const left: Array<number> = []
    for (let ring = 1; ring <= 3; ring++) {
      expect(await object.alarm()).toBe(start + ring * 1_000)
      await objects.set({ now: start + ring * 1_000 })
      await object.ring()
      await object.evict()
      left.push(await heavyOnes())
    }
    expect(left).toEqual([pageSize, pageSize * 2, pageSize * 2 + 100])
    expect(await object.alarm()).toBeNull()
    expect(await object.query("SELECT * FROM schema_rewrites")).toEqual([])
  })

  it("a page looks at so many rows and no more, however many there are", async () => {
    await insert(20_000)
    await deploy("fifth")
    await object.step("get", "a")
    await object.ring()
    expect(await heavyOnes()).toBe(pageSize)
    expect(await object.query("SELECT position FROM schema_rewrites")).toEqual([{ position: '["000499"]' }])
  })

  it("one that nobody can read stays as it is, and holds nothing up", async () => {
    await insert(3)
    await object.query("UPDATE things SET body = '{}' WHERE id = '000001'")
    await deploy("fifth")
    await object.step("get", "000000")
    await object.ring()
    expect(await heavyOnes()).toBe(2)
    expect(await object.query("SELECT * FROM schema_rewrites")).toEqual([])
    expect(await object.step("get", "000001")).toMatchObject({ _tag: "failed" })
  })

  it("that older code wrote after a rollback are found when the newer code comes back", async () => {
    await insert(2)
    await deploy("fifth")
    await object.step("get", "000000")
    await object.ring()
    expect(await heavyOnes()).toBe(2)
    await deploy("fourth")
    await object.step("put", { id: "000001", color: "blue", size: 2 })
    expect(await heavyOnes()).toBe(1)
    await deploy("fifth")
    expect(await object.step("get", "000001")).toMatchObject({ value: { color: "blue", heavy: false } })
    await object.ring()
    expect(await heavyOnes()).toBe(2)
  })

  it("are refused by code that knows the new form alone, until they are written again", async () => {
    await insert(1)
    await deploy("sixth")
    const refusal = "rows of the object are still in an older form: the code before this one brings them to the newer"
    expect(await object.step("get", "000000")).toMatchObject({ _tag: "failed", value: refusal })
    await deploy("fifth")
    await object.step("get", "000000")
    await deploy("sixth")
    expect(await object.step("get", "000000")).toMatchObject({ _tag: "failed", value: refusal })
    await deploy("fifth")
    await object.step("get", "000000")
    await object.ring()
    await deploy("sixth")
    expect(await object.step("get", "000000")).toMatchObject({ _tag: "reply", value: { heavy: false } })
    expect(await versionOf()).toBe(6)
  })

  it("there are none in an object that begins", async () => {
    const fresh = objects.object("TRIAL", `2-${made}`)
    await deploy("sixth")
    expect(await fresh.step("get", "a")).toMatchObject({ _tag: "reply", value: null })
    expect(await fresh.query("SELECT * FROM schema_rewrites")).toEqual([])
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
