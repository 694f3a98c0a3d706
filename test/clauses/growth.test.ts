/**
 * Growing by a generation of shards, over HTTP and one storage: whoever was signed in stays so, and what was used once
 * stays used. docs/decisions/0033-migrations.md; RFC 6749 §6, RFC 9449 §11.1, RFC 8628 §6.1.
 */
import { randomUUID } from "node:crypto"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { makeUser } from "../workerd/Fixtures.ts"
import { type RunningProvider, startProvider } from "../workerd/Provider.ts"
import { DpopKey } from "./DpopKey.ts"
import { type Answer, answered, newBrowser, register, type RelyingParty } from "./RelyingParty.ts"

const before = { ACCOUNT_SHARDS: "2", TICKET_SHARDS: "2", LIMITER_SHARDS: "1" }
const after = { ACCOUNT_SHARDS: "2,3", TICKET_SHARDS: "2,3", LIMITER_SHARDS: "1,2" }
const scope = "openid offline_access"

let provider: RunningProvider
let rp: RelyingParty
let key: DpopKey
const alice = newBrowser()

/** What there was of Alice before: tokens, a code that nobody has redeemed, and a proof that was shown. */
let tokens: Record<string, string>
let code: string
let jti: string
let shown: Answer

const generationOf = (id: string) => id.slice(0, id.indexOf("-"))
const subjectOf = (idToken: string): string =>
  JSON.parse(Buffer.from(idToken.split(".")[1] ?? "", "base64url").toString())["sub"]

beforeAll(async () => {
  provider = await startProvider(before)
  rp = await register(provider, "rp")
  await provider.run(makeUser("alice"))
  key = await DpopKey.make()
  tokens = (await rp.tokens(alice, { scope })) as Record<string, string>
  jti = randomUUID()
  shown = await key.redeem(rp, await rp.code(alice, { scope }), {}, { claims: { jti } })
  code = await rp.code(alice, { scope })
  await provider.deploy(after)
  await provider.run(makeUser("bob"))
}, 60_000)
afterAll(() => provider?.close())

describe("growing the number of shards by a new generation", () => {
  test("loses no session: silent authorization goes on in the browser", async () => {
    const page = await rp.ask(alice, { prompt: "none" })
    expect(answered(page)["code"]).toMatch(/^1-/)
  })

  test("loses no code: one that was issued before is redeemed after, once", async () => {
    expect((await rp.redeem(code)).status).toBe(200)
    expect(await rp.redeem(code)).toMatchObject({ status: 400, body: { error: "invalid_grant" } })
  })

  test("RFC 6749 §6: loses no refresh token: it gives the next, and userinfo knows what it gave", async () => {
    const refreshed = await rp.refresh(tokens["refresh_token"] ?? "")
    expect(refreshed.status).toBe(200)
    const token = String(refreshed.body["access_token"])
    expect((await rp.userinfo(token)).body).toMatchObject({ sub: subjectOf(tokens["id_token"] ?? "") })
    expect((await rp.introspect(token)).body).toMatchObject({ active: true })
    expect((await rp.introspect(tokens["access_token"] ?? "")).body).toMatchObject({ active: true })
  })

  test("RFC 9449 §11.1: a proof that was shown before is refused after: its jti stays at one place", async () => {
    expect(shown.status).toBe(200)
    const again = await key.redeem(rp, await rp.code(alice, { scope }), {}, { claims: { jti } })
    expect(again).toMatchObject({ status: 400, body: { error: "invalid_dpop_proof" } })
  })

  test("new users live in the new generation; whoever was there stays where they are", async () => {
    const bob = newBrowser()
    const given = await rp.tokens(bob, { scope }, "bob")
    expect(generationOf(subjectOf(String(given["id_token"])))).toBe("2")
    expect(generationOf(subjectOf(tokens["id_token"] ?? ""))).toBe("1")
    expect((await rp.refresh(String(given["refresh_token"]))).status).toBe(200)
    expect(answered(await rp.ask(bob, { prompt: "none" }))["code"]).toMatch(/^2-/)
  })
})

describe("an older Worker, as it still runs while the deploy is under way", () => {
  test("what lives in the new generation is neither refused nor lost there: 503, and then it goes on", async () => {
    const bob = newBrowser()
    const given = await rp.tokens(bob, { scope }, "bob")
    const ungiven = await rp.code(bob, { scope })
    await provider.deploy(before)
    for (const answer of [await rp.refresh(String(given["refresh_token"])), await rp.redeem(ungiven)]) {
      expect([answer.status, answer.body["error"]]).toEqual([503, "temporarily_unavailable"])
    }
    expect((await rp.userinfo(String(given["access_token"]))).status).toBe(503)
    expect((await rp.ask(bob, { prompt: "none" })).status).toBe(503)
    expect(answered(await rp.ask(alice, { prompt: "none" }))["code"]).toMatch(/^1-/)
    await provider.deploy(after)
    expect((await rp.redeem(ungiven)).status).toBe(200)
    expect((await rp.refresh(String(given["refresh_token"]))).status).toBe(200)
    expect(answered(await rp.ask(bob, { prompt: "none" }))["code"]).toMatch(/^2-/)
  })
})
