/** The provider's nonces in proofs of possession, where the operator demands them, over HTTP. RFC 9449 §8, §9. */
import { afterAll, beforeAll, expect, test } from "vitest"
import type { Browser } from "../clients/Browser.ts"
import { makeUser } from "../workerd/Fixtures.ts"
import { type RunningProvider, startProvider } from "../workerd/Provider.ts"
import { DpopKey, userinfoWith } from "./DpopKey.ts"
import { type Answer, newBrowser, register, type RelyingParty } from "./RelyingParty.ts"

let provider: RunningProvider
let browser: Browser
let rp: RelyingParty
let key: DpopKey

beforeAll(async () => {
  provider = await startProvider({ DPOP_NONCES: "true" })
  rp = await register(provider, "rp")
  await provider.run(makeUser("alice"))
  browser = newBrowser()
  key = await DpopKey.make()
}, 60_000)
afterAll(() => provider?.close())

const nonceOf = ({ headers }: Answer) => headers.get("dpop-nonce") ?? ""

/** 43 characters of base64url. §8.1: nothing that a header or a quoted string would have to escape. */
const isNonce = /^[A-Za-z0-9_-]{43}$/

test("§8: a proof without a nonce is use_dpop_nonce, and is told one; with it, the very same jti is good", async () => {
  const code = await rp.code(browser)
  const told = await key.redeem(rp, code, {}, { claims: { jti: "mine" } })
  expect(told).toMatchObject({ status: 400, body: { error: "use_dpop_nonce" } })
  expect(nonceOf(told)).toMatch(isNonce)
  const given = await key.redeem(rp, code, {}, { claims: { jti: "mine", nonce: nonceOf(told) } })
  expect(given).toMatchObject({ status: 200, body: { token_type: "DPoP" } })
  const replayed = await key.redeem(rp, code, {}, { claims: { jti: "mine", nonce: nonceOf(told) } })
  expect(replayed).toMatchObject({ status: 400, body: { error: "invalid_dpop_proof" } })
})

test("§8: a nonce that this provider did not give is none, and consumes nothing", async () => {
  const code = await rp.code(browser)
  const nonce = nonceOf(await key.redeem(rp, code))
  for (const wrong of ["", "x", "A".repeat(43), `${nonce}A`, nonce.slice(1), nonce.toUpperCase(), [nonce], 1]) {
    const answer = await key.redeem(rp, code, {}, { claims: { nonce: wrong } })
    expect([wrong, answer.status, answer.body["error"]]).toEqual([wrong, 400, "use_dpop_nonce"])
  }
  expect((await key.redeem(rp, code, {}, { claims: { nonce } })).status).toBe(200)
})

test("§8.2: every answer tells the next nonce, those of success and of other errors too", async () => {
  const nonce = nonceOf(await rp.redeem("no code"))
  expect(nonce).toMatch(isNonce)
  const given = await key.redeem(rp, await rp.code(browser), {}, { claims: { nonce } })
  expect([given.status, nonceOf(given)]).toEqual([200, expect.stringMatching(isNonce)])
})

test("§9: userinfo asks for one with 401 and a challenge of one scheme", async () => {
  const nonce = nonceOf(await rp.redeem("no code"))
  const { body } = await key.redeem(rp, await rp.code(browser), {}, { claims: { nonce } })
  const told = await key.userinfo(provider, body["access_token"])
  expect(told).toMatchObject({ status: 401, body: { error: "use_dpop_nonce" } })
  expect(told.headers.get("www-authenticate")).toMatch(/^DPoP realm="hapax", error="use_dpop_nonce", .*algs="[^"]*"$/)
  const again = { claims: { nonce: nonceOf(told) } }
  const answer = await key.userinfo(provider, body["access_token"], again)
  expect([answer.status, nonceOf(answer)]).toEqual([200, expect.stringMatching(isNonce)])
})

test("§10.1: the pushed authorization request endpoint asks for one too", async () => {
  const form = { response_type: "code", redirect_uri: rp.redirectUri, scope: "openid" }
  const push = async (nonce: string | undefined) =>
    rp.post("/par", form, { ...rp.credentials, ...(await key.shownAt(provider, "/par", { claims: { nonce } })) })
  const told = await push(undefined)
  expect(told).toMatchObject({ status: 400, body: { error: "use_dpop_nonce" } })
  expect((await push(nonceOf(told))).status).toBe(201)
})

test("whoever is told to use a nonce has everything else right", async () => {
  const answer = await key.redeem(rp, await rp.code(browser), {}, { claims: { htm: "GET" } })
  expect(answer).toMatchObject({ status: 400, body: { error: "invalid_dpop_proof" } })
})

test("who shows no proof is asked for none", async () => {
  const tokens = await rp.tokens(browser)
  expect(tokens["token_type"]).toBe("Bearer")
  const headers = { authorization: `Bearer ${tokens["access_token"]}` }
  expect((await userinfoWith(provider, headers)).status).toBe(200)
  const elsewhere = await rp.introspect(tokens["access_token"])
  expect([elsewhere.status, elsewhere.headers.get("dpop-nonce")]).toEqual([200, null])
})
