/** A client that is deleted, or loses a redirect URI, while a person is at its pages. RFC 6749 §3.1.2.3. */
import { Effect } from "effect"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { ClientId } from "../../src/domain/Ids.ts"
import { deleteClient } from "../../src/services/flows/operator/DeleteClient.ts"
import { updateClient } from "../../src/services/flows/operator/UpdateClient.ts"
import { newBrowser, RelyingParty } from "../clauses/RelyingParty.ts"
import { makeClient, makeUser, password } from "../workerd/Fixtures.ts"
import { type RunningProvider, startProvider } from "../workerd/Provider.ts"

let provider: RunningProvider
const callback = "https://rp.example/cb"
const secret = "a secret of the relying party, long"

beforeAll(async () => {
  provider = await startProvider()
  await provider.run(makeUser("alice"))
}, 60_000)
afterAll(() => provider?.close())

/** What an operator does to a client while its page is open. */
const withdrawals: ReadonlyArray<readonly [string, (id: string) => Promise<unknown>]> = [
  ["is deleted", (id) => provider.run(Effect.orDie(deleteClient(ClientId.make(id))))],
  [
    "loses the redirect_uri",
    (id) => provider.run(Effect.orDie(updateClient({ id, metadata: { redirect_uris: ["https://rp.example/new"] } })))
  ]
]

describe.each(withdrawals)("a client that %s while a page of it is open", (how, withdraw) => {
  const id = `rp ${how}`
  const open = async () => {
    await provider.run(makeClient(id, secret, { redirect_uris: [callback] }))
    const browser = newBrowser()
    return { browser, login: await browser.open(new RelyingParty(provider, id, secret).authorizeUrl()) }
  }

  test("gets no code from the login page, and nobody is redirected", async () => {
    const { browser, login } = await open()
    await withdraw(id)
    const page = await browser.submit(login, { login: "alice", password })
    expect(page.status).toBe(400)
    expect(page.headers.get("location")).toBe(null)
    expect((await browser.submit(login, { decision: "deny" })).headers.get("location")).toBe(null)
    await provider.run(Effect.ignore(deleteClient(ClientId.make(id))))
  })

  test("gets none from the consent page", async () => {
    const { browser, login } = await open()
    const consent = await browser.submit(login, { login: "alice", password })
    expect(consent.url.pathname).toBe("/consent")
    await withdraw(id)
    for (const decision of ["approve", "deny"]) {
      const page = await browser.submit(consent, { decision })
      expect(page.status).toBe(400)
      expect(page.headers.get("location")).toBe(null)
    }
  })
})
