/** The outbox of an object, in workerd: what happened reaches the queue at least once, in order, and under its id. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest"
import type { OutboxMessage } from "../../src/services/storage/AuditLog.ts"
import { type ObjectHarness, type ObjectUnderTest, startObjects } from "../workerd/ObjectHarness.ts"

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
  await objects.set({ trial: "third", now: start, queue: "up", handed: [], received: [] })
})

const put = (id: string) => object.step("put", { id, color: "red", size: 1 })
const waiting = () => object.query("SELECT * FROM outbox")

const idsOf = (messages: ReadonlyArray<OutboxMessage>) =>
  messages.map((message) => {
    switch (message._tag) {
      case "audit":
        return message.event.id
      case "directory":
        return message.entry.userId
      case "logout":
        return message.notice.id
    }
  })

/** The ids in the outbox, in their order. */
const waitingIds = async () =>
  (await waiting()).flatMap(({ body }) => idsOf(JSON.parse(String(body)) as ReadonlyArray<OutboxMessage>))

const handed = async () => (await objects.see()).handed
const handedIds = async () => (await handed()).flatMap(idsOf)

describe("handing over", () => {
  it("takes everything that waits, in its order, and leaves nothing behind", async () => {
    for (const id of ["a", "b", "c"]) await put(id)
    const ids = await waitingIds()
    await object.ring()
    expect(await handedIds()).toEqual(ids)
    expect(await waiting()).toEqual([])
    await expect.poll(async () => idsOf((await objects.see()).received), { timeout: 20_000 }).toEqual(ids)
  })

  it("an alarm that finds nothing hands over nothing, and does not come again", async () => {
    await object.step("get", "a")
    await object.ring()
    expect(await handed()).toEqual([])
    expect(await object.alarm()).toBeNull()
  })

  it("while the queue is down everything stays, and the alarm comes again, not at once", async () => {
    await put("a")
    await put("b")
    const ids = await waitingIds()
    await objects.set({ queue: "down" })
    await object.ring()
    expect(await waitingIds()).toEqual(ids)
    expect(await object.alarm()).toBe(start + 5_000)
    await objects.set({ now: start + 5_000 })
    await object.evict()
    await object.ring()
    expect(await waitingIds()).toEqual(ids)
    expect(await object.alarm()).toBe(start + 10_000)
    await objects.set({ queue: "up" })
    await object.ring()
    expect(await handedIds()).toEqual(ids)
    expect(await waiting()).toEqual([])
  })

  it("when the queue's answer is lost, the same messages come again under the same ids", async () => {
    await put("a")
    const ids = await waitingIds()
    await objects.set({ queue: "deaf" })
    await object.ring()
    await object.evict()
    await objects.set({ queue: "up" })
    await object.ring()
    expect(await handed()).toHaveLength(2)
    expect((await handed()).map(idsOf)).toEqual([ids, ids])
  })

  it("what happens while it hands over is handed over as well, sooner or later", async () => {
    const writes = Array.from({ length: 40 }, (_, n) => put(`${n}`))
    const rings = Array.from({ length: 5 }, () => object.ring())
    await Promise.all([...writes, ...rings])
    const left = (await waiting()).length
    expect(left === 0 || (await object.alarm()) !== null).toBe(true)
    await object.ring()
    const ids = await handedIds()
    expect(new Set(ids).size).toBe(40)
    expect(await waiting()).toEqual([])
  })

  it("two alarms at once do not delete what came in between under a number of theirs", async () => {
    await put("a")
    await Promise.all([object.ring(), object.ring(), put("b"), object.ring(), put("c")])
    const left = await waitingIds()
    const given = new Set([...(await handedIds()), ...left])
    expect(given.size).toBe(3)
  })
})

describe("what the queue can take: 100 messages, 256 KB at once, 128 KB each", () => {
  it("many messages of one step go in several batches, once each", async () => {
    await object.step("say", { events: 1_050, length: 1 })
    const ids = await waitingIds()
    expect(ids).toHaveLength(1_050)
    await object.ring()
    expect(await handedIds()).toEqual(ids)
    expect((await handed()).every((batch) => batch.length <= 100)).toBe(true)
    expect(await waiting()).toEqual([])
  })

  it("many messages of many steps too", async () => {
    for (let n = 0; n < 7; n++) await object.step("say", { events: 40, length: 1 })
    await object.ring()
    expect((await handedIds()).length).toBe(280)
    expect(await waiting()).toEqual([])
  })

  it("large messages go in smaller batches, which the real queue takes", async () => {
    await object.step("say", { events: 250, length: 4_000 })
    await object.ring()
    const batches = await handed()
    expect(batches.flat()).toHaveLength(250)
    for (const batch of batches) expect(Buffer.byteLength(JSON.stringify(batch))).toBeLessThan(256_000)
    expect(await waiting()).toEqual([])
  })

  it("a message that is too large is shortened: one that is never taken would hold up all others", async () => {
    await object.step("say", { events: 1, length: 500_000 })
    await put("a")
    await object.ring()
    expect(await handedIds()).toHaveLength(2)
    expect(await waiting()).toEqual([])
    const [message] = (await handed()).flat()
    expect(message?._tag === "audit" && message.event.detail?.["long"]?.length).toBe(4_096)
  })
})

describe("the outbox and the sweep share one alarm", () => {
  it("a sweep that fails does not hold up the outbox", async () => {
    const account = objects.object("ACCOUNT", `1-${made}`)
    await account.step("User.create", { userId: `1-0.${"a".repeat(22)}`, profile: {}, passwordHash: null })
    await account.query("DROP TABLE sweep")
    await account.ring()
    expect(await account.query("SELECT * FROM outbox")).toEqual([])
    expect(await account.alarm()).toBe(start + hour)
  })
})
