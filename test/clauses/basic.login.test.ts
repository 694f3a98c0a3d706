/** When a person is asked, and what the pages are like. OIDC Core §3.1.2.1 (prompt, max_age, id_token_hint), §11. */
import { decodeJwt } from "jose"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { PasskeyVisitor } from "../attacks/PasskeyVisitor.ts"
import { interactionOf, parametersOf, type Visit } from "../attacks/Visitor.ts"
import type { Browser, Page } from "../clients/Browser.ts"
import { Authenticator } from "../workerd/Authenticator.ts"
import { makeUser, password } from "../workerd/Fixtures.ts"
import { type RunningProvider, startProvider } from "../workerd/Provider.ts"
import { answered, goThrough, later, metadataOf, newBrowser, register, type RelyingParty } from "./RelyingParty.ts"

let provider: RunningProvider
let rp: RelyingParty

beforeAll(async () => {
  provider = await startProvider()
  rp = await register(provider, "rp")
  await provider.run(makeUser("alice"))
  await provider.run(makeUser("bob"))
}, 60_000)
afterAll(() => provider?.close())

/** The claims of the ID token that a request gives; `steps` are the pages on the way. */
const idTokenOf = async (browser: Browser, parameters: Record<string, string> = {}, login = "alice") => {
  const page = await rp.ask(browser, parameters)
  const { code } = answered(await goThrough(browser, page, login))
  const { body } = await rp.redeem(code ?? "")
  return { first: page.url.pathname, claims: decodeJwt(body["id_token"]), idToken: String(body["id_token"]) }
}

const now = () => Math.floor(Date.now() / 1000)

describe("OIDC Core §3.1.2.1: prompt", () => {
  test("prompt=login: a second login is forced and auth_time is later", async () => {
    const browser = newBrowser()
    const before = await idTokenOf(browser)
    await later(1100)
    const after = await idTokenOf(browser, { prompt: "login" })
    expect(after.first).toBe("/login")
    expect(after.claims["sub"]).toBe(before.claims["sub"])
    expect(Number(after.claims["auth_time"])).toBeGreaterThan(Number(before.claims["auth_time"]))
  })

  test("prompt=none without a session: login_required", async () => {
    expect(answered(await rp.ask(newBrowser(), { prompt: "none" }))).toMatchObject({ error: "login_required" })
  })

  test("prompt=none with one: silent, the same sub and auth_time", async () => {
    const browser = newBrowser()
    const before = await idTokenOf(browser)
    const after = await idTokenOf(browser, { prompt: "none" })
    expect(after.first).toBe("/authorize")
    expect(after.claims).toMatchObject({ sub: before.claims["sub"], auth_time: before.claims["auth_time"] })
  })

  test("prompt=none where consent is missing: consent_required", async () => {
    const other = await register(provider, "unknown-to-alice")
    const browser = newBrowser()
    await rp.authorize(browser)
    expect(answered(await other.ask(browser, { prompt: "none" }))).toMatchObject({ error: "consent_required" })
  })

  test("prompt=consent: consent is asked for although it was given", async () => {
    const browser = newBrowser()
    await rp.authorize(browser)
    const page = await rp.ask(browser, { prompt: "consent" })
    expect(page.url.pathname).toBe("/consent")
    expect(answered(await browser.submit(page, { decision: "approve" }))).toHaveProperty("code")
  })

  test("prompt=select_account: the person may be somebody else", async () => {
    const browser = newBrowser()
    await rp.authorize(browser)
    const page = await rp.ask(browser, { prompt: "select_account" })
    expect(page.url.pathname).toBe("/login")
    expect(answered(await goThrough(browser, page, "bob"))).toHaveProperty("code")
  })

  test("prompt=login consent: both", async () => {
    const browser = newBrowser()
    await rp.authorize(browser)
    const login = await rp.ask(browser, { prompt: "login consent" })
    expect(login.url.pathname).toBe("/login")
    expect((await browser.submit(login, { login: "alice", password })).url.pathname).toBe("/consent")
  })
})

describe("OIDC Core §3.1.2.1: max_age", () => {
  test("max_age=1 after 2 s: login again, auth_time present, later and recent", async () => {
    const browser = newBrowser()
    const before = await idTokenOf(browser)
    await later(2100)
    const asked = now()
    const after = await idTokenOf(browser, { max_age: "1" })
    expect(after.first).toBe("/login")
    expect(Number(after.claims["auth_time"])).toBeGreaterThan(Number(before.claims["auth_time"]))
    expect(Number(after.claims["auth_time"])).toBeGreaterThanOrEqual(asked)
  })

  test("max_age=10000: auth_time present and equal, no second login", async () => {
    const browser = newBrowser()
    const before = await idTokenOf(browser, { max_age: "10000" })
    const after = await idTokenOf(browser, { max_age: "10000" })
    expect(after.first).toBe("/authorize")
    expect(after.claims["auth_time"]).toBe(before.claims["auth_time"])
    expect(after.claims["auth_time"]).toBeTypeOf("number")
  })

  test("max_age=0 is prompt=login", async () => {
    const browser = newBrowser()
    await rp.authorize(browser)
    expect((await rp.ask(browser, { max_age: "0" })).url.pathname).toBe("/login")
  })

  test("default_max_age of the client (Dynamic Registration §2) is asked for like max_age", async () => {
    const strict = await register(provider, "strict", { default_max_age: 0 })
    const browser = newBrowser()
    await rp.authorize(browser)
    expect((await strict.ask(browser)).url.pathname).toBe("/login")
    expect((await strict.ask(browser, { max_age: "1000" })).url.pathname).toBe("/consent")
  })
})

describe("OIDC Core §3.1.2.1: id_token_hint and acr_values", () => {
  test("id_token_hint with prompt=none: the same sub", async () => {
    const browser = newBrowser()
    const before = await idTokenOf(browser)
    const after = await idTokenOf(browser, { prompt: "none", id_token_hint: before.idToken })
    expect(after.claims["sub"]).toBe(before.claims["sub"])
  })

  test("id_token_hint of another user with prompt=none: login_required", async () => {
    const [alice, bob] = [newBrowser(), newBrowser()]
    await idTokenOf(alice)
    const { idToken } = await idTokenOf(bob, {}, "bob")
    const answer = answered(await rp.ask(alice, { prompt: "none", id_token_hint: idToken }))
    expect(answer).toMatchObject({ error: "login_required" })
  })

  test("§5.5.1: sub with a value in the claims parameter asks for that user alone", async () => {
    const browser = newBrowser()
    const { claims } = await idTokenOf(browser)
    const asks = (value: unknown) => JSON.stringify({ id_token: { sub: { value } } })
    expect(answered(await rp.ask(browser, { prompt: "none", claims: asks(claims["sub"]) }))).toHaveProperty("code")
    const other = await rp.ask(browser, { prompt: "none", claims: asks("1-0.aaaaaaaaaaaaaaaaaaaaaa") })
    expect(answered(other)).toMatchObject({ error: "login_required" })
  })

  test("acr_values: it succeeds, and acr is one of them", async () => {
    const { acr_values_supported } = await metadataOf(provider)
    const { claims } = await idTokenOf(newBrowser(), { acr_values: acr_values_supported.join(" ") })
    expect(acr_values_supported).toContain(claims["acr"])
  })

  test("§5.5.1.1: an essential acr that cannot be reached fails, and is never claimed", async () => {
    const claims = JSON.stringify({ id_token: { acr: { essential: true, values: ["gold"] } } })
    const answer = answered(await rp.ask(newBrowser(), { claims }))
    expect(answer).toMatchObject({ error: "unmet_authentication_requirements" })
  })
})

describe("step-up: a client asks for more than a password", () => {
  const wanted = { acr_values: "phr" }
  const needed = { claims: JSON.stringify({ id_token: { acr: { essential: true, values: ["phr"] } } }) }
  const authenticator = new Authenticator()
  const visitor = () => new PasskeyVisitor(provider.issuer)

  /** Carla has a passkey, and allowed the client what it asks for; Alice has none. */
  beforeAll(async () => {
    await provider.run(makeUser("carla"))
    const carla = await visitor().signInByPassword("carla")
    expect((await carla.register(authenticator)).status).toBe(303)
    await carla.signIn(rp)
  }, 60_000)

  /** The claims of the ID token for which a client redeems what the browser was sent back with. */
  const told = async (parameters: Record<string, string>, client = rp) => {
    expect(parameters).toHaveProperty("code")
    return decodeJwt((await client.redeem(parameters["code"] ?? "")).body["id_token"])
  }
  const toldBy = ({ location }: Visit) => told(parametersOf(location))

  /** Somebody who signed in with the password, and what the client was told of that. */
  const withPassword = async (login = "carla") => {
    const browser = visitor()
    return { browser, before: await told(await browser.signIn(rp, {}, login)) }
  }
  const textOf = async (browser: PasskeyVisitor, interaction: string) =>
    (await browser.visit(`/login?interaction=${interaction}`)).text
  const byPassword = { acr: "1", amr: ["pwd"] }
  /** RFC 8176 §2: possession of a key was proved, a person was there, and more than one factor was used. */
  const byPasskey = { acr: "phr", amr: ["pop", "user", "mfa"] }

  test("OIDC Core §3.1.2.1 acr_values: the passkey is asked for; the same session, a new login", async () => {
    const { before, browser } = await withPassword()
    expect(before).toMatchObject(byPassword)
    const copied = browser.copyOf()
    await later(1100)
    const page = await browser.loginPage(rp.authorizeUrl(wanted))
    expect(await textOf(browser, page.interaction)).toContain("asks you to sign in with a passkey, if you have one")
    const after = await toldBy(await browser.present(page, authenticator.get(page)))
    expect(after).toMatchObject({ ...byPasskey, sub: before["sub"], sid: before["sid"] })
    expect(Number(after["auth_time"])).toBeGreaterThan(Number(before["auth_time"]))
    // The secret that the browser had before the login opens nothing.
    expect(await copied.isSignedIn()).toBe(false)
    expect(await browser.isSignedIn()).toBe(true)
  })

  test("OIDC Core §5.5.1.1: an acr claim that is not essential asks for it as acr_values do", async () => {
    const { before, browser } = await withPassword()
    const claims = JSON.stringify({ id_token: { acr: { values: ["phr"] } } })
    const page = await browser.loginPage(rp.authorizeUrl({ claims }))
    expect(await textOf(browser, page.interaction)).toContain("asks you to sign in with a passkey, if you have one")
    const after = await toldBy(await browser.present(page, authenticator.get(page)))
    expect(after).toMatchObject({ ...byPasskey, sid: before["sid"] })
  })

  test("OIDC Core §3.1.2.1: it is voluntary: who uses the password all the same goes on with acr 1", async () => {
    const { before, browser } = await withPassword()
    const { interaction } = await browser.loginPage(rp.authorizeUrl(wanted))
    const after = await toldBy(await browser.login(interaction, "carla"))
    expect(after).toMatchObject({ ...byPassword, sid: before["sid"] })
  })

  test("OIDC Core §3.1.2.6 prompt=none: who has a passkey and did not use it", async () => {
    const { browser } = await withPassword()
    const silently = (asked: Record<string, string>) => browser.signIn(rp, { ...asked, prompt: "none" })
    expect(await told(await silently(wanted)), "voluntary").toMatchObject(byPassword)
    expect(await silently(needed), "essential").toMatchObject({ error: "login_required" })
  })

  test("OIDC Core §5.5.1.1 essential: a password is not taken, a passkey on the page that follows is", async () => {
    const { before, browser } = await withPassword()
    const { interaction } = await browser.loginPage(rp.authorizeUrl(needed))
    const { location } = await browser.login(interaction, "carla")
    expect(location).toMatch(/^\/login/)
    expect(await textOf(browser, interactionOf(location))).toContain(
      "can only be used after you sign in with a passkey"
    )
    const page = await browser.pageAt(location)
    const after = await toldBy(await browser.present(page, authenticator.get(page)))
    expect(after).toMatchObject({ ...byPasskey, sid: before["sid"] })
  })

  test("OIDC Core §3.1.2.6 essential: who cancels sends the client access_denied, and stays signed in", async () => {
    const { before, browser } = await withPassword()
    const { interaction } = await browser.loginPage(rp.authorizeUrl(needed))
    const { location } = await browser.visit("/login", { interaction, decision: "deny" })
    expect(parametersOf(location)).toMatchObject({ error: "access_denied" })
    expect(await told(await browser.signIn(rp, { prompt: "none" }))).toMatchObject({ sid: before["sid"] })
  })

  test("Unmet Authentication Requirements 1.0 §2: who has no passkey, signed in or not, silently or not", async () => {
    const unmet = { error: "unmet_authentication_requirements", iss: provider.issuer }
    const { browser } = await withPassword("alice")
    expect(await browser.signIn(rp, needed)).toMatchObject(unmet)
    expect(await browser.signIn(rp, { ...needed, prompt: "none" })).toMatchObject(unmet)
    expect(await visitor().signIn(rp, needed), "the password is all they have").toMatchObject(unmet)
    // What is only wanted they are not asked for.
    expect(await told(await browser.signIn(rp, wanted))).toMatchObject(byPassword)
  })

  test("WebAuthn Level 3 §7.2: a passkey that is refused leaves the login as it was", async () => {
    const { before, browser } = await withPassword()
    const page = await browser.loginPage(rp.authorizeUrl(needed))
    const refused = await browser.present(page, authenticator.get(page, { userVerified: false }))
    expect(refused.status).toBe(422)
    const after = await told(await browser.signIn(rp, { ...wanted, prompt: "none" }))
    expect(after).toMatchObject({ ...byPassword, sid: before["sid"], auth_time: before["auth_time"] })
  })

  test("Dynamic Registration §2 default_acr_values: asked for where the request says nothing of it", async () => {
    const careful = await register(provider, "careful", { default_acr_values: ["phr"] })
    const { browser } = await withPassword()
    const page = await browser.loginPage(careful.authorizeUrl())
    expect(await textOf(browser, page.interaction)).toContain("asks you to sign in with a passkey, if you have one")
    expect((await browser.visit(careful.authorizeUrl({ acr_values: "1" }))).location).toMatch(/^\/consent/)
    const consent = await browser.present(page, authenticator.get(page))
    const { location } = await browser.approve(interactionOf(consent.location))
    expect(await told(parametersOf(location), careful)).toMatchObject(byPasskey)
  })

  test("a session that a passkey opened is enough at once, and asking for one costs one object call", async () => {
    const browser = visitor()
    const page = await browser.loginPage(rp.authorizeUrl())
    const first = await toldBy(await browser.present(page, authenticator.get(page)))
    expect(first).toMatchObject(byPasskey)
    /** What the authorization endpoint asked of objects meanwhile. */
    const counted = async (step: () => Promise<unknown>) => {
      const requests = () => provider.logs().filter(({ pathname }) => pathname === "/authorize")
      const before = requests().length
      await step()
      while (requests().length === before) await later(20)
      return requests()
        .slice(before)
        .map(({ cost }) => cost?.["objectCalls"])
    }
    for (const asked of [wanted, needed, { ...needed, prompt: "none" }]) {
      const calls = await counted(async () => {
        const after = await told(await browser.signIn(rp, asked))
        expect(after).toMatchObject({ ...byPasskey, sid: first["sid"], auth_time: first["auth_time"] })
      })
      expect(calls).toEqual([1])
    }
    const { browser: other } = await withPassword()
    expect(await counted(() => other.loginPage(rp.authorizeUrl(wanted)))).toEqual([1])
  })
})

describe("the pages that people and the suite's browser see", () => {
  const visibleButtons = (page: Page) =>
    [...page.body.matchAll(/<button([^>]*)>/g)].map(([, attributes = ""]) => /type="(\w+)"/.exec(attributes)?.[1])

  test("pages have URLs of their own, plain submit buttons, and no script but the passkey's", async () => {
    const browser = newBrowser()
    const login = await rp.ask(browser, { prompt: "consent" })
    const consent = await browser.submit(login, { login: "alice", password })
    await browser.submit(consent, { decision: "approve" })
    const logout = await browser.open(`${provider.issuer}/logout`)
    const error = await rp.ask(browser, { redirect_uri: "https://evil.example/" })
    const pages = [login, consent, logout, error]
    expect(pages.map(({ url }) => url.pathname)).toEqual(["/login", "/consent", "/logout/confirm", "/authorize"])
    for (const page of [login, consent, logout]) {
      expect(visibleButtons(page).length).toBeGreaterThan(0)
      expect(new Set(visibleButtons(page))).toEqual(new Set(["submit"]))
    }
    const script = /<script type="module">[^<]*<\/script>/g
    expect(pages.map(({ body }) => body.match(script)?.length ?? 0)).toEqual([1, 0, 0, 0])
    for (const { body } of pages) expect(body.replace(script, "")).not.toMatch(/<script|javascript:|\son\w+=/i)
  })

  test("the e-mail field is type=text with inputmode=email", async () => {
    const login = await rp.ask(newBrowser())
    const [field] = /<input[^>]*name="login"[^>]*>/.exec(login.body) ?? []
    expect(field).toMatch(/type="text"/)
    expect(field).toMatch(/inputmode="email"/)
  })

  test("the login page shows the client's logo, policy link and terms link", async () => {
    const shown = {
      client_name: "A Shop",
      logo_uri: "https://rp.example/logo.png",
      policy_uri: "https://rp.example/policy",
      tos_uri: "https://rp.example/terms"
    }
    const shop = await register(provider, "shop", shown)
    const { body } = await shop.ask(newBrowser())
    for (const text of Object.values(shown)) expect(body).toContain(text)
  })

  test("a person signs in by user name or by e-mail address, in any case", async () => {
    for (const login of ["alice", "ALICE", "Alice@Example.COM", "  alice "]) {
      expect(await rp.authorize(newBrowser(), {}, login)).toHaveProperty("code")
    }
  })

  test("a wrong password is said on the login page, which goes on", async () => {
    const browser = newBrowser()
    const login = await rp.ask(browser)
    const again = await browser.submit(login, { login: "alice", password: "wrong" })
    expect([again.status, again.url.pathname]).toEqual([422, "/login"])
    expect(again.headers.get("www-authenticate"), "no box of the browser's own").toBe(null)
    expect(again.body).toContain('role="alert"')
    expect(answered(await goThrough(browser, again))).toHaveProperty("code")
  })
})

describe("OIDC Core §11: offline_access", () => {
  test("consent is asked; then there is a refresh token, and without it there is none", async () => {
    const mail = await register(provider, "mail")
    const browser = newBrowser()
    const online = await mail.tokens(browser)
    expect(online).not.toHaveProperty("refresh_token")
    const consent = await mail.ask(browser, { scope: "openid offline_access" })
    expect(consent.url.pathname).toBe("/consent")
    expect(consent.body).toContain("Keep this access while you’re away")
    const { code } = answered(await browser.submit(consent, { decision: "approve" }))
    expect((await mail.redeem(code ?? "")).body).toHaveProperty("refresh_token")
  })

  test("a client that is not registered for refresh tokens is given none, and nobody is asked", async () => {
    const once = await register(provider, "once", { grant_types: ["authorization_code"] })
    const browser = newBrowser()
    const login = await once.ask(browser, { scope: "openid offline_access" })
    const consent = await browser.submit(login, { login: "alice", password })
    expect(consent.body).not.toContain("Keep this access")
    const { code } = answered(await browser.submit(consent, { decision: "approve" }))
    expect((await once.redeem(code ?? "")).body).toMatchObject({ scope: "openid" })
  })
})
