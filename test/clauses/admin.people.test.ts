/** Users, roles, scopes, sessions and statistics by the admin API, over storage in memory. */
import { decodeJwt } from "jose"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { adminScopes } from "../../src/domain/AdminScope.ts"
import { type NodeProvider, startNodeProvider } from "../attacks/NodeProvider.ts"
import type { Browser } from "../clients/Browser.ts"
import { makeUser } from "../workerd/Fixtures.ts"
import { type Administrator, administrator, type Told } from "./Administrator.ts"
import { answered, newBrowser, register, type RelyingParty } from "./RelyingParty.ts"

let provider: NodeProvider
let admin: Administrator
let helpdesk: Administrator

beforeAll(async () => {
  provider = await startNodeProvider()
  admin = await administrator(provider, adminScopes)
  const permitted = ["admin.users.read", "admin.users.write", "admin.roles.read", "admin.roles.write"]
  helpdesk = await administrator(provider, permitted, "helpdesk")
})
afterAll(() => provider?.close())

const tagIn = ({ headers }: Told) => ({ "if-match": headers.get("etag") ?? "" })

const made = async (username: string) => {
  const told = await admin.ask("POST", "/users", { body: { username, password: "seven wise geese" } })
  expect([told.status, told.text]).toEqual([201, expect.stringContaining(username)])
  return told
}

const setRoles = (who: Administrator, user: string, roles: ReadonlyArray<string>) =>
  admin
    .ask("GET", `/users/${user}`)
    .then((told) => who.ask("PUT", `/users/${user}/roles`, { body: { roles }, headers: tagIn(told) }))

describe("users", () => {
  test("RFC 9110 §13.1: a user is shown with an entity tag, and changed from that state alone", async () => {
    const { body } = await made("ada")
    expect(body).not.toHaveProperty("passwordHash")
    const shown = await admin.ask("GET", "/users/ada")
    const tag = tagIn(shown)
    const again = await admin.ask("GET", "/users/ada", { headers: { "if-none-match": tag["if-match"] } })
    expect([shown.body["has_password"], again.status]).toEqual([true, 304])
    const change = { body: { claims: { name: "Ada <b>" }, email: "ada@example.com" } }
    expect((await admin.ask("PATCH", "/users/ada", change)).status).toBe(428)
    const changed = await admin.ask("PATCH", "/users/ada", { ...change, headers: tag })
    expect([changed.status, changed.body["profile"].name]).toEqual([200, "Ada <b>"])
    expect((await admin.ask("PATCH", "/users/ada", { ...change, headers: tag })).status).toBe(412)
    expect((await admin.ask("GET", "/users/ada@example.com")).body["id"]).toBe(body["id"])
  })

  test("a name that is given up is free, and one that is somebody's is not taken", async () => {
    const bob = await made("bob")
    const renamed = await admin.ask("PATCH", "/users/bob", { body: { username: "robert" }, headers: tagIn(bob) })
    expect(renamed.status).toBe(200)
    const other = await made("bob")
    const taken = await admin.ask("PATCH", "/users/bob", { body: { username: "robert" }, headers: tagIn(other) })
    expect([taken.status, taken.body["field"]]).toEqual([409, "username"])
    expect((await admin.ask("GET", "/users/bob")).body["id"]).toBe(other.body["id"])
  })

  test("attack 41: fields of the operator's own are what is defined, as text", async () => {
    const fields = [
      { name: "team", type: "text", label: "Team", searchable: true },
      { name: "grade", type: "number", label: "Grade" }
    ]
    const settings = await admin.ask("GET", "/settings")
    const set = { body: { users: { customFields: fields } }, headers: tagIn(settings) }
    const answer = await admin.ask("PATCH", "/settings", set)
    expect([answer.status, answer.text]).toEqual([200, expect.stringContaining("team")])
    const user = await made("carol")
    const team = "'; DROP TABLE directory; -- <script>"
    const changed = await admin.ask("PATCH", "/users/carol", {
      body: { custom: { team, grade: 2 } },
      headers: tagIn(user)
    })
    expect(changed.body["custom"]).toEqual({ team, grade: 2 })
    for (const custom of [{ grade: "two" }, { constructor: "x" }, { team: "a\nb" }, { team: "x".repeat(600) }]) {
      const refused = await admin.ask("PATCH", "/users/carol", { body: { custom }, headers: tagIn(changed) })
      expect([refused.status, refused.body["field"]]).toEqual([400, `custom.${Object.keys(custom)[0]}`])
    }
    expect((await admin.ask("GET", "/users?field=grade&value=2")).status).toBe(400)
  })

  test("users are looked for by one thing at a time", async () => {
    expect((await admin.ask("GET", "/users?username=a&email=b")).status).toBe(400)
    expect((await admin.ask("GET", "/users?role=admin&limit=5")).status).toBe(200)
    expect((await admin.ask("GET", "/users?username=%25&limit=5")).body["users"]).toEqual([])
  })

  test("a disabled user is disabled, and enabled again", async () => {
    const dora = await made("dora")
    const path = "/users/dora/status"
    const off = await admin.ask("PUT", path, { body: { status: "disabled" }, headers: tagIn(dora) })
    expect([off.status, off.body["status"]]).toEqual([200, "disabled"])
    expect((await admin.ask("PUT", path, { body: { status: "active" }, headers: tagIn(dora) })).status).toBe(412)
    const on = await admin.ask("PUT", path, { body: { status: "active" }, headers: tagIn(off) })
    expect(on.body["status"]).toBe("active")
  })
})

describe("roles", () => {
  test("OWASP ASVS 5.0 §8.2: nobody gives or takes what they may not do, nor becomes who may", async () => {
    const metadata = { description: "Looks after keys", permissions: ["admin.keys.write"] }
    expect((await helpdesk.ask("POST", "/roles", { body: { name: "keeper", metadata } })).status).toBe(403)
    expect((await admin.ask("POST", "/roles", { body: { name: "keeper", metadata } })).status).toBe(200)
    await made("keeper")
    expect((await setRoles(helpdesk, "keeper", ["keeper"])).status).toBe(403)
    expect((await setRoles(admin, "keeper", ["keeper"])).body["roles"]).toEqual(["keeper"])
    expect((await setRoles(helpdesk, "keeper", [])).status).toBe(403)
    const password = { body: { password: "eight wise geese" } }
    expect((await helpdesk.ask("PUT", "/users/keeper/password", password)).status).toBe(403)
    const told = await admin.ask("GET", "/users/keeper")
    const email = { body: { email: "thief@example.com" }, headers: tagIn(told) }
    expect((await helpdesk.ask("PATCH", "/users/keeper", email)).status).toBe(403)
    expect((await helpdesk.ask("DELETE", "/users/keeper", { headers: tagIn(told) })).status).toBe(403)
    expect((await admin.ask("PUT", "/users/keeper/password", password)).status).toBe(200)
  })

  test("the role that permits everything is always there, and its last holder keeps it", async () => {
    const [first] = (await admin.ask("GET", "/roles")).body["roles"]
    expect([first.name, first.metadata.permissions]).toEqual(["admin", adminScopes])
    const change = { body: { metadata: { permissions: [] } }, headers: { "if-match": "*" } }
    expect((await admin.ask("PATCH", "/roles/admin", change)).status).toBe(400)
    await made("root")
    await made("heir")
    expect((await setRoles(admin, "root", ["admin"])).status).toBe(200)
    expect((await setRoles(admin, "root", [])).status).toBe(409)
    const told = await admin.ask("GET", "/users/root")
    const off = { body: { status: "disabled" }, headers: tagIn(told) }
    expect((await admin.ask("PUT", "/users/root/status", off)).status).toBe(409)
    expect((await admin.ask("DELETE", "/users/root", { headers: tagIn(told) })).status).toBe(409)
    expect((await setRoles(admin, "heir", ["admin"])).status).toBe(200)
    expect((await setRoles(admin, "root", [])).status).toBe(200)
    expect((await setRoles(admin, "heir", [])).status).toBe(409)
  })

  test("a role that is not there is given to nobody; names are of few characters", async () => {
    await made("erin")
    expect((await setRoles(admin, "erin", ["nobody-made-it"])).status).toBe(400)
    for (const name of ["Admin", "a b", "<b>", "", "x".repeat(65)]) {
      expect((await admin.ask("POST", "/roles", { body: { name, metadata: {} } })).status).toBe(400)
    }
  })
})

describe("scopes", () => {
  const claims = [{ claim: "team", from: { custom: "team" } }]

  test("OIDC Core §5.4: what is a scope of the standard, or a claim of the protocol, keeps its meaning", async () => {
    for (const scope of ["openid", "email", "offline_access", "admin.users.read", "a b", ""]) {
      const body = { scope, metadata: { title: "x", claims } }
      expect([scope, (await admin.ask("POST", "/scopes", { body })).status]).toEqual([scope, 400])
    }
    for (const claim of ["sub", "iss", "acr", "email", "__proto__", "a b", "cnf"]) {
      const metadata = { title: "x", claims: [{ claim, from: { roles: true } }] }
      const told = await admin.ask("POST", "/scopes", { body: { scope: "mine", metadata } })
      expect([claim, told.status]).toEqual([claim, 400])
    }
  })

  test("a scope is made once, announced, changed as of a state, and removed", async () => {
    const body = { scope: "team", metadata: { title: "Your team", claims } }
    const scope = await admin.ask("POST", "/scopes", { body })
    expect(scope.status).toBe(200)
    expect((await admin.ask("POST", "/scopes", { body })).status).toBe(409)
    provider.advance(61_000)
    const told = await fetch(`${provider.issuer}/.well-known/openid-configuration`)
    const announced = (await told.json()) as { scopes_supported: Array<string>; claims_supported: Array<string> }
    expect(announced.scopes_supported).toContain("team")
    expect(announced.claims_supported).toContain("team")
    const change = { body: { metadata: { title: "Team" } }, headers: tagIn(scope) }
    const changed = await admin.ask("PATCH", "/scopes/team", change)
    expect([changed.status, changed.body["metadata"].title]).toEqual([200, "Team"])
    expect((await admin.ask("PATCH", "/scopes/team", change)).status).toBe(412)
    expect((await admin.ask("DELETE", "/scopes/team", { headers: tagIn(changed) })).status).toBe(204)
    expect((await admin.ask("GET", "/scopes/team")).status).toBe(404)
  })
})

describe("claims of the operator's own, at a client", () => {
  const mapping = [
    { claim: "department", from: { custom: "team" } },
    { claim: "https://id.example/roles", from: { roles: true } },
    { claim: "contact", from: { profile: "email" } },
    { claim: "rank", from: { custom: "never_set" } }
  ]
  let rp: RelyingParty
  let browser: Browser

  const change = async (body: object) => {
    const told = await admin.ask("PATCH", "/users/alice", {
      body,
      headers: tagIn(await admin.ask("GET", "/users/alice"))
    })
    expect(told.status).toBe(200)
  }

  beforeAll(async () => {
    rp = await register(provider, "staff-app", { scopes: ["openid", "profile", "staff"] })
    await provider.run(makeUser("alice"))
    const metadata = { title: "Your <team>", description: "Department and roles.", claims: mapping }
    expect((await admin.ask("POST", "/scopes", { body: { scope: "staff", metadata } })).status).toBe(200)
    await change({ custom: { team: "Engines" } })
    expect((await setRoles(admin, "alice", ["keeper"])).status).toBe(200)
    provider.advance(61_000)
    browser = newBrowser()
    await rp.authorize(browser, { scope: "openid profile staff" })
  })

  test("OIDC Core §5.4: userinfo tells them, and no ID token beside an access token", async () => {
    const tokens = await rp.tokens(browser, { scope: "openid staff" })
    const { body } = await rp.userinfo(tokens["access_token"])
    expect(Object.keys(body).toSorted()).toEqual(["contact", "department", "https://id.example/roles", "sub"])
    expect([body["department"], body["https://id.example/roles"]]).toEqual(["Engines", ["keeper"]])
    expect(decodeJwt(tokens["id_token"])).not.toHaveProperty("department")
    const without = await rp.tokens(browser, { scope: "openid profile" })
    expect((await rp.userinfo(without["access_token"])).body).not.toHaveProperty("department")
  })

  test("the value is the home's; what is told was agreed to, and more is asked for anew", async () => {
    const { access_token } = await rp.tokens(browser, { scope: "openid staff" })
    await change({ custom: { team: "Boilers" } })
    expect((await rp.userinfo(access_token)).body["department"]).toBe("Boilers")
    const shown = await admin.ask("GET", "/scopes/staff")
    const metadata = { claims: [...mapping, { claim: "grade", from: { custom: "grade" } }] }
    await admin.ask("PATCH", "/scopes/staff", { body: { metadata }, headers: tagIn(shown) })
    await change({ custom: { grade: 3 } })
    provider.advance(61_000)
    expect((await rp.userinfo(access_token)).body).not.toHaveProperty("grade")
    const asked = answered(await rp.ask(browser, { scope: "openid staff", prompt: "none" }))
    expect(asked["error"]).toBe("consent_required")
  })

  test("attack 11: a client that was not registered for the scope is not given it", async () => {
    const other = await register(provider, "other-app", { scopes: ["openid", "profile"] })
    await other.authorize(browser, { scope: "openid staff" })
    const { access_token, scope } = await other.tokens(browser, { scope: "openid staff" })
    expect(scope).toBe("openid")
    expect((await other.userinfo(access_token)).body).not.toHaveProperty("department")
  })

  test("what the client was given ends by one request, and its person stays signed in", async () => {
    const { access_token } = await rp.tokens(browser, { scope: "openid profile" })
    const ended = await admin.ask("POST", "/sessions/end", { body: { client: "staff-app" } })
    expect(ended.body["grants"]).toBeGreaterThan(0)
    expect((await rp.userinfo(access_token)).status).toBe(401)
    expect(answered(await rp.ask(browser, { scope: "openid profile", prompt: "none" }))).toHaveProperty("code")
    const all = await admin.ask("POST", "/sessions/end", { body: { all: true, grants: true } })
    expect([all.body["sessions"], all.body["next"]]).toEqual([1, null])
    const asked = answered(await rp.ask(browser, { scope: "openid profile", prompt: "none" }))
    expect(asked["error"]).toBe("login_required")
  })
})

describe("sessions and statistics", () => {
  test("many sessions end by one request, which says for whom", async () => {
    for (const body of [{}, { all: true, users: ["ada"] }, { users: Array.from({ length: 101 }, () => "ada") }]) {
      expect((await admin.ask("POST", "/sessions/end", { body })).status).toBe(400)
    }
    const told = await admin.ask("POST", "/sessions/end", { body: { users: ["ada", "robert"], grants: true } })
    expect([told.status, told.body["sessions"], told.body["next"]]).toEqual([200, 0, null])
    expect((await admin.ask("POST", "/sessions/end", { body: { client: "helpdesk" } })).body["grants"]).toBe(0)
    expect((await admin.ask("GET", "/users/ada/sessions")).body["sessions"]).toEqual([])
    expect((await admin.ask("DELETE", "/users/ada/sessions/none")).status).toBe(400)
    expect((await admin.ask("GET", "/users/ada/consents")).body["consents"]).toEqual([])
  })

  test("statistics are read as they were counted", async () => {
    const { body, status } = await admin.ask("GET", "/statistics")
    expect([status, body["days"], body["shards"]]).toEqual([200, [], []])
    expect((await admin.ask("GET", "/statistics?since=yesterday")).status).toBe(400)
  })
})
