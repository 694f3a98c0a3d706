/** The sections of the admin API one by one, over storage in memory: what each shows, changes and refuses. */
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { adminScopes } from "../../src/domain/AdminScope.ts"
import { type NodeProvider, startNodeProvider } from "../attacks/NodeProvider.ts"
import { type Administrator, administrator } from "./Administrator.ts"

let provider: NodeProvider
let admin: Administrator

beforeAll(async () => {
  provider = await startNodeProvider()
  admin = await administrator(provider, adminScopes)
})
afterAll(() => provider?.close())

const tagIn = (headers: Headers) => ({ "if-match": headers.get("etag") ?? "" })

describe("clients", () => {
  const metadata = {
    client_name: "App",
    redirect_uris: ["https://app.example/cb"],
    jwks: { keys: [{ kty: "OKP", crv: "Ed25519", x: "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo" }] }
  }

  test("RFC 7591 §3.2.1: a client is shown with all of its metadata, and its secret once", async () => {
    const made = await admin.ask("POST", "/clients", { body: { id: "app", metadata } })
    expect([made.status, made.body["client"].metadata.jwks]).toEqual([201, metadata.jwks])
    const shown = await admin.ask("GET", "/clients/app")
    expect(shown.body).toEqual(made.body["client"])
    expect(shown.text).not.toContain(made.body["secret"])
    expect(shown.body["created_at"]).toBeLessThan(10_000_000_000)
    expect((await admin.ask("POST", "/clients", { body: { id: "app", metadata } })).status).toBe(409)
  })

  test("a page of clients says where the next one begins", async () => {
    for (const id of ["a", "b"]) await admin.ask("POST", "/clients", { body: { id, metadata } })
    const first = await admin.ask("GET", "/clients?limit=1")
    expect([first.body["clients"].length, first.body["next"]]).toEqual([1, "a"])
    const second = await admin.ask("GET", "/clients?limit=1000&after=a")
    expect(second.body["clients"].map(({ id }: { id: string }) => id)).toEqual(["admin-tool", "app", "b"])
    expect(second.body["next"]).toBeNull()
  })

  test("RFC 7396 §2: null takes a member away; a new secret leaves the old one for as long as is said", async () => {
    const { headers } = await admin.ask("GET", "/clients/app")
    const body = { metadata: { client_name: null }, new_secret: "replace", keep_old_for: 3600 }
    const changed = await admin.ask("PATCH", "/clients/app", { body, headers: tagIn(headers) })
    expect([changed.status, changed.body["client"].metadata.client_name]).toEqual([200, undefined])
    expect([changed.body["client"].secrets, typeof changed.body["secret"]]).toEqual([2, "string"])
  })

  test("RFC 9110 §13.1.1: what is deleted and made anew is another state, though its version is the same", async () => {
    const tag = tagIn((await admin.ask("POST", "/clients", { body: { id: "again", metadata } })).headers)
    await admin.ask("DELETE", "/clients/again", { headers: tag })
    provider.advance(5)
    await admin.ask("POST", "/clients", { body: { id: "again", metadata } })
    expect((await admin.ask("DELETE", "/clients/again", { headers: tag })).status).toBe(412)
  })
})

test("RFC 7591 §3: an initial access token is made, listed without its secret, and revoked", async () => {
  const made = await admin.ask("POST", "/registration-tokens", { body: { uses: 3, lifetime: 60 } })
  const { id, created_at, expires_at } = made.body["token"]
  expect([made.status, expires_at - created_at]).toEqual([201, 60])
  const listed = await admin.ask("GET", "/registration-tokens")
  expect(listed.body).toEqual({ tokens: [made.body["token"]], next: null })
  expect(listed.text).not.toContain(made.body["secret"])
  expect((await admin.ask("DELETE", `/registration-tokens/${id}`)).status).toBe(204)
  expect((await admin.ask("DELETE", `/registration-tokens/${id}`)).status).toBe(404)
  const never = await admin.ask("POST", "/registration-tokens", { body: { uses: 0, lifetime: 60 } })
  expect([never.status, never.body["field"]]).toEqual([400, "uses"])
})

test("RFC 8707 §2: a resource server is named by its URI, percent-encoded", async () => {
  const id = "https://api.example/v1"
  const path = `/resources/${encodeURIComponent(id)}`
  const made = await admin.ask("POST", "/resources", { body: { id, metadata: { scopes: ["read"] } } })
  expect([made.status, made.body["id"], made.body["metadata"].scopes]).toEqual([201, id, ["read"]])
  const change = { metadata: { scopes: ["read", "write"] } }
  const changed = await admin.ask("PATCH", path, { body: change, headers: tagIn(made.headers) })
  expect([changed.status, changed.body["version"]]).toEqual([200, 2])
  expect((await admin.ask("PATCH", path, { body: change, headers: tagIn(made.headers) })).status).toBe(412)
  expect((await admin.ask("GET", path)).body).toEqual(changed.body)
  expect((await admin.ask("GET", "/resources")).body).toEqual({ resources: [changed.body], next: null })
  expect((await admin.ask("DELETE", path, { headers: tagIn(made.headers) })).status).toBe(412)
  expect((await admin.ask("DELETE", path, { headers: tagIn(changed.headers) })).status).toBe(204)
  expect((await admin.ask("GET", path)).status).toBe(404)
})

test("RFC 9700 §2.3: the admin API's audience and scopes are nobody else's", async () => {
  const own = await admin.ask("POST", "/resources", { body: { id: `${provider.issuer}/admin`, metadata: {} } })
  expect([own.status, own.body["field"]]).toEqual([400, "resource"])
  const scopes = { scopes: ["admin.users.read"] }
  const other = await admin.ask("POST", "/resources", { body: { id: "https://other.example", metadata: scopes } })
  expect([other.status, other.body["field"]]).toEqual([400, "scopes"])
})

test("the look of the pages is set as a whole, and what is left out goes back", async () => {
  const first = await admin.ask("GET", "/branding")
  const set = await admin.ask("PUT", "/branding", {
    body: { name: "Acme", colours: { "light.accent": "#0a5c2b" } },
    headers: tagIn(first.headers)
  })
  expect([set.status, set.body["name"], set.body["light"].accent]).toEqual([200, "Acme", "#0a5c2b"])
  expect((await admin.ask("PUT", "/branding", { body: {}, headers: tagIn(first.headers) })).status).toBe(412)
  const back = await admin.ask("PUT", "/branding", { body: {}, headers: tagIn(set.headers) })
  expect([back.body["name"], back.body["version"]]).toEqual([undefined, 2])
  const pale = { body: { colours: { "light.accent": "#ffffff" } }, headers: tagIn(back.headers) }
  expect((await admin.ask("PUT", "/branding", pale)).status).toBe(400)
})

test("settings are changed by section and name, and null takes one back", async () => {
  const first = await admin.ask("GET", "/settings")
  expect(first.body["in_force"].keys.rotateAfterDays).toBe(90)
  const headers = tagIn(first.headers)
  const set = await admin.ask("PATCH", "/settings", { body: { keys: { rotateAfterDays: 30 } }, headers })
  expect([set.status, set.body["set"], set.body["in_force"].keys.rotateAfterDays]).toEqual([
    200,
    { keys: { rotateAfterDays: 30 } },
    30
  ])
  expect((await admin.ask("PATCH", "/settings", { body: {}, headers })).status).toBe(412)
  const wrong = { body: { keys: { rotateAfterDays: -1 } }, headers: tagIn(set.headers) }
  expect((await admin.ask("PATCH", "/settings", wrong)).body["field"]).toBe("keys.rotateAfterDays")
  const back = { body: { keys: { rotateAfterDays: null } }, headers: tagIn(set.headers) }
  expect((await admin.ask("PATCH", "/settings", back)).body["in_force"].keys.rotateAfterDays).toBe(90)
})
