/** attacks.md row 43: who may not ask the admin API, on workerd, and who may: a stranger's client, all the way. */
import { randomBytes } from "node:crypto"
import * as oidc from "openid-client"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { adminAudience, adminClient, adminScopes } from "../../src/domain/AdminScope.ts"
import { createResource } from "../../src/services/flows/operator/CreateResource.ts"
import { setRoles } from "../../src/services/flows/operator/SetRoles.ts"
import { disableUser, enableUser } from "../../src/services/flows/operator/UserStatus.ts"
import { makeAdministrator } from "../../src/services/flows/operator/MakeAdministrator.ts"
import { administrator, askAdmin } from "../clauses/Administrator.ts"
import { DpopKey, hashOf } from "../clauses/DpopKey.ts"
import { answered, goThrough, newBrowser, register, type RelyingParty } from "../clauses/RelyingParty.ts"
import { costOf } from "../budgets/Spending.ts"
import { makeUser } from "../workerd/Fixtures.ts"
import { type RunningProvider, startProvider } from "../workerd/Provider.ts"
import { startNodeProvider } from "./NodeProvider.ts"

let provider: RunningProvider
let rp: RelyingParty
let resource: string

const scope = "openid admin.clients.read admin.clients.write admin.users.read"

beforeAll(async () => {
  provider = await startProvider()
  resource = adminAudience(provider.issuer)
  rp = await register(provider, "console", {
    scopes: ["openid", "offline_access", "read", ...adminScopes],
    grant_types: ["authorization_code", "refresh_token", "client_credentials"]
  })
  await provider.run(makeUser("alice"))
  await provider.run(makeUser("bob"))
  await provider.run(makeAdministrator({ user: "alice" }))
}, 60_000)
afterAll(() => provider?.close())

/** A token of a person for the admin API, by the code flow. */
const tokensOf = async (login: string, asked: Record<string, string> = { scope, resource }) => {
  const code = await rp.code(newBrowser(), asked, login)
  return (await rp.redeem(code, asked["resource"] === undefined ? {} : { resource: asked["resource"] })).body
}

const statusOf = async (token: string | undefined, headers: Record<string, string> = {}) => {
  const { body, headers: told, status } = await askAdmin(provider, token, "GET", "/clients", { headers })
  expect(told.get("cache-control")).toBe("no-store")
  if (status >= 400) expect(told.get("www-authenticate")).toMatch(/^(Bearer|DPoP) realm="hapax"/)
  if (status >= 400) expect(body).not.toHaveProperty("clients")
  return status
}

describe("attacks.md 43: admin API with no token, an expired one, one of a user, one without the admin scope", () => {
  test("no token, another scheme, one that nobody signed: 401", async () => {
    expect(await statusOf(undefined)).toBe(401)
    expect(await statusOf(undefined, { authorization: rp.credentials["authorization"] ?? "" })).toBe(401)
    expect(await statusOf("eyJhbGciOiJub25lIn0.e30.")).toBe(401)
    expect(await statusOf("x")).toBe(401)
  })

  test("in the query or in a form it is no token (RFC 9700 §4.3.2)", async () => {
    const { access_token: token } = await tokensOf("alice")
    expect(await statusOf(token)).toBe(200)
    expect((await askAdmin(provider, undefined, "GET", `/clients?access_token=${token}`)).status).toBe(401)
    const form = { "content-type": "application/x-www-form-urlencoded" }
    const posted = { body: `access_token=${token}`, headers: form }
    expect((await askAdmin(provider, undefined, "POST", "/clients", posted)).status).toBe(401)
  })

  test("of a user without a role: a token says nothing of the admin API, and is 403", async () => {
    const { access_token, scope: told } = await tokensOf("bob")
    expect(told).toBe("")
    expect(await statusOf(access_token)).toBe(403)
  })

  test("without the scope of the section: 403, and nothing is done", async () => {
    const { access_token } = await tokensOf("alice", { scope: "openid admin.users.read", resource })
    expect(await statusOf(access_token)).toBe(403)
    const reader = await tokensOf("alice", { scope: "openid admin.clients.read", resource })
    const body = { id: "smuggled", metadata: { redirect_uris: ["https://x.example"] } }
    const written = await askAdmin(provider, reader["access_token"], "POST", "/clients", { body })
    expect([written.status, written.body["scope"]]).toEqual([403, "admin.clients.write"])
    expect((await askAdmin(provider, reader["access_token"], "GET", "/clients/smuggled")).status).toBe(404)
  })

  test("of another audience, an ID token, a refresh token, a sealed one: 401", async () => {
    const tokens = await tokensOf("alice", { scope: `${scope} offline_access`, prompt: "consent" })
    expect(await statusOf(tokens["access_token"])).toBe(401)
    expect(await statusOf(tokens["id_token"])).toBe(401)
    expect(await statusOf(tokens["refresh_token"])).toBe(401)
    const vault = "https://vault.example"
    await provider.run(createResource({ id: vault, metadata: { scopes: ["read"], token_format: "opaque" } }))
    const sealed = await tokensOf("alice", { scope: "openid read", resource: vault })
    expect(await statusOf(sealed["access_token"])).toBe(401)
  })

  test("of a client that no operator gave the scope, or that lost it: refused, and 403", async () => {
    const ordinary = await register(provider, "ordinary", { grant_types: ["client_credentials"], scopes: ["openid"] })
    const asked = { grant_type: "client_credentials", resource }
    expect((await ordinary.post("/token", asked)).body["error"]).toBe("invalid_target")
    expect((await ordinary.post("/token", { ...asked, scope: "admin.clients.read" })).body["error"]).toBe(
      "invalid_target"
    )
    const own = (await ordinary.post("/token", { grant_type: "client_credentials" })).body
    expect(await statusOf(own["access_token"])).toBe(401)
    const tool = await administrator(provider, ["admin.clients.read"], "tool")
    expect(await statusOf(tool.token)).toBe(200)
    const { access_token } = await tokensOf("alice", { scope: `openid ${adminScopes.join(" ")}`, resource })
    const change = { body: { metadata: { scopes: [] } }, headers: { "if-match": "*" } }
    expect((await askAdmin(provider, access_token, "PATCH", "/clients/tool", change)).status).toBe(200)
    expect(await statusOf(tool.token)).toBe(403)
    await askAdmin(provider, access_token, "DELETE", "/clients/tool", { headers: { "if-match": "*" } })
    expect(await statusOf(tool.token)).toBe(401)
  })

  test("a revoked one: 401 from the answer on (RFC 7009 §2.1)", async () => {
    const { access_token } = await tokensOf("alice")
    expect(await statusOf(access_token)).toBe(200)
    await rp.revoke(access_token)
    expect(await statusOf(access_token)).toBe(401)
  })

  test("of somebody who lost the role a moment ago: 403; who was disabled: 401 for good", async () => {
    await provider.run(makeUser("carol"))
    await provider.run(makeAdministrator({ user: "carol" }))
    const { access_token } = await tokensOf("carol")
    expect(await statusOf(access_token)).toBe(200)
    await provider.run(setRoles("carol", []))
    expect(await statusOf(access_token)).toBe(403)
    await provider.run(makeAdministrator({ user: "carol" }))
    expect(await statusOf(access_token)).toBe(200)
    await provider.run(disableUser("carol"))
    expect(await statusOf(access_token)).toBe(401)
    await provider.run(enableUser("carol"))
    expect(await statusOf(access_token)).toBe(401)
  })

  test("RFC 9449 §7.1, §7.2: bound to a key it is no bearer's, and a proof is for one request", async () => {
    const key = await DpopKey.make()
    const code = await rp.code(newBrowser(), { scope, resource })
    const bound = await rp.post(
      "/token",
      { grant_type: "authorization_code", code, redirect_uri: rp.redirectUri, resource },
      { ...rp.credentials, ...(await key.shownAt(provider, "/token")) }
    )
    const token: string = bound.body["access_token"]
    expect(bound.body["token_type"]).toBe("DPoP")
    expect(await statusOf(token)).toBe(401)
    const shown = async (method: string, path: string, with_ = key) => ({
      authorization: `DPoP ${token}`,
      dpop: await with_.proof(method, `${provider.issuer}${path}`, { claims: { ath: hashOf(token) } })
    })
    const proven = await shown("GET", "/admin/clients")
    expect(await statusOf(undefined, proven)).toBe(200)
    expect(await statusOf(undefined, proven)).toBe(401)
    expect(await statusOf(undefined, await shown("GET", "/admin/users"))).toBe(401)
    expect(await statusOf(undefined, await shown("GET", "/admin/clients", await DpopKey.make()))).toBe(401)
  })
})

test("attacks.md 43: an expired one, by the clock of the provider: 401", async () => {
  const node = await startNodeProvider()
  const { ask } = await administrator(node, ["admin.clients.read"])
  expect((await ask("GET", "/clients")).status).toBe(200)
  node.advance(599_000)
  expect((await ask("GET", "/clients")).status).toBe(200)
  node.advance(2_000)
  expect((await ask("GET", "/clients")).status).toBe(401)
  await node.close()
})

test("OWASP ASVS 5.0 §2.3: of two changes at once from one state one is made, the other is 412", async () => {
  const { access_token } = await tokensOf("alice")
  const metadata = { redirect_uris: ["https://app.example/cb"] }
  const made = await askAdmin(provider, access_token, "POST", "/clients", { body: { id: "shared", metadata } })
  const headers = { "if-match": made.headers.get("etag") ?? "" }
  const change = (client_name: string) =>
    askAdmin(provider, access_token, "PATCH", "/clients/shared", { body: { metadata: { client_name } }, headers })
  const [a, b] = await Promise.all([change("a"), change("b")])
  expect([a.status, b.status].toSorted()).toEqual([200, 412])
  const { body } = await askAdmin(provider, access_token, "GET", "/clients/shared")
  expect([body["metadata"].client_name, body["version"]]).toEqual([a.status === 200 ? "a" : "b", 2])
})

test("what it costs: the keys and the grant, an object call each, and a query for the client", async () => {
  const { access_token } = await tokensOf("alice")
  const cost = (token: string) =>
    costOf(provider, "GET", "/admin/settings", () => askAdmin(provider, token, "GET", "/settings"))
  // Whether the token stands, and how its client is registered now.
  expect(await cost(access_token)).toMatchObject({ objectCalls: 2, d1Calls: 2 })
  const own = await administrator(provider, ["admin.settings.read"], "meter")
  expect(await cost(own.token)).toMatchObject({ objectCalls: 2, d1Calls: 2 })
  const code = await rp.code(newBrowser(), { scope, resource })
  // The roles are in the answer of the object that the code is redeemed in.
  const exchange = await costOf(provider, "POST", "/token", () => rp.redeem(code, { resource }))
  expect(exchange).toMatchObject({ objectCalls: 1, d1Calls: 1 })
})

test("a stranger's client: openid-client gets a token for the admin API and uses it", async () => {
  const config = await oidc.discovery(new URL(provider.issuer), adminClient, {}, oidc.None(), {
    execute: [oidc.allowInsecureRequests]
  })
  const redirect_uri = "http://127.0.0.1:49152/callback"
  const verifier = oidc.randomPKCECodeVerifier()
  const state = randomBytes(16).toString("hex")
  const url = oidc.buildAuthorizationUrl(config, {
    redirect_uri,
    state,
    scope: "openid admin.clients.read",
    resource,
    code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
    code_challenge_method: "S256"
  })
  const browser = newBrowser()
  browser.stopAt = redirect_uri
  const page = await goThrough(browser, await browser.open(url.href))
  const answer = new URL(`${redirect_uri}?${new URLSearchParams(answered(page))}`)
  const checks = { pkceCodeVerifier: verifier, expectedState: state }
  const tokens = await oidc.authorizationCodeGrant(config, answer, checks, { resource })
  expect(tokens.scope).toBe("admin.clients.read")
  const admin = new URL(`${provider.issuer}/admin/clients?limit=2`)
  const response = await oidc.fetchProtectedResource(config, tokens.access_token, admin, "GET")
  expect([response.status, ((await response.json()) as { clients: Array<unknown> }).clients.length]).toEqual([200, 2])
})
