/** Tokens that clients get for themselves, and what becomes of them. RFC 6749 §4.4, RFC 7009, RFC 7662, RFC 9068. */
import { createRemoteJWKSet, decodeJwt, jwtVerify } from "jose"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { deleteClient } from "../../src/services/flows/operator/DeleteClient.ts"
import { type RunningProvider, startProvider } from "../workerd/Provider.ts"
import { api, makeResource, makeResources, vault } from "./Api.ts"
import { DpopKey } from "./DpopKey.ts"
import { answerOf, type Form, metadataOf, register, type RelyingParty } from "./RelyingParty.ts"

const scopes = ["openid", "profile", "offline_access", "read", "write", "open", "jobs"]
const grant_types = ["client_credentials"]

let provider: RunningProvider
let machine: RelyingParty
let vaultClient: RelyingParty
let other: RelyingParty

beforeAll(async () => {
  provider = await startProvider()
  machine = await register(provider, "machine", { grant_types, scopes })
  vaultClient = await register(provider, "vault", { grant_types, scopes: [] })
  other = await register(provider, "other", { grant_types, scopes: ["openid"] })
  await makeResources(provider)
}, 60_000)
afterAll(() => provider?.close())

const ask = (client: RelyingParty, form: Form = {}) =>
  client.post("/token", { grant_type: "client_credentials", ...form })

const tokenOf = async (client: RelyingParty, form: Form = {}): Promise<string> =>
  (await ask(client, form)).body["access_token"]

const refusal = async (answer: ReturnType<typeof ask>) => {
  const { body, headers, status } = await answer
  expect(headers.get("cache-control")).toBe("no-store")
  expect(body).not.toHaveProperty("access_token")
  return `${status} ${body["error"]}`
}

const inactive = '{"active":false}'

describe("RFC 6749 §4.4: client_credentials", () => {
  test("§4.4.3: an access token, and neither a refresh token nor an ID token", async () => {
    const { body, headers, status } = await ask(machine)
    expect([status, headers.get("cache-control")]).toEqual([200, "no-store"])
    expect(body).toEqual({
      access_token: expect.any(String),
      token_type: "Bearer",
      expires_in: 600,
      scope: "read write open jobs"
    })
  })

  test("RFC 9068 §2.2: the client is its subject, and no user is named", async () => {
    const jwks = createRemoteJWKSet(new URL(`${provider.issuer}/.well-known/jwks.json`))
    const checks = { issuer: provider.issuer, audience: provider.issuer, typ: "at+jwt" }
    const { payload } = await jwtVerify(await tokenOf(machine, { scope: "jobs" }), jwks, checks)
    expect(payload).toEqual({
      iss: provider.issuer,
      sub: "machine",
      aud: provider.issuer,
      client_id: "machine",
      scope: "jobs",
      jti: expect.stringMatching(/^1-\d+\.[\w-]{22}$/),
      iat: expect.any(Number),
      exp: payload.iat! + 600
    })
  })

  test.each(["openid", "profile", "offline_access", "jobs openid", "unknown", "jobs unknown", 'a"b'])(
    "§5.2: scope %s is more than the client may have for itself: invalid_scope",
    async (scope) => {
      expect(await refusal(ask(machine, { scope }))).toBe("400 invalid_scope")
    }
  )

  test("§3.3: a client without scopes of its own gets a token without scope", async () => {
    const { body } = await ask(other)
    expect(body).not.toHaveProperty("scope")
    expect(decodeJwt(body["access_token"])).not.toHaveProperty("scope")
  })

  test("§4.4: only for confidential clients, that authenticate, and that are registered for it", async () => {
    const app = await register(provider, "app", { grant_types, token_endpoint_auth_method: "none" })
    const web = await register(provider, "web")
    expect(await refusal(ask(app))).toBe("400 unauthorized_client")
    expect(await refusal(ask(web))).toBe("400 unauthorized_client")
    expect(await refusal(machine.post("/token", { grant_type: "client_credentials", client_id: "machine" }, {}))).toBe(
      "401 invalid_client"
    )
    const wrong = { authorization: `Basic ${btoa("machine:wrong")}` }
    expect(await refusal(machine.post("/token", { grant_type: "client_credentials" }, wrong))).toBe(
      "401 invalid_client"
    )
  })

  test("RFC 8414 §2: grant_types_supported", async () => {
    expect((await metadataOf(provider))["grant_types_supported"]).toContain("client_credentials")
  })

  test("OIDC Core §5.3: such a token does not open userinfo: nobody stands behind it", async () => {
    const { headers, status } = await machine.userinfo(await tokenOf(machine))
    expect(status).toBe(401)
    expect(headers.get("www-authenticate")).toContain('error="invalid_token"')
  })
})

describe("RFC 8707 §2.2: resource", () => {
  test("the token is for it, as it wants to have them", async () => {
    const signed = await ask(machine, { resource: api })
    expect(signed.body).toMatchObject({ scope: "read write", expires_in: 1200 })
    expect(decodeJwt(signed.body["access_token"])).toMatchObject({ aud: api, sub: "machine", scope: "read write" })
    const sealed = await ask(machine, { resource: vault, scope: "open" })
    expect(sealed.body).toMatchObject({ scope: "open", expires_in: 60 })
    const readable = sealed.body["access_token"].split(".").map((part: string) => atob(part.replace(/[-_]/g, "A")))
    expect(readable.join()).not.toMatch(/machine|vault|open/)
  })

  test("unknown, malformed, or none at which the client may do anything: invalid_target", async () => {
    for (const resource of ["https://unknown.example", "https://api.example", "api", `${api}#x`]) {
      expect(await refusal(ask(machine, { resource }))).toBe("400 invalid_target")
    }
    // An API that looks at the audience alone would let it in.
    expect(await refusal(ask(other, { resource: api }))).toBe("400 invalid_target")
    expect(await refusal(ask(machine, { resource: api, scope: "jobs" }))).toBe("400 invalid_scope")
    const form = new URLSearchParams({ grant_type: "client_credentials", resource: api })
    form.append("resource", vault)
    const request = { method: "POST", headers: machine.credentials, body: form }
    expect(await refusal(fetch(`${provider.issuer}/token`, request).then(answerOf))).toBe("400 invalid_target")
  })

  test("a resource server without scopes is open to every client that may ask", async () => {
    await makeResource(provider, "urn:example:open", { token_format: "jwt" })
    expect(decodeJwt(await tokenOf(other, { resource: "urn:example:open" })).aud).toBe("urn:example:open")
  })

  test("the provider's own identifier is as good as none", async () => {
    expect((await ask(machine, { resource: provider.issuer })).body).toMatchObject({ scope: "read write open jobs" })
  })
})

describe("RFC 9449 §5: a client that proves a key", () => {
  test("§6: its token is bound to the key, signed or sealed, and says so where it is introspected", async () => {
    const key = await DpopKey.make()
    for (const resource of [api, vault]) {
      const headers = { ...machine.credentials, ...(await key.shownAt(provider, "/token")) }
      const { body, status } = await machine.post("/token", { grant_type: "client_credentials", resource }, headers)
      expect([status, body["token_type"]]).toEqual([200, "DPoP"])
      const told = await machine.introspect(body["access_token"])
      expect(told.body).toMatchObject({ active: true, token_type: "DPoP", cnf: { jkt: key.jkt } })
    }
  })

  test("§5.2 dpop_bound_access_tokens: without a proof it gets none", async () => {
    const bound = await register(provider, "bound", { grant_types, scopes, dpop_bound_access_tokens: true })
    expect(await refusal(ask(bound))).toBe("400 invalid_dpop_proof")
  })
})

describe("RFC 7662: introspection of a client's own token", () => {
  test("§2.2: its client is told what it says", async () => {
    const token = await tokenOf(machine, { resource: api, scope: "read" })
    const { body, headers } = await machine.introspect(token)
    expect(headers.get("cache-control")).toBe("no-store")
    expect(body).toEqual({ active: true, token_type: "Bearer", ...decodeJwt(token) })
  })

  test("§2.2: so is the resource server that it is for, of one that it cannot read itself", async () => {
    const { body } = await vaultClient.introspect(await tokenOf(machine, { resource: vault }))
    expect(body).toMatchObject({ active: true, aud: vault, sub: "machine", client_id: "machine", scope: "read open" })
    expect(body).not.toHaveProperty("username")
  })

  test("§4: nobody else is told anything", async () => {
    for (const form of [{}, { resource: api }, { resource: vault }]) {
      expect((await other.introspect(await tokenOf(machine, form))).text).toBe(inactive)
    }
    expect((await vaultClient.introspect(await tokenOf(machine, { resource: api }))).text).toBe(inactive)
  })

  test("§2.1: token_type_hint, right or wrong, changes nothing", async () => {
    const token = await tokenOf(machine)
    for (const token_type_hint of ["access_token", "refresh_token", "x"]) {
      expect((await machine.post("/introspect", { token, token_type_hint })).body["active"]).toBe(true)
    }
  })
})

describe("RFC 7009: revocation of a client's own token", () => {
  test("§2.1, §2.2: dead at once, whoever asks, and it alone", async () => {
    for (const form of [{ resource: vault }, { resource: api }, {}]) {
      const [token, sibling] = [await tokenOf(machine, form), await tokenOf(machine, form)]
      const { status, text } = await machine.revoke(token)
      expect([status, text]).toEqual([200, ""])
      expect((await machine.introspect(token)).text).toBe(inactive)
      expect((await vaultClient.introspect(token)).text).toBe(inactive)
      expect((await machine.introspect(sibling)).body["active"]).toBe(true)
      expect((await machine.revoke(token)).status).toBe(200)
    }
  })

  test("it stays revoked when every object has been out of memory", async () => {
    const token = await tokenOf(machine)
    await machine.revoke(token)
    await provider.evictObjects()
    expect((await machine.introspect(token)).text).toBe(inactive)
  })
})

describe("a client that is deleted", () => {
  test("holds nothing any more: its tokens are dead for those who introspect them", async () => {
    const gone = await register(provider, "gone", { grant_types, scopes: ["open"] })
    const token = await tokenOf(gone, { resource: vault })
    expect((await vaultClient.introspect(token)).body["active"]).toBe(true)
    await provider.run(deleteClient("gone"))
    expect((await vaultClient.introspect(token)).text).toBe(inactive)
    expect((await gone.introspect(token)).body["error"]).toBe("invalid_client")
  })
})
