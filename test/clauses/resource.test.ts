/** Resource indicators: what the access token of a user is for. RFC 8707, RFC 9068. */
import { createRemoteJWKSet, decodeJwt, jwtVerify } from "jose"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { deleteResource } from "../../src/services/flows/operator/DeleteResource.ts"
import { updateResource } from "../../src/services/flows/operator/UpdateResource.ts"
import type { Browser } from "../clients/Browser.ts"
import { makeUser, password } from "../workerd/Fixtures.ts"
import { type RunningProvider, startProvider } from "../workerd/Provider.ts"
import { api, makeResource, makeResources, vault } from "./Api.ts"
import { enter, poll, registerDevice, start, waiting } from "./Device.ts"
import { answered, type Form, goThrough, metadataOf, newBrowser, register, type RelyingParty } from "./RelyingParty.ts"

const scopes = ["openid", "profile", "email", "offline_access", "read", "write", "open"]

let provider: RunningProvider
let rp: RelyingParty
/** The client as which the vault introspects, and one without any business here. */
let vaultClient: RelyingParty
let other: RelyingParty
let alice: Browser

beforeAll(async () => {
  provider = await startProvider()
  rp = await register(provider, "rp", { scopes })
  vaultClient = await register(provider, "vault")
  other = await register(provider, "other")
  await makeResources(provider)
  await provider.run(makeUser("alice"))
  await provider.run(makeUser("bob"))
  alice = newBrowser()
  await rp.authorize(alice)
}, 60_000)
afterAll(() => provider?.close())

/** Alice allows it, in the browser in which she is signed in, and the code is redeemed with `form`. */
const tokens = async (scope: string, resources: ReadonlyArray<string>, form: Form = {}) => {
  const url = new URL(rp.authorizeUrl({ scope }))
  for (const resource of resources) url.searchParams.append("resource", resource)
  const { code = "" } = answered(await goThrough(alice, await alice.open(url.href)))
  return { code, ...(await rp.redeem(code, form)) }
}

describe("RFC 8707 §2.1: resource at the authorization endpoint", () => {
  test("§2.2: the token is for it, of the scopes that mean something there, signed for it to read", async () => {
    const { body, status } = await tokens("openid profile read open", [api])
    expect(status).toBe(200)
    expect(body).toMatchObject({ token_type: "Bearer", scope: "read", expires_in: 1200 })
    const jwks = createRemoteJWKSet(new URL(`${provider.issuer}/.well-known/jwks.json`))
    const checks = { issuer: provider.issuer, audience: api, typ: "at+jwt" }
    const { payload, protectedHeader } = await jwtVerify(body["access_token"], jwks, checks)
    expect(protectedHeader).toMatchObject({ alg: "RS256", typ: "at+jwt" })
    expect(payload).toMatchObject({ aud: api, scope: "read", client_id: "rp", sub: decodeJwt(body["id_token"]).sub })
    expect(payload.exp! - payload.iat!).toBe(1200)
  })

  test("RFC 9068 §4: a token for a resource server does not open userinfo", async () => {
    const { body } = await tokens("openid profile read", [api])
    const { headers, status } = await rp.userinfo(body["access_token"])
    expect(status).toBe(401)
    expect(headers.get("www-authenticate")).toContain('error="invalid_token"')
  })

  test("the provider may be named beside others, so that one of the tokens is for userinfo", async () => {
    const first = await tokens("openid profile read offline_access", [api, provider.issuer], {
      resource: provider.issuer
    })
    expect((await rp.userinfo(first.body["access_token"])).status).toBe(200)
    const second = await rp.refresh(first.body["refresh_token"], { resource: api })
    expect(decodeJwt(second.body["access_token"])).toMatchObject({ aud: api, scope: "read" })
  })

  test.each([
    ["is unknown", "https://unknown.example"],
    ["is another's to the character", "https://api.example"],
    ["has a fragment", `${api}#part`],
    ["is relative", "/api"],
    ["is no URI", "api"]
  ])("§2: a resource that %s is invalid_target, by redirect, and before anybody signs in", async (_, resource) => {
    const page = await rp.ask(newBrowser(), { scope: "openid read", resource, state: "s" })
    expect(answered(page)).toMatchObject({ error: "invalid_target", state: "s", iss: provider.issuer })
  })

  test("§2: so is one of several that is unknown, and prompt=none makes no difference", async () => {
    const url = new URL(rp.authorizeUrl({ scope: "openid read", resource: api, prompt: "none" }))
    url.searchParams.append("resource", "https://unknown.example")
    expect(answered(await newBrowser().open(url.href))).toMatchObject({ error: "invalid_target" })
    url.searchParams.delete("resource")
    for (let n = 0; n < 11; n++) url.searchParams.append("resource", `https://a.example/${n}`)
    expect(answered(await newBrowser().open(url.href))).toMatchObject({ error: "invalid_target" })
  })

  test("a scope that means nothing to what is named is left out, and one alone is invalid_scope", async () => {
    const plain = await tokens("openid read", [])
    expect(plain.body["scope"]).toBe("openid")
    expect(answered(await rp.ask(newBrowser(), { scope: "read" }))).toMatchObject({ error: "invalid_scope" })
    expect(answered(await rp.ask(newBrowser(), { scope: "open", resource: api }))).toMatchObject({
      error: "invalid_scope"
    })
  })

  test("the same resource twice is one resource", async () => {
    const { body } = await tokens("openid read", [api, api])
    expect(decodeJwt(body["access_token"]).aud).toBe(api)
  })

  test("RFC 6749 §3.3: a scope that the client is not registered for is nobody's to give", async () => {
    const code = await other.code(alice, { scope: "openid read", resource: api })
    const { body } = await other.redeem(code)
    expect([decodeJwt(body["access_token"]).aud, body["scope"]]).toEqual([api, ""])
  })
})

describe("RFC 8707 §2.2: resource at the token endpoint", () => {
  const both = [api, vault]

  test("names one of several, and a refresh another: each token is for one of them alone", async () => {
    const { body } = await tokens("openid read open offline_access", both, { resource: api })
    expect(decodeJwt(body["access_token"])).toMatchObject({ aud: api, scope: "read" })
    const refreshed = await rp.refresh(body["refresh_token"], { resource: vault })
    expect(refreshed.body).toMatchObject({ scope: "read open", expires_in: 60 })
    const narrowed = await rp.refresh(refreshed.body["refresh_token"], { resource: vault, scope: "open" })
    expect(narrowed.body).toMatchObject({ scope: "open", expires_in: 60 })
  })

  test("without one, where several were granted, it is for userinfo; without openid nobody can say", async () => {
    const { body } = await tokens("openid read open", both)
    expect(decodeJwt(body["access_token"])).toMatchObject({ aud: provider.issuer, scope: "openid" })
    const plain = await tokens("read open", both)
    expect(plain).toMatchObject({ status: 400, body: { error: "invalid_target" } })
    expect((await rp.redeem(plain.code, { resource: vault })).status).toBe(200)
  })

  test.each([
    ["that was not granted", vault],
    ["that is unknown", "https://unknown.example"],
    ["that is malformed", "api"]
  ])("a resource %s is invalid_target, and the code is not spent", async (_, resource) => {
    const { body, code, status } = await tokens("openid read", [api], { resource })
    expect([status, body["error"]]).toEqual([400, "invalid_target"])
    expect((await rp.redeem(code, { resource: api })).status).toBe(200)
  })

  test("two resources at once are invalid_target: a token is for one", async () => {
    const { code } = await tokens("openid read open", both, { resource: "https://unknown.example" })
    const form = new URLSearchParams({ grant_type: "authorization_code", code, redirect_uri: rp.redirectUri })
    for (const resource of both) form.append("resource", resource)
    const refused = await fetch(`${provider.issuer}/token`, { method: "POST", headers: rp.credentials, body: form })
    expect([refused.status, (await refused.json()) as unknown]).toEqual([
      400,
      expect.objectContaining({ error: "invalid_target" })
    ])
    expect((await rp.redeem(code, { resource: api })).status).toBe(200)
  })

  test("a refresh for what was not granted is invalid_target, and the refresh token stays the live one", async () => {
    const { body } = await tokens("openid read offline_access", [api])
    const refused = await rp.refresh(body["refresh_token"], { resource: vault })
    expect([refused.status, refused.body["error"]]).toEqual([400, "invalid_target"])
    expect((await rp.introspect(body["refresh_token"])).body["active"]).toBe(true)
    const wider = await rp.refresh(body["refresh_token"], { resource: api, scope: "read write" })
    expect(wider.body["error"]).toBe("invalid_scope")
    expect((await rp.refresh(body["refresh_token"], { resource: api })).status).toBe(200)
  })
})

describe("a resource server that introspects", () => {
  test("RFC 7662: its tokens say nothing to whoever holds them, and everything to its own client", async () => {
    const { body } = await tokens("openid profile open", [vault])
    const token: string = body["access_token"]
    expect(token).toMatch(/^[\w.-]{100,1200}$/)
    const readable = token.split(".").map((part) => Buffer.from(part, "base64url").toString("latin1"))
    for (const secret of ["vault", "alice", "open", decodeJwt(body["id_token"]).sub ?? ""]) {
      expect(readable.join()).not.toContain(secret)
    }
    const { body: told } = await vaultClient.introspect(token)
    expect(told).toEqual({
      active: true,
      token_type: "Bearer",
      iss: provider.issuer,
      sub: decodeJwt(body["id_token"]).sub,
      aud: vault,
      client_id: "rp",
      scope: "open",
      jti: expect.any(String),
      iat: expect.any(Number),
      exp: told["iat"] + 60,
      auth_time: expect.any(Number),
      acr: expect.any(String),
      amr: ["pwd"]
    })
    expect((await rp.introspect(token)).body).toMatchObject({ active: true, username: "alice" })
  })

  test("RFC 7662 §4: is told nothing of tokens that are for somebody else, and neither is anybody else", async () => {
    const [forVault, forApi, forUserinfo] = await Promise.all([
      tokens("openid open", [vault]),
      tokens("openid read", [api]),
      tokens("openid", [])
    ])
    expect((await other.introspect(forVault.body["access_token"])).text).toBe('{"active":false}')
    for (const { body } of [forApi, forUserinfo]) {
      expect((await vaultClient.introspect(body["access_token"])).text).toBe('{"active":false}')
    }
  })

  test("RFC 7009 §2.1: an opaque token is revoked by its client alone, and is dead at once", async () => {
    const { body } = await tokens("openid open", [vault])
    for (const client of [other, vaultClient]) expect((await client.revoke(body["access_token"])).status).toBe(200)
    expect((await vaultClient.introspect(body["access_token"])).body["active"]).toBe(true)
    expect((await rp.revoke(body["access_token"])).status).toBe(200)
    for (const client of [rp, vaultClient]) {
      expect((await client.introspect(body["access_token"])).text).toBe('{"active":false}')
    }
  })

  test("an opaque token that was changed is none of ours", async () => {
    const { body } = await tokens("openid open", [vault])
    const token: string = body["access_token"]
    const changed = [
      token.slice(0, -2),
      `${token}A`,
      token.replace(/\..\w/, ".AA"),
      token.split(".").slice(1).join(".")
    ]
    for (const text of changed) expect((await vaultClient.introspect(text)).text).toBe('{"active":false}')
  })
})

describe("OIDC Core §3.1.2.4: the consent page", () => {
  test("names the resource server and what is asked for there, once for each resource", async () => {
    const browser = newBrowser()
    const login = await rp.ask(browser, { scope: "openid read", resource: api })
    const consent = await browser.submit(login, { login: "bob", password })
    expect(consent.body).toContain("Use Example API for you")
    expect(consent.body).toContain("With permission for: read.")
    const code = answered(await browser.submit(consent, { decision: "approve" }))["code"]
    expect((await rp.redeem(code ?? "")).status).toBe(200)
    const again = await rp.ask(browser, { scope: "openid read", resource: api, prompt: "none" })
    expect(answered(again)).toHaveProperty("code")
    // The same scope elsewhere is another permission, and so is another scope here.
    const elsewhere = await rp.ask(browser, { scope: "openid read", resource: vault, prompt: "none" })
    expect(answered(elsewhere)).toMatchObject({ error: "consent_required" })
    const more = await rp.ask(browser, { scope: "openid read write", resource: api, prompt: "none" })
    expect(answered(more)).toMatchObject({ error: "consent_required" })
  })
})

describe("tokens from the front channel (OIDC Core §3.2)", () => {
  test("are for the one resource server that is named; for one of several nobody can say", async () => {
    const hybrid = await register(provider, "hybrid", {
      scopes,
      grant_types: ["authorization_code", "implicit"],
      response_types: ["code token"]
    })
    const asked = { scope: "read", response_type: "code token", nonce: "n" }
    const url = new URL(hybrid.authorizeUrl({ ...asked, resource: api }))
    const page = await goThrough(alice, await alice.open(url.href))
    const fragment = new URLSearchParams(new URL(page.headers.get("location") ?? "").hash.slice(1))
    expect(decodeJwt(fragment.get("access_token") ?? "").aud).toBe(api)
    expect(fragment.get("expires_in")).toBe("1200")
    url.searchParams.append("resource", vault)
    const refused = await alice.open(url.href)
    expect(refused.headers.get("location")).toContain("error=invalid_target")
  })
})

describe("resource elsewhere", () => {
  test("RFC 9126 §2.1: is judged where a request is pushed, and the token is for it", async () => {
    const pushed = { response_type: "code", redirect_uri: rp.redirectUri, scope: "openid read" }
    const unknown = await rp.post("/par", { ...pushed, resource: "https://unknown.example" })
    expect([unknown.status, unknown.body["error"]]).toEqual([400, "invalid_target"])
    const nothing = await rp.post("/par", { ...pushed, scope: "open", resource: api })
    expect([nothing.status, nothing.body["error"]]).toEqual([400, "invalid_scope"])
    const { body, status } = await rp.post("/par", { ...pushed, resource: api })
    expect(status).toBe(201)
    const query = new URLSearchParams({ client_id: "rp", request_uri: body["request_uri"] })
    const page = await goThrough(alice, await alice.open(`${provider.issuer}/authorize?${query}`))
    const redeemed = await rp.redeem(answered(page)["code"] ?? "")
    expect(decodeJwt(redeemed.body["access_token"])).toMatchObject({ aud: api, scope: "read" })
  })

  test("RFC 8628 §3.1: is what a device asks for; the person reads it, and the device names it", async () => {
    const tv = await registerDevice(provider, "tv", { scopes: ["openid", "read", "open"] })
    const refused = await start(tv, { resource: "https://unknown.example" })
    expect([refused.status, refused.body["error"]]).toEqual([400, "invalid_target"])
    expect((await start(tv, { scope: "open", resource: api })).body["error"]).toBe("invalid_scope")
    const { deviceCode, userCode } = await waiting(tv, { scope: "openid read open", resource: vault })
    const page = await enter(alice, provider.issuer, userCode)
    expect(page.body).toContain(`Use ${vault} for you`)
    await alice.submit(page, { decision: "approve" })
    const { body } = await poll(tv, deviceCode, { resource: vault })
    expect((await vaultClient.introspect(body["access_token"])).body).toMatchObject({ aud: vault, scope: "read open" })
  })

  test("a resource server that goes while the consent page is open: invalid_target, and no code", async () => {
    await makeResource(provider, "urn:example:brief", { scopes: ["read"] })
    const browser = newBrowser()
    const login = await rp.ask(browser, { scope: "openid read", resource: "urn:example:brief" })
    const consent = await browser.submit(login, { login: "bob", password })
    await provider.run(deleteResource("urn:example:brief"))
    const { code, error } = answered(await browser.submit(consent, { decision: "approve" }))
    expect([code, error]).toEqual([undefined, "invalid_target"])
  })

  test("a grant keeps what it was for when the resource server is changed or deleted", async () => {
    await makeResource(provider, "urn:example:old", { scopes: ["read"] })
    const { body } = await tokens("openid read offline_access", ["urn:example:old"])
    await provider.run(updateResource({ id: "urn:example:old", metadata: { scopes: [], token_format: "opaque" } }))
    const changed = await rp.refresh(body["refresh_token"])
    await provider.run(deleteResource("urn:example:old"))
    const deleted = await rp.refresh(changed.body["refresh_token"])
    for (const one of [changed, deleted]) {
      expect(decodeJwt(one.body["access_token"])).toMatchObject({ aud: "urn:example:old", scope: "read" })
    }
  })
})

describe("the provider's metadata", () => {
  test("RFC 8414 §2: scopes_supported are the provider's own", async () => {
    expect((await metadataOf(provider))["scopes_supported"]).not.toContain("read")
  })
})
