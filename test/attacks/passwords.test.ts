/**
 * Setting passwords over HTTP, with storage and mail in memory: the link of a letter, and the form of the account page.
 * Attacks 34 and 37 (reset); NIST SP 800-63B §3.1.1.2, §4.2.1; OWASP ASVS 5.0 §6.2, §6.4.3, §7.4.3.
 */
import { Redacted } from "effect"
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest"
import type { Letter } from "../../src/domain/Letter.ts"
import { defaults } from "../../src/domain/Lifetime.ts"
import { lettersTo } from "../../src/layers/test/MemoryLetters.ts"
import { createUser } from "../../src/services/flows/operator/CreateUser.ts"
import { setPassword } from "../../src/services/flows/operator/SetPassword.ts"
import { disableUser } from "../../src/services/flows/operator/UserStatus.ts"
import { updateUser } from "../../src/services/flows/operator/UpdateUser.ts"
import { outdatedHash } from "../../src/layers/test/PasswordHasherQuick.ts"
import { Users } from "../../src/services/storage/Users.ts"
import { showUser } from "../../src/services/flows/operator/ShowUser.ts"
import { register, type RelyingParty } from "../clauses/RelyingParty.ts"
import { makeUser, password } from "../workerd/Fixtures.ts"
import { type NodeProvider, startNodeProvider } from "./NodeProvider.ts"
import { interactionOf, type Visit, Visitor } from "./Visitor.ts"

let provider: NodeProvider
let rp: RelyingParty

beforeAll(async () => {
  provider = await startNodeProvider()
  rp = await register(provider, "rp")
})
afterAll(() => provider?.close())
// All ask from one address, which is counted too.
beforeEach(() => provider.advance(defaults.passwordReset + 60_000))

const newPassword = "two quiet herons"
let people = 0

/** Somebody new; the address of each is their own, so that nobody's letters count for another. */
const someone = async (): Promise<string> => {
  const login = `reset${(people += 1)}`
  await provider.run(makeUser(login))
  return login
}

/** Asks for a link at the login form of a request. */
const ask = async (login: string, visitor = new Visitor(provider.issuer)): Promise<Visit> => {
  const interaction = await visitor.begin(rp, { state: "kept" })
  return visitor.visit("/password/forgot", { interaction, login })
}

/** Asks for a link and reads the letter: the path of the link. */
const linkTo = async (login: string, nth = 1, visitor = new Visitor(provider.issuer)): Promise<string> => {
  const visit = await ask(login, visitor)
  expect([visit.status, new URL(visit.location, provider.issuer).pathname]).toEqual([303, "/password/sent"])
  return linkIn(login, nth)
}

const lettersOf = (login: string): Promise<ReadonlyArray<Letter>> => provider.run(lettersTo(`${login}@example.com`))

const linkIn = async (login: string, nth = 1): Promise<string> => {
  const letters = (await lettersOf(login)).filter((letter) => letter._tag === "ResetLetter")
  return letters[nth - 1]?.link ?? ""
}

const tokenOf = (link: string): string => new URL(link, provider.issuer).searchParams.get("token") ?? ""

/** Opens the link, and presses the button of its page. */
const press = async (link: string, typed = newPassword, visitor = new Visitor(provider.issuer)): Promise<Visit> => {
  await visitor.visit(link)
  return visitor.visit("/password/reset", { token: tokenOf(link), password: typed, again: typed })
}

/** Whether a password signs somebody in. */
const signsIn = async (login: string, typed: string): Promise<boolean> => {
  const visitor = new Visitor(provider.issuer)
  return (await visitor.login(await visitor.begin(rp), login, typed)).status === 303
}

describe("a password is reset by the link of a letter", () => {
  test("NIST SP 800-63B §4.2.1: the link sets it, and leads back to the login that it began at", async () => {
    const login = await someone()
    const visitor = new Visitor(provider.issuer)
    const link = await linkTo(login, 1, visitor)
    expect((await visitor.visit(link)).status).toBe(200)
    const done = await press(link, newPassword, visitor)
    expect(done.status).toBe(200)
    const [, back = ""] = /id="to-sign-in" href="([^"]+)"/.exec(done.text) ?? []
    const signed = await visitor.login(interactionOf(back.replaceAll("&amp;", "&")), login, newPassword)
    const { location } = await visitor.approve(interactionOf(signed.location))
    expect(new URL(location).searchParams.get("state")).toBe("kept")
    expect(await signsIn(login, password)).toBe(false)
  })

  test("OWASP ASVS 5.0 §7.4.3: every session ends, and applications have to ask again", async () => {
    const login = await someone()
    const visitor = new Visitor(provider.issuer)
    const { code = "" } = await visitor.signIn(rp, { scope: "openid offline_access" }, login)
    const tokens = (await rp.redeem(code)).body
    expect((await press(await linkTo(login))).status).toBe(200)
    const { location } = await visitor.visit(rp.authorizeUrl({}))
    expect(location).toContain("/login?")
    const refreshed = await rp.refresh(String(tokens["refresh_token"]))
    expect([refreshed.status, refreshed.body["error"]]).toEqual([400, "invalid_grant"])
    expect((await rp.userinfo(String(tokens["access_token"]))).status).toBe(401)
  })

  test("NIST SP 800-63B §4.6: the person is told", async () => {
    const login = await someone()
    await press(await linkTo(login))
    expect(await lettersOf(login)).toContainEqual({ _tag: "NoticeLetter", what: "password_changed" })
  })

  test("somebody who has no password sets the first one so", async () => {
    const login = `reset${(people += 1)}`
    await provider.run(createUser({ username: login, email: `${login}@example.com` }))
    expect((await press(await linkTo(login))).status).toBe(200)
    expect(await signsIn(login, newPassword)).toBe(true)
  })
})

describe("attack 34: a reset link", () => {
  test("opened by a mail scanner (GET, HEAD), however often: nothing is used up", async () => {
    const login = await someone()
    const link = await linkTo(login)
    for (const method of ["HEAD", "GET", "GET"]) {
      const response = await fetch(link, { method, redirect: "manual" })
      expect(response.status).toBe(200)
      expect(response.headers.get("referrer-policy")).toBe("no-referrer")
      expect(response.headers.get("cache-control")).toContain("no-store")
    }
    expect(await signsIn(login, password)).toBe(true)
    expect((await press(link)).status).toBe(200)
  })

  test("replayed: one success, and the page says what to do", async () => {
    const login = await someone()
    const link = await linkTo(login)
    expect((await press(link)).status).toBe(200)
    const again = await press(link, "three quiet herons")
    expect(again.status).toBe(410)
    expect(again.text).toContain("Ask for another link")
    expect((await new Visitor(provider.issuer).visit(link)).status).toBe(410)
    expect(await signsIn(login, newPassword)).toBe(true)
  })

  test("raced, eight at once: one success", async () => {
    const login = await someone()
    const link = await linkTo(login)
    const words = ["one", "two", "three", "four", "five", "six", "seven", "eight"]
    const visits = await Promise.all(words.map((word) => press(link, `${word} quiet herons`)))
    const set = words.filter((_, i) => visits[i]?.status === 200)
    expect(set.length).toBe(1)
    expect(visits.every(({ status }) => [200, 410, 422].includes(status))).toBe(true)
    expect(await signsIn(login, `${set[0]} quiet herons`)).toBe(true)
  })

  test("lives as long as the letter says, and not a minute more", async () => {
    const login = await someone()
    const link = await linkTo(login)
    provider.advance(defaults.passwordReset - 60_000)
    const visitor = new Visitor(provider.issuer)
    expect((await visitor.visit(link)).status).toBe(200)
    provider.advance(61_000)
    expect((await visitor.visit(link)).status).toBe(410)
    expect((await press(link)).status).toBe(410)
    expect(await signsIn(login, password)).toBe(true)
  })

  test("two links: whichever is used first voids the other", async () => {
    const login = await someone()
    const [first, second] = [await linkTo(login, 1), await linkTo(login, 2)]
    expect((await press(second)).status).toBe(200)
    expect((await press(first, "three quiet herons")).status).toBe(410)
  })

  test("of a password or an address that was replaced, or of somebody who is disabled: void", async () => {
    const replaced = await someone()
    const links = [await linkTo(replaced)]
    await provider.run(setPassword(replaced, Redacted.make("four quiet herons")))
    const moved = await someone()
    links.push(await linkTo(moved))
    await provider.run(updateUser(moved, { email: "elsewhere@example.com" }))
    const disabled = await someone()
    links.push(await linkTo(disabled))
    await provider.run(disableUser(disabled))
    for (const link of links) expect((await press(link)).status).toBe(410)
    expect(await signsIn(replaced, "four quiet herons")).toBe(true)
  })

  test("tampered with, empty, or another sealed thing of ours: a page, and nothing is done", async () => {
    const login = await someone()
    const token = tokenOf(await linkTo(login))
    const step = await new Visitor(provider.issuer).begin(rp)
    for (const bad of ["", "x", `${token}x`, token.slice(0, -4), `A${token.slice(1)}`, step, "é".repeat(500)]) {
      const visitor = new Visitor(provider.issuer)
      expect((await visitor.visit(`/password/reset?token=${encodeURIComponent(bad)}`)).status).toBe(400)
      expect(
        (await visitor.visit("/password/reset", { token: bad, password: newPassword, again: newPassword })).status
      ).toBe(400)
    }
    expect((await press(`/password/reset?token=${token}`)).status).toBe(200)
  })
})

describe("NIST SP 800-63B §3.1.1.2: what may not be set is said in words, and the link is not used up", () => {
  test.each([
    ["short", "kx7!mQz", "at least 8 characters"],
    ["common", "Password2024!", "everybody tries first"],
    ["a row", "abcdefghij", "in a row"],
    ["a name of the provider", "HAPAX123456".slice(0, 11), "your own name, or ours"]
  ])("%s", async (_, typed, said) => {
    const login = await someone()
    const link = await linkTo(login)
    const refused = await press(link, typed)
    expect(refused.status).toBe(422)
    expect(refused.text).toContain(said)
    expect(refused.text).not.toContain(`value="${typed}"`)
    expect((await press(link)).status).toBe(200)
  })

  test("typed twice and not alike", async () => {
    const link = await linkTo(await someone())
    const visitor = new Visitor(provider.issuer)
    await visitor.visit(link)
    const form = { token: tokenOf(link), password: newPassword, again: "three quiet herons" }
    const refused = await visitor.visit("/password/reset", form)
    expect([refused.status, refused.text.includes("The two passwords differ")]).toEqual([422, true])
    expect((await press(link)).status).toBe(200)
  })
})

describe("attack 37: who has an account here? reset", () => {
  test("the same answer, headers and cost for known and unknown, disabled and unconfirmed people", async () => {
    const known = await someone()
    const disabled = await someone()
    await provider.run(disableUser(disabled))
    const unconfirmed = await someone()
    await provider.run(updateUser(unconfirmed, { emailVerified: false }))
    const answers = []
    for (const login of [known, disabled, unconfirmed, "nobody-at-all", "nobody@example.org"]) {
      const visitor = new Visitor(provider.issuer)
      const step = await visitor.begin(rp)
      provider.takeTrace()
      const { headers, location, status } = await visitor.visit("/password/forgot", { interaction: step, login })
      answers.push({
        status,
        to: new URL(location, provider.issuer).pathname,
        names: [...headers.keys()].toSorted(),
        trace: provider.takeTrace()
      })
    }
    for (const answer of answers) expect(answer).toEqual(answers[0])
    expect(answers[0]?.trace).toContain("Letter.post")
    expect((await lettersOf(known)).length).toBe(1)
    for (const login of [disabled, unconfirmed]) expect(await lettersOf(login)).toEqual([])
  })

  test("NIST SP 800-63B §3.2.2: more letters than there may be: 429 with Retry-After, known or not", async () => {
    const login = await someone()
    for (const name of [login, "nobody-to-annoy"]) {
      const visits = []
      for (let time = 0; time < 6; time++) visits.push(await ask(name))
      expect(visits.map(({ status }) => status)).toEqual([303, 303, 303, 303, 303, 429])
      expect(Number(visits[5]?.headers.get("retry-after"))).toBeGreaterThan(0)
    }
  })

  test("attack 26: a form of another browser's is not taken", async () => {
    const login = await someone()
    const interaction = await new Visitor(provider.issuer).begin(rp)
    const elsewhere = await new Visitor(provider.issuer).visit("/password/forgot", { interaction, login })
    expect(elsewhere.status).toBe(403)
  })
})

describe("a password is changed on the account page", () => {
  const path = "/account/password"

  /** Signed in there, with the form. */
  const at = async (login: string) => {
    const visitor = new Visitor(provider.issuer)
    const { location } = await visitor.visit(path)
    await visitor.login(interactionOf(location), login)
    return { visitor, form: await formOf(visitor) }
  }
  const formOf = async (visitor: Visitor) =>
    /name="interaction" value="([^"]+)"/.exec((await visitor.visit(path)).text)?.[1] ?? ""

  const change = (visitor: Visitor, interaction: string, present = password, typed = newPassword) =>
    visitor.visit(path, { interaction, present, password: typed, again: typed })

  test("OWASP ASVS 5.0 §7.4.3: all other sessions end, and this one goes on under a new secret", async () => {
    const login = await someone()
    const elsewhere = await at(login)
    const { form, visitor } = await at(login)
    const thief = visitor.copy()
    const done = await change(visitor, form)
    expect(done.location).toBe(`${path}?notice=changed`)
    expect((await visitor.visit(done.location)).text).toContain("Your password is changed")
    for (const other of [elsewhere.visitor, thief]) expect((await other.visit(path)).location).toContain("/login?")
    expect(await lettersOf(login)).toContainEqual({ _tag: "NoticeLetter", what: "password_changed" })
    expect([await signsIn(login, newPassword), await signsIn(login, password)]).toEqual([true, false])
  })

  test("OWASP ASVS 5.0 §6.2.3: without the present password nothing is changed, and guesses are limited", async () => {
    const { form, visitor } = await at(await someone())
    const wrong = await change(visitor, form, "not hers at all")
    expect([wrong.status, wrong.text.includes("isn’t your current password")]).toEqual([422, true])
    const statuses = []
    for (let time = 0; time < 10; time++) statuses.push((await change(visitor, form, "not hers at all")).status)
    expect(statuses.at(-1)).toBe(429)
    expect((await change(visitor, form)).status).toBe(429)
  })

  test("attack 26: neither without the form, nor with that of another session", async () => {
    const login = await someone()
    const mine = await at(login)
    const other = await at(await someone())
    for (const form of ["", "x", other.form]) {
      expect([400, 403]).toContain((await change(mine.visitor, form)).status)
    }
    expect((await change(other.visitor, mine.form)).status).toBe(403)
    expect(await signsIn(login, password)).toBe(true)
  })

  test("NIST SP 800-63B §3.1.1.2: one's own name is no password", async () => {
    const login = await someone()
    const { form, visitor } = await at(login)
    const refused = await change(visitor, form, password, `${login}@example.com`)
    expect([refused.status, refused.text.includes("your own name")]).toEqual([422, true])
  })
})

describe("RFC 9700 §4.7: a form that another site posts brings no cookie, and gets none", () => {
  // Another cookie would make the forms that stand open in the browser another browser's.
  const gets = async (path: string, form: Record<string, string>) => {
    const visitor = new Visitor(provider.issuer)
    const { status } = await visitor.visit(path, form)
    return [status, ...visitor.cookies.keys()]
  }

  test.each([
    ["two passwords that are alike", newPassword],
    ["two that are not", "three quiet herons"]
  ])("%s", async (_, again) => {
    const typed = { password: newPassword, again }
    const mallory = new Visitor(provider.issuer)
    const { location } = await mallory.visit("/account/password")
    await mallory.login(interactionOf(location), await someone())
    const page = (await mallory.visit("/account/password")).text
    const [, interaction = ""] = /name="interaction" value="([^"]+)"/.exec(page) ?? []
    expect(await gets("/account/password", { ...typed, interaction })).toEqual([403])
    expect(await gets("/account/password", { ...typed, interaction: "" })).toEqual([400])
    const link = await linkTo(await someone())
    const reset = { ...typed, token: tokenOf(link) }
    expect(await gets("/password/reset", reset)).toEqual([403])
    expect((await press(link)).status).toBe(200)
    expect(await gets("/password/reset", reset)).toEqual([403])
  })
})

test("where no mail can be sent, no password is reset, and nobody is offered it", async () => {
  const silent = await startNodeProvider({ mail: false })
  const visitor = new Visitor(silent.issuer)
  const { location } = await visitor.visit((await register(silent, "rp")).authorizeUrl({}))
  expect((await visitor.visit(location)).text).not.toContain("/password/forgot")
  for (const path of ["/password/forgot", "/password/sent", "/password/reset"]) {
    expect((await visitor.visit(path)).status).toBe(404)
  }
  expect((await visitor.visit("/password/reset", { token: "x" })).status).toBe(404)
  await silent.close()
})

test("OWASP Password Storage: a hash of a weaker kind is made anew by the login that shows the password", async () => {
  const login = await someone()
  const { id, version } = await provider.run(showUser(login))
  const old = outdatedHash(Redacted.make(password))
  await provider.run(Users.setPassword({ userId: id, version, passwordHash: old, by: "operator", renews: null }))
  const hashOf = async () => (await provider.run(Users.find(id)))?.passwordHash ?? ""
  expect(await signsIn(login, "not hers at all")).toBe(false)
  expect(await hashOf()).toBe(old)
  expect(await signsIn(login, password)).toBe(true)
  const renewed = await hashOf()
  expect(renewed).not.toBe(old)
  expect(await signsIn(login, password)).toBe(true)
  expect(await hashOf()).toBe(renewed)
})

test("NIST SP 800-63B §3.1.1.2: a password is one however its characters are composed", async () => {
  const [composed, apart] = ["Zoë’s quiet heron".normalize("NFC"), "Zoë’s quiet heron".normalize("NFD")]
  const login = await someone()
  expect((await press(await linkTo(login), apart)).status).toBe(200)
  expect([await signsIn(login, composed), await signsIn(login, apart)]).toEqual([true, true])
  // A hash of what was typed, from before.
  const before = await someone()
  const { id, version } = await provider.run(showUser(before))
  const typed = outdatedHash(Redacted.make(apart))
  await provider.run(Users.setPassword({ userId: id, version, passwordHash: typed, by: "operator", renews: null }))
  expect([await signsIn(before, apart), await signsIn(before, composed)]).toEqual([true, true])
})
