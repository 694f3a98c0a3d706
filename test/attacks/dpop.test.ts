/**
 * Attack 36: proofs of possession that are replayed, made for something else, by somebody else, twice, or not at all.
 * RFC 9449 §4.3, §11; FAPI 2.0 Security Profile §5.3.2.1. Nothing that a rightful client still needs is consumed.
 */
import { request } from "node:http"
import { SignJWT } from "jose"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import type { Browser } from "../clients/Browser.ts"
import { type Changes, DpopKey, hashOf, inSeconds, userinfoWith } from "../clauses/DpopKey.ts"
import { newBrowser, register, type RelyingParty } from "../clauses/RelyingParty.ts"
import { encode } from "../clients/Signing.ts"
import { makeUser } from "../workerd/Fixtures.ts"
import { type RunningProvider, startProvider } from "../workerd/Provider.ts"

let provider: RunningProvider
let browser: Browser
/** May come without a proof; the other one may not. */
let rp: RelyingParty
let bound: RelyingParty
let key: DpopKey
let other: DpopKey
/** One that no attack is to consume. */
let code: string
let tokens: Record<string, any>
/** Bound to no key. */
let bearer: string

const scope = "openid offline_access"

beforeAll(async () => {
  provider = await startProvider()
  rp = await register(provider, "rp")
  bound = await register(provider, "bound", { dpop_bound_access_tokens: true })
  await provider.run(makeUser("alice"))
  browser = newBrowser()
  ;[key, other] = [await DpopKey.make(), await DpopKey.make()]
  tokens = (await key.redeem(bound, await bound.code(browser, { scope }))).body
  bearer = (await rp.tokens(browser))["access_token"]
  code = await bound.code(browser, { scope })
}, 60_000)
afterAll(() => provider?.close())

/** Everything that is wrong with a proof wherever it is shown, and what is said of it. */
const wrong: ReadonlyArray<readonly [title: string, defect: string, changes: () => Changes | Promise<Changes>]> = [
  ["no typ", "typ", () => ({ header: { typ: undefined } })],
  ["typ JWT", "typ", () => ({ header: { typ: "JWT" } })],
  ["typ at+jwt", "typ", () => ({ header: { typ: "at+jwt" } })],
  ["no jwk", "jwk", () => ({ header: { jwk: undefined } })],
  ["a private jwk", "jwk", () => ({ header: { jwk: key.privateJwk } })],
  ["a jwk that is a shared secret", "jwk", () => ({ header: { jwk: { kty: "oct", k: "c2VjcmV0" } } })],
  ["a jwk that is no key", "jwk", () => ({ header: { jwk: { kty: "EC", crv: "P-256" } } })],
  ["another's jwk", "signature", () => ({ header: { jwk: other.jwk } })],
  ["a jwk off the curve", "signature", () => ({ header: { jwk: { ...key.jwk, y: key.jwk.x } } })],
  ["no jti", "jti", () => ({ claims: { jti: undefined } })],
  ["an empty jti", "jti", () => ({ claims: { jti: "" } })],
  ["a jti of 10,000 characters", "malformed", () => ({ claims: { jti: "j".repeat(10_000) } })],
  ["no htm", "htm", () => ({ claims: { htm: undefined } })],
  ["another htm", "htm", () => ({ claims: { htm: "PUT" } })],
  ["no htu", "htu", () => ({ claims: { htu: undefined } })],
  ["another htu", "htu", () => ({ claims: { htu: `${provider.issuer}/introspect` } })],
  ["another host in htu", "htu", () => ({ claims: { htu: "https://rs.example/token" } })],
  ["no iat", "iat", () => ({ claims: { iat: undefined } })],
  ["an iat that is a text", "iat", () => ({ claims: { iat: `${inSeconds()}` } })],
  ["iat an hour ago", "iat", () => ({ claims: { iat: inSeconds(-3600) } })],
  ["iat in an hour", "iat", () => ({ claims: { iat: inSeconds(3600) } })],
  ["iat in 61 s", "iat", () => ({ claims: { iat: inSeconds(61) } })]
]

/** What can stand in a header, and was never a proof. */
const shapeless = (): ReadonlyArray<readonly [string, string]> => [
  ["not a JWT", "malformed"],
  ["a.b", "malformed"],
  ["a.b.c", "malformed"],
  [`${encode({ alg: "none", typ: "dpop+jwt", jwk: key.jwk })}.${encode({})}.`, "malformed"],
  [`${encode({ alg: "none", typ: "dpop+jwt", jwk: key.jwk })}.${encode({})}.AA`, "alg"],
  [`${encode({ typ: "dpop+jwt", jwk: key.jwk })}.${encode({})}.AA`, "alg"],
  [`${encode([])}.${encode([])}.AA`, "malformed"],
  [`${"A".repeat(9_000)}.AA.AA`, "malformed"]
]

const withSecret = (alg: string, secret: string) =>
  new SignJWT({ jti: "1", htm: "POST", htu: `${provider.issuer}/token` })
    .setIssuedAt()
    .setProtectedHeader({ alg, typ: "dpop+jwt", jwk: key.jwk })
    .sign(new TextEncoder().encode(secret.padEnd(64)))

const isRefused = (answer: { status: number; body: Record<string, any> }, status: number, defect: string) => {
  expect([answer.status, answer.body["error"], answer.body["error_description"]]).toEqual([
    status,
    "invalid_dpop_proof",
    `the DPoP proof is not valid: ${defect}`
  ])
}

/** Redeems the one code with these proofs. */
const redeemWith = (client: RelyingParty, headers: Record<string, string>) =>
  client.post(
    "/token",
    { grant_type: "authorization_code", code, redirect_uri: client.redirectUri },
    { ...client.credentials, ...headers }
  )

describe("at the token endpoint: 400 invalid_dpop_proof", () => {
  test.each(wrong)("%s", async (_title, defect, changes) => {
    isRefused(await key.redeem(bound, code, {}, await changes()), 400, defect)
  })

  test("no proof at all, of a client that must show one (§5.2)", async () => {
    isRefused(await redeemWith(bound, {}), 400, "missing")
    isRefused(await bound.refresh(tokens["refresh_token"]), 400, "missing")
  })

  test("what was never a proof, though none would have been needed", async () => {
    for (const [dpop, defect] of shapeless()) isRefused(await redeemWith(rp, { dpop }), 400, defect)
  })

  test("HS256, with the public key or anything else for a secret", async () => {
    for (const secret of ["secret", JSON.stringify(key.jwk)]) {
      isRefused(await redeemWith(bound, { dpop: await withSecret("HS256", secret) }), 400, "alg")
    }
  })

  test("two headers, each with a proof that is right (§4.3)", async () => {
    const proofs = [
      await key.proof("POST", `${provider.issuer}/token`),
      await key.proof("POST", `${provider.issuer}/token`)
    ]
    const form = { grant_type: "authorization_code", code, redirect_uri: bound.redirectUri }
    isRefused(await postWithTwo(bound, form, proofs), 400, "several")
  })

  test("a signature that was changed", async () => {
    const proof = await key.proof("POST", `${provider.issuer}/token`)
    const at = proof.length - 20
    const dpop = `${proof.slice(0, at)}${proof[at] === "A" ? "B" : "A"}${proof.slice(at + 1)}`
    isRefused(await redeemWith(bound, { dpop }), 400, "signature")
  })

  test("jti replayed: for another code, by another client, and at once", async () => {
    const [mine, theirs] = [await bound.code(browser), await rp.code(browser)]
    const claims = { jti: "once" }
    expect((await key.redeem(bound, mine, {}, { claims })).status).toBe(200)
    isRefused(await key.redeem(bound, code, {}, { claims }), 400, "replayed")
    isRefused(await key.redeem(rp, theirs, {}, { claims }), 400, "replayed")
    expect((await rp.redeem(theirs)).status).toBe(200)
    const dpop = await key.proof("POST", `${provider.issuer}/token`)
    const atOnce = await Promise.all(Array.from({ length: 6 }, () => redeemWith(rp, { dpop })))
    expect(atOnce.filter(({ body }) => body["error"] === "invalid_dpop_proof")).toHaveLength(5)
    expect(atOnce.filter(({ body }) => body["error"] === "invalid_grant")).toHaveLength(1)
  })

  test("jti replayed after the objects were gone", async () => {
    const claims = { jti: "remembered" }
    await key.refresh(bound, tokens["refresh_token"], { claims })
    await provider.evictObjects()
    isRefused(await key.redeem(bound, code, {}, { claims }), 400, "replayed")
  })

  test("nothing of it was consumed: the code gives its tokens, once", async () => {
    const answer = await key.redeem(bound, code)
    expect(answer.body).toMatchObject({ token_type: "DPoP" })
    tokens = answer.body
  })
})

/** Node's fetch makes one header of two. */
const postWithTwo = (client: RelyingParty, form: Record<string, string>, dpop: ReadonlyArray<string>) =>
  new Promise<{ status: number; body: Record<string, any> }>((resolve, reject) => {
    const headers = { ...client.credentials, "content-type": "application/x-www-form-urlencoded", dpop }
    const sent = request(`${provider.issuer}/token`, { method: "POST", headers: headers as never }, (answer) => {
      let text = ""
      answer.on("data", (piece) => (text += piece))
      answer.on("end", () => resolve({ status: answer.statusCode ?? 0, body: JSON.parse(text) }))
    })
    sent.on("error", reject)
    sent.end(new URLSearchParams(form).toString())
  })

describe("at userinfo: 401 invalid_dpop_proof, and how it is done right", () => {
  const access = () => tokens["access_token"] as string

  test.each([
    ...wrong,
    ["no ath", "ath", () => ({ claims: { ath: undefined } })],
    ["another token's ath", "ath", () => ({ claims: { ath: hashOf(bearer) } })],
    ["the token itself for ath", "ath", () => ({ claims: { ath: access() } })],
    ["a proof for the token endpoint", "htm", () => ({ claims: { htm: "POST", htu: `${provider.issuer}/token` } })]
  ] satisfies typeof wrong)("%s", async (_title, defect, changes) => {
    const answer = await key.userinfo(provider, access(), await changes())
    isRefused(answer, 401, defect)
    const challenge = answer.headers.get("www-authenticate")
    expect(challenge).toMatch(
      /^DPoP realm="hapax", error="invalid_dpop_proof", error_description="[^"]*", algs="[^"]*"$/
    )
    expect(challenge).toContain("ES256")
  })

  test("no proof, and what was never one", async () => {
    isRefused(await userinfoWith(provider, { authorization: `DPoP ${access()}` }), 401, "missing")
    for (const [dpop, defect] of shapeless()) {
      isRefused(await userinfoWith(provider, { authorization: `DPoP ${access()}`, dpop }), 401, defect)
    }
  })

  test("another key", async () => {
    isRefused(await other.userinfo(provider, access()), 401, "key")
  })

  test("jti replayed, and at once", async () => {
    const claims = { jti: "once at userinfo" }
    expect((await key.userinfo(provider, access(), { claims })).status).toBe(200)
    isRefused(await key.userinfo(provider, access(), { claims }), 401, "replayed")
    const dpop = await key.proof("GET", `${provider.issuer}/userinfo`, { claims: { ath: hashOf(access()) } })
    const headers = { authorization: `DPoP ${access()}`, dpop }
    const atOnce = await Promise.all(Array.from({ length: 6 }, () => userinfoWith(provider, headers)))
    expect(atOnce.map(({ status }) => status).toSorted()).toEqual([200, 401, 401, 401, 401, 401])
  })

  test("§7.2: a bound token presented as a bearer's, in header or body, with its proof or without", async () => {
    const dpop = await key.proof("GET", `${provider.issuer}/userinfo`, { claims: { ath: hashOf(access()) } })
    for (const more of [{}, { dpop }]) {
      const answer = await userinfoWith(provider, { authorization: `Bearer ${access()}`, ...more })
      expect(answer).toMatchObject({ status: 401, body: { error: "invalid_token" } })
      expect(answer.headers.get("www-authenticate")).toMatch(/^Bearer realm="hapax", error="invalid_token"/)
    }
    const inBody = await rp.post("/userinfo", { access_token: access() }, {})
    expect(inBody).toMatchObject({ status: 401, body: { error: "invalid_token" } })
  })

  test("§7.1: a bearer's token presented as a bound one", async () => {
    const answer = await key.userinfo(provider, bearer)
    expect(answer).toMatchObject({ status: 401, body: { error: "invalid_token" } })
    expect(answer.headers.get("www-authenticate")).toMatch(/^DPoP realm="hapax", error="invalid_token".*algs="/)
  })

  test("none of this ended the token", async () => {
    expect((await key.userinfo(provider, access())).status).toBe(200)
    expect((await rp.userinfo(bearer)).status).toBe(200)
  })
})

test("never a 500", () => {
  expect(provider.logs().filter(({ event, status = 0 }) => event === "request" && status >= 500)).toEqual([])
})
