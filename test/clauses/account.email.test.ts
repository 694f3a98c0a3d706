/**
 * The e-mail address of an account over HTTP: changed by a letter to the new one. OWASP ASVS 5.0 §6.3.7, §7.5.1,
 * NIST SP 800-63B-4 §4.6.
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { type NodeProvider, startNodeProvider } from "../attacks/NodeProvider.ts"
import { interactionOf, Visitor } from "../attacks/Visitor.ts"
import { lettersTo as posted } from "../../src/layers/test/MemoryLetters.ts"
import { createUser } from "../../src/services/flows/operator/CreateUser.ts"
import { showUser } from "../../src/services/flows/operator/ShowUser.ts"
import { hidden, holders } from "./AccountHolder.ts"

let provider: NodeProvider
let someone: ReturnType<typeof holders>

beforeAll(async () => {
  provider = await startNodeProvider()
  someone = holders(provider)
})
afterAll(() => provider?.close())

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
    await expect(provider.run(showUser(`${login}@example.com`))).rejects.toThrow("There is no user")
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

  test("a link that was used changes nothing any more after the former address was taken back", async () => {
    const to = fresh()
    const { link, login, visitor } = await asking(to)
    expect((await press(visitor, link)).status).toBe(303)
    const former = `${login}@example.com`
    const form = hidden(await visitor.visit(path))
    expect((await visitor.visit(path, { ...form, email: former })).status).toBe(200)
    const [letter] = (await lettersTo(former)).filter(({ _tag }) => _tag === "EmailChangeLetter")
    const back = letter?._tag === "EmailChangeLetter" ? letter.link.replace(provider.issuer, "") : ""
    expect((await press(visitor, back)).status).toBe(303)
    // The same button, in the same browser: what it reserved is given up, and somebody else's by now.
    const other = await provider.run(createUser({ username: `${login}-other`, email: to }))
    const late = await press(visitor, link)
    expect([late.status, late.text.includes("changed in another way")]).toEqual([422, true])
    expect(await emailOf(login)).toEqual([former, true])
    expect((await provider.run(showUser(to))).id).toBe(other.id)
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
    const { login, page, visitor } = await someone(path, { name: "Alice Example" })
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
    const visits = []
    for (let times = 0; times < 7; times += 1) {
      visits.push(await visitor.visit(path, { ...hidden(page), email: "often@example.com" }))
    }
    expect(visits.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200, 429, 429])
    expect(Number(visits.at(-1)?.headers.get("retry-after"))).toBeGreaterThan(0)
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
