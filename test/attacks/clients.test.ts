/** Clients that are not who they say, and what is another's: attacks 13, 14, 16. RFC 6749 §2.3, RFC 7009, RFC 7662. */
import { Redacted } from "effect"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { registerClient } from "../../src/services/flows/operator/RegisterClient.ts"
import type { Browser } from "../clients/Browser.ts"
import { type Answer, answerOf, callback, newBrowser, register, type RelyingParty } from "../clauses/RelyingParty.ts"
import { assertionClaims, asserting, makeKey, sign } from "../clients/Signing.ts"
import { makeClient, makeUser } from "../workerd/Fixtures.ts"
import { type RunningProvider, startProvider } from "../workerd/Provider.ts"
import { type NodeProvider, startNodeProvider } from "./NodeProvider.ts"

let provider: RunningProvider
let node: NodeProvider
let a: RelyingParty
let b: RelyingParty
let browser: Browser
const scope = "openid offline_access"

beforeAll(async () => {
  provider = await startProvider()
  node = await startNodeProvider()
  a = await register(provider, "a")
  b = await register(provider, "b")
  await provider.run(makeUser("alice"))
  browser = newBrowser()
  await a.authorize(browser, { scope })
}, 60_000)
afterAll(() => Promise.all([provider?.close(), node?.close()]))

describe("attack 13: revoke another client's token", () => {
  test("200, and the token still works", async () => {
    const { access_token, refresh_token } = await a.tokens(browser, { scope })
    const spa = await register(provider, "spa", { token_endpoint_auth_method: "none" })
    for (const client of [b, spa]) {
      for (const token of [access_token, refresh_token]) {
        expect(await client.revoke(token)).toMatchObject({ status: 200, text: "" })
      }
    }
    expect((await a.userinfo(access_token)).status).toBe(200)
    expect((await a.refresh(refresh_token)).status).toBe(200)
  })
})

describe("attack 14: introspection without authentication", () => {
  test("without, or with a public client's: 401; an unknown token gives only active: false", async () => {
    const { access_token: token } = await a.tokens(browser)
    const app = await register(provider, "app", { token_endpoint_auth_method: "none" })
    for (const answer of [
      await a.post("/introspect", { token }, {}),
      await a.post("/introspect", { token, client_id: "a" }, {}),
      await app.introspect(token),
      await app.post("/introspect", { token }, { authorization: `Basic ${btoa("app:")}` }),
      await a.post("/introspect", { token }, { authorization: `Bearer ${token}` })
    ]) {
      expect(answer).toMatchObject({ status: 401, body: { error: "invalid_client" } })
    }
    for (const unknown of ["x", token.slice(1), `${"a".repeat(5000)}`, "' OR 1=1 --", "\u0000"]) {
      expect((await a.introspect(unknown)).text).toBe('{"active":false}')
    }
  })
})

describe("attack 16: wrong, double or malformed client authentication", () => {
  const basic = (text: string) => ({ authorization: `Basic ${Buffer.from(text).toString("base64")}` })
  const form = { "content-type": "application/x-www-form-urlencoded" }
  const right = () => `${a.id}:${a.secret}`
  const inBody = () => `client_id=${a.id}&client_secret=${a.secret}`

  /** What is sent; every case is refused. */
  const cases: ReadonlyArray<[string, () => [Record<string, string>, string]]> = [
    ["nothing", () => [{}, ""]],
    ["client_id alone", () => [{}, "client_id=a"]],
    ["a secret alone", () => [{}, `client_secret=${a.secret}`]],
    ["a wrong secret by Basic", () => [basic("a:wrong"), ""]],
    ["a wrong secret in the body", () => [{}, "client_id=a&client_secret=wrong"]],
    ["an empty secret by Basic", () => [basic("a:"), ""]],
    ["an empty secret in the body", () => [{}, "client_id=a&client_secret="]],
    ["another client's secret", () => [basic(`a:${b.secret}`), ""]],
    ["the secret and something after it", () => [basic(`${right()}x`), ""]],
    ["the secret in upper case", () => [basic(`a:${a.secret?.toUpperCase()}`), ""]],
    ["an unknown client", () => [basic(`nobody:${a.secret}`), ""]],
    ["the client's id in upper case", () => [basic(`A:${a.secret}`), ""]],
    ["no colon", () => [basic("a"), ""]],
    ["no id", () => [basic(`:${a.secret}`), ""]],
    ["not base64", () => [{ authorization: "Basic !!!!" }, ""]],
    ["base64 that is cut off", () => [{ authorization: "Basic YTpz" + "Y" }, ""]],
    ["base64 of bytes that are no UTF-8", () => [{ authorization: "Basic //79/A==" }, ""]],
    ["no credentials after the scheme", () => [{ authorization: "Basic" }, ""]],
    ["another scheme", () => [{ authorization: `Digest username="a"` }, "client_id=a"]],
    ["a bearer token", () => [{ authorization: "Bearer x" }, "client_id=a"]],
    ["two Authorization headers", () => [{ authorization: `${basic(right()).authorization}, Basic x` }, ""]],
    ["Basic and the body, both right", () => [basic(right()), inBody()]],
    ["Basic right and another client_id", () => [basic(right()), "client_id=b"]],
    ["client_id twice", () => [{}, `client_id=b&${inBody()}`]],
    ["client_secret twice", () => [{}, `client_secret=x&${inBody()}`]],
    ["client_secret twice beside Basic", () => [basic(right()), "client_secret=x&client_secret=y"]],
    [
      "an assertion of a kind that is not offered",
      () => [{}, "client_id=a&client_assertion=x&client_assertion_type=y"]
    ],
    ["control characters", () => [basic("a\u0000\r\n:b\u0000"), ""]],
    ["a secret of 60,000 characters", () => [{}, `client_id=a&client_secret=${"s".repeat(60_000)}`]],
    ["an id of 10,000 characters", () => [basic(`${"a".repeat(10_000)}:x`), ""]],
    ["names of an object's prototype", () => [basic("__proto__:constructor"), "toString=x"]],
    ["SQL", () => [basic("a' OR '1'='1:x"), ""]],
    ["broken percent-encoding", () => [basic("a%:%zz%"), ""]]
  ]

  test.each(cases)(
    "%s: invalid_client or invalid_request, at token, introspection and revocation",
    async (_t, make) => {
      const [headers, credentials] = make()
      const { access_token } = await accessToken
      for (const [path, own] of [
        ["/token", "grant_type=authorization_code&code=x.y"],
        ["/introspect", `token=${access_token}`],
        ["/revoke", `token=${access_token}`]
      ] as const) {
        const init = { method: "POST", headers: { ...form, ...headers }, body: `${own}&${credentials}` }
        const answer = await answerOf(await fetch(provider.issuer + path, init))
        expect([400, 401]).toContain(answer.status)
        expect(answer.body["error"]).toBe(answer.status === 401 ? "invalid_client" : "invalid_request")
        expect(answer.headers.get("cache-control")).toBe("no-store")
        expect(answer.headers.get("www-authenticate")).toBe(answer.status === 401 ? 'Basic realm="hapax"' : null)
      }
    }
  )

  /** One token for all cases: none of them may end it. */
  let accessToken: Promise<{ access_token: string }>
  beforeAll(() => {
    accessToken = a.tokens(browser) as Promise<{ access_token: string }>
  })
  afterAll(async () => {
    expect((await a.userinfo((await accessToken).access_token)).status).toBe(200)
  })

  /** All that a client can see, but for the time of day, and how many requests its network has left. */
  const seen = ({ headers, status, text }: Answer) => ({
    status,
    text,
    headers: [...headers].filter(([name]) => name !== "date" && name !== "ratelimit").toSorted()
  })
  const wrongly = (client: RelyingParty, id: string, path: string, extra: Record<string, string>) =>
    client.post(path, { grant_type: "refresh_token", refresh_token: "x", token: "x", ...extra }, basic(`${id}:wrong`))

  test("the answer is equal for unknown and known clients", async () => {
    for (const path of ["/token", "/introspect", "/revoke"]) {
      const [known, unknown] = [await wrongly(a, "a", path, {}), await wrongly(a, "nobody", path, {})]
      expect(seen(unknown)).toEqual(seen(known))
      const post = { client_id: "a", client_secret: "wrong" }
      const [inA, inNobody] = [
        await a.post(path, post, {}),
        await a.post(path, { client_id: "nobody", client_secret: "wrong" }, {})
      ]
      expect(seen(inNobody)).toEqual(seen(inA))
    }
  })

  test("timing is equal: the same operations, in the same order, for unknown and known clients", async () => {
    const known = await register(node, "known")
    await register(node, "public", { token_endpoint_auth_method: "none" })
    node.takeTrace()
    const traces: Array<ReadonlyArray<string>> = []
    for (const id of ["known", "nobody", "public"]) {
      for (const path of ["/token", "/introspect", "/revoke"]) {
        expect((await wrongly(known, id, path, {})).status).toBe(401)
        traces.push(node.takeTrace())
      }
    }
    for (const trace of traces) expect(trace).toEqual(["Client.find", "Limit.take", "AuditLog.append"])
  })

  test("… also by an assertion: the same operations, and one signature is checked", async () => {
    const keys = { ES256: await makeKey("ES256"), RS256: await makeKey("RS256"), EdDSA: await makeKey("EdDSA") }
    const byKey = { redirect_uris: [callback], token_endpoint_auth_method: "private_key_jwt" }
    const jwks = { keys: Object.values(keys).map(({ jwk }) => jwk) }
    await node.run(makeClient("by-key", undefined, { ...byKey, jwks }))
    const secret = { secret: Redacted.make("x".repeat(64)) }
    const signs = { redirect_uris: [callback], token_endpoint_auth_method: "client_secret_jwt" }
    await node.run(registerClient({ id: "by-secret", ...secret, metadata: signs }))
    const known = await register(node, "shows")
    const forged = async (id: string, alg: string, changed: Record<string, unknown> = {}) => {
      const { kid, privateKey } = await makeKey(alg)
      return sign({ alg, kid, privateKey }, assertionClaims(id, node.issuer, changed), { kid: undefined })
    }
    const wrong: ReadonlyArray<readonly [string, (id: string) => Promise<string>]> = [
      ["ES256", (id) => forged(id, "ES256")],
      ["RS256", (id) => forged(id, "RS256")],
      ["EdDSA", (id) => forged(id, "EdDSA")],
      ["ES256", (id) => forged(id, "ES256", { exp: 1 })],
      ["ES256", (id) => forged(id, "ES256", { aud: "https://other.example" })],
      ["HS256", (id) => sign(Buffer.alloc(64), assertionClaims(id, node.issuer))]
    ]
    for (const [alg, make] of wrong) {
      for (const id of ["by-key", "by-secret", "shows", "nobody"]) {
        const assertion = asserting(await make(id))
        for (const path of ["/token", "/introspect", "/revoke", "/par"]) {
          node.takeTrace()
          expect((await known.post(path, { token: "x", ...assertion }, {})).status).toBe(401)
          expect([alg, id, node.takeTrace()]).toEqual([
            alg,
            id,
            ["Client.find", `JwtVerifier.verify ${alg}`, "Limit.take", "AuditLog.append"]
          ])
        }
      }
    }
  })
})
