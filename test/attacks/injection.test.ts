/**
 * Markup, header lines and SQL in every field that is stored or sent back: attack 41. Stored and shown as text.
 *
 * The pages are read by a reader much stricter than a browser (test/pages/Tokens.ts): what it cannot read, or what
 * makes another element or attribute than harmless text makes, has left the place it was put into.
 */
import { decodeJwt } from "jose"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { type Page, textOf } from "../clients/Browser.ts"
import { answered, newBrowser, register, type RelyingParty } from "../clauses/RelyingParty.ts"
import { read, skeleton } from "../pages/Tokens.ts"
import { makeUser, password } from "../workerd/Fixtures.ts"
import { type RunningProvider, startProvider } from "../workerd/Provider.ts"
import { Visitor } from "./Visitor.ts"

let provider: RunningProvider
let plain: RelyingParty
let harmless: ReadonlyArray<Page>
const signedIn = newBrowser()

const hostile = [
  "<script>alert(1)</script>",
  '"><img src=x onerror=alert(1)>',
  "' onfocus=alert(1) autofocus x='",
  "</title></style></textarea><svg/onload=alert(1)>",
  "<!--",
  "&lt;b&gt; &#x3c;script&#x3e; &amp;",
  "javascript:alert(1)",
  "'; DROP TABLE identifiers; --",
  "' OR '1'='1",
  "x\\'); DELETE FROM oauth_clients; --",
  "{{7*7}}${7*7}<%= 7*7 %>",
  "\u202egnp.exe\u2066",
  "日本語 ☃ 𝒜"
]
/** Two at a time: a page shows 80 characters of a name. */
const pairs = hostile.flatMap((text, index) => (index % 2 === 0 ? [`${text} ${hostile[index + 1] ?? ""}`.trim()] : []))
/** With control characters, which no name may have, and a request may. */
const controls = ["a\r\nSet-Cookie: evil=1", "a\r\n\r\n<h1>evil</h1>", "a\u0000b", "a\tb\u0007"]

beforeAll(async () => {
  provider = await startProvider()
  plain = await register(provider, "plain", { client_name: "Plain" })
  await provider.run(makeUser("alice"))
  harmless = await pagesOf(plain, "alice")
  await plain.authorize(signedIn)
}, 60_000)
afterAll(() => provider?.close())

/** The elements and attributes of a page; and it could be read to its end. */
const shape = (page: Pick<Page, "body" | "url">): ReadonlyArray<string> => {
  const tokens = read(page.body)
  expect([page.url.pathname, tokens.unread]).toEqual([page.url.pathname, ""])
  // A sealed step, a challenge, a query that is asked again in another language and a name of a client are what they
  // are; everything else has to be the same.
  return skeleton(tokens)
    .filter((line) => !/^(bdi|\/bdi|strong|\/strong)$/.test(line))
    .map((line) => line.replace(/([?&](interaction|step)=|data-challenge=|href=\/authorize\?)[^ ]+/g, "$1…"))
}

const noInjectedHeader = (headers: Headers) => {
  expect(headers.get("evil")).toBe(null)
  expect(headers.getSetCookie().filter((cookie) => !cookie.startsWith("hapax_"))).toEqual([])
}

/** Login, a failed login, consent, logout and home of a client and a user; then the redirect with the code. */
const pagesOf = async (rp: RelyingParty, name: string): Promise<ReadonlyArray<Page>> => {
  const browser = newBrowser()
  const parameters = { prompt: "consent", login_hint: name, scope: "openid profile email" }
  const login = await rp.ask(browser, parameters)
  const wrong = await browser.submit(login, { login: name, password: "wrong" })
  const consent = await browser.submit(wrong, { login: name, password })
  const done = await browser.submit(consent, { decision: "approve" })
  const logout = await browser.open(`${provider.issuer}/logout?${new URLSearchParams({ client_id: rp.id })}`)
  const home = await browser.open(`${provider.issuer}/`)
  return [login, wrong, consent, logout, home, done]
}

describe("attack 41: client_name, client_id, user name, e-mail address", () => {
  test.each(pairs)("%s: in HTML shown as text, in JSON as it is, in SQL as a value", async (text) => {
    const id = `client ${text.replace(/[^\x20-\x7e]/g, "?")}`
    const rp = await register(provider, id, { client_name: text })
    const name = `user ${text}`
    await provider.run(makeUser(name.replaceAll("@", ""), { name: text } as never))
    const hostilePages = await pagesOf(rp, name)
    for (const [index, page] of hostilePages.entries()) {
      expect([page.url.pathname, shape(page)]).toEqual([page.url.pathname, shape(harmless[index]!)])
      noInjectedHeader(page.headers)
      const policy = page.headers.get("content-security-policy") ?? "no page"
      expect(policy).toMatch(
        /^(default-src 'none'; (script-src 'sha256-[\w+/]+='; )?style-src 'self'; img-src 'self';|no page$)/
      )
    }
    const { body: tokens } = await rp.redeem(answered(hostilePages.at(-1)!)["code"] ?? "")
    expect(decodeJwt(tokens["id_token"]).aud).toBe(id)
    const userinfo = await rp.userinfo(tokens["access_token"])
    expect(userinfo.body).toMatchObject({ name: text, preferred_username: name, email: `${name}@example.com` })
    expect(userinfo.headers.get("content-type")).toBe("application/json")
    expect((await rp.introspect(tokens["access_token"])).body).toMatchObject({ client_id: id, username: name })
  })

  test("and everything is still there", async () => {
    expect(await plain.authorize(newBrowser())).toHaveProperty("code")
    const rows = await provider.env.DB.prepare("SELECT count(*) AS n FROM oauth_clients").first<{ n: number }>()
    expect(rows?.n).toBe(pairs.length + 1)
  })
})

describe("attack 41: state, scope, nonce and the rest of a request", () => {
  test.each([...hostile, ...controls])("%j: comes back as it was, in one header", async (text) => {
    const request = { state: text, nonce: text, login_hint: text, ui_locales: text }
    const login = await plain.ask(newBrowser(), request)
    shape(login)
    noInjectedHeader(login.headers)
    const done = await plain.ask(signedIn, request)
    noInjectedHeader(done.headers)
    expect(done.headers.get("location")).toMatch(/^https:\/\/rp\.example\/cb\?[\x21-\x7e]+$/)
    const answer = answered(done)
    expect(answer["state"]).toBe(text)
    expect(decodeJwt((await plain.redeem(answer["code"] ?? "")).body["id_token"])["nonce"]).toBe(text)
  })

  const names = ["scope", "prompt", "response_type", "response_mode", "max_age", "claims", "code_challenge", "display"]
  test.each(names)("%s: whatever it says, an answer without it", async (name) => {
    for (const text of [...hostile, ...controls]) {
      const visit = await new Visitor(provider.issuer).visit(plain.authorizeUrl({ [name]: text, state: "s" }))
      expect(visit.status).toBe(303)
      noInjectedHeader(visit.headers)
      expect(visit.location).not.toMatch(/[\r\n<>"']/)
      expect(new URL(visit.location, "https://id.example/?state=s").searchParams.get("state") ?? "s").toBe("s")
    }
  })

  test("client_id and redirect_uri: an error page that shows nothing of them", async () => {
    const nobody = await newBrowser().open(`${provider.issuer}/authorize?client_id=nobody`)
    for (const text of [...hostile, ...controls]) {
      const page = await newBrowser().open(`${provider.issuer}/authorize?${new URLSearchParams({ client_id: text })}`)
      expect([page.status, textOf(page, "error-parameter")]).toEqual([400, "client_id"])
      expect(shape(page)).toEqual(shape(nobody))
      const redirected = await plain.ask(newBrowser(), { redirect_uri: text })
      expect([redirected.status, textOf(redirected, "error-parameter")]).toEqual([400, "redirect_uri"])
      expect(shape(redirected)).toEqual(shape(nobody))
    }
  })

  test("what is typed at the login page comes back as text", async () => {
    const browser = newBrowser()
    const login = await plain.ask(browser)
    const withoutFocus = (page: Page) => shape(page).map((line) => line.replace(" autofocus=undefined", ""))
    const nobody = withoutFocus(await browser.submit(login, { login: "nobody", password: "x" }))
    for (const text of [...pairs, ...controls, "a".repeat(5000)]) {
      const page = await browser.submit(login, { login: text, password: text })
      expect(page.status).toBe(422)
      expect(withoutFocus(page)).toEqual(nobody)
    }
  })

  test("at the token endpoint: JSON without it", async () => {
    for (const text of [...hostile, ...controls]) {
      for (const form of [
        { grant_type: text },
        { grant_type: "authorization_code", code: text, redirect_uri: text },
        { grant_type: "refresh_token", refresh_token: text, scope: text }
      ]) {
        const answer = await plain.post("/token", form)
        expect(answer.status).toBe(400)
        expect(answer.headers.get("content-type")).toBe("application/json")
        expect(answer.headers.get("x-content-type-options")).toBe("nosniff")
        expect(answer.body["error_description"]).toMatch(/^[\x20-\x21\x23-\x5b\x5d-\x7e]+$/)
        expect(answer.body["error_description"]).not.toContain("<")
      }
    }
  })
})
