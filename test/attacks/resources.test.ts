/** Attacks on tokens for resource servers and on those of clients: rows 13, 14 and 15, and what is near them. */
import { decodeJwt } from "jose"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { api, makeResources, vault } from "../clauses/Api.ts"
import { type Answer, answered, newBrowser, register, type RelyingParty } from "../clauses/RelyingParty.ts"
import type { Browser } from "../clients/Browser.ts"
import { makeUser } from "../workerd/Fixtures.ts"
import { type NodeProvider, startNodeProvider } from "./NodeProvider.ts"
import { interactionOf, Visitor } from "./Visitor.ts"

const scopes = ["openid", "offline_access", "read", "open"]
const inactive = '{"active":false}'

let node: NodeProvider
let rp: RelyingParty
let other: RelyingParty
let vaultClient: RelyingParty
let browser: Browser
/** A token of each kind: of the client itself or of its user, signed or sealed. */
let kinds: ReadonlyArray<readonly [string, () => Promise<string>]>

beforeAll(async () => {
  node = await startNodeProvider()
  const grant_types = ["authorization_code", "refresh_token", "client_credentials"]
  rp = await register(node, "rp", { scopes, grant_types })
  other = await register(node, "other", { scopes, grant_types })
  vaultClient = await register(node, "vault")
  await makeResources(node)
  await node.run(makeUser("alice"))
  browser = newBrowser()
  await rp.authorize(browser)
  const own = async (resource: string) =>
    (await rp.post("/token", { grant_type: "client_credentials", resource })).body["access_token"]
  const users = async (resource: string) =>
    (await rp.tokens(browser, { scope: "openid read open", resource }))["access_token"]
  kinds = [
    ["a client's, signed", () => own(api)],
    ["a client's, sealed", () => own(vault)],
    ["a user's, signed", () => users(api)],
    ["a user's, sealed", () => users(vault)]
  ]
})
afterAll(() => node?.close())

const each = async (check: (token: string, kind: string) => Promise<void>) => {
  for (const [kind, make] of kinds) await check(await make(), kind)
}

const isLive = async (token: string): Promise<unknown> => (await rp.introspect(token)).body["active"]

describe("attack 13: revoke another client's token: 200, and the token still works", () => {
  test("of every kind, also by the resource server's own client", () =>
    each(async (token, kind) => {
      for (const client of [other, vaultClient]) {
        const { status, text } = await client.revoke(token)
        expect([kind, status, text]).toEqual([kind, 200, ""])
      }
      expect(await isLive(token), kind).toBe(true)
    }))
})

describe("attack 14: introspection without, or with a public client's, authentication: 401", () => {
  test("of every kind, also with a wrong secret and with the token itself for one", () =>
    each(async (token, kind) => {
      const app = await register(node, `app-${kind}`, { token_endpoint_auth_method: "none" })
      const answers = [
        await app.introspect(token),
        await rp.post("/introspect", { token }, {}),
        await rp.post("/introspect", { token, client_id: "vault" }, {}),
        await rp.post("/introspect", { token }, { authorization: `Basic ${btoa("vault:wrong")}` }),
        await rp.post("/introspect", { token }, { authorization: `Bearer ${token}` })
      ]
      expect(answers.map(({ status }) => status)).toEqual([401, 401, 401, 401, 401])
      expect(answers.map(({ body }) => body["error"])).toEqual(answers.map(() => "invalid_client"))
      expect(JSON.stringify(answers)).not.toMatch(/"active"|alice/)
    }))

  test("an unknown token, and one that is somebody else's, give only active: false", () =>
    each(async (token, kind) => {
      expect((await other.introspect(token)).text, kind).toBe(inactive)
      for (const odd of [`${token}x`, token.slice(1), token.split(".").reverse().join("."), `${token}.${token}`]) {
        expect((await rp.introspect(odd)).text, kind).toBe(inactive)
      }
    }))

  test("a resource server is told whose its own tokens are, and no user's name", () =>
    each(async (token, kind) => {
      const { body } = await vaultClient.introspect(token)
      expect(body["active"], kind).toBe(kind.endsWith("sealed"))
      expect(JSON.stringify(body), kind).not.toContain("alice")
      // Saying that it is the resource server makes nobody one.
      expect((await other.post("/introspect", { token, resource: vault })).text, kind).toBe(inactive)
    }))
})

describe("attack 15: storage fails during revoke: 503, never 200", () => {
  const unavailable = (answer: Answer) => {
    expect(answer).toMatchObject({ status: 503, body: { error: "temporarily_unavailable" } })
    expect(answer.text, "nothing of the inside").not.toMatch(/Token\.|Client\.|Resource|lost/)
  }

  const whileFailing = async <A>(operation: string, attempt: () => Promise<A>): Promise<A> => {
    node.failing.add(operation)
    const result = await attempt()
    node.failing.clear()
    return result
  }

  test("of every kind; asked again, 200 and the token is dead", () =>
    each(async (token, kind) => {
      const operation = kind.startsWith("a client's") ? "ClientToken.revoke" : "AccessToken.revoke"
      unavailable(await whileFailing(operation, () => rp.revoke(token)))
      expect((await rp.revoke(token)).status).toBe(200)
      expect(await isLive(token), kind).toBe(false)
    }))

  test("introspection: 503, never active: false, for whoever asks", () =>
    each(async (token, kind) => {
      const inspect = kind.startsWith("a client's") ? "ClientToken.inspect" : "AccessToken.inspect"
      unavailable(await whileFailing(inspect, () => rp.introspect(token)))
      unavailable(await whileFailing("ResourceServer.find", () => vaultClient.introspect(token)))
      expect(await isLive(token), kind).toBe(true)
    }))

  test("who cannot ask which resource servers there are gives neither a token nor invalid_target", async () => {
    const form = { grant_type: "client_credentials", resource: api }
    unavailable(await whileFailing("ResourceServer.find", () => rp.post("/token", form)))
    const page = await whileFailing("ResourceServer.find", () => rp.ask(browser, { scope: "openid", resource: api }))
    expect([page.status, page.headers.get("location")]).toEqual([503, null])
  })
})

describe("a token in the wrong place", () => {
  test("userinfo takes none that is for a resource server or of a client", () =>
    each(async (token, kind) => {
      const { headers, status, text } = await rp.userinfo(token)
      expect([kind, status]).toEqual([kind, 401])
      expect(headers.get("www-authenticate")).toContain("invalid_token")
      expect(text).not.toContain("alice")
    }))

  test("none is a code, a refresh token, a hint or an assertion; what else is sealed is no token", async () => {
    await each(async (token) => {
      expect((await rp.redeem(token)).body["error"]).toBe("invalid_grant")
      expect((await rp.refresh(token)).body["error"]).toBe("invalid_grant")
      const hinted = await rp.ask(browser, { prompt: "none", id_token_hint: token })
      expect(answered(hinted)["error"]).toBe("invalid_request")
    })
    const step = interactionOf((await new Visitor(node.issuer).visit(rp.authorizeUrl())).location)
    expect(step).toMatch(/\./)
    expect((await rp.introspect(step)).text).toBe(inactive)
    expect((await rp.userinfo(step)).status).toBe(401)
  })

  test("expired, it is none, whoever asks", async () => {
    const tokens = await Promise.all(kinds.map(([, make]) => make()))
    node.advance(1_200_000)
    for (const token of tokens) {
      expect((await rp.introspect(token)).text).toBe(inactive)
      expect((await vaultClient.introspect(token)).text).toBe(inactive)
    }
  })

  test("RFC 8707 §3: a refresh token of one resource server gives nothing at another", async () => {
    const person = newBrowser()
    const { refresh_token } = await rp.tokens(person, { scope: "openid read offline_access", resource: api })
    expect((await rp.refresh(refresh_token, { resource: vault })).body["error"]).toBe("invalid_target")
    const { body } = await rp.refresh(refresh_token)
    expect(decodeJwt(body["access_token"]).aud).toBe(api)
  })
})
