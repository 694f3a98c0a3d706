/** What signing out costs: one call that ends the session, however many clients hear of it, and a message for each. */
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { newBrowser, register, type RelyingParty } from "../clauses/RelyingParty.ts"
import { makeUser } from "../workerd/Fixtures.ts"
import { type RunningProvider, startProvider } from "../workerd/Provider.ts"
import { measure, spent } from "./Spending.ts"

let provider: RunningProvider
let clients: ReadonlyArray<RelyingParty>
let plain: RelyingParty
const browser = newBrowser()

beforeAll(async () => {
  provider = await startProvider()
  const metadata = {
    frontchannel_logout_uri: "https://rp.example/front",
    // Nobody is asked there: what is measured is the way to the queue.
    backchannel_logout_uri: "http://127.0.0.1:9/back"
  }
  clients = await Promise.all(["one", "two", "three"].map((id) => register(provider, id, metadata)))
  plain = await register(provider, "plain")
  await provider.run(makeUser("alice"))
  // A session, and of each client a consent and a code.
  await measure(provider, 9, async () => {
    for (const client of [...clients, plain]) await client.code(browser)
  })
}, 60_000)
afterAll(() => provider?.close())

describe("signing out", () => {
  test("is one call that ends the session, one query for all frames, and one message a client", async () => {
    const page = await browser.open(`${provider.issuer}/logout`)
    const logs = await measure(provider, 1, async () => {
      expect((await browser.submit(page)).body).toContain("https://rp.example/front?iss=")
    })
    const cost = spent(logs.filter(({ event }) => event === "request"))
    expect(cost).toMatchObject({ objectCalls: 1, d1Calls: 1, kv: 0 })
    // The session, the outbox with all that is said, and the alarm.
    expect(cost.rowsWritten).toBeLessThanOrEqual(3)
    // The event, and the clients that asked for it; the others cost none.
    expect(logs.reduce((sum, { queueMessages = 0 }) => sum + queueMessages, 0)).toBe(1 + clients.length)
  })
})
