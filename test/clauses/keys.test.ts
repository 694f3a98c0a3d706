/**
 * Keys that come and go, as those see it who verify: a stranger's client (npm `oauth4webapi`), an administrator, and
 * whoever holds an old token. The provider in Node, whose clock is turned. OIDC Core §10.1.1, RFC 7517 §5.
 */
import * as oauth from "oauth4webapi"
import { afterEach, beforeEach, describe, expect, test } from "vitest"
import { clockMargin, copyLifetime, freshness, jwksMaxAge } from "../../src/domain/SigningKey.ts"
import { upkeep } from "../../src/services/flows/upkeep/Jobs.ts"
import { type NodeProvider, startNodeProvider } from "../attacks/NodeProvider.ts"
import { makeUser } from "../workerd/Fixtures.ts"
import { administrator } from "./Administrator.ts"
import { answered, callback, goThrough, newBrowser, register, type RelyingParty, sentTo } from "./RelyingParty.ts"

const hour = 3_600_000
const day = 24 * hour

let node: NodeProvider
/** By how much the provider's clock is ahead of this test's, in milliseconds. */
let ahead = 0

beforeEach(async () => {
  node = await startNodeProvider()
  ahead = 0
  await node.run(makeUser("alice"))
})
afterEach(() => node?.close())

const pass = (milliseconds: number) => {
  ahead += milliseconds
  node.advance(milliseconds)
}

/** The upkeep, once a day for so many days. */
const live = async (days: number) => {
  for (let turn = 0; turn < days; turn++) {
    pass(day)
    await node.run(upkeep())
  }
}

interface Keys {
  readonly keys: ReadonlyArray<{ readonly kid: string; readonly alg: string } & Record<string, string>>
}

const published = async () => (await (await fetch(`${node.issuer}/.well-known/jwks.json`)).json()) as Keys

const headerOf = (token: string): { readonly kid: string; readonly alg: string } =>
  JSON.parse(Buffer.from(token.split(".")[0] ?? "", "base64url").toString())

const insecure = { [oauth.allowInsecureRequests]: true } as const

/** A client of a library that we did not write, and the keys that it keeps. */
const stranger = async (rp: RelyingParty, alg = "RS256") => {
  const issuer = new URL(node.issuer)
  const found = await oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer, insecure))
  /** The keys it keeps; it asks again for a kid that it does not know, if it has had them for a minute. */
  const kept: { jwks?: oauth.JWKS; uat?: number } = {}
  const signIn = async () => {
    if (kept.uat !== undefined) kept.uat = Math.floor(Date.now() / 1000) - 61
    const as = { ...found }
    const client = {
      client_id: rp.id,
      id_token_signed_response_alg: alg,
      [oauth.clockSkew]: Math.ceil(ahead / 1000)
    }
    const browser = newBrowser()
    const nonce = oauth.generateRandomNonce()
    const answer = sentTo(await goThrough(browser, await rp.ask(browser, { nonce, state: "s" })))
    const parameters = oauth.validateAuthResponse(as, client, answer, "s")
    const auth = oauth.ClientSecretBasic(rp.secret ?? "")
    const asked = [as, client, auth, parameters, callback, oauth.nopkce, insecure] as const
    const response = await oauth.authorizationCodeGrantRequest(...asked)
    const tokens = await oauth.processAuthorizationCodeResponse(as, client, response, {
      expectedNonce: nonce,
      requireIdToken: true
    })
    await oauth.validateApplicationLevelSignature(as, response, {
      ...insecure,
      [oauth.jwksCache]: kept as oauth.JWKSCacheInput
    })
    return { idToken: tokens.id_token ?? "", accessToken: tokens.access_token }
  }
  const keeps = () => kept.jwks?.keys.map(({ kid }) => kid) ?? []
  return { signIn, keeps }
}

describe("OIDC Core §10.1.1: signing keys are rotated", () => {
  test.each(["RS256", "ES256", "PS256", "EdDSA"] as const)(
    "a stranger's client that asks for %s signs in before, while and after its key is renewed, by the keys it keeps",
    async (alg) => {
      const rp = await register(node, "rp", { id_token_signed_response_alg: alg })
      const client = await stranger(rp, alg)
      const first = await client.signIn()
      await live(88)
      const meanwhile = await client.signIn()
      expect(headerOf(meanwhile.idToken)).toEqual(headerOf(first.idToken))
      // It asks for the keys within the three days in which the next one is published and signs nothing.
      const next = (await published()).keys.filter((key) => key.alg === alg).map(({ kid }) => kid)
      expect(next).toHaveLength(2)
      const later = await stranger(rp, alg)
      await later.signIn()
      const kept = later.keeps()
      await live(3)
      const after = await later.signIn()
      expect(headerOf(after.idToken).kid).not.toBe(headerOf(first.idToken).kid)
      expect(kept).toContain(headerOf(after.idToken).kid)
      // The first one kept the keys of ninety days ago, and asks anew for the one that it does not know.
      await client.signIn()
      expect(client.keeps()).toContain(headerOf(after.idToken).kid)
    }
  )

  test("userinfo is signed by the key that signs now, whichever signed the ID token", async () => {
    const rp = await register(node, "rp", { userinfo_signed_response_alg: "ES256" })
    await rp.tokens(newBrowser())
    await live(91)
    const { access_token } = await rp.tokens(newBrowser())
    const { text } = await rp.userinfo(access_token)
    const kids = (await published()).keys.filter(({ alg }) => alg === "ES256").map(({ kid }) => kid)
    expect(kids.at(-1)).toBe(headerOf(text).kid)
  })

  test("RFC 9111 §5.2.2.1: the JWKS may be kept for less time than a key is published before it signs", async () => {
    const { headers } = await fetch(`${node.issuer}/.well-known/jwks.json`)
    expect(headers.get("cache-control")).toBe(`public, max-age=${jwksMaxAge}`)
    expect(jwksMaxAge * 1000 + copyLifetime + clockMargin).toBeLessThan(hour)
  })
})

describe("attack 39: a key removed early", () => {
  test("old tokens verify until they expire, and their key is published for 30 days, through a rotation", async () => {
    const rp = await register(node, "rp")
    await rp.tokens(newBrowser())
    await live(87)
    pass(3 * day - 60_000)
    await node.run(upkeep())
    const old = await rp.tokens(newBrowser())
    // The next key signs from now on, and the cron comes at once.
    pass(120_000 + clockMargin)
    await node.run(upkeep())
    const young = await rp.tokens(newBrowser())
    const { kid } = headerOf(old["id_token"])
    expect(headerOf(young["id_token"]).kid).not.toBe(kid)
    expect((await rp.userinfo(old["access_token"])).status).toBe(200)
    expect((await rp.introspect(old["access_token"])).body["active"]).toBe(true)
    await live(29)
    expect((await published()).keys.map((key) => key.kid)).toContain(kid)
    await live(2)
    expect((await published()).keys.map((key) => key.kid)).not.toContain(kid)
  })

  test("a kid that nobody knows asks for the keys once in five seconds, however often it comes", async () => {
    const rp = await register(node, "rp")
    const { access_token } = await rp.tokens(newBrowser())
    const [, claims = "", signature = ""] = String(access_token).split(".")
    const header = Buffer.from(JSON.stringify({ alg: "RS256", typ: "at+jwt", kid: "nobody's" })).toString("base64url")
    pass(freshness)
    node.takeTrace()
    for (let time = 0; time < 10; time++) {
      expect((await rp.userinfo(`${header}.${claims}.${signature}`)).status).toBe(401)
    }
    expect(node.takeTrace().filter((operation) => operation === "SigningKey.ring")).toHaveLength(1)
  })
})

const scopes = ["admin.keys.read", "admin.keys.write"]

describe("issue 6: emergency rotation at /admin/keys", () => {
  test("what the withdrawn key signed is believed no more; sessions and refresh tokens stay", async () => {
    const rp = await register(node, "rp", { grant_types: ["authorization_code", "refresh_token"] })
    const client = await stranger(rp)
    const person = newBrowser()
    const stolen = await rp.tokens(person, { scope: "openid offline_access", prompt: "consent" })
    await client.signIn()
    const { kid } = headerOf(stolen["id_token"])
    const admin = await administrator(node, scopes)
    const answer = await admin.ask("POST", "/keys/emergency", { body: { kid } })
    expect([answer.status, answer.body["keys"][0]]).toMatchObject([200, { kid, stage: "withdrawn", signs_until: null }])
    expect(answer.body["cached_until"] - answer.body["remembered_until"]).toBe(jwksMaxAge - copyLifetime / 1000)
    expect((await published()).keys.map((key) => key.kid)).not.toContain(kid)

    expect((await rp.userinfo(stolen["access_token"])).status).toBe(401)
    expect((await rp.introspect(stolen["access_token"])).text).toBe('{"active":false}')
    const hinted = answered(await rp.ask(person, { prompt: "none", id_token_hint: stolen["id_token"] }))
    expect(hinted).toMatchObject({ error: "invalid_request" })
    // The session is there, and so is the refresh token.
    expect(answered(await rp.ask(person, { prompt: "none" }))).toHaveProperty("code")
    const fresh = await rp.refresh(stolen["refresh_token"])
    expect((await rp.userinfo(fresh.body["access_token"])).status).toBe(200)
    // The stranger's client does not know the new key, asks for it, and signs in.
    expect(headerOf((await client.signIn()).idToken).kid).not.toBe(kid)
  })

  test("the administrator's own token falls with its key, at once", async () => {
    const admin = await administrator(node, scopes)
    expect((await admin.ask("POST", "/keys/emergency", { body: {} })).status).toBe(200)
    expect((await admin.ask("GET", "/keys")).status).toBe(401)
    const again = await administrator(node, scopes, "another-tool")
    const { body } = await again.ask("GET", "/keys")
    const stages = body["keys"].map(({ alg, stage }: Record<string, string>) => `${alg} ${stage}`)
    expect(stages.toSorted()).toEqual(["ES256 signing", "ES256 withdrawn", "RS256 signing", "RS256 withdrawn"])
  })

  test("rotation by request: a successor is published, and nothing private is told", async () => {
    const admin = await administrator(node, scopes)
    const before = await admin.ask("GET", "/keys")
    const rotated = await admin.ask("POST", "/keys/rotation", { body: { alg: "ES256" } })
    expect(rotated.body["keys"].map(({ stage }: Record<string, string>) => stage)).toEqual([
      "signing",
      "signing",
      "next"
    ])
    expect(rotated.headers.get("etag")).not.toBe(before.headers.get("etag"))
    for (const { text } of [before, rotated]) expect(text).not.toMatch(/sealed|"d"|eyJ/)
    const known = await admin.ask("GET", "/keys", { headers: { "if-none-match": rotated.headers.get("etag") ?? "" } })
    expect(known.status).toBe(304)
  })

  test("ASVS 5.0 §8.2.1: reading the keys is no right to change them; wrong input is named", async () => {
    const reader = await administrator(node, ["admin.keys.read"], "reader")
    expect((await reader.ask("GET", "/keys")).status).toBe(200)
    expect((await reader.ask("POST", "/keys/emergency", { body: {} })).status).toBe(403)
    expect((await reader.ask("POST", "/keys/rotation", { body: {} })).status).toBe(403)
    const admin = await administrator(node, scopes)
    expect((await admin.ask("POST", "/keys/emergency", { body: { kid: "nobody's" } })).status).toBe(404)
    expect((await admin.ask("POST", "/keys/emergency", { body: { kids: [] } })).status).toBe(400)
    expect((await admin.ask("POST", "/keys/rotation", { body: { alg: "none" } })).body["field"]).toBe("alg")
    expect((await admin.ask("POST", "/keys/rotation", { body: { alg: "EdDSA" } })).body["field"]).toBe("alg")
    expect((await admin.ask("GET", "/keys")).body["keys"]).toHaveLength(2)
  })
})
