/** What access for resource servers and for clients themselves costs, counted by the layers on real workerd. */
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { api, makeResources, vault } from "../clauses/Api.ts"
import { answered, newBrowser, register, type RelyingParty } from "../clauses/RelyingParty.ts"
import type { Browser } from "../clients/Browser.ts"
import { makeUser } from "../workerd/Fixtures.ts"
import { type RunningProvider, startProvider } from "../workerd/Provider.ts"
import { spent } from "./Spending.ts"

let provider: RunningProvider
let rp: RelyingParty
let vaultClient: RelyingParty
let browser: Browser

const asked = { scope: "openid offline_access read", resource: api }

beforeAll(async () => {
  provider = await startProvider()
  const grant_types = ["authorization_code", "refresh_token", "client_credentials"]
  rp = await register(provider, "rp", { grant_types, scopes: ["openid", "offline_access", "read", "open"] })
  vaultClient = await register(provider, "vault")
  await makeResources(provider)
  await provider.run(makeUser("alice"))
  browser = newBrowser()
  await rp.authorize(browser, asked)
  await rp.authorize(browser, { scope: "openid read", resource: vault })
}, 60_000)
afterAll(() => provider?.close())

const costOf = async (step: () => Promise<unknown>) => {
  // The isolate's copy of the key ring is read anew once a minute; that is not what is measured here.
  await fetch(`${provider.issuer}/.well-known/jwks.json`)
  const logged = provider.logs().length
  await step()
  const lines = provider.logs().slice(logged)
  return spent(lines.filter(({ event }) => event === "request"))
}

describe("a user's access to a resource server", () => {
  test("silent authorize is one query more than without, however many are named", async () => {
    for (const resources of [[api], [api, vault]]) {
      const url = new URL(rp.authorizeUrl({ scope: "openid read", prompt: "none" }))
      for (const resource of resources) url.searchParams.append("resource", resource)
      const cost = await costOf(() => browser.open(url.href))
      expect(cost).toMatchObject({ objectCalls: 1, d1Calls: 2 })
    }
  })

  test("the code exchange and the refresh ask nobody what it is for: the grant remembers", async () => {
    const { code = "" } = answered(await rp.ask(browser, { ...asked, prompt: "none" }))
    let tokens: Record<string, string> = {}
    const exchange = await costOf(async () => {
      tokens = (await rp.redeem(code)).body
    })
    expect(exchange).toMatchObject({ objectCalls: 1, d1Calls: 1 })
    const refresh = await costOf(() => rp.refresh(tokens["refresh_token"] ?? "", { resource: api }))
    expect(refresh).toMatchObject({ objectCalls: 1, d1Calls: 1 })
  })
})

describe("a client's access for itself", () => {
  const ask = (resource: string) => rp.post("/token", { grant_type: "client_credentials", resource })

  test("writes its event and asks no object: a token that nobody ends is known by its signature", async () => {
    const event = { objectCalls: 0, rowsWritten: 1, kv: 0, r2: 0, queue: 0 }
    expect(await costOf(() => ask(provider.issuer))).toEqual({ ...event, d1Calls: 2 })
    expect(await costOf(() => ask(api))).toEqual({ ...event, d1Calls: 3 })
  })

  test("introspection is one object call; the resource server's own client costs two queries more", async () => {
    const token: string = (await ask(vault)).body["access_token"]
    const cost = { objectCalls: 1, rowsWritten: 0, kv: 0, r2: 0, queue: 0 }
    expect(await costOf(() => rp.introspect(token))).toEqual({ ...cost, d1Calls: 1 })
    // Which resource server it stands for, and whether the token's client is still there.
    expect(await costOf(() => vaultClient.introspect(token))).toEqual({ ...cost, d1Calls: 3 })
  })

  test("revocation is one object call, its row, its event and an alarm", async () => {
    const token: string = (await ask(api)).body["access_token"]
    const cost = await costOf(() => rp.revoke(token))
    expect(cost).toMatchObject({ objectCalls: 1, d1Calls: 1 })
    expect(cost.rowsWritten).toBeLessThanOrEqual(3)
    expect((await costOf(() => rp.revoke(token))).rowsWritten).toBe(0)
  })
})
