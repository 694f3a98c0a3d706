/** How somebody might come to administer more than they were given. OWASP ASVS 5.0 §8.2; storage in memory. */
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { Effect } from "effect"
import { adminAudience, adminClient, adminScopes } from "../../src/domain/AdminScope.ts"
import { Client } from "../../src/domain/Client.ts"
import { ClientId, SecretHash } from "../../src/domain/Ids.ts"
import { acting } from "../../src/services/flows/Acting.ts"
import { newEvent } from "../../src/services/flows/operator/NewEvent.ts"
import { deleteClient } from "../../src/services/flows/operator/DeleteClient.ts"
import { makeAdministrator } from "../../src/services/flows/operator/MakeAdministrator.ts"
import { registerClient } from "../../src/services/flows/operator/RegisterClient.ts"
import { updateClient } from "../../src/services/flows/operator/UpdateClient.ts"
import { Clients } from "../../src/services/storage/Clients.ts"
import { askAdmin } from "../clauses/Administrator.ts"
import { answered, newBrowser, register, type RelyingParty } from "../clauses/RelyingParty.ts"
import { makeUser } from "../workerd/Fixtures.ts"
import { type NodeProvider, startNodeProvider } from "./NodeProvider.ts"

let provider: NodeProvider
let resource: string

const scope = "openid admin.clients.read"

beforeAll(async () => {
  provider = await startNodeProvider()
  resource = adminAudience(provider.issuer)
  await provider.run(makeUser("alice"))
  await provider.run(makeAdministrator({ user: "alice" }))
})
afterAll(() => provider?.close())

const statusOf = async (token: string) => (await askAdmin(provider, token, "GET", "/clients")).status

/** A token of an administrator, by a client that was made for that. */
const tokenBy = async (rp: RelyingParty) => {
  const code = await rp.code(newBrowser(), { scope, resource })
  return String((await rp.redeem(code, { resource })).body["access_token"])
}

const consoleClient = (id: string) => register(provider, id, { scopes: ["openid", ...adminScopes] })

describe("attacks.md 43: what a person's token lets do, its client has to be registered for at that moment", () => {
  test("a client from which the scope was taken: 403; one that is deleted, whoever has its id now: 401", async () => {
    const rp = await consoleClient("console")
    const token = await tokenBy(rp)
    expect(await statusOf(token)).toBe(200)
    await provider.run(updateClient({ id: "console", metadata: { scopes: ["openid"] } }))
    expect(await statusOf(token)).toBe(403)
    await provider.run(updateClient({ id: "console", metadata: { scopes: ["openid", ...adminScopes] } }))
    expect(await statusOf(token)).toBe(200)
    await provider.run(deleteClient("console"))
    expect(await statusOf(token)).toBe(401)
    provider.advance(301_000)
    await consoleClient("console")
    expect(await statusOf(token)).toBe(401)
  })

  test("a client that registered itself gets nothing, whatever an operator gave it later", async () => {
    const rp = await consoleClient("own-console")
    const token = await tokenBy(rp)
    expect(await statusOf(token)).toBe(200)
    // Its developer looks after it, and so leads codes where they like.
    const selfManaged = Effect.gen(function* () {
      const client = yield* Clients.find(ClientId.make("own-console"))
      const registrationToken = SecretHash.make("r".repeat(43))
      const changed = new Client({ ...client!, registrationToken, version: client!.version + 1 })
      yield* Clients.update(changed, yield* newEvent({ type: "client.updated", clientId: changed.id }))
    })
    await provider.run(selfManaged)
    expect(await statusOf(token)).toBe(403)
  })
})

describe("the client of administrators is theirs, whatever scopes it holds at the moment", () => {
  const helper = acting({ by: "helper", permitted: ["admin.clients.read", "admin.clients.write"] })
  const metadata = { redirect_uris: ["https://thief.example/cb"], scopes: ["openid"] }

  test("nobody who may not do everything makes it before `npx hapax admin create` gives it every scope", async () => {
    await provider.run(deleteClient(adminClient))
    const made = registerClient({ id: adminClient, metadata }).pipe(helper, Effect.flip)
    expect(await provider.run(made)).toMatchObject({ _tag: "NotPermitted" })
  })

  test("nor leads its codes elsewhere, or deletes it, while it holds none", async () => {
    await provider.run(makeAdministrator({ user: "alice" }))
    await provider.run(updateClient({ id: adminClient, metadata: { scopes: ["openid"] } }))
    const moved = updateClient({ id: adminClient, metadata }).pipe(helper, Effect.flip)
    expect(await provider.run(moved)).toMatchObject({ _tag: "NotPermitted" })
    const gone = deleteClient(adminClient).pipe(helper, Effect.flip)
    expect(await provider.run(gone)).toMatchObject({ _tag: "NotPermitted" })
    await provider.run(makeAdministrator({ user: "alice" }))
  })

  test("RFC 8252 §8.6: any program may call itself so, and so its person is asked each time", async () => {
    const browser = newBrowser()
    browser.stopAt = "http://127.0.0.1:7777/"
    const rp = await register(provider, "unused")
    const asked = {
      client_id: adminClient,
      redirect_uri: "http://127.0.0.1:7777/callback",
      resource,
      scope,
      code_challenge: "c".repeat(43),
      code_challenge_method: "S256"
    }
    expect(await rp.authorize(browser, asked)).toHaveProperty("code")
    expect((await rp.ask(browser, asked)).url.pathname).toBe("/consent")
    expect(answered(await rp.ask(browser, { ...asked, prompt: "none" }))["error"]).toBe("consent_required")
    // What is no administration is given without a word, as ever.
    const { resource: _, ...ordinary } = { ...asked, scope: "openid", prompt: "none" }
    expect(answered(await rp.ask(browser, ordinary))).toHaveProperty("code")
  })

  test("OIDC Core §3.1.2.4: one that proves who it is goes on without a question", async () => {
    const browser = newBrowser()
    const rp = await consoleClient("proven-console")
    await rp.authorize(browser, { scope, resource })
    expect(answered(await rp.ask(browser, { scope, resource, prompt: "none" }))).toHaveProperty("code")
  })
})

test("OWASP ASVS 5.0 §16.2: no client is called as the audit log calls whoever runs commands", async () => {
  const metadata = { redirect_uris: ["https://rp.example/cb"] }
  const refused = await provider.run(Effect.flip(registerClient({ id: "operator", metadata })))
  expect(refused).toMatchObject({ _tag: "InvalidField", field: "client_id" })
})
