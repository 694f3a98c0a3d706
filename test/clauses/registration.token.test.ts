/** Clients that are registered by an initial access token: counted, however parallel. RFC 7591 §3. */
import { Redacted } from "effect"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { measure, spent } from "../budgets/Spending.ts"
import {
  createRegistrationToken,
  revokeRegistrationToken
} from "../../src/services/flows/operator/RegistrationTokens.ts"
import { type RunningProvider, startProvider } from "../workerd/Provider.ts"
import { manage, registerBy } from "./Registrant.ts"
import { callback, metadataOf } from "./RelyingParty.ts"

let provider: RunningProvider

beforeAll(async () => {
  provider = await startProvider({ REGISTRATION: "token" })
}, 60_000)
afterAll(() => provider?.close())

const issue = async (uses: number, lifetime = 3_600_000) => {
  const { secret, token } = await provider.run(createRegistrationToken({ uses, lifetime }))
  return { id: token.id, text: Redacted.value(secret) }
}

const clientCount = async () => {
  const row = await provider.env.DB.prepare("SELECT count(*) AS n FROM oauth_clients").first<{ n: number }>()
  return row?.n ?? 0
}

describe("RFC 7591 §3: the initial access token", () => {
  test("registers its holder's client; whoever has registered it needs it no more", async () => {
    expect(await metadataOf(provider)).toHaveProperty("registration_endpoint")
    const token = await issue(1)
    const registered = await registerBy(provider, { client_name: "App" }, token.text)
    expect(registered.status).toBe(201)
    await provider.run(revokeRegistrationToken(token.id))
    expect((await manage(registered, "GET")).body["client_name"]).toBe("App")
  })

  test("without one, or with a wrong one: 401 invalid_token, and nobody is registered", async () => {
    const before = await clientCount()
    const [a, b] = [await issue(1), await issue(1)]
    for (const token of [undefined, "", "x", a.id, `${a.text}x`, `${a.id}.${b.text.split(".")[1]}`, "' OR 1=1 --"]) {
      const answer = await registerBy(provider, {}, token)
      expect(answer).toMatchObject({ status: 401, body: { error: "invalid_token" } })
      expect(answer.headers.get("www-authenticate")).toMatch(/^Bearer .*error="invalid_token"/)
    }
    const basic = await fetch(`${provider.issuer}/register`, {
      method: "POST",
      headers: { "content-type": "application/json", authorization: `Basic ${btoa(a.text)}` },
      body: JSON.stringify({ redirect_uris: [callback] })
    })
    expect(basic.status).toBe(401)
    expect((await registerBy(provider, { access_token: a.text })).status).toBe(401)
    expect(await clientCount()).toBe(before)
  })

  test("of 12 at once by a token for 5, exactly 5 are registered", async () => {
    const before = await clientCount()
    const token = await issue(5)
    const answers = await Promise.all(Array.from({ length: 12 }, () => registerBy(provider, {}, token.text)))
    const statuses = answers.map(({ status }) => status).toSorted()
    expect(statuses).toEqual([...Array.from({ length: 5 }, () => 201), ...Array.from({ length: 7 }, () => 401)])
    expect(await clientCount()).toBe(before + 5)
    expect(new Set(answers.map(({ body }) => body["client_id"])).size).toBe(6)
  })

  test("bad metadata burn no use", async () => {
    const token = await issue(1)
    for (const metadata of [{ redirect_uris: ["javascript:alert(1)"] }, { jwks: {} }, { grant_types: ["password"] }]) {
      expect((await registerBy(provider, metadata, token.text)).status).toBe(400)
    }
    expect((await registerBy(provider, {}, token.text)).status).toBe(201)
    expect((await registerBy(provider, {}, token.text)).status).toBe(401)
  })

  test("a token that is revoked, or whose time is over, registers nobody", async () => {
    const revoked = await issue(3)
    await provider.run(revokeRegistrationToken(revoked.id))
    expect((await registerBy(provider, {}, revoked.text)).status).toBe(401)
    const short = await issue(3, 1)
    expect((await registerBy(provider, {}, short.text)).status).toBe(401)
  })

  test("costs two calls of D1 and three rows: token, client, event; a refused one a read and its event", async () => {
    const token = await issue(1)
    const made = await measure(provider, 1, () => registerBy(provider, {}, token.text))
    expect(spent(made)).toEqual({ objectCalls: 0, d1Calls: 2, rowsWritten: 3, kv: 0, r2: 0, queue: 0 })
    const refused = await measure(provider, 1, () => registerBy(provider, {}, token.text))
    expect(spent(refused)).toEqual({ objectCalls: 0, d1Calls: 2, rowsWritten: 1, kv: 0, r2: 0, queue: 0 })
    const nobody = await measure(provider, 0, () => registerBy(provider))
    expect(spent(nobody)).toEqual({ objectCalls: 0, d1Calls: 0, rowsWritten: 0, kv: 0, r2: 0, queue: 0 })
  })
})
