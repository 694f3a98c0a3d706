/** Attacks by those who may register clients themselves: 2, 20, 41, and bodies that are none. RFC 7591 §5. */
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { makeResource } from "../clauses/Api.ts"
import { manage, partyOf, registerBy } from "../clauses/Registrant.ts"
import {
  type Answer,
  answered,
  answerOf,
  callback,
  goThrough,
  newBrowser,
  RelyingParty
} from "../clauses/RelyingParty.ts"
import { makeUser } from "../workerd/Fixtures.ts"
import { anotherNetwork } from "../workerd/Network.ts"
import { type RunningProvider, startProvider } from "../workerd/Provider.ts"

let provider: RunningProvider
/** A server inside, which nobody outside may make the provider ask. */
const heard: Array<string> = []
const inside = createServer(({ url = "" }, response) => {
  heard.push(url)
  response.end(JSON.stringify([callback]))
})
let port: number

beforeAll(async () => {
  await new Promise<void>((resolve) => inside.listen(0, resolve))
  port = (inside.address() as AddressInfo).port
  provider = await startProvider({ REGISTRATION: "open" })
  await provider.run(makeUser("alice"))
}, 60_000)
afterAll(async () => {
  inside.close()
  await provider?.close()
})

const clientCount = async () => {
  const row = await provider.env.DB.prepare("SELECT count(*) AS n FROM oauth_clients").first<{ n: number }>()
  return row?.n ?? 0
}

const isRefused = (answer: Answer, error: string) => {
  expect([answer.status, answer.body["error"], answer.headers.get("cache-control")]).toEqual([400, error, "no-store"])
}

describe("attack 2: javascript: or data: in any registered URI: registration refused", () => {
  const scripts = ["javascript:alert(1)", "JAVASCRIPT:alert(1)", "data:text/html,x", "vbscript:x", " javascript:1"]
  const lists = ["redirect_uris", "post_logout_redirect_uris", "request_uris"]
  const single = [
    "client_uri",
    "logo_uri",
    "policy_uri",
    "tos_uri",
    "jwks_uri",
    "sector_identifier_uri",
    "initiate_login_uri",
    "frontchannel_logout_uri",
    "backchannel_logout_uri"
  ]
  test.each([...lists, ...single])("%s", async (name) => {
    const before = await clientCount()
    for (const script of scripts) {
      const answer = await registerBy(provider, { [name]: lists.includes(name) ? [script] : script })
      isRefused(answer, name === "redirect_uris" ? "invalid_redirect_uri" : "invalid_client_metadata")
    }
    expect(await clientCount()).toBe(before)
  })
})

describe("attack 20: what a registration makes the provider ask", () => {
  const hosts = ["127.0.0.1", "127.1", "2130706433", "localhost", "[::1]", "[::ffff:127.0.0.1]", "0.0.0.0"]

  test("a sector_identifier_uri inside is refused and not fetched, however it is written", async () => {
    for (const host of hosts) {
      for (const scheme of ["http", "https"]) {
        const sector_identifier_uri = `${scheme}://${host}:${port}/sector`
        isRefused(await registerBy(provider, { sector_identifier_uri }), "invalid_client_metadata")
      }
    }
    expect(heard).toEqual([])
  })

  test("nor is anything else, and logos never are", async () => {
    const at = (path: string) => `http://127.0.0.1:${port}/${path}`
    for (const [name, value] of [
      ["jwks_uri", at("jwks")],
      ["backchannel_logout_uri", at("logout")],
      ["request_uris", [at("request")]]
    ] as const) {
      isRefused(await registerBy(provider, { [name]: value }), "invalid_client_metadata")
    }
    const shown = { logo_uri: at("logo"), client_uri: at("home"), policy_uri: at("policy"), tos_uri: at("tos") }
    const rp = partyOf(provider, await registerBy(provider, shown))
    expect((await rp.ask(newBrowser())).body).toContain(at("logo"))
    expect(await rp.authorize(newBrowser())).toHaveProperty("code")
    expect(heard).toEqual([])
  })
})

describe("attack: whoever may register gets into an API that looks at the audience alone", () => {
  test("a resource server without scopes is closed to clients that registered themselves", async () => {
    const open = "https://open.example/"
    await makeResource(provider, open, { scopes: [] })
    const metadata = { grant_types: ["client_credentials"], response_types: [], redirect_uris: [] }
    const { body } = await registerBy(provider, metadata)
    const client = new RelyingParty(provider, body["client_id"], body["client_secret"])
    const own = await client.post("/token", { grant_type: "client_credentials" })
    expect(own.status).toBe(200)
    isRefused(await client.post("/token", { grant_type: "client_credentials", resource: open }), "invalid_target")
  })
})

describe("attack: a number so large that storage cannot count with it", () => {
  test("default_max_age: refused, where every request of the client would look as if storage had failed", async () => {
    for (const default_max_age of [1_000_000_000, Number.MAX_SAFE_INTEGER, 1e20, -1, 0.5]) {
      isRefused(await registerBy(provider, { default_max_age }), "invalid_client_metadata")
    }
    const rp = partyOf(provider, await registerBy(provider, { default_max_age: 999_999_999 }))
    expect(await rp.authorize(newBrowser())).toHaveProperty("code")
  })
})

describe("attack 41: HTML, SQL and header injection through what is registered", () => {
  const hostile = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "'; DROP TABLE oauth_clients; --",
    "x\r\nSet-Cookie: evil=1",
    "\u202egnp.exe",
    "{{7*7}}${7*7}",
    "\u0000"
  ]

  test.each(hostile)("%j as a name: stored and shown as text", async (client_name) => {
    const registered = await registerBy(provider, { client_name, contacts: [client_name], software_id: client_name })
    expect(registered).toMatchObject({ status: 201, body: { client_name, contacts: [client_name] } })
    expect((await manage(registered, "GET")).body).toMatchObject({ client_name, software_id: client_name })
    const browser = newBrowser()
    const login = await partyOf(provider, registered).ask(browser)
    expect(login.status).toBe(200)
    expect(login.body).not.toMatch(/<script>alert|<img src=x/)
    expect(login.headers.get("set-cookie") ?? "").not.toContain("evil")
    expect(answered(await goThrough(browser, login))).toHaveProperty("code")
  })

  test("an address cannot end the page's policy, nor leave its attribute", async () => {
    for (const logo_uri of [
      "https://a.example/;script-src%20*",
      "https://a.example;script-src/",
      `https://a.example/"onerror="alert(1)`,
      "https://a.example/\r\nX-Evil: 1"
    ]) {
      const registered = await registerBy(provider, { logo_uri })
      if (registered.status !== 201) continue
      const page = await partyOf(provider, registered).ask(newBrowser())
      expect(page.headers.get("content-security-policy")).not.toMatch(/script-src(?! 'sha256-[\w+/]+=';)/)
      expect(page.headers.has("x-evil")).toBe(false)
      expect(page.body).not.toMatch(/"onerror=/)
    }
  })
})

describe("RFC 7591 §3.1: a body that is none", () => {
  const post = async (body: string, headers: Record<string, string> = { "content-type": "application/json" }) =>
    answerOf(
      await fetch(`${provider.issuer}/register`, { method: "POST", headers: { ...anotherNetwork(), ...headers }, body })
    )
  const good = JSON.stringify({ redirect_uris: [callback] })

  test.each([
    "",
    "{",
    "null",
    "[]",
    '"x"',
    "1",
    "{}{}",
    `{"redirect_uris":${"[".repeat(5_000)}`,
    `{"redirect_uris":"${callback}"}`,
    `{"redirect_uris":[${'"x",'.repeat(10)}null]}`,
    `{"redirect_uris":{"0":"${callback}","length":1}}`
  ])("%s", async (body) => {
    const answer = await post(body)
    expect(answer.status).toBe(400)
    expect(["invalid_client_metadata", "invalid_redirect_uri"]).toContain(answer.body["error"])
  })

  test("of another type, or too large: 400, and nobody is registered", async () => {
    const before = await clientCount()
    for (const type of ["application/x-www-form-urlencoded", "text/plain", "application/jsonp", "x", "*/*"]) {
      isRefused(await post(good, { "content-type": type }), "invalid_client_metadata")
    }
    const large = JSON.stringify({ redirect_uris: [callback], contacts: ["x".repeat(70_000)] })
    isRefused(await post(large), "invalid_client_metadata")
    expect(await clientCount()).toBe(before)
    expect((await post(good, { "content-type": "Application/JSON; charset=utf-8" })).status).toBe(201)
  })

  test("members of an object's prototype are no metadata", async () => {
    const answer = await post(
      `{"redirect_uris":["${callback}"],"__proto__":{"client_name":"evil"},"constructor":1,"toString":"x"}`
    )
    expect(answer.status).toBe(201)
    for (const name of ["client_name", "constructor", "toString"]) expect(Object.hasOwn(answer.body, name)).toBe(false)
  })
})
