/**
 * Sessions over HTTP: tokens that hand one over to another domain of its client, its status, its use, and the page on
 * which a person sees and ends all of theirs. docs/decisions/0024-sessions.md, OWASP ASVS 5.0 §7, RFC 6750, RFC 9449.
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { signOutUser } from "../../src/services/flows/operator/SignOutUser.ts"
import { spent } from "../budgets/Spending.ts"
import { type Browser, forms, type Page } from "../clients/Browser.ts"
import { makeUser, password } from "../workerd/Fixtures.ts"
import { type RunningProvider, startProvider } from "../workerd/Provider.ts"
import { DpopKey, hashOf } from "./DpopKey.ts"
import {
  type Answer,
  answered,
  answerOf,
  later,
  metadataOf,
  newBrowser,
  register,
  type RelyingParty
} from "./RelyingParty.ts"

let provider: RunningProvider
let rp: RelyingParty
let other: RelyingParty
let open: RelyingParty
let pairwise: RelyingParty
/** A browser in which Alice stays signed in. */
const alice = newBrowser()

beforeAll(async () => {
  provider = await startProvider()
  rp = await register(provider, "rp")
  other = await register(provider, "other")
  open = await register(provider, "public", { token_endpoint_auth_method: "none" })
  pairwise = await register(provider, "pairwise", { subject_type: "pairwise" })
  await provider.run(makeUser("alice"))
  await provider.run(makeUser("bob"))
  await rp.authorize(alice)
}, 60_000)
afterAll(() => provider?.close())

/** Somebody who signs in at the client, in a browser of their own, with the client's tokens. */
const signedIn = async (
  client = rp,
  parameters: Record<string, string> = {},
  login = "alice",
  browser = newBrowser()
) => {
  const tokens = await client.tokens(browser, parameters, login)
  return { browser, token: String(tokens["access_token"]), idToken: String(tokens["id_token"]) }
}

/** Tokens of a client in Alice's session, in which nothing ends. */
const inSession = (client = rp, parameters: Record<string, string> = {}) => signedIn(client, parameters, "alice", alice)

/** A POST with an access token in the header. */
const withToken = async (path: string, token: string, headers: Record<string, string> = {}): Promise<Answer> =>
  answerOf(
    await fetch(provider.issuer + path, { method: "POST", headers: { authorization: `Bearer ${token}`, ...headers } })
  )

const handOver = async (token: string): Promise<string> =>
  String((await withToken("/session/token", token)).body["session_token"])

const verify = (client: RelyingParty, session_token: string) => client.post("/session/verify", { session_token })

/** What the one request to this path costs by itself. */
const costOf = async (path: string, step: () => Promise<unknown>) => {
  const before = provider.logs().length
  await step()
  const own = () =>
    provider
      .logs()
      .slice(before)
      .filter((log) => log.event === "request" && log.pathname === path)
  // The line is written when the answer is on its way.
  while (own().length === 0) await later(20)
  return spent(own())
}

const claimsOf = (jwt: string): Record<string, any> =>
  JSON.parse(Buffer.from(jwt.split(".")[1] ?? "", "base64url").toString())

const signOut = async (browser: Browser) => browser.submit(await browser.open(`${provider.issuer}/logout`))

describe("a session token", () => {
  test("tells the client, once, whose session it is, by the names and times of the ID token", async () => {
    const { idToken, token } = await inSession()
    const issued = await withToken("/session/token", token)
    expect([issued.status, issued.body["expires_in"]]).toEqual([200, 300])
    expect(issued.headers.get("cache-control")).toBe("no-store")
    const answer = await verify(rp, issued.body["session_token"])
    const { acr, amr, auth_time, sid, sub } = claimsOf(idToken)
    expect([answer.status, answer.headers.get("cache-control")]).toEqual([200, "no-store"])
    const { expires_at, ...told } = answer.body
    expect(told).toEqual({ active: true, client_id: "rp", sub, sid, auth_time, acr, amr })
    // Three days without a use, counted from the session's beginning, which is a moment after the login.
    expect(Math.floor((expires_at - auth_time) / 3_600)).toBe(3 * 24)
  })

  test("OIDC Core §8.1: a client of pairwise subjects is told its own names of user and session", async () => {
    const { idToken, token } = await inSession(pairwise)
    const { sid, sub } = claimsOf(idToken)
    expect((await verify(pairwise, await handOver(token))).body).toMatchObject({ sid, sub })
    expect((await withToken("/session/status", token)).body).toMatchObject({ sid, sub })
  })

  test("attack: replayed later: invalid_grant", async () => {
    const sessionToken = await handOver((await inSession()).token)
    expect((await verify(rp, sessionToken)).status).toBe(200)
    expect(await verify(rp, sessionToken)).toMatchObject({ status: 400, body: { error: "invalid_grant" } })
  })

  test("attack: shown eight times at once: exactly one 200", async () => {
    const sessionToken = await handOver((await inSession()).token)
    const answers = await Promise.all(Array.from({ length: 8 }, () => verify(rp, sessionToken)))
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, ...Array.from({ length: 7 }, () => 400)])
  })

  test("attack: shown by another client, or without the right secret: refused, and nothing is used up", async () => {
    const sessionToken = await handOver((await inSession()).token)
    expect(await verify(other, sessionToken)).toMatchObject({ status: 400, body: { error: "invalid_grant" } })
    expect((await rp.post("/session/verify", { session_token: sessionToken }, {})).status).toBe(401)
    const wrong = { authorization: `Basic ${btoa("rp:wrong")}` }
    expect((await rp.post("/session/verify", { session_token: sessionToken }, wrong)).status).toBe(401)
    expect((await verify(rp, sessionToken)).status).toBe(200)
  })

  test("attack: tampered with, of another kind, sent twice, in the query, or none at all: refused", async () => {
    const { token } = await inSession()
    const sessionToken = await handOver(token)
    const [head, key, iv, text = "", tag] = sessionToken.split(".")
    const tampered = [head, key, iv, `${text.startsWith("A") ? "B" : "A"}${text.slice(1)}`, tag].join(".")
    for (const wrong of [tampered, token, "x", `${sessionToken}.`, "a.b.c.d.e"]) {
      expect(await verify(rp, wrong)).toMatchObject({ status: 400, body: { error: "invalid_grant" } })
    }
    const twice = new URLSearchParams([
      ["session_token", sessionToken],
      ["session_token", sessionToken]
    ])
    const init = { method: "POST", headers: rp.credentials }
    expect((await fetch(`${provider.issuer}/session/verify`, { ...init, body: twice })).status).toBe(400)
    const inQuery = await rp.post(`/session/verify?session_token=${sessionToken}`, {})
    expect(inQuery).toMatchObject({ status: 400, body: { error: "invalid_request" } })
    expect((await verify(rp, sessionToken)).status).toBe(200)
  })

  test("attack: shown when the session has ended, or when its access token was revoked: refused", async () => {
    const scene = await signedIn()
    const sessionToken = await handOver(scene.token)
    await signOut(scene.browser)
    expect(await verify(rp, sessionToken)).toMatchObject({ status: 400, body: { error: "invalid_grant" } })
    const { token } = await inSession()
    const second = await handOver(token)
    await rp.revoke(token)
    expect(await verify(rp, second)).toMatchObject({ status: 400, body: { error: "invalid_grant" } })
  })

  test("OIDC Core §11: access that outlives its session hands none over", async () => {
    const { browser, token } = await signedIn(rp, { scope: "openid offline_access" })
    await signOut(browser)
    expect((await rp.userinfo(token)).status).toBe(200)
    expect(await withToken("/session/token", token)).toMatchObject({ status: 400, body: { error: "invalid_grant" } })
  })

  test("a client that cannot authenticate is given none: whoever saw it could take over", async () => {
    const verifier = "v".repeat(43)
    const code = await open.code(alice, { code_challenge: hashOf(verifier), code_challenge_method: "S256" })
    const tokens = (await open.redeem(code, { code_verifier: verifier })).body
    expect(await withToken("/session/token", tokens["access_token"])).toMatchObject({
      status: 400,
      body: { error: "unauthorized_client" }
    })
    const sessionToken = await handOver((await inSession()).token)
    expect(await verify(open, sessionToken)).toMatchObject({ status: 401, body: { error: "invalid_client" } })
  })

  test("costs one call of an object to issue, and nothing is written; two to verify, one of which writes", async () => {
    const { token } = await inSession()
    let sessionToken = ""
    const issuing = await costOf("/session/token", async () => (sessionToken = await handOver(token)))
    expect(issuing).toMatchObject({ objectCalls: 1, d1Calls: 1, rowsWritten: 0, kv: 0, queue: 0 })
    const verifying = await costOf("/session/verify", () => verify(rp, sessionToken))
    expect(verifying).toMatchObject({ objectCalls: 2, d1Calls: 1, kv: 0 })
    // The mark, and the alarm of its shard.
    expect(verifying.rowsWritten).toBeLessThanOrEqual(2)
  })
})

describe("the status of a session, and a use of it", () => {
  test("RFC 6750 §2, §3: a token in header or form, never in the query; without one, a bare challenge", async () => {
    const { token } = await inSession()
    for (const path of ["/session/status", "/session/refresh", "/session/token"]) {
      const inForm = await answerOf(
        await fetch(provider.issuer + path, { method: "POST", body: new URLSearchParams({ access_token: token }) })
      )
      expect(inForm.status).toBe(200)
      const bare = await fetch(`${provider.issuer}${path}?access_token=${token}`, { method: "POST" })
      expect([bare.status, await bare.text()]).toEqual([401, ""])
      expect(bare.headers.get("www-authenticate")).toMatch(/^Bearer realm="hapax", DPoP algs="/)
      const wrong = await withToken(path, `${token}x`)
      expect(wrong).toMatchObject({ status: 401, body: { error: "invalid_token" } })
      expect((await fetch(provider.issuer + path)).status).toBe(405)
    }
  })

  test("says that it lives, until it ends: from then on that it does not, and nothing else", async () => {
    const { browser, idToken, token } = await signedIn(rp, { scope: "openid offline_access" })
    const { auth_time, sid } = claimsOf(idToken)
    for (const path of ["/session/status", "/session/refresh"]) {
      expect((await withToken(path, token)).body).toMatchObject({ active: true, sid, auth_time })
    }
    await signOut(browser)
    for (const path of ["/session/status", "/session/refresh"]) {
      expect(await withToken(path, token)).toMatchObject({ status: 200, body: { active: false } })
      expect(Object.keys((await withToken(path, token)).body)).toEqual(["active"])
    }
  })

  test("tells of the last login, which the session goes on with under the same name", async () => {
    const { browser, idToken, token } = await inSession()
    await rp.authorize(browser, { prompt: "login" })
    const { body } = await withToken("/session/status", token)
    expect(body["sid"]).toBe(claimsOf(idToken)["sid"])
    expect(body["auth_time"]).toBeGreaterThanOrEqual(claimsOf(idToken)["auth_time"])
  })

  test("attack: a token without openid, of a client, or for a resource server opens nothing", async () => {
    const { token } = await inSession(rp, { scope: "profile" })
    const refused = await withToken("/session/status", token)
    expect(refused).toMatchObject({ status: 403, body: { error: "insufficient_scope" } })
    const machine = await register(provider, "machine", { grant_types: ["client_credentials"] })
    const own = (await machine.post("/token", { grant_type: "client_credentials" })).body["access_token"]
    for (const path of ["/session/status", "/session/refresh", "/session/token"]) {
      expect(await withToken(path, own)).toMatchObject({ status: 401, body: { error: "invalid_token" } })
    }
  })

  test("RFC 9449 §7.1: a token that is bound to a key needs a proof of it, for this address", async () => {
    const key = await DpopKey.make()
    const { access_token: token } = (await key.redeem(rp, await rp.code(alice))).body
    expect(await withToken("/session/status", token)).toMatchObject({ status: 401, body: { error: "invalid_token" } })
    for (const path of ["/session/status", "/session/refresh", "/session/token"]) {
      const shown = async (at: string, shownKey = key) =>
        withToken(path, token, {
          authorization: `DPoP ${token}`,
          ...(await shownKey.shownAt(provider, at, { claims: { ath: hashOf(token) } }))
        })
      expect((await shown(path)).status).toBe(200)
      expect(await shown("/userinfo")).toMatchObject({ status: 401, body: { error: "invalid_dpop_proof" } })
      const another = await DpopKey.make()
      expect(await shown(path, another)).toMatchObject({ status: 401, body: { error: "invalid_dpop_proof" } })
    }
  })

  test("Fetch §3.2: scripts of any origin may ask with a token; only servers verify", async () => {
    const preflight = (path: string) => fetch(provider.issuer + path, { method: "OPTIONS" })
    for (const path of ["/session/token", "/session/status", "/session/refresh"]) {
      const answer = await preflight(path)
      expect([answer.status, answer.headers.get("access-control-allow-origin")]).toEqual([204, "*"])
    }
    expect((await preflight("/session/verify")).status).toBe(405)
  })

  test("RFC 8414 §2: the metadata name the endpoints by members of this provider’s own", async () => {
    const metadata = await metadataOf(provider)
    const named = Object.entries(metadata).filter(([name]) => name.startsWith("hapax_session_"))
    expect(Object.fromEntries(named)).toEqual({
      hapax_session_token_endpoint: `${provider.issuer}/session/token`,
      hapax_session_verification_endpoint: `${provider.issuer}/session/verify`,
      hapax_session_status_endpoint: `${provider.issuer}/session/status`,
      hapax_session_refresh_endpoint: `${provider.issuer}/session/refresh`
    })
  })

  test("each is one call of an object; a session that was seen within the hour is not written", async () => {
    const { token } = await inSession()
    for (const path of ["/session/status", "/session/refresh"]) {
      const cost = await costOf(path, () => withToken(path, token))
      expect(cost).toMatchObject({ objectCalls: 1, d1Calls: 1, rowsWritten: 0, kv: 0, queue: 0 })
    }
  })
})

describe("OWASP ASVS 5.0 §7.4.3, §7.5.2: a person sees all their sessions, and ends one, several or all", () => {
  const address = "/account/sessions"
  const look = (browser: Browser) => browser.open(provider.issuer + address)
  const sidsOf = (page: Page) => [...page.body.matchAll(/name="sid" value="([^"]*)"/g)].map(([, sid = ""]) => sid)
  const isSignedIn = async (browser: Browser) => "code" in answered(await rp.ask(browser, { prompt: "none" }))

  /** Presses a button of the page, with these sessions chosen. */
  const press = (browser: Browser, page: Page, which: string, sids: ReadonlyArray<string> = []) => {
    const [form] = forms(page)
    const fields = [...(form?.hidden ?? []), ["which", which], ...sids.map((sid) => ["sid", sid])]
    return browser.open(provider.issuer + address, new URLSearchParams(fields as Array<[string, string]>))
  }

  /** Browsers of one new person, each signed in. */
  const browsersOf = async (login: string, count: number) => {
    await provider.run(makeUser(login))
    const scenes = []
    for (let n = 0; n < count; n++) scenes.push(await signedIn(rp, {}, login))
    return scenes.map(({ browser, idToken }) => ({ browser, sid: String(claimsOf(idToken)["sid"]) }))
  }

  test("whoever is not signed in signs in first, and comes to the page", async () => {
    const browser = newBrowser()
    const page = await look(browser)
    expect(page.url.pathname).toBe("/login")
    const own = await browser.submit(page, { login: "alice", password })
    expect([own.url.pathname, own.status]).toEqual([address, 200])
    expect(own.body).toContain("This browser")
  })

  test("each is shown once, named by its sid; those chosen end, then all others, then this one too", async () => {
    const people = await browsersOf("carol", 4)
    const { browser } = people[0]!
    const second = people[1]!
    const alive = () => Promise.all(people.map((one) => isSignedIn(one.browser)))
    const page = await look(browser)
    expect(sidsOf(page).toSorted()).toEqual(people.map(({ sid }) => sid).toSorted())
    expect(page.headers.get("cache-control")).toBe("no-store")

    const left = await press(browser, page, "chosen", [second.sid])
    expect([left.url.pathname, sidsOf(left).length]).toEqual([address, 3])
    expect(left.body).toContain("You’re signed out there.")
    expect(await alive()).toEqual([true, false, true, true])

    // However many there are, it is one call of their home, after the look at whose form it is.
    const cost = await costOf(address, () => press(stopping(browser), left, "others"))
    expect(cost).toMatchObject({ objectCalls: 2, d1Calls: 0, kv: 0 })
    // Two sessions, the outbox with both events, and the alarm.
    expect(cost.rowsWritten).toBeLessThanOrEqual(4)
    browser.stopAt = "https://"
    expect(await alive()).toEqual([true, false, false, false])

    const done = await press(browser, page, "all")
    expect(done.body).toContain("You’re signed out")
    expect(done.headers.getSetCookie().join()).toContain("hapax_session=; Max-Age=0")
    expect(await alive()).toEqual([false, false, false, false])
    // Pressed again, it is the form of a session that this browser is no longer in.
    expect((await press(browser, page, "all")).status).toBe(403)
  })

  /** It does not go on to the page after the form. */
  const stopping = (browser: Browser) => Object.assign(browser, { stopAt: provider.issuer + address })

  test("attack: another person’s sid, one that is none, or a form of another browser ends nothing", async () => {
    const { idToken } = await inSession()
    const bob = await signedIn(rp, {}, "bob")
    const sid = String(claimsOf(idToken)["sid"])
    const page = await look(bob.browser)
    await press(bob.browser, page, "chosen", [sid])
    expect((await press(bob.browser, page, "chosen", ["x"])).status).toBe(400)
    expect((await press(bob.browser, page, "nothing")).status).toBe(400)
    // Alice is made to post what Bob's page carries, and Bob what Alice's does.
    expect((await press(alice, page, "all")).status).toBe(403)
    expect((await press(newBrowser(), page, "all")).status).toBe(403)
    expect([await isSignedIn(alice), await isSignedIn(bob.browser)]).toEqual([true, true])
  })

  test("without a choice nothing ends, and the page says so", async () => {
    const page = await press(alice, await look(alice), "chosen")
    expect(page.body).toContain("Choose where you want to be signed out first")
    expect(await isSignedIn(alice)).toBe(true)
  })

  test("the form of a session that has ended ends nothing: whoever stole it signs in first", async () => {
    const stolen = (await browsersOf("fritz", 1))[0]!
    const page = await look(stolen.browser)
    await provider.run(signOutUser("fritz"))
    const fresh = await signedIn(rp, {}, "fritz")
    expect((await press(stolen.browser, page, "all")).url.pathname).toBe("/login")
    expect(await isSignedIn(fresh.browser)).toBe(true)
  })
})
