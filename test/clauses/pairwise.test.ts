/** Subjects by sector, over HTTP: who knows a user under which name. OIDC Core §8, §8.1. */
import { decodeJwt } from "jose"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { type Browser, textOf } from "../clients/Browser.ts"
import { makeUser, password } from "../workerd/Fixtures.ts"
import { type RunningProvider, startProvider } from "../workerd/Provider.ts"
import { answered, goThrough, newBrowser, register, type RelyingParty, sentTo } from "./RelyingParty.ts"

let provider: RunningProvider
let userId: string
let alice: Browser
const rps: Record<string, RelyingParty> = {}
/** What each client was told `sub` is, in alice's ID token. */
const subs: Record<string, string> = {}
const idTokens: Record<string, string> = {}

const named = (name: string): RelyingParty => rps[name] ?? expect.fail(`no client ${name}`)

const hosts: Readonly<Record<string, readonly [redirectUri: string, metadata?: Record<string, unknown>]>> = {
  one: ["https://one.example/cb"],
  "one-again": ["https://one.example/another?x=1"],
  two: ["https://two.example/cb"],
  grouped: ["https://three.example/cb", { sector_identifier_uri: "https://one.example/sector.json" }],
  public: ["https://one.example/cb", { subject_type: "public" }]
}

beforeAll(async () => {
  provider = await startProvider()
  userId = (await provider.run(makeUser("alice"))).id
  await provider.run(makeUser("bob"))
  alice = newBrowser()
  const common = {
    subject_type: "pairwise",
    grant_types: ["authorization_code", "refresh_token", "implicit"],
    response_types: ["code", "code id_token token"],
    post_logout_redirect_uris: ["https://one.example/bye"]
  }
  for (const [name, [redirectUri, metadata]] of Object.entries(hosts)) {
    rps[name] = await register(provider, name, { ...common, redirect_uris: [redirectUri], ...metadata })
    const { id_token } = await named(name).tokens(alice)
    idTokens[name] = id_token
    subs[name] = decodeJwt(id_token).sub ?? ""
  }
}, 60_000)
afterAll(() => provider?.close())

describe("OIDC Core §8.1: pairwise subjects", () => {
  test("clients of one sector know a user by one subject, of another by another", () => {
    expect(subs["one-again"]).toBe(subs["one"])
    expect(subs["grouped"]).toBe(subs["one"])
    expect(subs["two"]).not.toBe(subs["one"])
    expect(subs["one"]).toMatch(/^[A-Za-z0-9_-]{43}$/)
  })

  test("a client with public subjects is told the same as ever, whatever its host", () => {
    expect(subs["public"]).toBe(userId)
  })

  test("two users of one sector are two", async () => {
    const bob = newBrowser()
    expect(decodeJwt((await named("one").tokens(bob, {}, "bob"))["id_token"]).sub).not.toBe(subs["one"])
  })

  test("it is the same at every login, in every token, at a refresh, at userinfo and at introspection", async () => {
    const rp = named("one")
    const tokens = await rp.tokens(newBrowser(), { scope: "openid offline_access" })
    const refreshed = (await rp.refresh(tokens["refresh_token"])).body
    const asked = { response_type: "code id_token token", nonce: "n", prompt: "none" }
    const front = answered(await rp.ask(alice, asked))
    for (const one of [tokens, refreshed, front]) {
      expect(decodeJwt(one["id_token"] ?? "").sub).toBe(subs["one"])
      expect(decodeJwt(one["access_token"] ?? "").sub).toBe(subs["one"])
      expect((await rp.userinfo(one["access_token"] ?? "")).body["sub"]).toBe(subs["one"])
      expect((await rp.introspect(one["access_token"] ?? "")).body["sub"]).toBe(subs["one"])
    }
    expect((await rp.introspect(refreshed["refresh_token"])).body["sub"]).toBe(subs["one"])
  })

  test("nothing that such a client is told holds the user's id, encoded or not", async () => {
    const rp = named("one")
    const page = await rp.ask(alice, { response_type: "code id_token token", nonce: "n", state: "s" })
    const location = sentTo(page)
    const answer = answered(page)
    const tokens = (await rp.redeem(answer["code"] ?? "")).body
    const told = [
      location.href,
      JSON.stringify(answer),
      JSON.stringify(tokens),
      (await rp.userinfo(tokens["access_token"])).text,
      (await rp.introspect(tokens["access_token"])).text,
      ...[answer["id_token"], answer["access_token"], tokens["id_token"], tokens["access_token"]].map((jwt) =>
        JSON.stringify(decodeJwt(jwt ?? ""))
      )
    ]
    const secretPart = userId.slice(userId.indexOf(".") + 1)
    expect(secretPart).toHaveLength(22)
    for (const text of told) expect(text).not.toContain(secretPart)
  })

  test("RFC 7662 §2.2: introspection names the user only where the scope does", async () => {
    const rp = named("one")
    const { access_token } = await rp.tokens(alice)
    expect((await rp.introspect(access_token)).body).not.toHaveProperty("username")
    const told = await rp.tokens(alice, { scope: "openid profile" })
    expect((await rp.introspect(told["access_token"])).body["username"]).toBe("alice")
  })
})

describe("OIDC Core §3.1.2.1, §5.5.1: whom a client expects", () => {
  const silently = async (name: string, parameters: Record<string, string>, browser = alice) =>
    answered(await named(name).ask(browser, { prompt: "none", ...parameters }))
  const bySub = (value: string) => ({ claims: JSON.stringify({ id_token: { sub: { value } } }) })

  test("its own subject of the user who is there, by hint or by claim", async () => {
    expect(await silently("one", { id_token_hint: idTokens["one"] ?? "" })).toHaveProperty("code")
    expect(await silently("one", { id_token_hint: idTokens["grouped"] ?? "" })).toHaveProperty("code")
    expect(await silently("one", bySub(subs["one"] ?? ""))).toHaveProperty("code")
    expect(await silently("public", bySub(userId))).toHaveProperty("code")
  })

  test("not another user's, and not the subject that another sector or everybody knows", async () => {
    const bob = newBrowser()
    const bobs = (await named("one").tokens(bob, {}, "bob"))["id_token"]
    for (const parameters of [
      { id_token_hint: bobs },
      { id_token_hint: idTokens["two"] ?? "" },
      { id_token_hint: idTokens["public"] ?? "" },
      bySub(subs["two"] ?? ""),
      bySub(userId),
      bySub("nobody"),
      bySub("")
    ]) {
      expect(await silently("one", parameters)).toMatchObject({ error: "login_required" })
    }
    expect(await silently("public", bySub(subs["one"] ?? ""))).toMatchObject({ error: "login_required" })
  })

  test("who signs in is compared too, on the login page and behind the consent page", async () => {
    const rp = await register(provider, "fresh", {
      subject_type: "pairwise",
      redirect_uris: ["https://one.example/cb"]
    })
    const hint = { id_token_hint: idTokens["one"] ?? "" }
    expect(await rp.authorize(newBrowser(), hint)).toHaveProperty("code")
    const browser = newBrowser()
    const login = await rp.ask(browser, hint)
    const refused = await browser.submit(login, { login: "bob", password })
    expect(answered(refused)).toMatchObject({ error: "login_required" })
    expect(answered(await goThrough(browser, await rp.ask(browser, hint)))).toHaveProperty("code")
  })
})

describe("RP-Initiated Logout §2: the hint of a client with pairwise subjects", () => {
  test("ends the session and leads back", async () => {
    const browser = newBrowser()
    const id_token_hint = (await named("one").tokens(browser))["id_token"]
    const query = new URLSearchParams({ id_token_hint, post_logout_redirect_uri: "https://one.example/bye" })
    const page = await browser.open(`${provider.issuer}/logout?${query}`)
    expect(textOf(page, "error")).toBe(undefined)
    expect(answered(await named("one").ask(browser, { prompt: "none" }))["error"]).toBe("login_required")
  })
})
