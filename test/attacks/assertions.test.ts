/**
 * Clients that show an assertion: attacks 16, 17 and 18. RFC 7523 §3, RFC 7521 §4.2, RFC 8725 §2 and §3.
 *
 * Loopback may be asked here, so that nothing but the right decision keeps the provider from fetching what a header
 * names.
 */
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { Redacted } from "effect"
import { type CryptoKey, exportSPKI, importJWK } from "jose"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { registerClient } from "../../src/services/flows/operator/RegisterClient.ts"
import { type Answer, answerOf, callback } from "../clauses/RelyingParty.ts"
import { assertionClaims, asserting, makeKey, makeUp, type SigningKey, sign } from "../clients/Signing.ts"
import { makeClient } from "../workerd/Fixtures.ts"
import { anotherNetwork } from "../workerd/Network.ts"
import { type RunningProvider, startProvider } from "../workerd/Provider.ts"

let provider: RunningProvider
const keys: Record<string, SigningKey> = {}
const stranger: Record<string, SigningKey> = {}
const secret = "the secret with which a client signs its assertions, long enough for each"
const own = Buffer.from(secret)

/** What somebody was asked for, whose address stood in a header. */
const heard: Array<string> = []
const elsewhere = createServer((request, response) => {
  heard.push(request.url ?? "")
  response.end(JSON.stringify({ keys: Object.values(stranger).map(({ jwk }) => jwk) }))
})

const algs = ["RS256", "PS256", "ES256", "EdDSA"]
const metadata = { redirect_uris: [callback] }
const byKey = { ...metadata, token_endpoint_auth_method: "private_key_jwt" }

beforeAll(async () => {
  provider = await startProvider({ ALLOW_LOOPBACK: "true" })
  await new Promise<void>((resolve) => elsewhere.listen(0, "127.0.0.1", resolve))
  for (const alg of [...algs, "RS512", "PS384", "ES512"]) {
    keys[alg] = await makeKey(alg)
    stranger[alg] = await makeKey(alg, keys[alg].kid)
  }
  const jwks = { keys: Object.values(keys).map(({ jwk }) => jwk) }
  await provider.run(makeClient("rp", undefined, { ...byKey, jwks }))
  await provider.run(makeClient("other", undefined, { ...byKey, jwks: { keys: [stranger["ES256"]!.jwk] } }))
  await provider.run(
    makeClient("fapi", undefined, { ...byKey, jwks, profile: "fapi2", dpop_bound_access_tokens: false })
  )
  await provider.run(makeClient("es256", undefined, { ...byKey, jwks, token_endpoint_auth_signing_alg: "ES256" }))
  await provider.run(
    registerClient({
      id: "hs",
      secret: Redacted.make(secret),
      metadata: { ...metadata, token_endpoint_auth_method: "client_secret_jwt" }
    })
  )
  await provider.run(makeClient("basic", secret, { ...metadata, token_endpoint_auth_method: "client_secret_basic" }))
}, 60_000)
afterAll(async () => {
  elsewhere.close()
  await provider?.close()
})

const endpoints = ["/token", "/introspect", "/revoke", "/par"] as const
type Endpoint = (typeof endpoints)[number]

/** What each endpoint is asked beside the credentials, and what it answers whoever may ask. */
const asked: Record<Endpoint, readonly [form: Record<string, string>, welcome: number]> = {
  "/token": [{ grant_type: "authorization_code", code: "x.y", redirect_uri: callback }, 400],
  "/introspect": [{ token: "x" }, 200],
  "/revoke": [{ token: "x" }, 200],
  "/par": [{ response_type: "code", redirect_uri: callback, scope: "openid", code_challenge: "x".repeat(43) }, 201]
}

const post = async (path: Endpoint, form: Record<string, string>, headers: Record<string, string> = {}) => {
  const parameters = path === "/par" ? { code_challenge_method: "S256" } : {}
  const body = new URLSearchParams({ ...asked[path][0], ...parameters, ...form })
  return answerOf(
    await fetch(provider.issuer + path, { method: "POST", headers: { ...anotherNetwork(), ...headers }, body })
  )
}

/** Whether the client was known. A token request of one that is known fails for its code alone. */
const isWelcome = (path: Endpoint, { body, status }: Answer): boolean =>
  status === asked[path][1] && (status !== 400 || body["error"] === "invalid_grant")

const show = async (assertion: string, form: Record<string, string> = {}) =>
  post("/introspect", { ...asserting(assertion), ...form })

const claimsOf = (changed: Record<string, unknown> = {}, id = "rp") => assertionClaims(id, provider.issuer, changed)

const refused = { status: 401, body: { error: "invalid_client" } }

describe("RFC 7523 §2.2, OIDC Core §9: a client that signs is who it says", () => {
  test.each(endpoints)("private_key_jwt at %s, with any algorithm, with or without client_id", async (path) => {
    for (const key of Object.values(keys)) {
      const assertion = () => sign(key, claimsOf())
      expect(isWelcome(path, await post(path, asserting(await assertion())))).toBe(true)
      expect(isWelcome(path, await post(path, { ...asserting(await assertion()), client_id: "rp" }))).toBe(true)
    }
  })

  test.each(endpoints)("client_secret_jwt at %s", async (path) => {
    for (const alg of ["HS256", "HS384", "HS512"]) {
      const assertion = await sign(own, claimsOf({}, "hs"), { alg })
      expect(isWelcome(path, await post(path, asserting(assertion)))).toBe(true)
    }
  })

  test.each(endpoints)("the audience may be the issuer, the token endpoint, or %s, also in a list", async (path) => {
    const { issuer } = provider
    for (const aud of [issuer, `${issuer}/token`, issuer + path, ["https://other.example", issuer + path]]) {
      expect(isWelcome(path, await post(path, asserting(await sign(keys["ES256"]!, claimsOf({ aud })))))).toBe(true)
    }
  })

  test("its clock may be 10 s ahead", async () => {
    const soon = Math.floor(Date.now() / 1000) + 10
    expect((await show(await sign(keys["ES256"]!, claimsOf({ iat: soon, nbf: soon })))).status).toBe(200)
  })
})

describe("attack 17: client assertions that are not the client's, or not for here, or not for now", () => {
  const now = () => Math.floor(Date.now() / 1000)
  const es = () => keys["ES256"]!
  const publicKeys = async () => {
    const { jwk } = keys["RS256"]!
    const pem = await exportSPKI((await importJWK(jwk, "RS256")) as CryptoKey)
    return [pem, pem.trim(), JSON.stringify(jwk), jwk.n ?? "", "", "rp"]
  }

  /** Every assertion is for the client `rp` unless it says something else; none is taken. */
  const cases: ReadonlyArray<readonly [string, () => Promise<string> | string]> = [
    ["signed by a stranger's key of the same kid", () => sign(stranger["ES256"]!, claimsOf())],
    ["another client's, which says it is rp", () => sign(stranger["ES256"]!, claimsOf({}, "rp"))],
    ["of a client that there is not", () => sign(es(), claimsOf({}, "nobody"))],
    ["iss of another client", () => sign(es(), claimsOf({ iss: "other" }))],
    ["sub of another client", () => sign(es(), claimsOf({ sub: "other" }))],
    ["no iss", () => sign(es(), claimsOf({ iss: undefined }))],
    ["no sub", () => sign(es(), claimsOf({ sub: undefined }))],
    ["no jti", () => sign(es(), claimsOf({ jti: undefined }))],
    ["an empty jti", () => sign(es(), claimsOf({ jti: "" }))],
    ["no exp", () => sign(es(), claimsOf({ exp: undefined }))],
    ["expired by 5 minutes", () => sign(es(), claimsOf({ exp: now() - 300, iat: now() - 360 }))],
    ["good for a year", () => sign(es(), claimsOf({ exp: now() + 365 * 86_400 }))],
    ["exp as a text", () => sign(es(), claimsOf({ exp: String(now() + 60) }))],
    ["iat more than a minute ahead", () => sign(es(), claimsOf({ iat: now() + 70 }))],
    ["nbf more than a minute ahead", () => sign(es(), claimsOf({ nbf: now() + 70 }))],
    ["no aud", () => sign(es(), claimsOf({ aud: undefined }))],
    ["aud of another provider", () => sign(es(), claimsOf({ aud: "https://other.example" }))],
    ["aud of an endpoint that was not asked", () => sign(es(), claimsOf({ aud: `${provider.issuer}/userinfo` }))],
    ["aud that only begins as the issuer", () => sign(es(), claimsOf({ aud: `${provider.issuer}.evil.example` }))],
    ["a list without us", () => sign(es(), claimsOf({ aud: ["https://other.example", "rp"] }))],
    ["alg none", () => makeUp({ alg: "none" }, claimsOf())],
    ["alg none with a signature", () => makeUp({ alg: "none" }, claimsOf(), "AAAA")],
    ["alg NoNe", () => makeUp({ alg: "NoNe", typ: "JWT" }, claimsOf())],
    ["no alg", () => makeUp({ typ: "JWT" }, claimsOf(), "AAAA")],
    ["the signature cut off", async () => `${(await sign(es(), claimsOf())).replace(/[^.]+$/, "")}`],
    ["the signature of other claims", async () => withSignatureOf(await sign(es(), claimsOf()), claimsOf())],
    ["alg of another key type", async () => relabelled(await sign(keys["RS256"]!, claimsOf()), "PS256")],
    ["an empty ECDSA signature (all zeros)", () => makeUp({ alg: "ES256", kid: es().kid }, claimsOf(), "A".repeat(86))],
    ["a JWT of five parts", () => "a.b.c.d.e"],
    ["two JWTs", async () => `${await sign(es(), claimsOf())},${await sign(es(), claimsOf())}`],
    ["no JWT", () => "x"],
    ["only dots", () => ".."],
    ["header and claims that are no objects", () => makeUp([], "rp", "AAAA")],
    ["claims of an object's prototype", () => makeUp({ alg: "ES256" }, JSON.parse('{"__proto__":{"sub":"rp"}}'), "AA")],
    ["typ of a DPoP proof", () => sign(es(), claimsOf(), { typ: "dpop+jwt" })],
    ["typ of a request object", () => sign(es(), claimsOf(), { typ: "oauth-authz-req+jwt" })]
  ]

  const withSignatureOf = (token: string, claims: unknown): string => {
    const [header, , signature] = token.split(".")
    return `${header}.${Buffer.from(JSON.stringify(claims)).toString("base64url")}.${signature}`
  }

  /** The same signature under another algorithm's name. */
  const relabelled = (token: string, alg: string): string => {
    const [, claims, signature] = token.split(".")
    return `${Buffer.from(JSON.stringify({ alg })).toString("base64url")}.${claims}.${signature}`
  }

  test.each(cases)("%s: invalid_client, at every endpoint", async (_title, make) => {
    for (const path of endpoints) {
      const answer = await post(path, asserting(await make()))
      expect([path, answer]).toMatchObject([path, refused])
      expect(answer.headers.get("cache-control")).toBe("no-store")
    }
  })

  test("HS256 with the public key, in every form of it: invalid_client", async () => {
    for (const text of await publicKeys()) {
      for (const alg of ["HS256", "HS384", "HS512"]) {
        const key = text === "" ? Buffer.alloc(64) : Buffer.from(text)
        for (const kid of [undefined, keys["RS256"]!.kid]) {
          expect(await show(await sign(key, claimsOf(), { alg, kid }))).toMatchObject(refused)
        }
      }
    }
  })

  test("a secret signs for the client that registered so, and shows nothing; another signs nothing", async () => {
    expect(await show(await sign(Buffer.from(`${secret}x`), claimsOf({}, "hs")))).toMatchObject(refused)
    expect(await show(await sign(own, claimsOf({}, "basic")))).toMatchObject(refused)
    expect(await show(await sign(keys["ES256"]!, claimsOf({}, "hs")))).toMatchObject(refused)
    for (const id of ["hs", "rp"]) {
      expect(await post("/introspect", { client_id: id, client_secret: secret })).toMatchObject(refused)
      const authorization = `Basic ${btoa(`${id}:${secret}`)}`
      expect(await post("/introspect", {}, { authorization })).toMatchObject(refused)
      expect(await post("/introspect", { client_id: id })).toMatchObject(refused)
    }
  })

  test("OIDC Dynamic Registration §2: another algorithm than the registered one: invalid_client", async () => {
    expect((await show(await sign(keys["ES256"]!, claimsOf({}, "es256")))).status).toBe(200)
    for (const alg of ["RS256", "PS256", "EdDSA", "ES512"]) {
      expect(await show(await sign(keys[alg]!, claimsOf({}, "es256")))).toMatchObject(refused)
    }
  })

  test("FAPI 2.0 §5.3.2.1: of a client of the profile the issuer alone as audience; PS256, ES256, EdDSA", async () => {
    const { issuer } = provider
    for (const alg of ["PS256", "ES256", "EdDSA"]) {
      expect((await show(await sign(keys[alg]!, claimsOf({}, "fapi")))).status).toBe(200)
    }
    for (const aud of [
      `${issuer}/token`,
      `${issuer}/introspect`,
      [issuer],
      [issuer, `${issuer}/token`],
      `${issuer}/`
    ]) {
      expect(await show(await sign(keys["ES256"]!, claimsOf({ aud }, "fapi")))).toMatchObject(refused)
    }
    for (const alg of ["RS256", "PS384", "ES512"]) {
      expect(await show(await sign(keys[alg]!, claimsOf({}, "fapi")))).toMatchObject(refused)
    }
  })

  test("jti replayed, at the same endpoint and at another one: invalid_client", async () => {
    const assertion = asserting(await sign(keys["ES256"]!, claimsOf()))
    expect((await post("/introspect", assertion)).status).toBe(200)
    for (const path of endpoints) expect(await post(path, assertion)).toMatchObject(refused)
    const jti = "the same, in an assertion of another making"
    expect((await show(await sign(keys["ES256"]!, claimsOf({ jti })))).status).toBe(200)
    expect(await show(await sign(keys["PS256"]!, claimsOf({ jti })))).toMatchObject(refused)
  })

  test("jti replayed at once: one is taken", async () => {
    for (const path of endpoints) {
      const assertion = asserting(await sign(keys["ES256"]!, claimsOf()))
      const answers = await Promise.all(Array.from({ length: 8 }, () => post(path, assertion)))
      expect(answers.filter((answer) => isWelcome(path, answer))).toHaveLength(1)
      expect(answers.filter(({ status }) => status === 401)).toHaveLength(7)
    }
  })

  test("jti of one client is nothing to another", async () => {
    const jti = "a jti that both have thought of"
    expect((await show(await sign(keys["ES256"]!, claimsOf({ jti })))).status).toBe(200)
    expect((await show(await sign(stranger["ES256"]!, claimsOf({ jti }, "other")))).status).toBe(200)
  })

  test("what is refused uses nothing up: the client's own assertion of the same jti is taken afterwards", async () => {
    const claims = claimsOf()
    expect(await show(await sign(stranger["ES256"]!, claims))).toMatchObject(refused)
    expect(await show(await sign(keys["ES256"]!, { ...claims, aud: "https://other.example" }))).toMatchObject(refused)
    expect(await show(await sign(keys["ES256"]!, claims), { client_id: "other" })).toMatchObject(refused)
    expect((await show(await sign(keys["ES256"]!, claims))).status).toBe(200)
  })

  test("a jti after a restart and a deploy is as spent as before", async () => {
    const assertion = await sign(keys["ES256"]!, claimsOf())
    expect((await show(assertion)).status).toBe(200)
    await provider.evictObjects()
    expect(await show(assertion)).toMatchObject(refused)
  })
})

describe("attack 18: JOSE headers that bring keys, or ask for something", () => {
  const address = () => `http://127.0.0.1:${(elsewhere.address() as AddressInfo).port}`
  const forged = (header: Record<string, unknown>, kid: string | undefined = undefined) =>
    sign(stranger["ES256"]!, claimsOf(), { kid, ...header })

  test("jku, jwk, x5u, x5c: a key that the assertion brings is none, and nothing is fetched", async () => {
    const { jwk } = stranger["ES256"]!
    for (const header of [
      { jku: `${address()}/jku` },
      { jku: `${address()}/jku`, kid: jwk.kid },
      { x5u: `${address()}/x5u` },
      { jwk },
      { jwk: { ...jwk, kid: undefined } },
      { x5c: ["MIIB"] },
      { kid: `${address()}/kid` }
    ]) {
      expect(await show(await forged(header))).toMatchObject(refused)
      // The client's own key is the client's, whatever stands beside it.
      const { kid: _, ...harmless } = header as Record<string, unknown>
      expect((await show(await sign(keys["ES256"]!, claimsOf(), harmless))).status).toBe(200)
    }
    expect(heard).toEqual([])
  })

  test("unknown crit: invalid_client, by the client's own key too", async () => {
    const [header, claims] = [{ alg: "ES256", kid: keys["ES256"]!.kid, crit: ["hapax"], hapax: 1 }, claimsOf()]
    const body = makeUp(header, claims).slice(0, -1)
    const data = Buffer.from(body)
    const { privateKey } = keys["ES256"]!
    const signed = await crypto.subtle.sign({ name: "ECDSA", hash: "SHA-256" }, privateKey as never, data)
    expect(await show(`${body}.${Buffer.from(signed).toString("base64url")}`)).toMatchObject(refused)
    expect(await show(makeUp({ alg: "ES256", crit: ["b64"], b64: false }, claims, "AAAA"))).toMatchObject(refused)
  })

  test.each([
    ["a path", "../../../dev/null"],
    ["SQL", "' OR 1=1 --"],
    ["an address", "https://evil.example/jwks.json"],
    ["a null byte", "\u0000"],
    ["of another client", "none of rp"],
    ["a name of an object's prototype", "__proto__"],
    ["very long", "k".repeat(20_000)],
    ["a number", 7],
    ["an object", { kid: "x" }]
  ])("odd kid, %s: the stranger's key stays a stranger's", async (_title, kid) => {
    expect(await show(await forged({ kid }))).toMatchObject(refused)
  })
})

describe("attack 16: an assertion beside something else, doubled or malformed", () => {
  const authorization = `Basic ${btoa(`basic:${secret}`)}`
  const right = () => sign(keys["ES256"]!, claimsOf())
  const raw = async (path: Endpoint, body: string, headers: Record<string, string> = {}) => {
    const type = { "content-type": "application/x-www-form-urlencoded" }
    const own = new URLSearchParams(asked[path][0])
    const init = { method: "POST", headers: { ...anotherNetwork(), ...type, ...headers }, body: `${own}&${body}` }
    return answerOf(await fetch(provider.issuer + path, init))
  }
  const encoded = (form: Record<string, string>) => new URLSearchParams(form).toString()

  const cases: ReadonlyArray<readonly [string, () => Promise<readonly [string, Record<string, string>?]>]> = [
    ["and Basic", async () => [encoded(asserting(await right())), { authorization }]],
    ["and a secret", async () => [encoded({ ...asserting(await right()), client_secret: secret })]],
    ["twice", async () => [`${encoded(asserting(await right()))}&client_assertion=${await right()}`]],
    ["its type twice", async () => [`${encoded(asserting(await right()))}&client_assertion_type=x`]],
    ["client_id twice", async () => [`${encoded(asserting(await right()))}&client_id=rp&client_id=rp`]],
    ["and another client_id", async () => [encoded({ ...asserting(await right()), client_id: "other" })]],
    ["without its type", async () => [encoded({ client_assertion: await right() })]],
    ["without its type, with client_id", async () => [encoded({ client_assertion: await right(), client_id: "rp" })]],
    ["of another type", async () => [encoded({ ...asserting(await right()), client_assertion_type: "saml2-bearer" })]],
    ["missing", async () => [encoded({ client_assertion_type: asserting("").client_assertion_type })]],
    ["empty", async () => [encoded(asserting(""))]],
    ["and a bearer token", async () => [encoded(asserting(await right())), { authorization: "Bearer x" }]]
  ]

  test.each(cases)("an assertion %s: invalid_client or invalid_request, never 500", async (_title, make) => {
    for (const path of endpoints) {
      const answer = await raw(path, ...(await make()))
      expect([400, 401]).toContain(answer.status)
      expect(answer.body["error"]).toBe(answer.status === 401 ? "invalid_client" : "invalid_request")
    }
  })

  test("the answer is equal for unknown and known clients", async () => {
    const seen = ({ headers, status, text }: Answer) => ({
      status,
      text,
      headers: [...headers].filter(([name]) => name !== "date").toSorted()
    })
    for (const path of endpoints) {
      const answers = []
      for (const id of ["rp", "nobody", "basic", "hs"]) {
        const forgery = await sign(stranger["ES256"]!, claimsOf({}, id))
        answers.push(seen(await post(path, asserting(forgery))))
      }
      for (const answer of answers) expect(answer).toEqual(answers[0])
    }
  })
})
