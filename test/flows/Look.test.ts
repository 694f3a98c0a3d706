/** Languages and branding over the provider's whole HTTP surface, with storage in memory. OIDC Core §3.1.2.1. */
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import type { languageNames } from "../../src/domain/Language.ts"
import { setBranding } from "../../src/services/flows/operator/SetBranding.ts"
import { type NodeProvider, startNodeProvider } from "../attacks/NodeProvider.ts"
import { newBrowser, register, type RelyingParty } from "../clauses/RelyingParty.ts"
import { type Page, textOf } from "../clients/Browser.ts"
import { makeUser, password } from "../workerd/Fixtures.ts"

let node: NodeProvider
let rp: RelyingParty

beforeAll(async () => {
  node = await startNodeProvider()
  rp = await register(node, "rp")
  await node.run(makeUser("alice"))
})
afterAll(() => node?.close())

const minute = 60_000
const languageOf = ({ body }: { readonly body: string }) => /<html lang="([^"]*)"/.exec(body)?.[1]

/** Where the link at the foot of the page leads that is in this language. */
const linkTo = (page: Page, language: keyof typeof languageNames): URL => {
  const [, href = ""] = new RegExp(`href="([^"]*)"[^>]*hreflang="${language}"`).exec(page.body) ?? []
  return new URL(href.replaceAll("&amp;", "&"), page.url)
}

const opened = async (path: string, headers: Record<string, string>) => {
  const response = await fetch(node.issuer + path, { headers })
  return { body: await response.text(), status: response.status, headers: response.headers }
}

describe("the language of a page", () => {
  test.each([
    ["ja", "ja"],
    ["fr, ja-JP;q=0.9, en;q=0.8", "ja"],
    ["ja;q=0.5, en-GB;q=0.6", "en"],
    ["fr", "en"],
    ["*", "en"],
    ["ja;q=0", "en"]
  ])("RFC 9110 §12.5.4: Accept-Language %s: %s", async (header, language) => {
    const page = await opened("/", { "accept-language": header })
    expect(languageOf(page)).toBe(language)
    // A page is kept nowhere, so nobody is shown another's language.
    expect(page.headers.get("cache-control")).toBe("no-store")
  })

  test("OIDC Core §3.1.2.1: ui_locales: the login page, and the one after an error, and the consent page", async () => {
    const browser = newBrowser()
    const login = await rp.ask(browser, { ui_locales: "fr-CA ja en" })
    expect([login.url.pathname, languageOf(login)]).toEqual(["/login", "ja"])
    const wrong = await browser.submit(login, { login: "alice", password: "wrong" })
    expect([wrong.status, languageOf(wrong)]).toEqual([422, "ja"])
    const consent = await browser.submit(wrong, { login: "alice", password })
    expect([consent.url.pathname, languageOf(consent)]).toEqual(["/consent", "ja"])
  })

  test("OIDC Core §3.1.2.1: an error SHOULD NOT result if the requested locales are not supported", async () => {
    for (const ui_locales of ["de fr-CA", "<script>", "x".repeat(500), "* -"]) {
      const login = await rp.ask(newBrowser(), { ui_locales })
      expect([login.status, languageOf(login)]).toEqual([200, "en"])
    }
  })

  test("OIDC Core §3.1.2.6: an error page is in it too, but for what the application's developers read", async () => {
    const page = await rp.ask(newBrowser(), { ui_locales: "ja", redirect_uri: "https://rp.example/other" })
    expect([page.status, languageOf(page)]).toEqual([400, "ja"])
    expect(page.body).toContain("リクエストが正しくありません")
    expect(page.body).toMatch(/id="error-description" lang="en" dir="ltr">\s*redirect_uri is not registered/)
    expect(textOf(page, "error")).toBe("invalid_request")
  })

  test("RP-Initiated Logout §2: ui_locales: the question, and what is said afterwards", async () => {
    const browser = newBrowser()
    await rp.code(browser)
    const question = await rp.logout(browser, { ui_locales: "ja" })
    expect([question.url.pathname, languageOf(question)]).toEqual(["/logout/confirm", "ja"])
    expect(languageOf(await browser.submit(question))).toBe("ja")
  })

  test("the link at the foot keeps the step; what was chosen stays, whatever an application asks for", async () => {
    const browser = newBrowser()
    const login = await rp.ask(browser, { ui_locales: "ja" })
    const chosen = await browser.open(linkTo(login, "en"))
    expect([chosen.url.pathname, languageOf(chosen)]).toEqual(["/login", "en"])
    expect(chosen.headers.get("set-cookie")).toMatch(/hapax_language=en;.*HttpOnly; SameSite=Lax/)
    const wrong = await browser.submit(chosen, { login: "alice", password: "wrong" })
    expect(languageOf(wrong)).toBe("en")
    const back = await browser.open(linkTo(wrong, "ja"))
    expect([back.status, back.url.pathname, languageOf(back)]).toEqual([200, "/login", "ja"])
    expect((await browser.submit(back, { login: "alice", password })).headers.get("location")).toContain("code=")
    expect(languageOf(await rp.ask(browser, { ui_locales: "en", prompt: "login" }))).toBe("ja")
  })

  test("a language that there is not, in the address or in the cookie, is none", async () => {
    for (const language of ["xx", "constructor", "ja-JP", "../en", "ja%00"]) {
      const page = await opened(`/?language=${language}`, { cookie: `hapax_language=${language}` })
      expect([page.status, languageOf(page), page.headers.get("set-cookie")]).toEqual([200, "en", null])
    }
  })

  test("RFC 9700 §4.11: no link leads to another site, or nowhere, whatever the address of the page", async () => {
    for (const path of ["//evil.example/x", "/\\evil.example", "/nowhere?a=%22%3E%3Cscript%3E&language=ja"]) {
      const page = await opened(path, {})
      expect(page.body).not.toMatch(/href="(\/\/|\/\\|https?:|#)/)
      expect(page.body).not.toContain("<script")
    }
  })
})

describe("branding", () => {
  const css = "h1 { font-weight: 700 }"
  const colours = { "light.accent": "#0b5d3b", "dark.button": "#7fe0b4" }

  test("name, logo and style are on every page within a minute, from our own origin but for the logo", async () => {
    await node.run(setBranding({ name: "Acme & <Söhne>", logo: "https://acme.example/l.svg", colours, css }))
    node.advance(minute)
    for (const path of ["/", "/nowhere", "/device"]) {
      const page = await opened(path, {})
      expect(page.body).toContain("<bdi>Acme &amp; &lt;Söhne&gt;</bdi>")
      expect(page.body).toMatch(/<img class="logo" src="https:\/\/acme\.example\/l\.svg" alt=""[^>]*no-referrer/)
      const policy = page.headers.get("content-security-policy")
      expect(policy).toContain("style-src 'self'")
      expect(policy).toContain("img-src 'self' https://acme.example;")
    }
  })

  test("the style sheet is kept for ever under the address that names it, and not at all under another", async () => {
    const [, path = ""] = /href="(\/brand\.css\?v=[0-9a-z]+)"/.exec((await opened("/", {})).body) ?? []
    const style = await opened(path, {})
    expect(style.headers.get("content-type")).toBe("text/css; charset=utf-8")
    expect(style.headers.get("cache-control")).toContain("immutable")
    expect(style.headers.get("x-content-type-options")).toBe("nosniff")
    expect(style.body).toContain("--accent: #0b5d3b;")
    expect(style.body).toMatch(
      /prefers-color-scheme: dark.*--strong: #7fe0b4; --strong-hover: #\w+; --on-strong: #000000/
    )
    expect(style.body).toContain(":root:root h1 { font-weight: 700; }")
    const other = await opened("/brand.css?v=0", {})
    expect([other.body, other.headers.get("cache-control")]).toEqual([style.body, "no-store"])
    await node.run(setBranding({ css: "h1 { font-weight: 600 }" }))
    node.advance(minute)
    expect((await opened("/", {})).body).not.toContain(path)
  })

  test("where storage does not answer, pages are shown as they come", async () => {
    node.advance(minute)
    node.failing.add("Branding.find")
    const page = await opened("/", {})
    expect([page.status, page.body.includes("<bdi>Hapax</bdi>"), page.body.includes("/brand.css")]).toEqual([
      200,
      true,
      false
    ])
    node.failing.clear()
    expect((await opened("/", {})).body).toContain("Acme")
  })

  test("reset, it is the look as it comes", async () => {
    await node.run(setBranding({ reset: true }))
    node.advance(minute)
    const page = await opened("/", {})
    expect(page.body).not.toMatch(/Acme|brand\.css/)
    expect((await opened("/brand.css", {})).body).toBe("")
  })
})
