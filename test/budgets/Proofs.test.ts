/** What a proof of possession costs beside what the request costs without it: one object call, and nothing of D1. */
import { afterAll, beforeAll, expect, test } from "vitest"
import { DpopKey } from "../clauses/DpopKey.ts"
import { newBrowser, register, type RelyingParty } from "../clauses/RelyingParty.ts"
import { makeUser } from "../workerd/Fixtures.ts"
import { type RunningProvider, startProvider } from "../workerd/Provider.ts"
import { spent } from "./Spending.ts"

let provider: RunningProvider
let rp: RelyingParty
let key: DpopKey
const browser = newBrowser()
let tokens: Record<string, any> = {}

beforeAll(async () => {
  provider = await startProvider({ DPOP_NONCES: "true" })
  rp = await register(provider, "rp")
  await provider.run(makeUser("alice"))
  key = await DpopKey.make()
  tokens = await rp.tokens(browser, { scope: "openid offline_access" })
}, 60_000)
afterAll(() => provider?.close())

/** The cost of the requests of a step, with the isolate's copy of the key ring at hand. */
const costOf = async (step: () => Promise<{ readonly status: number }>) => {
  await fetch(`${provider.issuer}/.well-known/jwks.json`)
  const logged = provider.logs().length
  const { status } = await step()
  const requests = provider.logs().slice(logged)
  return { status, ...spent(requests.filter(({ event }) => event === "request")) }
}

const nonce = async () => (await rp.refresh("none")).headers.get("dpop-nonce")

test("a proof that is refused costs nothing but the client's record", async () => {
  const refused = await costOf(() => key.redeem(rp, "no code"))
  expect(refused).toEqual({ status: 400, objectCalls: 0, d1Calls: 1, rowsWritten: 0, kv: 0, r2: 0, queue: 0 })
})

test("code exchange, refresh and userinfo: one call to the user's home, one for the proof", async () => {
  const code = await rp.code(browser, { scope: "openid offline_access" })
  const claims = { nonce: await nonce() }
  const exchange = await costOf(async () => {
    const answer = await key.redeem(rp, code, {}, { claims })
    tokens = answer.body
    return answer
  })
  expect(exchange).toMatchObject({ status: 200, objectCalls: 2, d1Calls: 1, kv: 0 })
  const refresh = await costOf(() => key.refresh(rp, tokens["refresh_token"], { claims }))
  expect(refresh).toMatchObject({ status: 200, objectCalls: 2, d1Calls: 1, kv: 0 })
  const userinfo = await costOf(() => key.userinfo(provider, tokens["access_token"], { claims }))
  expect(userinfo).toMatchObject({ status: 200, objectCalls: 2, d1Calls: 0, kv: 0 })
  // The proof's row, and the alarm of its shard if none is set.
  expect(userinfo.rowsWritten).toBeLessThanOrEqual(2)
})
