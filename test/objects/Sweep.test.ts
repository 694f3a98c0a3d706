/** The sweep, in workerd: what has expired is deleted, some rows at a time, and what has not is left alone. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest"
import { pageSize } from "../../src/layers/cloudflare/Sweep.ts"
import { type ObjectHarness, type ObjectUnderTest, startObjects } from "../workerd/ObjectHarness.ts"

let objects: ObjectHarness
let object: ObjectUnderTest
let made = 0

const start = Date.UTC(2100, 0)
const second = 1_000
const hour = 3_600_000

beforeAll(async () => {
  objects = await startObjects()
})

afterAll(() => objects.close())

beforeEach(async () => {
  made += 1
  object = objects.object("ACCOUNT", `1-${made}`)
  await objects.set({ now: start, queue: "up" })
})

const userId = (n: number) => `1-0.${`${n}`.padStart(22, "0")}`

/** Makes a user: a write whose event has the alarm ring. */
const write = (n = 0) => object.step("User.create", { userId: userId(n), profile: {}, passwordHash: null })

const some = (count: number, expiresAt: (n: number) => number) =>
  Array.from({ length: count }, (_, n) => [`1-0.${`${n}`.padStart(22, "0")}`, expiresAt(n)] as const)

const insertGrants = (count: number, expiresAt: (n: number) => number) =>
  object.query("INSERT INTO grants (grant_id, expires_at, body) VALUES (?, ?, '{}')", ...some(count, expiresAt))

const insertSessions = (count: number, expiresAt: (n: number) => number) =>
  object.query(
    "INSERT INTO sessions (user_id, session_hash, expires_at, body) VALUES (?1, 's', ?2, '{}')",
    ...some(count, expiresAt)
  )

const countOf = async (table: string) => Number((await object.query(`SELECT count(*) AS n FROM ${table}`))[0]?.["n"])

/** Lets the alarm ring when it is set for, and tells when that was. */
const ringWhenSet = async () => {
  const at = await object.alarm()
  if (at === null) return null
  await objects.set({ now: at })
  await object.ring()
  return at
}

describe("the sweep", () => {
  it("deletes what has expired, to the millisecond, and nothing else", async () => {
    await write()
    await insertGrants(10, (n) => start + second - 5 + n)
    await object.query("INSERT INTO consents (user_id, client_id, body) VALUES ('u', 'c', '{}')")
    expect(await ringWhenSet()).toBe(start + second)
    expect(await object.query("SELECT expires_at AS at FROM grants")).toEqual(
      [1, 2, 3, 4].map((n) => ({ at: start + second + n }))
    )
    expect(await countOf("users")).toBe(1)
    expect(await countOf("consents")).toBe(1)
  })

  it("goes page by page, a second apart, and comes again in an hour", async () => {
    await write()
    const rows = pageSize * 2 + 200
    await insertGrants(rows, (n) => (n % 2 === 0 ? start : start + 100 * hour))
    expect(await ringWhenSet()).toBe(start + second)
    expect(await countOf("grants")).toBe(rows - pageSize / 2)
    expect(await ringWhenSet()).toBe(start + 2 * second)
    expect(await countOf("grants")).toBe(rows - pageSize)
    expect(await ringWhenSet()).toBe(start + 3 * second)
    expect(await countOf("grants")).toBe(rows / 2)
    expect(await object.alarm()).toBe(start + 3 * second + hour)
  })

  it("looks at all tables in one run if they are small", async () => {
    await write()
    await insertSessions(10, () => start)
    await insertGrants(10, () => start)
    await object.query("INSERT INTO ended_tokens (jti, expires_at, body) VALUES ('t', ?, '{}')", [start])
    await ringWhenSet()
    for (const table of ["sessions", "grants", "ended_tokens"]) expect(await countOf(table)).toBe(0)
  })

  it("goes on from table to table where it was, though the object is thrown out of memory each time", async () => {
    await write()
    await insertSessions(pageSize + 100, () => start)
    await insertGrants(pageSize + 100, () => start)
    let rings = 0
    while ((await countOf("sessions")) + (await countOf("grants")) > 0) {
      await ringWhenSet()
      await object.evict()
      rings += 1
    }
    expect(rings).toBe(3)
  })

  it("comes although somebody writes now and then, and the object is thrown out of memory in between", async () => {
    await write()
    await insertGrants(10, () => start + 2 * hour)
    // Ten minutes is less than an hour, and more than an object stays in memory: each alarm is the outbox's.
    for (let n = 1; n <= 20; n++) {
      await objects.set({ now: start + n * 600_000 })
      await write(n)
      await object.ring()
      await object.evict()
    }
    expect(await countOf("grants")).toBe(0)
  })

  it("stops when nothing is left that can expire, and begins again when something is", async () => {
    await write()
    await insertGrants(10, () => start)
    await ringWhenSet()
    expect(await countOf("grants")).toBe(0)
    expect(await object.alarm()).toBeNull()
    await insertGrants(10, () => start)
    await objects.set({ now: start + 2 * hour })
    await write(1)
    await ringWhenSet()
    expect(await countOf("grants")).toBe(0)
    expect(await object.alarm()).toBeNull()
  })

  it("has one alarm, which the outbox brings forward and gives back", async () => {
    await write()
    await insertGrants(1, () => start + 100 * hour)
    await ringWhenSet()
    expect(await object.alarm()).toBe(start + second + hour)
    await write(1)
    expect(await object.alarm()).toBe(start + 2 * second)
    await ringWhenSet()
    expect(await object.alarm()).toBe(start + second + hour)
  })

  it("sweeps spent tickets, whose writes have no event, an hour later", async () => {
    const tickets = objects.object("TICKET", `1-${made}`)
    await tickets.step("Ticket.spend", { attempt: "a", kind: "login", id: userId(0), expiresAt: start + second })
    expect(await tickets.alarm()).toBe(start + hour)
    await objects.set({ now: start + hour })
    await tickets.ring()
    expect(await tickets.query("SELECT * FROM spent")).toEqual([])
    expect(await tickets.alarm()).toBeNull()
  })
})
