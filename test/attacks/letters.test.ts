/**
 * Letters that sign in, over HTTP against real workerd, its queue and a mail server: attacks 33 and 34, and whose a
 * letter is. NIST SP 800-63B §3.1.3, §3.2.2; OWASP ASVS 5.0 §6.3.8.
 *
 * What needs time to pass is in test/flows/MailedLogin.test.ts, with a clock that can be turned.
 */
import { Effect } from "effect"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { mostGuesses } from "../../src/domain/MailedLogin.ts"
import { Profile, type User } from "../../src/domain/User.ts"
import { disableUser } from "../../src/services/flows/operator/UserStatus.ts"
import { Users } from "../../src/services/storage/Users.ts"
import { register, type RelyingParty } from "../clauses/RelyingParty.ts"
import { makeUser } from "../workerd/Fixtures.ts"
import { codeIn, linkIn, type RunningMailbox, startMailbox } from "../workerd/Mailbox.ts"
import { type RunningProvider, startProvider } from "../workerd/Provider.ts"
import { startNodeProvider } from "./NodeProvider.ts"
import { interactionOf, parametersOf, type Visit, Visitor } from "./Visitor.ts"

let mailbox: RunningMailbox
let provider: RunningProvider
let rp: RelyingParty
const users = new Map<string, User>()

/** A letter to each, posted at one time, because the queue hands letters on by the second. */
const letters = new Map<string, Awaited<ReturnType<typeof getLetter>>>()
const names = ["alice", "bob", "carol", "dave", "erin", "frank", "grace", "heidi", "ivan", "judy", "kim", "mike"]

beforeAll(async () => {
  mailbox = await startMailbox()
  provider = await startProvider(mailbox.variables)
  rp = await register(provider, "rp")
  for (const name of names) users.set(name, await provider.run(makeUser(name)))
  await Promise.all(names.map(async (name) => letters.set(name, await getLetter(name, 1))))
  await provider.run(makeUser("quiet", { email_verified: false as never }))
}, 60_000)
afterAll(async () => {
  await provider?.close()
  await mailbox?.close()
})

let last = 0
/** A browser in a network that nobody came from yet. */
const newVisitor = () => new Visitor(provider.issuer, `198.51.100.${++last}`)

const hidden = (visit: Visit) => /name="interaction" value="([^"]+)"/.exec(visit.text)?.[1] ?? ""
const confirmationOn = (visit: Visit) => /id="confirmation">([A-Z]{3}-[A-Z]{3})</.exec(visit.text)?.[1] ?? ""

/** Asks for a letter; the page that waits for its code. */
const ask = async (visitor: Visitor, login: string) => {
  const interaction = await visitor.begin(rp)
  const asked = await visitor.visit("/login/letter", { interaction, login, password: "" })
  return { asked, page: await visitor.visit(asked.location) }
}

/** Asks for a letter in a new browser, and reads it. */
const getLetter = async (name: string, nth: number) => {
  const visitor = newVisitor()
  const { page } = await ask(visitor, name)
  const letter = await mailbox.nth(`${name}@example.com`, nth)
  const link = linkIn(letter)
  return { visitor, step: hidden(page), confirmation: confirmationOn(page), link, code: codeIn(letter) }
}

/** Somebody has a letter, of which nothing was used. */
const withLetter = (name: string) => letters.get(name)!

const typeCode = (visitor: Visitor, interaction: string, code: string) =>
  visitor.visit("/login/code", { interaction, code })

/** Opens the link; the page with the button. */
const open = async (visitor: Visitor, link: string) => visitor.visit((await visitor.visit(link)).location)

const press = (visitor: Visitor, page: Visit, confirmation = "") =>
  visitor.visit("/login/link/confirm", { interaction: hidden(page), confirmation })

/** Goes on to the client; the code it gets. */
const codeFor = async (visitor: Visitor, { location }: Visit) =>
  parametersOf((await visitor.approve(interactionOf(location))).location)["code"]

const isSignedIn = (visit: Visit) => visit.status === 303 && visit.headers.getSetCookie().join().includes("_session=")

/** The login page says that the letter is good for nothing, and has a form that goes on with the request. */
const isVoid = (visit: Visit) =>
  visit.status === 422 && visit.text.includes("no longer valid") && visit.text.includes('action="/login"')

const otherThan = (code: string) => (code === "000000" ? "000001" : "000000")

describe("a letter signs in", () => {
  test("RFC 8176 §2: with its code, typed with a space; the ID token says otp and one factor", async () => {
    const { code, step, visitor } = withLetter("alice")
    const signed = await typeCode(visitor, step, `${code.slice(0, 3)} ${code.slice(3)}`)
    expect(isSignedIn(signed)).toBe(true)
    const { body } = await rp.redeem((await codeFor(visitor, signed)) ?? "")
    const claims = JSON.parse(Buffer.from(body["id_token"].split(".")[1], "base64url").toString())
    expect(claims).toMatchObject({ sub: users.get("alice")?.id, acr: "1", amr: ["otp"] })
  })

  test("with its link, where it was asked for: a button, and no question", async () => {
    const { link, visitor } = withLetter("bob")
    const page = await open(visitor, link)
    expect(page.text).not.toContain('name="confirmation"')
    expect(page.text).toContain("b•••@e•••.com")
    expect(page.text).not.toContain("bob@example.com")
    expect(await codeFor(visitor, await press(visitor, page))).toBeTypeOf("string")
  })

  test("RFC 9700 §4.7: with its link in another browser, only with what the first one shows", async () => {
    const { confirmation, link, step, code, visitor } = withLetter("carol")
    const other = newVisitor()
    const page = await open(other, link)
    expect(page.text).toContain('name="confirmation"')
    for (const typed of ["", "BBB-BBB", code]) {
      const refused = await press(other, page, typed)
      expect([refused.status, refused.headers.getSetCookie()]).toEqual([422, []])
      expect(refused.text).toContain('aria-invalid="true"')
    }
    expect(await codeFor(other, await press(other, page, confirmation.toLowerCase()))).toBeTypeOf("string")
    // The tab that waits for the code is told so when it tries.
    expect(isVoid(await typeCode(visitor, step, code))).toBe(true)
  })
})

describe("attack 34: a link that is opened by a scanner, replayed, raced or changed", () => {
  test("a scanner that opens it with GET and HEAD, with and without cookies, uses nothing up", async () => {
    const { link, visitor } = withLetter("dave")
    const scanner = newVisitor()
    for (let time = 0; time < 3; time++) await open(scanner, link)
    const head = await fetch(link, { method: "HEAD", redirect: "manual" })
    const bare = await fetch(link, { redirect: "manual" })
    expect([head.status, bare.status]).toEqual([303, 303])
    expect(bare.headers.get("referrer-policy")).toBe("no-referrer")
    expect(bare.headers.get("cache-control")).toBe("no-store")
    expect(isSignedIn(await press(visitor, await open(visitor, link)))).toBe(true)
  })

  test("eight browsers press at once, with what confirms it: one is signed in", async () => {
    const { confirmation, link, visitor } = withLetter("erin")
    const others = Array.from({ length: 7 }, newVisitor)
    const pages = await Promise.all(others.map((other) => open(other, link)))
    const own = await open(visitor, link)
    const answers = await Promise.all([
      press(visitor, own),
      ...others.map((other, index) => press(other, pages[index]!, confirmation))
    ])
    expect(answers.filter(isSignedIn).length).toBe(1)
    expect(answers.filter(isVoid).length).toBe(7)
  })

  test("replayed where it was used it is the same session, and none after the logout; elsewhere nothing", async () => {
    const { code, confirmation, link, step, visitor } = withLetter("frank")
    const page = await open(visitor, link)
    await press(visitor, page)
    const session = visitor.cookies.get("hapax_session")
    expect(isSignedIn(await press(visitor, page))).toBe(true)
    expect(visitor.cookies.get("hapax_session")).toBe(session)
    const thief = newVisitor()
    expect(isVoid(await press(thief, await open(thief, link), confirmation))).toBe(true)
    const out = interactionOf((await visitor.visit("/logout")).location)
    await visitor.visit("/logout/confirm", { csrf: out })
    for (const late of [await press(visitor, page), await typeCode(visitor, step, code)]) {
      expect([isVoid(late), isSignedIn(late)]).toEqual([true, false])
    }
  })

  test("a token that was changed, cut, empty or of another kind: a page that says so, and 400", async () => {
    const { link, step, visitor } = withLetter("grace")
    const token = new URL(link).searchParams.get("token") ?? ""
    for (const odd of [`${token}x`, token.slice(0, -9), "", "..", "%00", step]) {
      expect((await newVisitor().visit(`/login/link?token=${encodeURIComponent(odd)}`)).status).toBe(400)
    }
    // A step of another browser is nothing here, and uses nothing up.
    const page = await open(visitor, link)
    expect((await press(newVisitor(), page)).status).toBe(403)
    expect(isSignedIn(await press(visitor, page))).toBe(true)
  })

  test("neither the link nor the code is in any log", async () => {
    const { code, link, step, visitor } = withLetter("heidi")
    await press(visitor, await open(visitor, link))
    await typeCode(visitor, step, code)
    const token = new URL(link).searchParams.get("token") ?? ""
    for (const secret of [token, step, `"${code}"`]) expect(provider.output()).not.toContain(secret)
  })
})

describe("attack 33: parallel guesses at a code", () => {
  test("of twelve wrong ones at once five are judged; then the right one is refused, and so is the link", async () => {
    const { code, link, step, visitor } = withLetter("ivan")
    const answers = await Promise.all(Array.from({ length: 12 }, () => typeCode(visitor, step, otherThan(code))))
    expect(answers.filter(({ text }) => text.includes("isn’t right")).length).toBe(mostGuesses)
    expect(answers.filter(isVoid).length).toBe(12 - mostGuesses)
    expect(isVoid(await typeCode(visitor, step, code))).toBe(true)
    expect(isVoid(await press(visitor, await open(visitor, link)))).toBe(true)
    // The person is not locked out: the next letter is as good as any.
    const next = await getLetter("ivan", 2)
    expect(isSignedIn(await typeCode(next.visitor, next.step, next.code))).toBe(true)
  })

  test("RFC 6585 §4: letters to one name are counted, for nobody as for somebody, with Retry-After", async () => {
    for (const name of ["judy", "nobody"]) {
      const answers = []
      // Judy has got one already.
      const taken = Array.from({ length: name === "judy" ? 4 : 5 }, () => 303)
      for (const _ of [...taken, 429]) answers.push((await ask(newVisitor(), name)).asked)
      expect(answers.map(({ status }) => status)).toEqual([...taken, 429])
      expect(answers.at(-1)?.headers.get("retry-after")).toMatch(/^[1-9][0-9]*$/)
      expect(answers.at(-1)?.text).toContain('action="/login"')
    }
  })
})

describe("a letter is good only for whom it was sent to", () => {
  test("not for somebody who was disabled since, nor for whoever has another address by now", async () => {
    const { code, step, visitor } = withLetter("kim")
    await provider.run(disableUser(users.get("kim")!.id))
    const refused = await typeCode(visitor, step, code)
    expect([isVoid(refused), isSignedIn(refused)]).toEqual([true, false])

    const letter = withLetter("mike")
    const { id: userId, profile, version } = users.get("mike")!
    const changed = new Profile({ ...profile, email: "new@example.com" })
    await provider.run(Effect.asVoid(Users.change({ userId, version, profile: changed })))
    expect(isVoid(await press(letter.visitor, await open(letter.visitor, letter.link)))).toBe(true)
  })
})

describe("attack 37: who has an account here? letters", () => {
  /** What an attacker sees of asking for a letter and guessing, but for what is random. */
  const seen = async (login: string) => {
    const visitor = newVisitor()
    const { asked, page } = await ask(visitor, login)
    const guessed = await typeCode(visitor, hidden(page), "000000")
    return [asked, page, guessed].map(({ headers, location, status, text }) => ({
      status,
      headers: [...headers].filter(([name]) => !["date", "location", "content-length"].includes(name)).toSorted(),
      length: location.length,
      text: text
        .replace(/(name="interaction" value=")[^"]+/g, "$1…")
        .replace(/interaction=[^"&]+/g, "interaction=…")
        .replace(/(id="confirmation">)[^<]+/, "$1…")
    }))
  }

  test("known, unknown, disabled or not verified: the same pages, headers, lengths and costs", async () => {
    await fetch(provider.issuer)
    provider.clearLogs()
    const one = await seen("alice")
    expect(one.map(({ status }) => status)).toEqual([303, 200, 422])
    const costs = () =>
      provider
        .logs()
        .filter(({ method, pathname }) => method === "POST" && pathname?.startsWith("/login"))
        .map(({ cost: { d1RowsWritten, queueMessages, ...cost } = {} }) => ({
          d1Calls: cost["d1Calls"],
          d1RowsWritten,
          // Permits are leased for a block of requests, whichever of them it is. Rows are not compared: an alarm that
          // is set already costs none, and whether that of a shard is, which the ticket draws, is no matter of names.
          objectCalls: (cost["objectCalls"] ?? 0) - (cost["leases"] ?? 0),
          queueMessages
        }))
    const cost = costs()
    expect(cost.length).toBe(2)
    const withoutLength = (parts: typeof one) => parts.map((part) => ({ ...part, length: 0 }))
    for (const name of ["nobod", "quiet", "kim"]) {
      // What an isolate reads once a minute is fresh.
      await fetch(provider.issuer)
      provider.clearLogs()
      const other = await seen(name)
      expect([name, withoutLength(other)]).toEqual([name, withoutLength(one)])
      expect(costs()).toEqual(cost)
      // What the browser keeps, sealed, has the name in it, and the number of a shard: of one name always the same.
      expect((await seen(name)).map(({ length }) => length)).toEqual(other.map(({ length }) => length))
      expect(Math.abs((other[0]?.length ?? 0) - (one[0]?.length ?? 0))).toBeLessThan(6)
    }
  })
})

test("where no mail can be sent, nothing is offered that needs a letter, and nothing is there", async () => {
  const without = await startNodeProvider({ mail: false })
  const visitor = new Visitor(without.issuer)
  for (const path of ["/login/code", "/login/link?token=x", "/login/link/confirm"]) {
    expect([path, (await visitor.visit(path)).status]).toEqual([path, 404])
  }
  for (const path of ["/login/letter", "/login/code", "/login/link/confirm"]) {
    expect([path, (await visitor.visit(path, { interaction: "x" })).status]).toEqual([path, 404])
  }
  const client = await register(without, "rp")
  const { location } = await visitor.visit(client.authorizeUrl())
  expect((await visitor.visit(location)).text).not.toContain('id="mail"')
  await without.close()
})
