/** The transaction of a step, in workerd: all of it or none, its alarm with it, and no write that nobody hears of. */
import { Effect } from "effect"
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest"
import { objectCaller } from "../../src/layers/cloudflare/objects/ObjectCaller.ts"
import { type ObjectHarness, type ObjectUnderTest, startObjects } from "../workerd/ObjectHarness.ts"
import { trialSpecs } from "../workerd/TrialSteps.ts"

let objects: ObjectHarness
let object: ObjectUnderTest
let made = 0

const start = Date.UTC(2100, 0)
const hour = 3_600_000

beforeAll(async () => {
  objects = await startObjects()
})

afterAll(() => objects.close())

beforeEach(async () => {
  made += 1
  object = objects.object("TRIAL", `1-${made}`)
  await objects.set({ trial: "third", now: start, queue: "up" })
})

const thing = (id: string) => ({ id, color: "red", size: 1 })
const rowsOf = (table: string) => object.query(`SELECT * FROM ${table}`)

describe("a step", () => {
  it("that writes is committed with its event and its alarm", async () => {
    expect(await object.step("put", thing("a"))).toEqual({ _tag: "reply", read: 0, written: 3 })
    expect(await rowsOf("things")).toHaveLength(1)
    const [message] = JSON.parse(String((await rowsOf("outbox"))[0]?.["body"]))
    expect(message).toMatchObject({ _tag: "audit", event: { type: "user.updated", at: start } })
    expect(await object.alarm()).toBe(start + 1_000)
  })

  it("that writes and tells the audit nothing is rolled back, with its alarm", async () => {
    await expect(object.step("forget", thing("a"))).rejects.toThrow("told the audit nothing")
    expect(await rowsOf("things")).toEqual([])
    expect(await rowsOf("outbox")).toEqual([])
    expect(await object.alarm()).toBeNull()
  })

  it("that fails halfway is rolled back, with its event and its alarm", async () => {
    await expect(object.step("stumble", thing("a"))).rejects.toThrow("stumbled")
    expect(await rowsOf("things")).toEqual([])
    expect(await rowsOf("outbox")).toEqual([])
    expect(await object.alarm()).toBeNull()
  })

  it("that follows one that was rolled back is a step like any other", async () => {
    await object.step("put", thing("a"))
    await object.ring()
    await expect(object.step("stumble", thing("a"))).rejects.toThrow("stumbled")
    await expect(object.step("forget", thing("b"))).rejects.toThrow("told the audit nothing")
    expect(await object.step("put", thing("c"))).toMatchObject({ _tag: "reply", written: 3 })
    expect(await object.alarm()).toBe(start + 1_000)
    expect((await rowsOf("things")).map(({ id }) => id)).toEqual(["a", "c"])
  })

  it("that throws is an unknown outcome to its caller, who may not take it for done or for not done", async () => {
    const caller = objectCaller(objects.namespace("TRIAL"), trialSpecs.third.steps, [1_000], () => Effect.void)
    const failure = await Effect.runPromise(Effect.flip(caller.call("stumble", `1-${made}.x`, thing("a"))))
    expect(failure).toMatchObject({ _tag: "OutcomeUnknown", operation: "stumble" })
  })

  it("that only marks something may be quiet, and has the sweep come", async () => {
    expect(await object.step("mark", thing("a"))).toMatchObject({ _tag: "reply", written: 2 })
    expect(await rowsOf("things")).toHaveLength(1)
    expect(await rowsOf("outbox")).toEqual([])
    expect(await object.alarm()).toBe(start + hour)
  })

  it("that reads writes nothing and sets no alarm", async () => {
    expect(await object.step("get", "a")).toEqual({ _tag: "reply", value: null, read: 0, written: 0 })
    expect(await object.alarm()).toBeNull()
  })
})

describe("the one alarm of an object", () => {
  it("is set by the first of many writes, and by none that follow before it rings", async () => {
    expect(await object.step("put", thing("a"))).toMatchObject({ written: 3 })
    await objects.set({ now: start + 900 })
    expect(await object.step("put", thing("b"))).toMatchObject({ written: 2 })
    expect(await object.alarm()).toBe(start + 1_000)
  })

  it("is remembered by an object that was thrown out of memory, and by another process", async () => {
    await object.step("put", thing("a"))
    await object.evict()
    expect(await object.step("put", thing("b"))).toMatchObject({ written: 2 })
    await objects.restart()
    expect(await object.step("put", thing("c"))).toMatchObject({ written: 2 })
    expect(await object.alarm()).toBe(start + 1_000)
  })

  it("is brought forward when something has to ring earlier", async () => {
    await object.step("mark", thing("a"))
    expect(await object.step("put", thing("b"))).toMatchObject({ written: 3 })
    expect(await object.alarm()).toBe(start + 1_000)
  })

  it("is set by one of many steps that come at once", async () => {
    const answers = await Promise.all(Array.from({ length: 50 }, (_, n) => object.step("put", thing(`${n}`))))
    expect(answers.map(({ written }) => written).toSorted()).toEqual([...Array.from({ length: 49 }, () => 2), 3])
    expect(await object.alarm()).toBe(start + 1_000)
  })

  it("that the platform gave up after six failures is set again by the next write", async () => {
    await object.step("put", thing("a"))
    await object.giveUp()
    expect(await object.alarm()).toBeNull()
    await objects.set({ now: start + hour })
    expect(await object.step("put", thing("b"))).toMatchObject({ written: 3 })
    expect(await object.alarm()).toBe(start + hour + 1_000)
  })

  it("rings by itself: what happened reaches the queue's consumer", async () => {
    await objects.set({ now: null })
    await object.step("put", thing("by itself"))
    await expect.poll(() => rowsOf("outbox"), { timeout: 20_000 }).toEqual([])
    await expect.poll(async () => (await objects.see()).received.length, { timeout: 20_000 }).toBeGreaterThan(0)
  })
})
