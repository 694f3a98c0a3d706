/** Authorization codes in the wrong hands, too often, too late: attacks 3 to 7. RFC 6749 §4.1.2, RFC 9700 §4.5. */
import { createHash, randomBytes } from "node:crypto"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import type { Browser } from "../clients/Browser.ts"
import { type Answer, metadataOf, newBrowser, register, type RelyingParty } from "../clauses/RelyingParty.ts"
import { makeUser } from "../workerd/Fixtures.ts"
import { type RunningProvider, startProvider } from "../workerd/Provider.ts"
import { type NodeProvider, startNodeProvider } from "./NodeProvider.ts"

let provider: RunningProvider
let a: RelyingParty
let b: RelyingParty
let browser: Browser

beforeAll(async () => {
  provider = await startProvider()
  a = await register(provider, "a")
  b = await register(provider, "b")
  await provider.run(makeUser("alice"))
  browser = newBrowser()
  for (const client of [a, b]) await client.authorize(browser, { scope: "openid offline_access" })
}, 60_000)
afterAll(() => provider?.close())

const code = (client = a, parameters: Record<string, string> = {}) => client.code(browser, parameters)

const refused = (answer: Answer, error = "invalid_grant") =>
  expect(answer).toMatchObject({ status: 400, body: { error } })

const newVerifier = () => {
  const code_verifier = randomBytes(32).toString("base64url")
  const code_challenge = createHash("sha256").update(code_verifier).digest("base64url")
  return { code_verifier, challenge: { code_challenge, code_challenge_method: "S256" } }
}

describe("attack 3: PKCE stripped, downgraded or guessed", () => {
  test("code_challenge stripped from the request, verifier sent: invalid_grant", async () => {
    refused(await a.redeem(await code(), { code_verifier: newVerifier().code_verifier }))
  })

  test("challenge sent; verifier missing, empty or wrong: invalid_grant; the right one still redeems", async () => {
    const { challenge, code_verifier } = newVerifier()
    const issued = await code(a, challenge)
    refused(await a.redeem(issued))
    refused(await a.redeem(issued, { code_verifier: "" }))
    refused(await a.redeem(issued, { code_verifier: newVerifier().code_verifier }))
    refused(await a.redeem(issued, { code_verifier: challenge.code_challenge }), "invalid_grant")
    refused(await a.redeem(issued, { code_verifier: code_verifier.slice(0, 42) }), "invalid_request")
    refused(await a.redeem(issued, { code_verifier: `${code_verifier}=` }), "invalid_request")
    refused(await a.redeem(issued, { code_verifier: "a".repeat(129) }), "invalid_request")
    expect((await a.redeem(issued, { code_verifier })).status).toBe(200)
  })

  test("plain, in any spelling, and no method: invalid_request", async () => {
    const code_challenge = "a".repeat(43)
    for (const code_challenge_method of ["plain", "PLAIN", "s256", "S512", "none", ""]) {
      const answer = await a.authorize(browser, { code_challenge, code_challenge_method })
      expect(answer).toMatchObject({ error: "invalid_request" })
    }
    expect(await a.authorize(browser, { code_challenge_method: "S256" })).toMatchObject({ error: "invalid_request" })
  })

  test("discovery lists S256 only; public clients must use PKCE", async () => {
    expect((await metadataOf(provider))["code_challenge_methods_supported"]).toEqual(["S256"])
    const spa = await register(provider, "spa", { token_endpoint_auth_method: "none" })
    expect(await spa.authorize(browser)).toMatchObject({ error: "invalid_request" })
  })
})

describe("attack 4: a code replayed later", () => {
  test("invalid_grant, and the tokens it gave are revoked, those of its refreshes too", async () => {
    const issued = await code(a, { scope: "openid offline_access" })
    const first = (await a.redeem(issued)).body
    const second = (await a.refresh(first["refresh_token"])).body
    refused(await a.redeem(issued))
    for (const { access_token } of [first, second]) expect((await a.userinfo(access_token)).status).toBe(401)
    for (const { refresh_token } of [first, second]) refused(await a.refresh(refresh_token))
    for (const token of [second["access_token"], second["refresh_token"]]) {
      expect((await a.introspect(token)).body).toEqual({ active: false })
    }
  })

  test("whatever else is wrong with the second request: the code has leaked", async () => {
    const { challenge, code_verifier } = newVerifier()
    const issued = await code(a, challenge)
    const { access_token } = (await a.redeem(issued, { code_verifier })).body
    refused(await a.redeem(issued, { redirect_uri: "https://evil.example/" }))
    expect((await a.userinfo(access_token)).status).toBe(401)
  })

  test("replayed by another client: invalid_grant, and nobody ends what is not theirs", async () => {
    const issued = await code()
    const { access_token } = (await a.redeem(issued)).body
    refused(await b.redeem(issued))
    expect((await a.userinfo(access_token)).status).toBe(200)
  })

  test("after a restart of every object: still known", async () => {
    const issued = await code()
    const { access_token } = (await a.redeem(issued)).body
    await provider.evictObjects()
    refused(await a.redeem(issued))
    expect((await a.userinfo(access_token)).status).toBe(401)
  })
})

describe("attack 5: code redeemed 2-8 times at once: exactly one 200", () => {
  test.each([2, 3, 4, 5, 6, 7, 8])("%i times", async (times) => {
    const issued = await code()
    const answers = await Promise.all(Array.from({ length: times }, () => a.redeem(issued)))
    expect(answers.filter(({ status }) => status === 200).length).toBe(1)
    for (const answer of answers.filter(({ status }) => status !== 200)) refused(answer)
    const given = answers.find(({ status }) => status === 200)?.body["access_token"]
    expect((await a.userinfo(given)).status, "and what it gave is revoked").toBe(401)
  })
})

describe("attack 6: code of client A by client B", () => {
  test("invalid_grant, and A can still redeem it", async () => {
    const issued = await code()
    refused(await b.redeem(issued))
    refused(await b.redeem(issued, { redirect_uri: b.redirectUri }))
    expect((await a.redeem(issued)).status).toBe(200)
  })

  test("B's credentials and A's client_id: invalid_client", async () => {
    const issued = await code()
    expect(await b.redeem(issued, { client_id: "a" })).toMatchObject({ status: 401, body: { error: "invalid_client" } })
    expect((await a.redeem(issued)).status).toBe(200)
  })

  test("a public client that says it is A: invalid_client", async () => {
    const form = { grant_type: "authorization_code", code: await code(), redirect_uri: a.redirectUri, client_id: "a" }
    expect(await a.post("/token", form, {})).toMatchObject({ status: 401, body: { error: "invalid_client" } })
  })
})

describe("attack 7: wrong redirect_uri at the token endpoint", () => {
  test("missing, other, and one that only resolves to the same: invalid_grant", async () => {
    const issued = await code()
    refused(await a.post("/token", { grant_type: "authorization_code", code: issued }))
    for (const redirect_uri of ["https://evil.example/", "https://rp.example/cb?", "https://rp.example:443/cb"]) {
      refused(await a.redeem(issued, { redirect_uri }))
    }
    expect((await a.redeem(issued)).status).toBe(200)
  })
})

describe("attack 7: expired code, right client (over storage in memory, whose clock can be turned)", () => {
  let node: NodeProvider
  let rp: RelyingParty
  let person: Browser
  beforeAll(async () => {
    node = await startNodeProvider()
    rp = await register(node, "rp")
    await node.run(makeUser("alice"))
    person = newBrowser()
    await rp.authorize(person)
  })
  afterAll(() => node?.close())

  test("a code lives 60 s at most; then invalid_grant", async () => {
    const [young, old] = [await rp.code(person), await rp.code(person)]
    node.advance(55_000)
    expect((await rp.redeem(young)).status).toBe(200)
    node.advance(5_000)
    refused(await rp.redeem(old))
  })

  test("a code reused after 30 s: invalid_grant, and the access token stops working", async () => {
    const issued = await rp.code(person)
    const { access_token } = (await rp.redeem(issued)).body
    node.advance(30_000)
    expect((await rp.userinfo(access_token)).status).toBe(200)
    refused(await rp.redeem(issued))
    expect((await rp.userinfo(access_token)).status).toBe(401)
  })

  test("an access token lives 10 minutes, and is then neither userinfo's nor active", async () => {
    const { access_token } = await rp.tokens(person)
    node.advance(599_000)
    expect((await rp.userinfo(access_token)).status).toBe(200)
    node.advance(1_000)
    expect(await rp.userinfo(access_token)).toMatchObject({ status: 401, body: { error: "invalid_token" } })
    expect((await rp.introspect(access_token)).body).toEqual({ active: false })
  })
})
