/** Where answers are sent: redirect URIs, mix-up, posted credentials, framing: attacks 1, 2, 23, 25, 29. RFC 9700. */
import { Effect, Result, Schema } from "effect"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { ClientMetadata, defaultMetadata } from "../../src/domain/ClientMetadata.ts"
import { registerClient } from "../../src/services/flows/operator/RegisterClient.ts"
import { textOf } from "../clients/Browser.ts"
import { newBrowser, register, type RelyingParty } from "../clauses/RelyingParty.ts"
import { makeUser } from "../workerd/Fixtures.ts"
import { type RunningProvider, startProvider } from "../workerd/Provider.ts"
import { interactionOf, parametersOf, Visitor } from "./Visitor.ts"

let provider: RunningProvider
let rp: RelyingParty
const registered = [
  "https://rp.example/cb",
  "https://rp.example/app?tenant=1",
  "http://127.0.0.1/native",
  "http://[::1]:9000/native",
  "http://localhost/native",
  "com.example.app:/cb"
]

beforeAll(async () => {
  provider = await startProvider()
  rp = await register(provider, "rp", {
    redirect_uris: registered,
    post_logout_redirect_uris: ["https://rp.example/bye"]
  })
  await provider.run(makeUser("alice"))
}, 60_000)
afterAll(() => provider?.close())

describe("attack 1: redirect_uri variants: 400 page at the provider, never a redirect", () => {
  test.each([
    "https://rp.example/cb/",
    "https://rp.example/cb/..;/evil",
    "https://rp.example/cb/../evil",
    "https://rp.example/./cb",
    "https://rp.example//cb",
    "https://rp.example/CB",
    "https://RP.example/cb",
    "HTTPS://rp.example/cb",
    "https://rp.example/cb?",
    "https://rp.example/cb?x=1",
    "https://rp.example/cb&x=1",
    "https://rp.example/cb#",
    "https://rp.example/cb#fragment",
    "https://rp.example/cb\r\nLocation: https://evil.example",
    "https://rp.example/cb\u0000",
    "https://rp.example/cb%00",
    "https://rp.example/cb%0d%0aX:y",
    "https://rp.example/%63b",
    "https://rp.example/cb%2f..%2fevil",
    " https://rp.example/cb",
    "https://rp.example/cb ",
    "https://rp.example:443/cb",
    "http://rp.example/cb",
    "//rp.example/cb",
    "/cb",
    "https:rp.example/cb",
    "https://rp.example.evil.example/cb",
    "https://rp.example@evil.example/cb",
    "https://rp.example%40evil.example/cb",
    "https://rp.example\\@evil.example/cb",
    "https://evil.example\\rp.example/cb",
    "https://evil.example#rp.example/cb",
    "https://evil.example/https://rp.example/cb",
    "https://user:secret@rp.example/cb",
    "https://rp.example\u3002evil.example/cb",
    "https://rp\u2024example/cb",
    "https://rp.example/app?tenant=2",
    "https://rp.example/app?tenant=1&tenant=2",
    "https://rp.example/app?tenant=1&code=x",
    "javascript:alert(1)//https://rp.example/cb",
    "data:text/html,https://rp.example/cb",
    "com.example.app:/cb2",
    "com.example.app:/cb/../other",
    "com.example.app://cb",
    "null",
    "undefined",
    "*"
  ])("%j", async (redirect_uri) => {
    for (const extra of [{}, { prompt: "none" }, { response_type: "token" }] as const) {
      const visitor = new Visitor(provider.issuer)
      const visit = await visitor.visit(rp.authorizeUrl({ redirect_uri, state: "s", ...extra }))
      expect([visit.status, visit.headers.get("location"), visit.headers.get("refresh")]).toEqual([400, null, null])
      expect(textOf({ url: new URL("x:"), body: visit.text, ...visit }, "error-parameter")).toBe("redirect_uri")
    }
  })

  test.each([
    ["http://127.0.0.1:1/native", 303],
    ["http://127.0.0.1:65535/native", 303],
    ["http://[::1]:1234/native", 303],
    ["http://[::1]/native", 303],
    ["http://127.0.0.1:65536/native", 400],
    ["http://127.0.0.1:99999/native", 400],
    ["http://127.0.0.1:-1/native", 400],
    ["http://127.0.0.1:1/native/", 400],
    ["http://127.0.0.1:1/native?x=1", 400],
    ["http://127.0.0.1:1@evil.example/native", 400],
    ["http://127.0.0.1.evil.example:1/native", 400],
    ["http://127.1:1/native", 400],
    ["http://2130706433:1/native", 400],
    ["http://127.0.0.2:1/native", 400],
    ["http://localhost:1/native", 400],
    ["http://[::ffff:127.0.0.1]:1/native", 400],
    ["https://127.0.0.1:1/native", 400]
  ])("a loopback IP may vary the port only: %s is %i", async (redirect_uri, status) => {
    const visit = await new Visitor(provider.issuer).visit(rp.authorizeUrl({ redirect_uri }))
    expect(visit.status).toBe(status)
  })

  test("a loopback port is shown on the consent page, and answered to", async () => {
    const visitor = new Visitor(provider.issuer)
    const redirect_uri = "http://127.0.0.1:65535/native"
    const { location } = await visitor.login(await visitor.begin(rp, { redirect_uri, prompt: "consent" }))
    expect((await visitor.visit(location)).text).toContain("127.0.0.1:65535")
    const answer = await visitor.approve(interactionOf(location))
    expect(answer.location).toMatch(/^http:\/\/127\.0\.0\.1:65535\/native\?code=/)
  })

  test("a redirect URI of another client is not one of this client's", async () => {
    await register(provider, "evil", { redirect_uris: ["https://evil.example/cb"] })
    const parameters = { redirect_uri: "https://evil.example/cb" }
    expect((await new Visitor(provider.issuer).visit(rp.authorizeUrl(parameters))).status).toBe(400)
  })
})

describe("attack 2: javascript: or data: in any registered URI: registration refused", () => {
  const scripts = [
    "javascript:alert(1)",
    "JavaScript:alert(1)",
    "java\nscript:alert(1)",
    " javascript:alert(1)",
    "data:text/html,x",
    "vbscript:x",
    "blob:https://rp.example/x",
    "file:///etc/passwd"
  ]
  const names = ["client_uri", "logo_uri", "policy_uri", "tos_uri", "redirect_uris", "post_logout_redirect_uris"]

  test.each(names.flatMap((name) => scripts.map((uri) => [name, uri] as const)))("%s: %j", async (name, uri) => {
    const value = name.endsWith("s") ? [uri] : uri
    const metadata = { redirect_uris: ["https://rp.example/cb"], [name]: value }
    const refused = await provider.run(Effect.flip(registerClient({ metadata })))
    expect(refused).toMatchObject({ _tag: "InvalidField", field: expect.stringMatching(`^${name}`) })
    const decoded = Schema.decodeUnknownResult(ClientMetadata)({ ...defaultMetadata, ...metadata })
    expect(Result.isFailure(decoded)).toBe(true)
  })

  test.each([
    "https://rp.example/cb#fragment",
    "https://rp.example/日本",
    "https://rp.example\\@evil.example/",
    "https://rp.example/a b",
    "https://rp.example/\r\nX: y",
    "http://rp.example/cb",
    "https://user@rp.example/",
    "app:/cb",
    "/cb"
  ])("nor %j as a redirect URI, which no header could carry or which leads elsewhere", async (uri) => {
    const refused = await provider.run(Effect.flip(registerClient({ metadata: { redirect_uris: [uri] } })))
    expect(refused).toMatchObject({ _tag: "InvalidField", field: "redirect_uris[0]" })
  })
})

describe("attack 23: mix-up: iss on every authorization response, errors too (RFC 9207)", () => {
  test("codes, errors of the request, errors of the session, and a person's no", async () => {
    const visitor = new Visitor(provider.issuer)
    const first = await visitor.signIn(rp, { redirect_uri: registered[0]! })
    const redirects = [
      await visitor.visit(rp.authorizeUrl()),
      await visitor.visit(rp.authorizeUrl({ response_type: "token" })),
      await visitor.visit(rp.authorizeUrl({ scope: "none" })),
      await visitor.visit(rp.authorizeUrl({ request: "x" })),
      await new Visitor(provider.issuer).visit(rp.authorizeUrl({ prompt: "none" })),
      await visitor.visit("/login", { interaction: await visitor.begin(rp, { prompt: "login" }), decision: "deny" }),
      await visitor.visit("/consent", { interaction: await visitor.begin(rp, { prompt: "consent" }), decision: "deny" })
    ]
    expect(first["iss"]).toBe(provider.issuer)
    for (const { location, status } of redirects) {
      expect([status, parametersOf(location)["iss"]]).toEqual([303, provider.issuer])
    }
  })
})

describe("attack 25: credentials posted, then redirected: 303, never 307", () => {
  test("login, consent, authorize and logout by POST", async () => {
    const visitor = new Visitor(provider.issuer)
    const login = await visitor.login(await visitor.begin(rp, { prompt: "consent" }))
    const consent = await visitor.approve(interactionOf(login.location))
    const authorize = await visitor.visit("/authorize", Object.fromEntries(new URL(rp.authorizeUrl()).searchParams))
    const logout = await visitor.visit("/logout", {})
    for (const visit of [login, consent, authorize, logout]) {
      expect([visit.status, visit.location]).toEqual([303, expect.stringMatching(/./)])
      expect(visit.location).not.toContain("password")
      expect(visit.headers.get("referrer-policy")).toBe("no-referrer")
    }
    const confirmed = await visitor.visit("/logout/confirm", { csrf: interactionOf(logout.location) })
    expect(confirmed.status).toBe(200)
  })
})

describe("attack 29: framing: frame-ancestors 'none'", () => {
  test("every page, errors too", async () => {
    const browser = newBrowser()
    const login = await rp.ask(browser, { prompt: "consent" })
    const wrong = await browser.submit(login, { login: "alice", password: "wrong" })
    const consent = await browser.submit(wrong, { login: "alice", password: "correct horse battery staple" })
    const visitor = new Visitor(provider.issuer)
    const others = ["/", "/logout", "/nothing", "/authorize", "/login", "/consent", "/logout/confirm"]
    const pages = [login, wrong, consent, ...(await Promise.all(others.map((path) => visitor.visit(path))))]
    for (const { headers } of pages) {
      expect(headers.get("content-type")).toBe("text/html; charset=utf-8")
      expect(headers.get("content-security-policy")).toMatch(/(^|; )frame-ancestors 'none'(;|$)/)
      expect(headers.get("content-security-policy")).toMatch(/^default-src 'none'/)
      expect(headers.get("x-frame-options")).toBe("DENY")
    }
  })
})
