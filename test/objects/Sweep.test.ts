/** The sweep, in workerd: what has expired is deleted, some rows at a time, and what has not is left alone. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest"
import { pageSize } from "../../src/layers/cloudflare/objects/Sweep.ts"
import { type ObjectHarness, type ObjectUnderTest, startObjects } from "../workerd/ObjectHarness.ts"

let objects: ObjectHarness
let object: ObjectUnderTest
let made = 0

const start = Date.UTC(2100, 0)
const second = 1_000
const hour = 3_600_000
const day = 24 * hour

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
    await insertSessions(10, () => start - day)
    await insertGrants(10, () => start)
    await object.query("INSERT INTO ended_tokens (jti, expires_at, body) VALUES ('t', ?, '{}')", [start])
    await ringWhenSet()
    for (const table of ["sessions", "grants", "ended_tokens"]) expect(await countOf(table)).toBe(0)
  })

  it("goes on from table to table where it was, though the object is thrown out of memory each time", async () => {
    await write()
    await insertSessions(pageSize + 100, () => start - day)
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

  it("leaves sessions that ended for a day of grace, or as long as it was told when it was woken", async () => {
    await write()
    await insertSessions(3, (n) => start + second - n * day)
    await ringWhenSet()
    expect(await countOf("sessions")).toBe(1)
    await object.step("Waking.accounts", { id: "1-0.wake", sessionGrace: 3 * day })
    await object.query("UPDATE sessions SET expires_at = ?", [start - 2 * day])
    await objects.set({ now: start + 2 * hour })
    await object.ring()
    expect(await countOf("sessions")).toBe(1)
    await object.step("Waking.accounts", { id: "1-0.wake", sessionGrace: 0 })
    await objects.set({ now: start + 4 * hour })
    await object.ring()
    expect(await countOf("sessions")).toBe(0)
  })

  it("looks at a page of rows and no more in one run, of a hundred thousand", async () => {
    await write()
    const many = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000) INSERT INTO grants"
    await object.query(`${many} SELECT '1-0.' || printf('%06d', i), ?, '{}' FROM n`, [start])
    await ringWhenSet()
    expect(await countOf("grants")).toBe(100_000 - pageSize)
    expect(await object.query("SELECT position FROM sweep")).toEqual([
      { position: '{"table":"grants","after":["1-0.000500"]}' }
    ])
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

describe("waking", () => {
  it("sets the alarm of an object that lost it: its outbox leaves, though nobody writes", async () => {
    await write()
    await object.giveUp()
    await object.evict()
    await object.step("User.find", userId(0))
    expect(await object.alarm()).toBeNull()
    await object.step("Waking.accounts", { id: "1-0.wake", sessionGrace: day })
    await ringWhenSet()
    expect(await object.query("SELECT * FROM outbox")).toEqual([])
  })

  it("leaves an alarm alone that will ring, and replaces one that should have rung a minute ago", async () => {
    await write()
    await object.step("Waking.accounts", { id: "1-0.wake", sessionGrace: day })
    expect(await object.alarm()).toBe(start + second)
    await object.giveUp()
    await objects.set({ now: start + second + 60_000 })
    await object.step("Waking.accounts", { id: "1-0.wake", sessionGrace: day })
    expect(await object.alarm()).toBe(start + 2 * second + 60_000)
  })

  it.each([
    ["TICKET", "Waking.tickets", 10],
    ["LIMITER", "Waking.limits", 10],
    ["KEY_RING", "Waking.keys", 1]
  ] as const)("is for %s too, and writes nothing but the alarm", async (binding, step, seconds) => {
    const other = objects.object(binding, `9-${made}`)
    expect(await other.step(step, { id: "1-0.wake" })).toMatchObject({ _tag: "reply", written: 1 })
    expect(await other.alarm()).toBe(start + seconds * second)
    await ringOf(other)
    expect(await other.alarm()).toBeNull()
  })
})

const ringOf = async (other: ObjectUnderTest) => {
  await objects.set({ now: (await other.alarm()) ?? start })
  await other.ring()
}
