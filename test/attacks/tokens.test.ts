/** Tokens made or changed by somebody else, and keys that come and go: attacks 18, 39. RFC 7515 §4, RFC 8725. */
import { createHmac } from "node:crypto"
import { createServer, type Server } from "node:http"
import type { AddressInfo } from "node:net"
import { Effect } from "effect"
import { type CryptoKey, exportJWK, generateKeyPair, type JWK, SignJWT } from "jose"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { copyLifetime, SigningKey } from "../../src/domain/SigningKey.ts"
import { Sealer } from "../../src/services/ports/Sealer.ts"
import { Signer } from "../../src/services/ports/Signer.ts"
import { SigningKeys } from "../../src/services/storage/SigningKeys.ts"
import type { Browser } from "../clients/Browser.ts"
import { answered, answerOf, newBrowser, register, type RelyingParty } from "../clauses/RelyingParty.ts"
import { encode } from "../clients/Signing.ts"
import { makeUser } from "../workerd/Fixtures.ts"
import { type RunningProvider, startProvider } from "../workerd/Provider.ts"
import { startNodeProvider } from "./NodeProvider.ts"

let provider: RunningProvider
let rp: RelyingParty
let browser: Browser
let evil: Server
let fetched = 0
let ours: Record<string, any>
let keys: ReadonlyArray<JWK>
let attacker: { readonly privateKey: CryptoKey; readonly jwk: JWK }

beforeAll(async () => {
  provider = await startProvider()
  rp = await register(provider, "rp")
  await provider.run(makeUser("alice"))
  browser = newBrowser()
  ours = await rp.tokens(browser)
  keys = (await answerOf(await fetch(`${provider.issuer}/.well-known/jwks.json`))).body["keys"]
  const pair = await generateKeyPair("RS256", { extractable: true })
  attacker = { privateKey: pair.privateKey, jwk: { ...(await exportJWK(pair.publicKey)), alg: "RS256", kid: "evil" } }
  evil = createServer((_request, response) => {
    fetched += 1
    response.end(JSON.stringify({ keys: [attacker.jwk] }))
  })
  await new Promise<void>((resolve) => evil.listen(0, "127.0.0.1", resolve))
}, 60_000)
afterAll(async () => {
  evil?.close()
  await provider?.close()
})

const kid = () => keys.find(({ kty }) => kty === "RSA")?.kid ?? ""
const claimsOf = (token: string) => JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString())
const headerOf = (token: string) => JSON.parse(Buffer.from(token.split(".")[0] ?? "", "base64url").toString())
/** A token with our claims, signed by the attacker, under whatever header. */
const forged = (header: Record<string, unknown>, claims: Record<string, unknown> = claimsOf(ours["access_token"])) => {
  const signed = new SignJWT(claims)
  return signed
    .setProtectedHeader({ alg: "RS256", typ: "at+jwt", ...header } as never)
    .sign(attacker.privateKey, { crit: { odd: true } })
}

/** Nobody takes it for a token: not userinfo, not introspection, not as a hint at /authorize or at /logout. */
const isNobodys = async (token: string) => {
  const userinfo = await rp.userinfo(token)
  expect(userinfo).toMatchObject({ status: 401, body: { error: "invalid_token" } })
  expect((await rp.introspect(token)).text).toBe('{"active":false}')
  expect((await rp.revoke(token)).status).toBe(200)
  const hinted = answered(await rp.ask(browser, { prompt: "none", id_token_hint: token }))
  expect(hinted).toMatchObject({ error: "invalid_request" })
  const logout = await browser.open(`${provider.issuer}/logout?${new URLSearchParams({ id_token_hint: token })}`)
  expect(logout.url.pathname).toBe("/logout/confirm")
}

describe("attack 18: JOSE headers that bring keys: ignored or refused; nothing is fetched", () => {
  const home = () => `http://127.0.0.1:${(evil.address() as AddressInfo).port}`
  const headers: ReadonlyArray<[string, () => Record<string, unknown>]> = [
    ["jwk, the attacker's", () => ({ jwk: attacker.jwk, kid: attacker.jwk.kid })],
    ["jwk under our kid", () => ({ jwk: attacker.jwk, kid: kid() })],
    ["jku", () => ({ jku: `${home()}/jwks.json`, kid: "evil" })],
    ["jku under our kid", () => ({ jku: `${home()}/jwks.json`, kid: kid() })],
    ["x5u", () => ({ x5u: `${home()}/cert.pem`, kid: kid() })],
    ["x5c", () => ({ x5c: ["MIIB"], kid: kid() })],
    ["no kid", () => ({})],
    ["an unknown kid (attack 39)", () => ({ kid: "unknown" })],
    ["a kid that is a path", () => ({ kid: "../../../../dev/null" })],
    ["a kid that is SQL", () => ({ kid: "' UNION SELECT '' --" })],
    ["a kid that is a URL", () => ({ kid: `${home()}/key` })],
    ["a kid of a prototype", () => ({ kid: "__proto__" })],
    ["a kid that is a number", () => ({ kid: 1 })],
    ["a kid that is an array", () => ({ kid: [kid()] })],
    ["a kid of 5,000 characters", () => ({ kid: "k".repeat(5_000) })],
    ["an unknown crit", () => ({ crit: ["odd"], odd: true, kid: kid() })]
  ]
  test.each(headers)("%s", async (_title, header) => {
    await isNobodys(await forged(header()))
    expect(fetched).toBe(0)
  })

  test("alg none, in any spelling", async () => {
    const payload = encode(claimsOf(ours["access_token"]))
    for (const alg of ["none", "None", "NONE", "nOnE", ""]) {
      const header = encode({ alg, typ: "at+jwt", kid: kid() })
      await isNobodys(`${header}.${payload}.`)
    }
  })

  test("HS256 with the public key for a secret", async () => {
    const key = keys.find(({ kty }) => kty === "RSA")
    const input = `${encode({ alg: "HS256", typ: "at+jwt", kid: kid() })}.${encode(claimsOf(ours["access_token"]))}`
    for (const secret of [JSON.stringify(key), key?.n ?? "", Buffer.from(key?.n ?? "", "base64url")]) {
      await isNobodys(`${input}.${createHmac("sha256", secret).update(input).digest("base64url")}`)
    }
  })

  test("our own signature under another header or other claims", async () => {
    const [header = "", payload = "", signature = ""] = ours["access_token"].split(".")
    const claims = claimsOf(ours["access_token"])
    await isNobodys(`${encode({ ...headerOf(ours["access_token"]), x: 1 })}.${payload}.${signature}`)
    await isNobodys(`${header}.${encode({ ...claims, exp: claims.exp + 9999 })}.${signature}`)
    await isNobodys(`${header}.${encode({ ...claims, sub: "1-0.aaaaaaaaaaaaaaaaaaaaaa" })}.${signature}`)
    await isNobodys(`${header}.${payload}.${signature}.${signature}`)
    await isNobodys(`${header}.${payload}`)
  })

  test("a token of one kind in the place of another", async () => {
    expect((await rp.userinfo(ours["id_token"])).status).toBe(401)
    expect((await rp.introspect(ours["id_token"])).text).toBe('{"active":false}')
    const hinted = await rp.ask(browser, { prompt: "none", id_token_hint: ours["access_token"] })
    expect(answered(hinted)).toMatchObject({ error: "invalid_request" })
    const sealed = new URL((await rp.ask(newBrowser())).url).searchParams.get("interaction") ?? ""
    expect((await rp.userinfo(sealed)).status).toBe(401)
    expect((await rp.redeem(ours["access_token"])).body).toMatchObject({ error: "invalid_grant" })
    expect((await rp.refresh(ours["access_token"])).body).toMatchObject({ error: "invalid_grant" })
  })

  test("and the token that all of them imitate still works", async () => {
    expect((await rp.userinfo(ours["access_token"])).status).toBe(200)
  })
})

describe("attack 39: a new key", () => {
  test("old tokens verify until they expire, new ones are signed with it, both are published", async () => {
    const node = await startNodeProvider()
    const client = await register(node, "rp")
    await node.run(makeUser("alice"))
    const person = newBrowser()
    const before = await client.tokens(person)
    await node.run(addKey)
    node.advance(copyLifetime)
    const after = await client.tokens(person)
    const [oldKid, newKid] = [headerOf(before["access_token"]).kid, headerOf(after["access_token"]).kid]
    expect(newKid).not.toBe(oldKid)
    for (const { access_token, id_token } of [before, after]) {
      expect((await client.userinfo(access_token)).status).toBe(200)
      const hinted = await client.ask(person, { prompt: "none", id_token_hint: id_token })
      expect(answered(hinted)).toHaveProperty("code")
    }
    const { body } = await answerOf(await fetch(`${node.issuer}/.well-known/jwks.json`))
    const kids = body["keys"].map((key: JWK) => key.kid)
    expect(kids).toEqual(expect.arrayContaining([oldKid, newKid]))
    expect(new Set(kids).size).toBe(kids.length)
    await node.close()
  })
})

/** What a rotation begins with: another RS256 key that signs from now on. */
const addKey = Effect.gen(function* () {
  const now = Date.now() + 1
  const made = yield* Signer.use((signer) => signer.generate("RS256"))
  const sealedPrivateJwk = yield* Sealer.use((sealer) => sealer.seal("signing-key", made.privateJwk))
  const { kid: id, publicJwk } = made
  const times = { publishedFrom: now, signsFrom: now, signsUntil: null, publishedUntil: null }
  const key = new SigningKey({ kid: id, alg: "RS256", publicJwk, sealedPrivateJwk, ...times })
  const { version } = yield* SigningKeys.ring()
  yield* SigningKeys.install({ expected: version, keys: [key] })
})
