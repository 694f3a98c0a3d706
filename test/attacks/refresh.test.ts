/** Refresh tokens stolen, replayed and raced: attacks 8 to 12. RFC 6749 §6, RFC 9700 §4.14. */
import { Effect } from "effect"
import { decodeJwt } from "jose"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { ClientId, UserId } from "../../src/domain/Ids.ts"
import { disableUser } from "../../src/services/flows/operator/UserStatus.ts"
import { Consents } from "../../src/services/storage/Consents.ts"
import type { Browser } from "../clients/Browser.ts"
import { type Answer, later, newBrowser, register, type RelyingParty } from "../clauses/RelyingParty.ts"
import { makeUser } from "../workerd/Fixtures.ts"
import { type RunningProvider, startProvider } from "../workerd/Provider.ts"
import { type NodeProvider, startNodeProvider } from "./NodeProvider.ts"

let provider: RunningProvider
let rp: RelyingParty
let other: RelyingParty
let browser: Browser
const scope = "openid email offline_access"

beforeAll(async () => {
  provider = await startProvider()
  rp = await register(provider, "rp")
  other = await register(provider, "other")
  for (const name of ["alice", "bob", "carol"]) await provider.run(makeUser(name))
  browser = newBrowser()
  for (const client of [rp, other]) await client.authorize(browser, { scope })
}, 60_000)
afterAll(() => provider?.close())

const tokens = async (client = rp, person = browser, login = "alice") => {
  const { access_token, refresh_token } = await client.tokens(person, { scope }, login)
  return { access: String(access_token), refresh: String(refresh_token) }
}

const refused = (answer: Answer) => expect(answer).toMatchObject({ status: 400, body: { error: "invalid_grant" } })

/** The one refresh token that is alive, of several that were given. */
const alive = async (candidates: ReadonlyArray<string>) => {
  const active = await Promise.all(candidates.map(async (token) => (await rp.introspect(token)).body["active"]))
  return candidates.filter((_, index) => active[index] === true)
}

describe("attack 8: a refresh token used N times at once", () => {
  test.each([2, 4, 8])("%i times: one family head; inside the grace window the same successor again", async (times) => {
    const { refresh } = await tokens()
    const answers = await Promise.all(Array.from({ length: times }, () => rp.refresh(refresh)))
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200))
    const successors = [...new Set(answers.map(({ body }) => String(body["refresh_token"])))]
    expect(successors.length).toBe(1)
    expect(await alive([refresh, ...successors])).toEqual(successors)
    expect((await rp.refresh(successors[0] ?? "")).status).toBe(200)
  })

  test("again later, inside the window: the same successor, only for the immediately preceding token", async () => {
    const first = await tokens()
    const second = (await rp.refresh(first.refresh)).body["refresh_token"]
    await later(300)
    expect((await rp.refresh(first.refresh)).body["refresh_token"]).toBe(second)
    const third = (await rp.refresh(second)).body["refresh_token"]
    expect((await rp.refresh(second)).body["refresh_token"]).toBe(third)
    refused(await rp.refresh(first.refresh))
    refused(await rp.refresh(third))
  })

  test("two heads never: a family raced by its old and its new token ends with at most one live token", async () => {
    const first = (await tokens()).refresh
    const second = (await rp.refresh(first)).body["refresh_token"]
    const answers = await Promise.all([first, second, first, second].map((token) => rp.refresh(token)))
    const given = answers.filter(({ status }) => status === 200).map(({ body }) => String(body["refresh_token"]))
    expect((await alive([...new Set([first, second, ...given])])).length).toBeLessThanOrEqual(1)
  })
})

describe("attack 9: a refresh token reused two generations old", () => {
  test("invalid_grant, whole family revoked, a security event audited", async () => {
    const first = await tokens()
    const second = (await rp.refresh(first.refresh)).body
    const third = (await rp.refresh(second["refresh_token"])).body
    refused(await rp.refresh(first.refresh))
    for (const token of [second["refresh_token"], third["refresh_token"]]) refused(await rp.refresh(token))
    for (const token of [first.access, second["access_token"], third["access_token"]]) {
      expect((await rp.userinfo(token)).status).toBe(401)
    }
    const grantId = String(decodeJwt(first.access).jti).split(".").slice(0, 2).join(".")
    expect(await auditOf(grantId, "refresh.reused")).toBe(1)
  })

  test("a token that was never given ends nothing: a guess must not be a weapon", async () => {
    const { refresh } = await tokens()
    const [head = "", shard = "", , secret = "", tag = ""] = /^([^.]+)\.([^.]+)\.(\d+)\.([^.]+)\.(.+)$/
      .exec(refresh)!
      .slice(1)
    const forged = [
      `${head}.${shard}.9.${secret}.${tag}`,
      `${head}.${shard}.1.${"A".repeat(43)}.${tag}`,
      `${head}.${shard}.1.${secret}.${"A".repeat(43)}`,
      `${head}.${shard}.0.${secret}.${tag}`,
      `${head}.${shard}.1.${secret}`,
      `${refresh}.`,
      `${refresh}x`,
      refresh.toUpperCase()
    ]
    for (const token of forged) {
      refused(await rp.refresh(token))
      expect((await rp.introspect(token)).body).toEqual({ active: false })
      expect((await rp.revoke(token)).status).toBe(200)
    }
    expect((await rp.refresh(refresh)).status).toBe(200)
  })
})

/** How many events of this type the audit log has of a grant; waits until there is one, for the queue delivers it. */
const auditOf = async (grantId: string, type: string): Promise<number> => {
  for (let tries = 0; tries < 200; tries++) {
    const { results } = await provider.env.DB.prepare("SELECT * FROM audit_log").all()
    const found = results.filter((row) => row["type"] === type && JSON.stringify(row).includes(grantId))
    if (found.length > 0) return found.length
    await later(50)
  }
  return 0
}

describe("attack 10: replay of a rotated token after a restart", () => {
  test("invalid_grant, and the family is revoked", async () => {
    const first = (await tokens()).refresh
    const second = (await rp.refresh(first)).body["refresh_token"]
    const third = (await rp.refresh(second)).body["refresh_token"]
    await provider.evictObjects()
    refused(await rp.refresh(first))
    refused(await rp.refresh(third))
  })

  test("a restart alone changes nothing: head, grace and revocation survive it", async () => {
    const [family, revoked] = [await tokens(), await tokens()]
    await rp.revoke(revoked.refresh)
    const second = (await rp.refresh(family.refresh)).body["refresh_token"]
    await provider.evictObjects()
    expect((await rp.refresh(family.refresh)).body["refresh_token"]).toBe(second)
    expect((await rp.refresh(second)).status).toBe(200)
    refused(await rp.refresh(revoked.refresh))
    expect((await rp.userinfo(revoked.access)).status).toBe(401)
  })
})

describe("attack 11: refresh without client authentication, by another client, for a wider scope", () => {
  test("invalid_client / invalid_grant / invalid_scope, state unchanged", async () => {
    const { refresh } = await tokens()
    const form = { grant_type: "refresh_token", refresh_token: refresh }
    const wrong = { authorization: `Basic ${btoa("rp:wrong")}` }
    for (const [body, headers] of [
      [form, {}],
      [{ ...form, client_id: "rp" }, {}],
      [form, wrong]
    ] as const) {
      const answer = await rp.post("/token", body, headers)
      expect(answer).toMatchObject({ status: 401, body: { error: "invalid_client" } })
    }
    refused(await other.refresh(refresh))
    for (const wider of [`${scope} phone`, "openid admin", "offline_access profile"]) {
      expect(await rp.refresh(refresh, { scope: wider })).toMatchObject({
        status: 400,
        body: { error: "invalid_scope" }
      })
    }
    expect((await rp.introspect(refresh)).body, "still the head").toMatchObject({ active: true })
    expect((await rp.refresh(refresh)).status).toBe(200)
  })
})

describe("attack 12: refresh after the user was disabled or withdrew consent", () => {
  const idOf = (token: string) => UserId.make(String(decodeJwt(token).sub))

  test("disabled: invalid_grant, at userinfo invalid_token, and no new login", async () => {
    const person = newBrowser()
    const { access, refresh } = await tokens(rp, person, "bob")
    const userId = idOf(access)
    await provider.run(disableUser(userId))
    refused(await rp.refresh(refresh))
    expect((await rp.userinfo(access)).status).toBe(401)
    expect((await rp.introspect(refresh)).body).toEqual({ active: false })
    expect((await rp.ask(person, { prompt: "none" })).headers.get("location")).toContain("error=login_required")
    const login = await rp.ask(person)
    const tried = await person.submit(login, { login: "bob", password: "correct horse battery staple" })
    expect([tried.status, tried.body.includes("don’t match")]).toEqual([422, true])
  })

  test("consent withdrawn: invalid_grant, also after a new consent; the other client's tokens live", async () => {
    const person = newBrowser()
    const mine = await tokens(rp, person, "carol")
    const others = await tokens(other, person, "carol")
    const key = { userId: idOf(mine.access), clientId: ClientId.make("rp") }
    expect(await provider.run(Consents.withdraw(key))).toBe(true)
    refused(await rp.refresh(mine.refresh))
    expect((await rp.userinfo(mine.access)).status).toBe(401)
    expect((await other.refresh(others.refresh)).status).toBe(200)
    expect((await rp.ask(person, { scope })).url.pathname, "asked again").toBe("/consent")
    const anew = await tokens(rp, person, "carol")
    refused(await rp.refresh(mine.refresh))
    expect((await rp.refresh(anew.refresh)).status).toBe(200)
  })

  test("a code that waits for its redemption falls too", async () => {
    const person = newBrowser()
    const { access } = await tokens(rp, person, "carol")
    const code = await rp.code(person)
    await provider.run(Effect.asVoid(Consents.withdraw({ userId: idOf(access), clientId: ClientId.make("rp") })))
    refused(await rp.redeem(code))
  })
})

describe("attacks 8, 9: with time (over storage in memory, whose clock can be turned)", () => {
  let node: NodeProvider
  let client: RelyingParty
  let person: Browser
  beforeAll(async () => {
    node = await startNodeProvider()
    client = await register(node, "rp")
    await node.run(makeUser("alice"))
    person = newBrowser()
    await client.authorize(person, { scope })
  })
  afterAll(() => node?.close())

  test("the preceding token after the grace of 30 s: invalid_grant, whole family revoked", async () => {
    const first = (await client.tokens(person, { scope }))["refresh_token"]
    const second = (await client.refresh(first)).body["refresh_token"]
    node.advance(29_000)
    expect((await client.refresh(first)).body["refresh_token"]).toBe(second)
    node.advance(2_000)
    refused(await client.refresh(first))
    refused(await client.refresh(second))
  })

  test("the end of a family is absolute: rotation does not extend it", async () => {
    let token = (await client.tokens(person, { scope }))["refresh_token"]
    for (let day = 0; day < 29; day += 7) {
      node.advance(7 * 86_400_000)
      const answer = await client.refresh(token)
      expect([day, answer.status]).toEqual([day, day < 28 ? 200 : 400])
      token = answer.body["refresh_token"] ?? token
    }
    refused(await client.refresh(token))
  })
})
