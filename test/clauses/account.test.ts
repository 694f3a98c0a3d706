/**
 * The account page over HTTP: signing in to it, and a profile that its person changes. OIDC Core §5.1, OWASP ASVS 5.0
 * §3.5.1 (forms of other sites), §7.5.1.
 *
 * Routes, flows and cookies are those of production, over storage in memory.
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { type NodeProvider, startNodeProvider } from "../attacks/NodeProvider.ts"
import { interactionOf, Visitor } from "../attacks/Visitor.ts"
import { deleteClient } from "../../src/services/flows/operator/DeleteClient.ts"
import { createResource } from "../../src/services/flows/operator/CreateResource.ts"
import { fullProfile, password } from "../workerd/Fixtures.ts"
import { hidden, holders } from "./AccountHolder.ts"
import { register, type RelyingParty } from "./RelyingParty.ts"

let provider: NodeProvider
let rp: RelyingParty
let someone: ReturnType<typeof holders>

beforeAll(async () => {
  provider = await startNodeProvider()
  rp = await register(provider, "rp")
  someone = holders(provider)
})
afterAll(() => provider?.close())

const userinfo = async (login: string) => {
  const visitor = new Visitor(provider.issuer)
  const { code = "" } = await visitor.signIn(rp, { scope: "openid profile email phone address" }, login)
  const { body } = await rp.userinfo((await rp.redeem(code)).body["access_token"])
  return body
}

describe("OWASP ASVS 5.0 §7.5.1: the account belongs to whoever signed in", () => {
  test("nobody signed in: the login page, and after it the page that was asked for", async () => {
    const visitor = new Visitor(provider.issuer)
    const { location, status } = await visitor.visit("/account")
    expect([status, location]).toEqual([303, expect.stringMatching(/^\/login\?interaction=/)])
    expect((await visitor.visit(location)).text).toContain("your account")
    const { page } = await someone()
    expect([page.status, page.headers.get("cache-control")]).toEqual([200, "no-store"])
  })

  test("a cancelled login leads to the front page, which leads to the account once somebody signed in", async () => {
    const visitor = new Visitor(provider.issuer)
    const interaction = interactionOf((await visitor.visit("/account")).location)
    expect((await visitor.visit("/login", { interaction, decision: "deny" })).location).toBe("/")
    const { visitor: person } = await someone()
    expect((await person.visit("/")).text).toContain('href="/account"')
  })

  test("a session that ended shows nothing, and its form changes nothing", async () => {
    const { login, page, visitor } = await someone()
    const thief = visitor.copy()
    const { location } = await visitor.visit("/logout")
    await visitor.visit("/logout/confirm", { csrf: interactionOf(location) })
    expect((await thief.visit("/account")).location).toMatch(/^\/login/)
    expect((await thief.visit("/account", { ...hidden(page), name: "Mallory" })).location).toMatch(/^\/login/)
    expect(await userinfo(login)).toMatchObject({ name: fullProfile.name })
  })
})

describe("OIDC Core §5.1: the profile", () => {
  test("every standard claim is shown, and address as its members", async () => {
    const { login, page } = await someone()
    const { address, email_verified: _, phone_number_verified: __, ...claims } = fullProfile
    const own = { ...claims, preferred_username: login, email: `${login}@example.com` }
    for (const value of [...Object.values(own), ...Object.values(address)]) expect(page.text).toContain(value)
  })

  test("a changed profile is what relying parties are told; an empty field is no claim", async () => {
    const { login, page, visitor } = await someone()
    const done = await visitor.visit("/account", {
      ...hidden(page),
      name: "Zoë ☃",
      birthdate: "0000-12-10",
      zoneinfo: "Asia/Tokyo",
      locale: "ja",
      website: "",
      phone_number: "+81 3-1234-5678",
      locality: "東京",
      formatted: "〒100-0001\r\n東京"
    })
    expect([done.status, done.location]).toEqual([303, "/account?notice=saved"])
    expect((await visitor.visit(done.location)).text).toContain("Your profile is saved.")
    const told = await userinfo(login)
    expect(told).toMatchObject({ name: "Zoë ☃", birthdate: "0000-12-10", zoneinfo: "Asia/Tokyo", locale: "ja" })
    expect(told["address"]).toMatchObject({ locality: "東京", formatted: "〒100-0001\n東京", country: "DE" })
    expect(told["phone_number"]).toBe("+81 3-1234-5678")
    expect(told).not.toHaveProperty("website")
    expect(told).not.toHaveProperty("phone_number_verified")
    expect(told["email"]).toBe(`${login}@example.com`)
  })

  test("WCAG 2.2 §3.3.1: what is wrong is said beside its field, and nothing that was typed is lost", async () => {
    const { login, page, visitor } = await someone()
    const typed = { name: "New name", birthdate: "yesterday", website: "javascript:alert(1)" }
    const again = await visitor.visit("/account", { ...hidden(page), ...typed })
    expect(again.status).toBe(422)
    for (const text of Object.values(typed)) expect(again.text).toContain(`value="${text}"`)
    for (const field of ["birthdate", "website"]) expect(again.text).toContain(`id="${field}-error"`)
    expect(again.text).not.toContain('id="name-error"')
    expect(again.text).toContain('role="alert"')
    expect(await userinfo(login)).toMatchObject({ name: fullProfile.name })
    const fixed = { ...hidden(again), ...typed, birthdate: "1815-12-10", website: "https://a.example/" }
    expect((await visitor.visit("/account", fixed)).status).toBe(303)
  })

  test("two pages open at once: one change wins, the other is told and sees what is there", async () => {
    const { login, page, visitor } = await someone()
    expect((await visitor.visit("/account", { ...hidden(page), name: "First" })).status).toBe(303)
    const late = await visitor.visit("/account", { ...hidden(page), nickname: "Second" })
    expect(late.status).toBe(409)
    expect(late.text).toContain('value="First"')
    expect(await userinfo(login)).toMatchObject({ name: "First", nickname: fullProfile.nickname })
    expect((await visitor.visit("/account", { ...hidden(late), nickname: "Second" })).status).toBe(303)
    // The same form sent again is no further change, and no conflict either.
    expect((await visitor.visit("/account", { ...hidden(late), nickname: "Second" })).status).toBe(303)
  })

  test("nothing that others vouch for is changed by a form: names, verified flags, sub", async () => {
    const { login, page, visitor } = await someone()
    const forged = { email: "x@y.example", email_verified: "true", phone_number_verified: "true", sub: "1" }
    await visitor.visit("/account", { ...hidden(page), ...forged, preferred_username: "root", name: "A" })
    const told = await userinfo(login)
    expect(told).toMatchObject({ name: "A", preferred_username: login, email: `${login}@example.com` })
    expect(told).toMatchObject({ phone_number_verified: false })
  })
})

describe("attack 26: forms of the account", () => {
  const change = { name: "Mallory" }

  test("a form of another browser, another person or another session changes nothing", async () => {
    const alice = await someone()
    const mallory = await someone()
    const foreign = await mallory.visitor.visit("/account", { ...hidden(alice.page), ...change })
    const planted = await alice.visitor.visit("/account", { ...hidden(mallory.page), ...change })
    expect([foreign.status, planted.status]).toEqual([403, 403])
    // Alice's browser, with somebody else signed in by now: the form of the session before is nobody's.
    const mixed = alice.visitor.copy()
    mixed.cookies.set("hapax_session", mallory.visitor.cookies.get("hapax_session") ?? "")
    expect((await mixed.visit("/account", { ...hidden(alice.page), ...change })).status).toBe(403)
    for (const { login } of [alice, mallory]) {
      expect(await userinfo(login)).toMatchObject({ name: fullProfile.name })
    }
  })

  test("a form without a step, with one of another page, or with a field twice is refused", async () => {
    const { login, page, visitor } = await someone()
    const { location } = await visitor.visit("/logout")
    const wrong = [{}, { interaction: "x" }, { interaction: interactionOf(location) }]
    for (const form of wrong) expect((await visitor.visit("/account", { version: "1", ...form })).status).toBe(400)
    for (const version of ["", "x", "1.5", "1e400"]) {
      expect((await visitor.visit("/account", { ...hidden(page), ...change, version })).status, version).toBe(400)
    }
    const twice = `${new URLSearchParams({ ...hidden(page), ...change })}&name=Other`
    expect((await visitor.visit("/account", twice as never)).status).toBe(400)
    expect(await userinfo(login)).toMatchObject({ name: fullProfile.name })
  })
})

describe("OIDC Core §3.1.2.4: what applications may do is seen and taken back", () => {
  const path = "/account/applications"
  const offline = { scope: "openid profile email offline_access", prompt: "consent" }

  /** Somebody who allowed the relying party to use their account, in a browser that is signed in. */
  const allowed = async (client = rp, parameters: Record<string, string> = offline) => {
    const person = await someone(path)
    const { code = "" } = await person.visitor.signIn(client, parameters, person.login)
    const tokens = (await client.redeem(code)).body
    return { ...person, tokens, page: await person.visitor.visit(path) }
  }

  test("nothing is allowed at first; then the application is named, with what it may do and its button", async () => {
    const { page } = await someone(path)
    expect(page.text).toContain("You haven’t allowed any application")
    const { page: later } = await allowed()
    for (const text of ["rp", "See your profile", "See your email address", "Keep this access while you’re away"]) {
      expect(later.text).toContain(text)
    }
    expect(later.text).toMatch(/<button[^>]* name="client" value="rp"/)
  })

  test("claims that were asked for one by one, and scopes at a resource server, are told in words", async () => {
    await provider.run(
      createResource({ id: "https://api.example/", metadata: { name: "Library", scopes: ["library.read"] } })
    )
    const reader = await register(provider, "reader", { scopes: ["openid", "library.read"] })
    const { page } = await allowed(reader, {
      scope: "openid library.read",
      resource: "https://api.example/",
      claims: JSON.stringify({ userinfo: { birthdate: null } })
    })
    expect(page.text).toContain("Use Library for you")
    expect(page.text).toContain("library.read")
    expect(page.text).toContain("Birthday")
  })

  test("RFC 6749 §10.2: withdrawn, every token is refused at once: refresh, userinfo, introspection", async () => {
    const { login, page, tokens, visitor } = await allowed()
    const { access_token: access, refresh_token: refresh } = tokens as Record<string, string>
    expect((await rp.userinfo(access ?? "")).status).toBe(200)
    const done = await visitor.visit(path, { ...hidden(page), client: "rp" })
    expect([done.status, done.location]).toEqual([303, `${path}?notice=withdrawn`])
    expect((await visitor.visit(done.location)).text).toContain("access has ended")
    expect((await rp.refresh(refresh ?? "")).body["error"]).toBe("invalid_grant")
    expect((await rp.userinfo(access ?? "")).status).toBe(401)
    for (const token of [access, refresh]) {
      expect((await rp.introspect(token ?? "")).body).toEqual({ active: false })
    }
    // It asks again, as if for the first time; and pressing the button twice is no error.
    expect((await visitor.visit(rp.authorizeUrl({ scope: "openid profile" }))).location).toMatch(/^\/consent/)
    expect((await visitor.visit(path, { ...hidden(page), client: "rp" })).status).toBe(303)
    expect(await userinfo(login)).toMatchObject({ name: fullProfile.name })
  })

  test("an application that is gone is shown by its id, and its consent is taken back as well", async () => {
    const gone = await register(provider, "gone")
    const { page, visitor } = await allowed(gone)
    await provider.run(deleteClient("gone"))
    const shown = await visitor.visit(path)
    expect(shown.text).toContain("no longer registered")
    await visitor.visit(path, { ...hidden(page), client: "gone" })
    expect((await visitor.visit(path)).text).toContain("You haven’t allowed any application")
  })

  test("attack 26: nobody withdraws in another's name, nor without the form", async () => {
    const { page, tokens, visitor } = await allowed()
    const other = await allowed()
    expect((await other.visitor.visit(path, { ...hidden(page), client: "rp" })).status).toBe(403)
    expect((await visitor.visit(path, { ...hidden(other.page), client: "rp" })).status).toBe(403)
    expect((await visitor.visit(path, { client: "rp" })).status).toBe(400)
    for (const client of ["", "é", "x".repeat(256)]) {
      expect((await visitor.visit(path, { ...hidden(page), client })).status).toBe(400)
    }
    expect((await visitor.visit(path, { ...hidden(page), client: "nobody" })).status).toBe(303)
    expect((await rp.refresh((tokens as Record<string, string>)["refresh_token"] ?? "")).status).toBe(200)
  })
})

const xss = `"><script>alert(1)</script>'`

test("attack 41: every field of a profile is stored and shown as text", async () => {
  const { page, visitor } = await someone()
  const fields = ["name", "given_name", "family_name", "middle_name", "nickname", "gender", "street_address"]
  const more = ["locality", "region", "postal_code", "country", "formatted"]
  const values = Object.fromEntries([...fields, ...more].map((field) => [field, xss]))
  expect((await visitor.visit("/account", { ...hidden(page), ...values })).status).toBe(303)
  for (const path of ["/account", "/"]) expect((await visitor.visit(path)).text).not.toContain("<script>alert")
  const refused = { ...values, website: xss, zoneinfo: xss, locale: xss, birthdate: xss, phone_number: xss }
  const again = await visitor.visit("/account", { ...hidden(await visitor.visit("/account")), ...refused })
  expect(again.status).toBe(422)
  expect(again.text).not.toContain("<script>alert")
})

test("a password is asked for as everywhere: a wrong one shows the login page again", async () => {
  const visitor = new Visitor(provider.issuer)
  const interaction = interactionOf((await visitor.visit("/account")).location)
  expect((await visitor.login(interaction, "nobody", password)).status).toBe(422)
})
