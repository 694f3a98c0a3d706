/** `GET /admin/audit`: filters and cursors, for whoever may read the audit. docs/decisions/0028-audit.md, 0029. */
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { type NodeProvider, startNodeProvider } from "../attacks/NodeProvider.ts"
import { type Administrator, administrator, askAdmin } from "../clauses/Administrator.ts"
import { newBrowser, register } from "../clauses/RelyingParty.ts"
import { makeUser } from "../workerd/Fixtures.ts"

let node: NodeProvider
let admin: Administrator

beforeAll(async () => {
  node = await startNodeProvider()
  await node.run(makeUser("alice"))
  const rp = await register(node, "rp")
  await rp.tokens(newBrowser(), { scope: "openid" })
  admin = await administrator(node, ["admin.audit.read"])
})
afterAll(() => node?.close())

const find = async (query = "") => (await admin.ask("GET", `/audit${query}`)).body

describe("GET /admin/audit", () => {
  test("events come the latest first, in the names and units of the wire", async () => {
    const { damaged, events, next } = await find()
    expect([damaged, next]).toEqual([[], null])
    const own = { type: "tokens.issued", client_id: "admin-tool", at: expect.any(Number) }
    expect(events).toContainEqual(expect.objectContaining(own))
    expect(events[0].at).toBeLessThan(100_000_000_000)
    const ids = events.map(({ id }: { id: string }) => id)
    expect(ids).toEqual(ids.toSorted().toReversed())
  })

  test("by type and client, a page at a time", async () => {
    const all = (await find("?type=client.created")).events
    expect(all.length).toBeGreaterThan(1)
    const first = await find("?type=client.created&limit=1")
    expect(first.events).toEqual(all.slice(0, 1))
    expect((await find(`?type=client.created&limit=1&after=${first.next}`)).events).toEqual(all.slice(1, 2))
    const own = await find("?client_id=admin-tool&type=tokens.issued")
    expect(own.events).toMatchObject([{ client_id: "admin-tool" }])
  })

  test("by time: before there was anything, nothing", async () => {
    expect((await find("?to=1")).events).toEqual([])
    expect((await find("?from=1")).events.length).toBeGreaterThan(0)
  })

  test.each(["?limit=0", "?limit=x", "?from=soon", "?unknown=1"])(
    "%s is refused, and so is nobody's user",
    async (query) => {
      expect((await admin.ask("GET", `/audit${query}`)).status).toBe(400)
      expect((await admin.ask("GET", "/audit?user=nobody")).status).toBe(404)
    }
  )

  test("attack 43: no token, and one without the scope; that it was refused is an event", async () => {
    expect((await askAdmin(node, undefined, "GET", "/audit")).status).toBe(401)
    const other = await administrator(node, ["admin.keys.read"], "other-tool")
    for (let times = 0; times < 2; times += 1) expect((await other.ask("GET", "/audit")).status).toBe(403)
    const { events } = await find("?type=admin.refused")
    expect(events).toMatchObject([{ client_id: "other-tool", detail: { scope: "admin.audit.read" } }])
  })
})
