/** What is signed for a client, and with which algorithm. OIDC Core §3.1.3.7, §5.3.2; Dynamic Registration §2. */
import { createHash } from "node:crypto"
import { createRemoteJWKSet, decodeProtectedHeader, jwtVerify, type JWTVerifyOptions } from "jose"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { makeUser } from "../workerd/Fixtures.ts"
import { type RunningProvider, startProvider } from "../workerd/Provider.ts"
import { answered, goThrough, newBrowser, register, type RelyingParty } from "./RelyingParty.ts"

const algs = ["RS256", "ES256", "PS256", "EdDSA"] as const

let provider: RunningProvider
const browser = newBrowser()

beforeAll(async () => {
  provider = await startProvider()
  await provider.run(makeUser("alice"))
  const first = await register(provider, "first")
  await goThrough(browser, await first.ask(browser))
}, 60_000)
afterAll(() => provider?.close())

const jwks = async (): Promise<ReadonlyArray<Record<string, string>>> =>
  ((await (await fetch(`${provider.issuer}/.well-known/jwks.json`)).json()) as any).keys

const published = async () => (await jwks()).map(({ alg }) => alg).toSorted()

/** As a client verifies what it got: with the published keys as they are now. */
const verified = async (jwt: string, options: JWTVerifyOptions) => {
  const keys = createRemoteJWKSet(new URL(`${provider.issuer}/.well-known/jwks.json`))
  return (await jwtVerify(jwt, keys, { issuer: provider.issuer, ...options })).payload
}

const leftHalf = (alg: string, text: string) => {
  const hash = createHash(alg === "EdDSA" ? "sha512" : "sha256")
    .update(text)
    .digest()
  return hash.subarray(0, hash.length / 2).toString("base64url")
}

const withTokens = async (rp: RelyingParty) => {
  const tokens = await rp.tokens(browser, { scope: "openid email offline_access" })
  return tokens as Record<"access_token" | "id_token" | "refresh_token", string>
}

describe("RFC 7517 §5: keys", () => {
  test("a key of a kind that no client asked for is not published; it is from the first token on", async () => {
    expect(await published()).toEqual(["ES256", "RS256"])
    const rp = await register(provider, "asks", { id_token_signed_response_alg: "PS256" })
    await withTokens(rp)
    expect(await published()).toEqual(["ES256", "PS256", "RS256"])
    await withTokens(await register(provider, "asks-too", { id_token_signed_response_alg: "PS256" }))
    expect(await published()).toEqual(["ES256", "PS256", "RS256"])
  })

  test("RFC 8037 §2: an Ed25519 key shows its public members alone", async () => {
    await withTokens(await register(provider, "ed", { id_token_signed_response_alg: "EdDSA" }))
    const key = (await jwks()).find(({ alg }) => alg === "EdDSA") ?? {}
    expect(Object.keys(key).toSorted()).toEqual(["alg", "crv", "kid", "kty", "use", "x"])
    expect(key).toMatchObject({ kty: "OKP", crv: "Ed25519" })
  })
})

describe.each(algs)("id_token_signed_response_alg %s", (alg) => {
  const id = `signed-${alg}`
  let rp: RelyingParty

  beforeAll(async () => {
    const response_types = ["code", "code id_token token"]
    const grant_types = ["authorization_code", "refresh_token", "implicit"]
    rp = await register(provider, id, { id_token_signed_response_alg: alg, response_types, grant_types })
  })

  test("OIDC Core §3.1.3.7, RFC 9068 §2.1: all tokens are signed so, with kid, at a refresh too", async () => {
    const tokens = await withTokens(rp)
    const refreshed = (await rp.refresh(tokens.refresh_token)).body
    for (const one of [tokens, refreshed] as ReadonlyArray<Record<string, string>>) {
      const claims = await verified(one["id_token"] ?? "", { audience: id, algorithms: [alg], typ: "JWT" })
      expect(claims["at_hash"]).toBe(leftHalf(alg, one["access_token"] ?? ""))
      expect(decodeProtectedHeader(one["id_token"] ?? "").kid).toBeDefined()
      await verified(one["access_token"] ?? "", { audience: provider.issuer, algorithms: [alg], typ: "at+jwt" })
      expect((await rp.userinfo(one["access_token"] ?? "")).body["email"]).toBe("alice@example.com")
    }
  })

  test("OIDC Core §3.3.2.11: at_hash, c_hash and s_hash are of the algorithm's own hash", async () => {
    const asked = { response_type: "code id_token token", nonce: "n", state: "s", prompt: "none" }
    const answer = answered(await rp.ask(browser, { ...asked, scope: "openid email" }))
    expect(await verified(answer["id_token"] ?? "", { audience: id, algorithms: [alg] })).toMatchObject({
      at_hash: leftHalf(alg, answer["access_token"] ?? ""),
      c_hash: leftHalf(alg, answer["code"] ?? ""),
      s_hash: leftHalf(alg, "s")
    })
  })

  test("OIDC Core §5.3.2: userinfo_signed_response_alg gives a JWT with iss and aud, as application/jwt", async () => {
    const signs = await register(provider, `userinfo-${alg}`, { userinfo_signed_response_alg: alg })
    const tokens = await withTokens(signs)
    const answer = await signs.userinfo(tokens.access_token)
    expect(answer.headers.get("content-type")).toBe("application/jwt")
    expect(answer.headers.get("cache-control")).toBe("no-store")
    const claims = await verified(answer.text, { audience: `userinfo-${alg}`, algorithms: [alg] })
    const { sub } = await verified(tokens.id_token, { algorithms: ["RS256"] })
    expect(claims).toEqual({
      iss: provider.issuer,
      aud: `userinfo-${alg}`,
      sub,
      email: "alice@example.com",
      email_verified: true
    })
  })
})

describe("what a JWT is not taken for", () => {
  test("RFC 8725 §2.8: signed userinfo is no ID token, no hint and no access token", async () => {
    const rp = await register(provider, "confused", { userinfo_signed_response_alg: "RS256" })
    const { access_token } = await withTokens(rp)
    const { text } = await rp.userinfo(access_token)
    expect(answered(await rp.ask(browser, { prompt: "none", id_token_hint: text }))["error"]).toBe("invalid_request")
    expect((await rp.userinfo(text)).status).toBe(401)
    expect((await rp.introspect(text)).body).toEqual({ active: false })
  })

  test("OIDC Core §5.3.3: an error at userinfo is no JWT", async () => {
    const rp = await register(provider, "fails", { userinfo_signed_response_alg: "RS256" })
    const answer = await rp.userinfo("nonsense")
    expect([answer.status, answer.headers.get("content-type")]).toEqual([401, "application/json"])
  })
})
