/** What every endpoint of the admin API has in common, over storage in memory. RFC 6750, RFC 9110 §13.1, RFC 9457. */
import { afterAll, beforeAll, expect, test } from "vitest"
import { type NodeProvider, startNodeProvider } from "../attacks/NodeProvider.ts"
import { type Administrator, administrator, askAdmin } from "./Administrator.ts"

let provider: NodeProvider
let admin: Administrator

beforeAll(async () => {
  provider = await startNodeProvider()
  admin = await administrator(provider, ["admin.clients.read", "admin.clients.write"])
})
afterAll(() => provider?.close())

test("RFC 6750 §3.1: no token is no error code, and a challenge of either scheme", async () => {
  const { body, headers, status } = await askAdmin(provider, undefined, "GET", "/clients")
  expect([status, headers.get("content-type")]).toEqual([401, "application/problem+json"])
  expect(headers.get("www-authenticate")).toMatch(/^Bearer realm="hapax", DPoP algs=/)
  expect(headers.get("cache-control")).toBe("no-store")
  expect(body).toEqual({
    type: "/admin/docs#unauthorized",
    status: 401,
    title: "There is no access token that is good here"
  })
})

test("RFC 6750 §3: insufficient_scope names the scope that is needed", async () => {
  const reader = await administrator(provider, ["admin.clients.read"], "reader")
  const { body, headers, status } = await reader.ask("POST", "/clients", { body: { metadata: {} } })
  expect([status, body["scope"]]).toEqual([403, "admin.clients.write"])
  expect(headers.get("www-authenticate")).toMatch(/error="insufficient_scope".*scope="admin\.clients\.write"/)
})

test("RFC 9110 §13.1: a change names the state that it is made from, and a stale one is refused", async () => {
  const metadata = { redirect_uris: ["https://app.example/cb"], client_name: "App" }
  const made = await admin.ask("POST", "/clients", { body: { id: "app", metadata } })
  expect([made.status, made.body["client"].id, typeof made.body["secret"]]).toEqual([201, "app", "string"])
  const etag = made.headers.get("etag") ?? ""
  const change = (headers: Record<string, string>, client_name: string) =>
    admin.ask("PATCH", "/clients/app", { body: { metadata: { client_name } }, headers })
  expect((await change({}, "one")).status).toBe(428)
  const first = await change({ "if-match": etag }, "two")
  expect([first.status, first.body["client"].metadata.client_name]).toEqual([200, "two"])
  expect((await change({ "if-match": etag }, "three")).status).toBe(412)
  const newest = first.headers.get("etag") ?? ""
  const shown = await admin.ask("GET", "/clients/app", { headers: { "if-none-match": newest } })
  expect([shown.status, shown.text, shown.headers.get("etag")]).toEqual([304, "", newest])
  expect((await admin.ask("DELETE", "/clients/app", { headers: { "if-match": etag } })).status).toBe(412)
  expect((await admin.ask("DELETE", "/clients/app", { headers: { "if-match": newest } })).status).toBe(204)
  expect((await admin.ask("GET", "/clients/app")).status).toBe(404)
})

test("RFC 9457 §3: what was sent and cannot be taken is named", async () => {
  const wrong = await admin.ask("POST", "/clients", { body: { metadata: { redirect_uris: ["nowhere"] } } })
  expect([wrong.status, wrong.body["field"]]).toEqual([400, "redirect_uris[0]"])
  const unknown = await admin.ask("POST", "/clients", { body: { metdata: {} } })
  expect([unknown.status, unknown.body["type"]]).toEqual([400, "/admin/docs#bad-request"])
  const noJson = await admin.ask("POST", "/clients", { body: "{" })
  expect(noJson.status).toBe(400)
  const form = await admin.ask("POST", "/clients", { body: "a=b", headers: { "content-type": "text/plain" } })
  expect(form.status).toBe(415)
  const large = await admin.ask("POST", "/clients", { body: { metadata: { client_name: "a".repeat(70_000) } } })
  expect(large.status).toBe(413)
  expect((await admin.ask("GET", "/clients?limit=0")).body["field"]).toBe("limit")
})

test("RFC 9110 §9.3.2, §15.5.6: HEAD is GET without the body, and what a path does not know is told", async () => {
  const head = await admin.ask("HEAD", "/clients")
  expect([head.status, head.text]).toEqual([200, ""])
  const put = await admin.ask("PUT", "/clients", { body: {} })
  expect([put.status, put.headers.get("allow")]).toEqual([405, "GET, HEAD, POST"])
  expect((await admin.ask("GET", "/nothing")).body["type"]).toBe("/admin/docs#not-found")
})

test("RFC 6749 §10.3: nobody hands on more than they have, and nobody changes a client that may do more", async () => {
  const metadata = {
    grant_types: ["client_credentials"],
    response_types: [],
    scopes: ["admin.clients.read", "admin.users.write"]
  }
  const { body, status } = await admin.ask("POST", "/clients", { body: { id: "stronger", metadata } })
  expect([status, body["type"], body["scope"]]).toEqual([403, "/admin/docs#forbidden", "admin.users.write"])
  const strong = await administrator(provider, ["admin.users.write"], "strong")
  expect(strong.token).not.toBe("undefined")
  const change = { body: { metadata: { client_name: "mine" } }, headers: { "if-match": "*" } }
  expect((await admin.ask("PATCH", "/clients/strong", change)).status).toBe(403)
  expect((await admin.ask("DELETE", "/clients/strong", { headers: { "if-match": "*" } })).status).toBe(403)
  const equal = { ...metadata, scopes: ["admin.clients.read"] }
  expect((await admin.ask("POST", "/clients", { body: { id: "equal", metadata: equal } })).status).toBe(201)
})
