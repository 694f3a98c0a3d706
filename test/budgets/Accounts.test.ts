/**
 * What signing in and looking after one's account cost, request by request, counted by the layers on real workerd with
 * a mail server beside it.
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { PasskeyVisitor } from "../attacks/PasskeyVisitor.ts"
import { interactionOf, type Visit } from "../attacks/Visitor.ts"
import { hidden } from "../clauses/AccountHolder.ts"
import { register, type RelyingParty } from "../clauses/RelyingParty.ts"
import { pictures } from "../domain/Images.ts"
import { Authenticator } from "../workerd/Authenticator.ts"
import { makeUser, password } from "../workerd/Fixtures.ts"
import { codeIn, linkIn, type RunningMailbox, startMailbox } from "../workerd/Mailbox.ts"
import { type RunningProvider, startProvider } from "../workerd/Provider.ts"
import { costOf as spending, type Spent } from "./Spending.ts"

let mailbox: RunningMailbox
let provider: RunningProvider
let rp: RelyingParty
/** Signed in, with a password and no passkey. */
let alice: PasskeyVisitor

beforeAll(async () => {
  mailbox = await startMailbox()
  provider = await startProvider(mailbox.variables)
  rp = await register(provider, "rp")
  for (const name of ["alice", "bob", "carol", "dave"]) await provider.run(makeUser(name))
  alice = await newVisitor().signInByPassword()
}, 60_000)
afterAll(async () => {
  await provider?.close()
  await mailbox?.close()
})

let last = 0
/** A browser in a network that nobody came from yet. */
const newVisitor = () => new PasskeyVisitor(provider.issuer, `198.51.100.${++last}`)

const nothing: Spent = { objectCalls: 0, d1Calls: 0, rowsWritten: 0, kv: 0, r2: 0, queue: 0 }

/** What a GET or a POST spent, and what it answered. */
const cost = async (visitor: PasskeyVisitor, path: string, form?: Readonly<Record<string, string>>) => {
  let visit: Visit | undefined
  const { pathname } = new URL(path, provider.issuer)
  const spent = await spending(provider, form === undefined ? "GET" : "POST", pathname, async () => {
    visit = await visitor.visit(path, form)
  })
  return { spent, visit: visit! }
}

/** What a POST spent that led on, and did not show its form again. */
const posting = async (visitor: PasskeyVisitor, path: string, form: Readonly<Record<string, string>>) => {
  const { spent, visit } = await cost(visitor, path, form)
  expect([visit.status, visit.text.includes('role="alert"')]).toEqual([visit.location === "" ? 200 : 303, false])
  return { spent, visit }
}

describe("signing in", () => {
  test("the page for it asks no storage", async () => {
    const visitor = newVisitor()
    const { location } = await visitor.visit("/account")
    expect((await cost(visitor, location)).spent).toEqual(nothing)
  })

  test("by password: two counts, the person, the step and the session; known here, one count less", async () => {
    const visitor = newVisitor()
    const step = async () => ({ interaction: interactionOf((await visitor.visit("/account")).location), password })
    const first = await posting(visitor, "/login", { ...(await step()), login: "bob" })
    expect(first.spent).toMatchObject({ objectCalls: 5, d1Calls: 1, queue: 0 })
    expect(first.spent.rowsWritten).toBeLessThanOrEqual(9)
    visitor.cookies.delete("hapax_session")
    const second = await posting(visitor, "/login", { ...(await step()), login: "bob" })
    expect(second.spent).toMatchObject({ objectCalls: 4, d1Calls: 1 })
  })

  test("by a letter: three calls and the letter to ask, and three to press the button of its link", async () => {
    const visitor = newVisitor()
    const interaction = interactionOf((await visitor.visit("/account")).location)
    const asked = await posting(visitor, "/login/letter", { interaction, login: "carol" })
    expect(asked.spent).toMatchObject({ objectCalls: 3, d1Calls: 1, queue: 1 })
    const { location } = await visitor.visit(linkIn(await mailbox.nth("carol@example.com", 1)))
    const page = await cost(visitor, location)
    expect(page.spent).toEqual(nothing)
    const { spent } = await posting(visitor, "/login/link/confirm", hidden(page.visit))
    expect(spent).toMatchObject({ objectCalls: 3, d1Calls: 0, queue: 0 })
    expect(spent.rowsWritten).toBeLessThanOrEqual(6)
  })

  test("by the code of a letter: one call more, which counts the guess", async () => {
    const visitor = newVisitor()
    const interaction = interactionOf((await visitor.visit("/account")).location)
    const { visit } = await posting(visitor, "/login/letter", { interaction, login: "dave" })
    const page = await visitor.visit(visit.location)
    const code = codeIn(await mailbox.nth("dave@example.com", 1))
    const { spent } = await posting(visitor, "/login/code", { ...hidden(page), code })
    expect(spent).toMatchObject({ objectCalls: 4, d1Calls: 0, queue: 0 })
  })
})

describe("looking at one's account", () => {
  test.each([
    ["/account", 1],
    ["/account/picture", 1],
    ["/account/email", 1],
    ["/account/password", 1],
    ["/account/passkeys", 2],
    ["/account/passkeys/add", 2],
    ["/account/sessions", 2],
    ["/account/applications", 2]
  ])("%s: %i object calls, no query and nothing written", async (path, objectCalls) => {
    const { spent, visit } = await cost(alice, path)
    expect(visit.status).toBe(200)
    expect(spent).toEqual({ ...nothing, objectCalls })
  })
})

describe("changing one's account", () => {
  test("the profile: the session, and one transaction of the home", async () => {
    const form = hidden(await alice.visit("/account"))
    const { spent } = await posting(alice, "/account", { ...form, nickname: "Ally" })
    expect(spent).toMatchObject({ objectCalls: 2, d1Calls: 0, queue: 0 })
    expect(spent.rowsWritten).toBeLessThanOrEqual(3)
    const again = await posting(alice, "/account", { ...form, nickname: "Ally" })
    expect(again.spent).toEqual({ ...nothing, objectCalls: 2 })
  })

  test("the address: asked for in three calls and a letter, changed in three and two queries, and told", async () => {
    const path = "/account/email"
    const form = hidden(await alice.visit(path))
    const asked = await posting(alice, path, { ...form, email: "ada@example.com" })
    // The session, and the counts of whoever asks and of the address.
    expect(asked.spent).toMatchObject({ objectCalls: 3, d1Calls: 0, queue: 1 })
    const link = linkIn(await mailbox.nth("ada@example.com", 1))
    const page = await cost(alice, link)
    expect(page.spent).toEqual({ ...nothing, objectCalls: 1 })
    const { spent } = await posting(alice, `${path}/confirm`, hidden(page.visit))
    // The session, the letter's ticket and the home; the names are reserved before, and one is given up after.
    expect(spent).toMatchObject({ objectCalls: 3, d1Calls: 2, queue: 1 })
    expect(spent.rowsWritten).toBeLessThanOrEqual(14)
  })

  test("a picture: the session, the count and the home, and three writes to R2; who looks asks R2 alone", async () => {
    const path = "/account/picture"
    const upload = async (bytes: Uint8Array) => {
      const form = new FormData()
      for (const [name, value] of Object.entries(hidden(await alice.visit(path)))) form.set(name, value)
      form.set("action", "upload")
      form.set("picture", new Blob([Buffer.from(bytes)]), "me")
      const cookie = [...alice.cookies].map(([name, value]) => `${name}=${value}`).join("; ")
      const send = { method: "POST", body: form, redirect: "manual", headers: { cookie } } as const
      expect((await fetch(provider.issuer + path, send)).status).toBe(303)
      return /\/avatar\/[\w-]+/.exec((await alice.visit(path)).text)?.[0] ?? ""
    }
    const first = await upload(pictures.png)
    let second = ""
    const uploaded = await spending(provider, "POST", path, async () => {
      second = await upload(pictures.jpeg)
    })
    expect(uploaded).toMatchObject({ objectCalls: 3, d1Calls: 0, r2: 3, queue: 0 })
    let shown: Response | undefined
    const looked = await spending(provider, "GET", second, async () => {
      shown = await fetch(provider.issuer + second)
    })
    expect(looked).toEqual({ ...nothing, r2: 1 })
    expect(shown?.headers.get("content-type")).toBe("image/jpeg")
    expect(Buffer.from(await shown!.arrayBuffer()).equals(pictures.jpeg)).toBe(true)
    const etag = shown?.headers.get("etag") ?? ""
    expect((await fetch(provider.issuer + second, { headers: { "if-none-match": etag } })).status).toBe(304)
    expect((await fetch(provider.issuer + second, { method: "HEAD" })).headers.get("content-type")).toBe("image/jpeg")
    expect((await fetch(provider.issuer + first)).status).toBe(404)
  })

  test("an application: seen in two calls and a query, then by its copy; withdrawn in two calls", async () => {
    await alice.signIn(rp, { scope: "openid profile" })
    const page = await cost(alice, "/account/applications")
    // A copy that is not there, the query, and the copy that it leaves behind.
    expect(page.spent).toEqual({ ...nothing, objectCalls: 2, d1Calls: 1, kv: 2 })
    expect((await cost(alice, "/account/applications")).spent).toEqual({ ...nothing, objectCalls: 2, kv: 1 })
    const { spent } = await posting(alice, "/account/applications", { ...hidden(page.visit), client: "rp" })
    expect(spent).toMatchObject({ objectCalls: 2, d1Calls: 0, queue: 0 })
    expect(spent.rowsWritten).toBeLessThanOrEqual(5)
  })

  test("a passkey: added in three calls and told, renamed in two, removed in two and told", async () => {
    const visitor = await newVisitor().signInByPassword("bob")
    const page = await visitor.addPage()
    const passkey = JSON.stringify(new Authenticator().create(page, page.user))
    const path = "/account/passkeys"
    const added = await posting(visitor, `${path}/add`, { interaction: page.interaction, name: "Phone", passkey })
    // What changes who may sign in is in the log before the answer (docs/decisions/0028-audit.md): one write into D1.
    expect(added.spent).toMatchObject({ objectCalls: 3, d1Calls: 1, queue: 1 })
    const list = await visitor.visit(path)
    const [, credential = ""] = /name="credential"\s+value="([^"]+)"/.exec(list.text) ?? []
    const form = { ...hidden(list), credential }
    const renamed = await posting(visitor, path, { ...form, action: "rename", name: "Old phone" })
    expect(renamed.spent).toMatchObject({ objectCalls: 2, d1Calls: 0, queue: 0 })
    const removed = await posting(visitor, path, { ...form, action: "remove" })
    expect(removed.spent).toMatchObject({ objectCalls: 2, d1Calls: 1, queue: 1 })
  })

  test("the password: changed in three calls, reset in two after three and a letter", async () => {
    const visitor = await newVisitor().signInByPassword("carol")
    const path = "/account/password"
    const typed = { password: "two quiet herons", again: "two quiet herons" }
    const changed = await posting(visitor, path, { ...hidden(await visitor.visit(path)), ...typed, present: password })
    // The session, the count of tries at the present password, and the home, which ends the other sessions.
    // And its event is in the log before the answer.
    expect(changed.spent).toMatchObject({ objectCalls: 3, d1Calls: 1, queue: 1 })

    const stranger = newVisitor()
    const interaction = interactionOf((await stranger.visit(path)).location)
    const asked = await posting(stranger, "/password/forgot", { interaction, login: "dave" })
    expect(asked.spent).toMatchObject({ objectCalls: 3, d1Calls: 1, queue: 1 })
    const link = linkIn(await mailbox.nth("dave@example.com", 2))
    const page = await cost(stranger, link)
    expect(page.spent).toEqual({ ...nothing, objectCalls: 1 })
    const reset = { token: new URL(link).searchParams.get("token") ?? "", password: "one quiet heron", again: "" }
    const { spent } = await posting(stranger, "/password/reset", { ...reset, again: reset.password })
    expect(spent).toMatchObject({ objectCalls: 2, d1Calls: 1, queue: 1 })
  })
})
