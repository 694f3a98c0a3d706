/**
 * The account page over HTTP: signing in to it, and a profile that its person changes. OIDC Core §5.1, OWASP ASVS 5.0
 * §3.5.1 (forms of other sites), §7.5.1.
 *
 * Routes, flows and cookies are those of production, over storage in memory.
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { type NodeProvider, startNodeProvider } from "../attacks/NodeProvider.ts"
import { interactionOf, type Visit, Visitor } from "../attacks/Visitor.ts"
import { showUser } from "../../src/services/flows/operator/ShowUser.ts"
import { lettersTo as posted } from "../../src/layers/test/MemoryLetters.ts"
import { deleteClient } from "../../src/services/flows/operator/DeleteClient.ts"
import { createResource } from "../../src/services/flows/operator/CreateResource.ts"
import { fullProfile, makeUser, password } from "../workerd/Fixtures.ts"
import { register, type RelyingParty } from "./RelyingParty.ts"

let provider: NodeProvider
let rp: RelyingParty

beforeAll(async () => {
  provider = await startNodeProvider()
  rp = await register(provider, "rp")
})
afterAll(() => provider?.close())

let people = 0

/** Somebody new, signed in to their account in a browser of their own. */
const someone = async (path = "/account") => {
  const login = `person${(people += 1)}`
  await provider.run(makeUser(login, fullProfile))
  const visitor = new Visitor(provider.issuer)
  return { login, visitor, page: await signIn(visitor, login, path) }
}

const signIn = async (visitor: Visitor, login: string, path = "/account"): Promise<Visit> => {
  const { location } = await visitor.visit(path)
  const done = await visitor.login(interactionOf(location), login)
  expect(done.location).toBe(path)
  return visitor.visit(done.location)
}

/** What a form of the page carries unseen. */
const hidden = (page: Visit): Record<string, string> =>
  Object.fromEntries(
    [...page.text.matchAll(/<input type="hidden" name="(\w+)" value="([^"]*)"/g)].map(([, name, value]) => [
      name,
      value
    ])
  )

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

describe("the e-mail address: a letter to the new one, and a link that is used once", () => {
  const path = "/account/email"

  /** Asks for a change; the letters that are posted to the new address. */
  const asking = async (to: string) => {
    const person = await someone(path)
    const asked = await person.visitor.visit(path, { ...hidden(person.page), email: to })
    const [letter] = (await lettersTo(to)).slice(-1)
    const link = letter?._tag === "EmailChangeLetter" ? letter.link.replace(provider.issuer, "") : ""
    return { ...person, asked, link }
  }

  const lettersTo = (address: string) => provider.run(posted(address))

  const emailOf = async (login: string) => {
    const { email, email_verified } = (await provider.run(showUser(login))).profile
    return [email, email_verified]
  }

  const press = async (visitor: Visitor, link: string) => {
    const page = await visitor.visit(link)
    expect(page.status).toBe(200)
    return visitor.visit(`${path}/confirm`, hidden(page))
  }

  let addresses = 0
  const fresh = () => `new${(addresses += 1)}@example.com`

  test("OWASP ASVS 5.0 §6.3.7: the address changes when its link is used, and the former one is told", async () => {
    const to = fresh()
    const { asked, link, login, visitor } = await asking(to)
    expect([asked.status, asked.text.includes(to)]).toEqual([200, true])
    expect(await emailOf(login)).toEqual([`${login}@example.com`, true])
    const done = await press(visitor, link)
    expect([done.status, done.location]).toEqual([303, "/account?notice=email"])
    expect(await emailOf(login)).toEqual([to, true])
    // Both names lead to the account, the former one no longer.
    expect((await provider.run(showUser(to))).profile.preferred_username).toBe(login)
    await expect(provider.run(showUser(`${login}@example.com`))).rejects.toThrow()
    expect(await lettersTo(`${login}@example.com`)).toEqual([{ _tag: "NoticeLetter", what: "email_changed" }])
    expect(await lettersTo(to)).toHaveLength(1)
  })

  test("attack 34: looking at a link uses nothing up, used it is used up, in another browser at once", async () => {
    const to = fresh()
    const { link, login, visitor } = await asking(to)
    for (let times = 0; times < 3; times += 1) expect((await visitor.visit(link)).status).toBe(200)
    const elsewhere = new Visitor(provider.issuer)
    const { location } = await elsewhere.visit(link)
    const back = (await elsewhere.login(interactionOf(location), login)).location
    expect(back).toBe(link)
    expect((await press(visitor, link)).status).toBe(303)
    const late = await press(elsewhere, back)
    expect([late.status, late.text.includes("used already")]).toEqual([422, true])
    // The same browser may press again: an answer may have been lost.
    expect((await press(visitor, link)).status).toBe(303)
    expect(await emailOf(login)).toEqual([to, true])
  })

  test("nobody is made to confirm an address for another's account", async () => {
    const to = fresh()
    const { link, login } = await asking(to)
    const victim = await someone()
    const page = await victim.visitor.visit(link)
    expect([page.status, page.text.includes("another account")]).toEqual([422, true])
    const form = { ...hidden(victim.page), token: link.split("token=")[1] ?? "" }
    expect((await victim.visitor.visit(`${path}/confirm`, form)).status).toBe(422)
    expect(await emailOf(login)).toEqual([`${login}@example.com`, true])
    expect(await emailOf(victim.login)).toEqual([`${victim.login}@example.com`, true])
  })

  test("attack 37: whether an address is somebody's is told to whoever reads its mail, and not before", async () => {
    const other = await someone()
    provider.takeTrace()
    const known = await asking(`${other.login}@example.com`)
    const trace = provider.takeTrace()
    const unknown = await asking("nobody00@example.com")
    expect(provider.takeTrace()).toEqual(trace)
    expect([known.asked.status, unknown.asked.status]).toEqual([200, 200])
    const done = await press(known.visitor, known.link)
    expect([done.status, done.text.includes("Another account has this address")]).toEqual([422, true])
    expect(await emailOf(known.login)).toEqual([`${known.login}@example.com`, true])
    expect(await emailOf(other.login)).toEqual([`${other.login}@example.com`, true])
  })

  test("an address that was not confirmed is confirmed by the same letter", async () => {
    const login = `unsure${(people += 1)}`
    await provider.run(makeUser(login, { name: "Unsure" } as never))
    const visitor = new Visitor(provider.issuer)
    const page = await signIn(visitor, login, path)
    expect(page.text).toContain("haven’t confirmed")
    const to = `${login}@example.com`
    await visitor.visit(path, { ...hidden(page), email: to })
    const [letter] = await lettersTo(to)
    const link = letter?._tag === "EmailChangeLetter" ? letter.link.replace(provider.issuer, "") : ""
    expect((await press(visitor, link)).status).toBe(303)
    expect(await emailOf(login)).toEqual([to, true])
    // No notice: nobody lost an address.
    expect(await lettersTo(to)).toHaveLength(1)
  })

  test("what cannot be an address, or is the present one, is said beside the field; no letter goes out", async () => {
    const { login, page, visitor } = await someone(path)
    for (const email of ["", "no address", "a@b@c", `${"x".repeat(250)}@a.example`, "evil@a.example\r\nBcc: b@c"]) {
      const again = await visitor.visit(path, { ...hidden(page), email })
      expect([again.status, again.text.includes('id="error"')]).toEqual([422, true])
    }
    const same = await visitor.visit(path, { ...hidden(page), email: `${login}@example.com` })
    expect([same.status, same.text.includes("your address already")]).toEqual([422, true])
    expect(await lettersTo(`${login}@example.com`)).toEqual([])
  })

  test("a forged, foreign or other letter's token is no link", async () => {
    const { visitor } = await someone()
    for (const token of ["", "x", "a.b.c.d.e", "../..", "%0a"]) {
      expect((await visitor.visit(`${path}/confirm?token=${token}`)).status).toBe(400)
    }
    expect((await visitor.visit(`${path}/confirm`, { token: "x" })).status).toBe(400)
  })

  test("a form of another browser or session sends no letter and confirms nothing (attack 26)", async () => {
    const to = fresh()
    const alice = await asking(to)
    const mallory = await someone(path)
    const sent = await mallory.visitor.visit(path, { ...hidden(alice.page), email: "mallory@example.com" })
    expect(sent.status).toBe(403)
    expect(await lettersTo("mallory@example.com")).toEqual([])
    const page = await alice.visitor.visit(alice.link)
    expect((await mallory.visitor.visit(`${path}/confirm`, hidden(page))).status).toBe(403)
    expect(await emailOf(alice.login)).toEqual([`${alice.login}@example.com`, true])
  })

  test("too many letters to one address, or by one asker, are refused: 429 with Retry-After", async () => {
    const { page, visitor } = await someone(path)
    const statuses = []
    for (let times = 0; times < 7; times += 1) {
      const { headers, status } = await visitor.visit(path, { ...hidden(page), email: "often@example.com" })
      statuses.push(status)
      if (status === 429) expect(Number(headers.get("retry-after"))).toBeGreaterThan(0)
    }
    expect(statuses).toEqual([200, 200, 200, 200, 200, 429, 429])
    expect(await lettersTo("often@example.com")).toHaveLength(5)
  })

  test("OWASP ASVS 5.0 §7.5.1: a login that is not recent is asked for anew; a link lives 30 minutes", async () => {
    const to = fresh()
    const { link, login, page, visitor } = await asking(to)
    provider.advance(16 * 60_000)
    expect((await visitor.visit(path)).location).toMatch(/^\/login/)
    const post = await visitor.visit(path, { ...hidden(page), email: fresh() })
    expect(post.location).toMatch(/^\/login/)
    // The profile needs none, and the link was asked for with one.
    expect((await visitor.visit("/account")).status).toBe(200)
    expect((await visitor.visit(link)).status).toBe(200)
    provider.advance(14 * 60_000)
    const late = await visitor.visit(link)
    expect([late.status, late.text.includes("too old")]).toEqual([422, true])
    expect(await emailOf(login)).toEqual([`${login}@example.com`, true])
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
