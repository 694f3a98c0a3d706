/** Demonstrating proof of possession, clause by clause, over HTTP. RFC 9449. */
import { decodeJwt } from "jose"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import type { Browser } from "../clients/Browser.ts"
import { makeUser } from "../workerd/Fixtures.ts"
import { type RunningProvider, startProvider } from "../workerd/Provider.ts"
import { DpopKey, hashOf, inSeconds, userinfoWith } from "./DpopKey.ts"
import { answerOf, goThrough, metadataOf, newBrowser, register, type RelyingParty, sentTo } from "./RelyingParty.ts"

let provider: RunningProvider
let browser: Browser
let rp: RelyingParty
let bound: RelyingParty
let open: RelyingParty
let key: DpopKey
let other: DpopKey

const scope = "openid offline_access"
const verifier = "v".repeat(43)
const pkce = { code_challenge: hashOf(verifier), code_challenge_method: "S256" }

beforeAll(async () => {
  provider = await startProvider()
  rp = await register(provider, "rp")
  bound = await register(provider, "bound", { dpop_bound_access_tokens: true })
  open = await register(provider, "open", { token_endpoint_auth_method: "none" })
  await provider.run(makeUser("alice"))
  browser = newBrowser()
  ;[key, other] = [await DpopKey.make(), await DpopKey.make("PS256")]
}, 60_000)
afterAll(() => provider?.close())

/** A code of the public client, which must use PKCE. */
const openCode = (parameters: Record<string, string> = {}) => open.code(browser, { scope, ...pkce, ...parameters })

describe("RFC 9449 §5: the token endpoint", () => {
  test("the access token is bound to the proven key: token_type DPoP, cnf.jkt (§6.1)", async () => {
    const { body, headers, status } = await key.redeem(rp, await rp.code(browser, { scope }))
    expect([status, body["token_type"]]).toEqual([200, "DPoP"])
    expect(headers.get("cache-control")).toBe("no-store")
    expect(decodeJwt(body["access_token"])["cnf"]).toEqual({ jkt: key.jkt })
    expect(decodeJwt(body["id_token"])).not.toHaveProperty("cnf")
  })

  test.each(["RS256", "RS512", "PS256", "PS384", "ES256", "ES384", "EdDSA", "Ed25519"])(
    "a key for %s is as good as any other (§11.6)",
    async (alg) => {
      const another = await DpopKey.make(alg)
      const { body } = await another.redeem(rp, await rp.code(browser))
      expect(decodeJwt(body["access_token"])["cnf"]).toEqual({ jkt: another.jkt })
      expect((await another.userinfo(provider, body["access_token"])).status).toBe(200)
    }
  )

  test("without a proof it is a bearer's, unless the client must show one (§5.2)", async () => {
    const { body } = await rp.redeem(await rp.code(browser))
    expect(body["token_type"]).toBe("Bearer")
    expect(decodeJwt(body["access_token"])).not.toHaveProperty("cnf")
    const code = await bound.code(browser)
    expect(await bound.redeem(code)).toMatchObject({ status: 400, body: { error: "invalid_dpop_proof" } })
    expect((await key.redeem(bound, code)).body).toMatchObject({ token_type: "DPoP" })
  })

  test("a token of the client's own (client_credentials) is bound as any other", async () => {
    const machine = await register(provider, "machine", {
      grant_types: ["client_credentials"],
      scopes: ["read"],
      dpop_bound_access_tokens: true
    })
    const form = { grant_type: "client_credentials" }
    expect(await machine.post("/token", form)).toMatchObject({ status: 400, body: { error: "invalid_dpop_proof" } })
    const proof = await key.shownAt(provider, "/token")
    const { body } = await machine.post("/token", form, { ...machine.credentials, ...proof })
    expect(body).toMatchObject({ token_type: "DPoP" })
    expect(decodeJwt(body["access_token"])["cnf"]).toEqual({ jkt: key.jkt })
    const told = (await machine.introspect(body["access_token"])).body
    expect(told).toMatchObject({ active: true, token_type: "DPoP", cnf: { jkt: key.jkt } })
  })

  test("§4.3: htu without query and fragment; scheme and host in any case", async () => {
    const { host } = new URL(provider.issuer)
    for (const htu of [`${provider.issuer}/token?a=b#c`, `HTTP://${host.toUpperCase()}/token`]) {
      expect((await key.redeem(rp, await rp.code(browser), {}, { claims: { htu } })).status).toBe(200)
    }
  })

  test("§11.1, FAPI 2.0 §5.3.2.1: an iat within 10 s of now, nbf, exp and claims of the client's own", async () => {
    for (const ahead of [-10, 10]) {
      const claims = { iat: inSeconds(ahead), nbf: inSeconds(5), exp: inSeconds(60), more: { of: ["it"] } }
      expect((await key.redeem(rp, await rp.code(browser), {}, { claims })).status).toBe(200)
    }
  })

  test("§4.2: typ is a media type, whose case says nothing", async () => {
    const header = { typ: "DPoP+jwt" }
    expect((await key.redeem(rp, await rp.code(browser), {}, { header })).status).toBe(200)
  })
})

describe("RFC 9449 §10: a code that is bound to a key", () => {
  test("dpop_jkt: another key, or none, is invalid_grant and burns nothing; its own gets the tokens", async () => {
    const code = await rp.code(browser, { dpop_jkt: key.jkt })
    expect(await other.redeem(rp, code)).toMatchObject({ status: 400, body: { error: "invalid_grant" } })
    expect(await rp.redeem(code)).toMatchObject({ status: 400, body: { error: "invalid_grant" } })
    expect(await key.redeem(rp, code)).toMatchObject({ status: 200, body: { token_type: "DPoP" } })
  })

  test("a dpop_jkt that is no thumbprint is invalid_request", async () => {
    const page = await rp.ask(browser, { dpop_jkt: "short" })
    expect(sentTo(page).searchParams.get("error")).toBe("invalid_request")
  })

  test("§10.1: dpop_jkt, or a proof, or both at the pushed authorization request endpoint", async () => {
    const asked = { response_type: "code", redirect_uri: rp.redirectUri, scope }
    const pushed = async (form: Record<string, string>, by: DpopKey | undefined) => {
      const proof = by === undefined ? {} : await by.shownAt(provider, "/par")
      return rp.post("/par", { ...asked, ...form }, { ...rp.credentials, ...proof })
    }
    for (const { body, status } of [
      await pushed({ dpop_jkt: key.jkt }, undefined),
      await pushed({}, key),
      await pushed({ dpop_jkt: key.jkt }, key)
    ]) {
      expect(status).toBe(201)
      const query = new URLSearchParams({ client_id: rp.id, request_uri: body["request_uri"] })
      const page = await goThrough(browser, await browser.open(`${provider.issuer}/authorize?${query}`))
      const code = sentTo(page).searchParams.get("code") ?? ""
      expect((await other.redeem(rp, code)).body).toMatchObject({ error: "invalid_grant" })
      expect((await key.redeem(rp, code)).body).toMatchObject({ token_type: "DPoP" })
    }
    const mismatch = await pushed({ dpop_jkt: key.jkt }, other)
    expect(mismatch).toMatchObject({ status: 400, body: { error: "invalid_dpop_proof" } })
  })
})

describe("RFC 9449 §5: refresh tokens", () => {
  test("a public client's are bound to the key: another, or none, is refused and ends nothing", async () => {
    const { body } = await key.redeem(open, await openCode(), { code_verifier: verifier })
    const refreshToken = body["refresh_token"]
    expect(await other.refresh(open, refreshToken)).toMatchObject({ status: 400, body: { error: "invalid_grant" } })
    expect(await open.refresh(refreshToken)).toMatchObject({ status: 400, body: { error: "invalid_grant" } })
    const next = await key.refresh(open, refreshToken)
    expect(next.body).toMatchObject({ token_type: "DPoP", scope })
    expect(decodeJwt(next.body["access_token"])["cnf"]).toEqual({ jkt: key.jkt })
    // Nor does a thief without the key end the family by showing what was rotated long ago.
    await key.refresh(open, next.body["refresh_token"])
    expect((await other.refresh(open, refreshToken)).body).toMatchObject({ error: "invalid_grant" })
    expect((await key.userinfo(provider, next.body["access_token"])).status).toBe(200)
  })

  test("a public client that showed no key has bearer tokens, and may show one later", async () => {
    const { body } = await open.redeem(await openCode(), { code_verifier: verifier })
    expect((await key.refresh(open, body["refresh_token"])).body).toMatchObject({ token_type: "DPoP" })
  })

  test("a confidential client may come with a new key; each access token is bound to its own", async () => {
    const { body } = await key.redeem(bound, await bound.code(browser, { scope }))
    const next = await other.refresh(bound, body["refresh_token"])
    expect(next.body).toMatchObject({ token_type: "DPoP" })
    expect(next.body["refresh_token"]).not.toBe(body["refresh_token"])
    expect((await other.userinfo(provider, next.body["access_token"])).status).toBe(200)
    expect((await key.userinfo(provider, next.body["access_token"])).status).toBe(401)
    expect((await key.userinfo(provider, body["access_token"])).status).toBe(200)
  })
})

describe("RFC 9449 §7: userinfo", () => {
  test("the scheme is DPoP in any case, by GET and POST", async () => {
    const { body } = await key.redeem(rp, await rp.code(browser))
    const token = body["access_token"]
    for (const [method, scheme] of [
      ["GET", "dpop"],
      ["GET", "DPOP"],
      ["POST", "DPoP"]
    ] as const) {
      const dpop = await key.proof(method, `${provider.issuer}/userinfo`, { claims: { ath: hashOf(token) } })
      const headers = { authorization: `${scheme} ${token}`, dpop }
      const answer = await fetch(`${provider.issuer}/userinfo`, { method, headers })
      expect([method, scheme, answer.status]).toEqual([method, scheme, 200])
    }
  })

  test("§7.2: who brings no token is told both ways", async () => {
    const answer = await userinfoWith(provider, {})
    expect([answer.status, answer.text]).toEqual([401, ""])
    expect(answer.headers.get("www-authenticate")).toMatch(
      /^Bearer realm="hapax", DPoP algs="[A-Za-z0-9 ]*ES256[^"]*"$/
    )
  })

  test("RFC 6750 §2: a token in two places is refused, whatever the scheme", async () => {
    const { body } = await key.redeem(rp, await rp.code(browser))
    const answer = await rp.post(
      "/userinfo",
      { access_token: body["access_token"] },
      { authorization: `DPoP ${body["access_token"]}` }
    )
    expect(answer).toMatchObject({ status: 400, body: { error: "invalid_request" } })
  })
})

describe("RFC 9449 §6.2: introspection", () => {
  test("tells the type and the key of a bound token, and neither of a bearer's", async () => {
    const { body } = await key.redeem(rp, await rp.code(browser))
    const told = (await rp.introspect(body["access_token"])).body
    expect(told).toMatchObject({ active: true, token_type: "DPoP", cnf: { jkt: key.jkt } })
    const plain = (await rp.introspect((await rp.tokens(browser))["access_token"])).body
    expect(plain).toMatchObject({ active: true, token_type: "Bearer" })
    expect(plain).not.toHaveProperty("cnf")
  })
})

describe("RFC 9449 §5.1: metadata, and browsers", () => {
  test("dpop_signing_alg_values_supported: asymmetric ones only", async () => {
    const algs = (await metadataOf(provider))["dpop_signing_alg_values_supported"]
    expect(algs).toEqual(expect.arrayContaining(["RS256", "PS256", "ES256", "EdDSA"]))
    expect(algs.filter((alg: string) => /^HS|none/.test(alg))).toEqual([])
  })

  test.each(["/token", "/userinfo", "/par"])(
    "scripts of any origin may send proofs to %s and read nonces",
    async (path) => {
      const answer = await answerOf(await fetch(provider.issuer + path, { method: "OPTIONS" }))
      expect(answer.status).toBe(204)
      expect(answer.headers.get("access-control-allow-headers")?.split(", ")).toContain("dpop")
      expect(answer.headers.get("access-control-expose-headers")?.split(", ")).toContain("dpop-nonce")
    }
  )

  test("§8: no nonce is told where none is asked for", async () => {
    expect((await rp.redeem(await rp.code(browser))).headers.get("dpop-nonce")).toBeNull()
  })
})
