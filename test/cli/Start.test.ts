/** `npm start` and the commands beside it, as a person meets them: the real processes on a folder of their own. */
import { statSync } from "node:fs"
import { createServer, get } from "node:http"
import type { AddressInfo } from "node:net"
import * as client from "openid-client"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import type { Letter } from "../../demo/Mailbox.ts"
import { Browser, forms, jsonOf } from "../clients/Browser.ts"
import { codeIn, linkIn } from "../workerd/Mailbox.ts"
import { makeTool, type Running } from "./Tool.ts"

const minute = 60_000
const tool = makeTool()
let running: Running

beforeAll(async () => {
  // Before anything was ever started: the commands make the store themselves.
  const made = await tool.run(
    ["client", "create", "--id", "app", "--secret-stdin", "--redirect-uri", "https://rp.example/cb", "--json"],
    {},
    "a secret of the app\n"
  )
  expect(made).toMatchObject({ code: 0, stderr: "" })
  expect(JSON.parse(made.stdout)).toMatchObject({ client_id: "app", redirect_uris: ["https://rp.example/cb"] })
  const bob = ["user", "create", "--username", "bob", "--email", "bob@example.com", "--country", "NL"]
  expect(await tool.run(bob, { HAPAX_PASSWORD: "bob's password" })).toMatchObject({ code: 0, stderr: "" })
  running = await tool.start()
}, 2 * minute)

afterAll(async () => {
  await running?.stop()
  await tool.forget()
}, minute)

const discovery = async (origin: string): Promise<Record<string, unknown>> =>
  (await (await fetch(`${origin}/.well-known/openid-configuration`)).json()) as Record<string, unknown>

const firstLetter = async (): Promise<Letter> => {
  for (;;) {
    const [letter] = (await (await fetch(`${running.demo}/mailbox.json`)).json()) as ReadonlyArray<Letter>
    if (letter !== undefined) return letter
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

/** A request whose Host header says something else than its address. */
const asked = (url: string, headers: Record<string, string>): Promise<string> =>
  new Promise((resolve, reject) => {
    get(url, { headers }, (answer) => {
      const parts: Array<Buffer> = []
      answer.on("data", (part: Buffer) => parts.push(part))
      answer.once("end", () => resolve(JSON.stringify(answer.headers) + Buffer.concat(parts).toString()))
    }).once("error", reject)
  })

/** Signs in at the provider, and gives the code's address; with a session no page is shown. */
const authorize = async (browser: Browser, config: client.Configuration, prompt?: string) => {
  browser.stopAt = "https://rp.example/"
  const codeVerifier = client.randomPKCECodeVerifier()
  const url = client.buildAuthorizationUrl(config, {
    redirect_uri: "https://rp.example/cb",
    scope: "openid offline_access",
    code_challenge: await client.calculatePKCECodeChallenge(codeVerifier),
    code_challenge_method: "S256",
    state: "s",
    ...(prompt === undefined ? { prompt: "consent" } : { prompt })
  })
  let page = await browser.open(url)
  if (page.url.pathname === "/login") page = await browser.submit(page, { login: "bob", password: "bob's password" })
  if (page.url.pathname === "/consent") page = await browser.submit(page, { decision: "approve" })
  const location = page.headers.get("location")
  if (location === null) throw new Error(`${page.url} sends nowhere:\n${page.body}`)
  return client.authorizationCodeGrant(config, new URL(location), {
    pkceCodeVerifier: codeVerifier,
    expectedState: "s",
    idTokenExpected: true
  })
}

const configured = (origin: string) =>
  client.discovery(new URL(origin), "app", undefined, client.ClientSecretBasic("a secret of the app"), {
    execute: [client.allowInsecureRequests]
  })

describe("npm start", () => {
  it("prints the address, the demo and its credentials, and they are right", async () => {
    const printed = running.printed()
    expect(printed).toContain(`Provider    ${running.origin}\n`)
    expect(printed).toContain(`Demo        ${running.demo} `)
    const [, password] = /Password {4}(.*)\n/.exec(printed) ?? []
    const browser = new Browser()
    let page = await browser.submit(await browser.open(running.demo), { scope: "profile" }, "/sign-in")
    page = await browser.submit(page, { login: "alice", password: password ?? "" })
    if (page.url.pathname === "/consent") page = await browser.submit(page, { decision: "approve" })
    expect(page.url.origin).toBe(running.demo)
    expect(jsonOf(page, "userinfo-claims")).toMatchObject({ name: "Alice Example", locale: "en-GB" })
  })

  it("prints where the letters go: a page beside the demo, and JSON, by no other name of this computer", async () => {
    expect(running.printed()).toContain(`Mailbox     ${running.demo}/mailbox `)
    const home = await (await fetch(running.demo)).text()
    expect(home).toContain('href="/mailbox"')
    const page = await fetch(`${running.demo}/mailbox`)
    expect([page.status, await page.text()]).toEqual([200, expect.stringContaining("No letter yet")])
    expect(await (await fetch(`${running.demo}/mailbox.json`)).json()).toEqual([])
    expect(await asked(`${running.demo}/mailbox.json`, { host: "rebound.example" })).toContain("misdirected_request")
  })

  it("a letter that somebody asks for is in the mailbox, and signs them in", async () => {
    const browser = new Browser()
    const login = await browser.submit(await browser.open(running.demo), { scope: "email" }, "/sign-in")
    const [form] = forms(login)
    const asked = new URLSearchParams([...form!.hidden, ["login", "alice@example.com"]])
    const waiting = await browser.open(new URL("/login/letter", running.origin), asked)
    const letter = await firstLetter()
    expect(letter).toMatchObject({ to: "alice@example.com", from: "Hapax <hapax@localhost>" })
    expect(new URL(linkIn(letter)).origin).toBe(running.origin)
    let page = await browser.submit(waiting, { code: codeIn(letter) }, "/login/code")
    if (page.url.pathname === "/consent") page = await browser.submit(page, { decision: "approve" })
    expect(jsonOf(page, "userinfo-claims")).toMatchObject({ email: "alice@example.com", email_verified: true })
    const read = await (await fetch(`${running.demo}/mailbox`)).text()
    expect(read).toContain(codeIn(letter))
  })

  it("answers on every address of localhost", async () => {
    const port = new URL(running.origin).port
    expect(await discovery(`http://127.0.0.1:${port}`)).toMatchObject({ issuer: running.origin })
    // A machine without IPv6 has no such address; on any other it is the same provider.
    const six = await discovery(`http://[::1]:${port}`).catch((problem: Error) =>
      /EADDRNOTAVAIL|ECONNREFUSED|ENETUNREACH/.test(String(problem.cause)) ? { issuer: running.origin } : { problem }
    )
    expect(six).toMatchObject({ issuer: running.origin })
  })

  it("keeps its secrets to its owner", () => {
    for (const name of ["secret", "control.sock", "demo-client-secret"]) {
      expect(statSync(`${tool.data}/${name}`).mode & 0o077, name).toBe(0)
    }
  })

  it("a second start on the same folder says so in one line", async () => {
    const { code, stderr, stdout } = await tool.run(["start"], { PORT: "1", DEMO_PORT: "2" })
    expect(code).toBe(1)
    expect(stdout).toBe("")
    expect(stderr).toBe(
      `hapax: Hapax runs already on ${tool.data} (process ${running.pid}, ${running.origin}): ` +
        "stop it first, or choose another HAPAX_DATA\n"
    )
  })

  it(
    "clients and users can be made while it runs, and are there at once",
    async () => {
      const { stdout } = await tool.run(["user", "list", "--json"])
      const names = (text: string) => (JSON.parse(text) as Array<{ username: string }>).map(({ username }) => username)
      expect(names(stdout).toSorted()).toEqual(["alice", "bob"])
      expect(await tool.run(["user", "create", "--username", "carol", "--password", "carol's own"])).toMatchObject({
        code: 0,
        stderr: ""
      })
      const after = await tool.run(["user", "list", "--json"])
      expect(names(after.stdout).toSorted()).toEqual(["alice", "bob", "carol"])
      const made = ["client", "create", "--id", "spa", "--public", "--redirect-uri", "http://localhost:3000/"]
      const scopes = ["--scope", "openid profile", "--scope", "email", "--alg", "ES256", "--name", "Spa"]
      expect(await tool.run([...made, ...scopes])).toMatchObject({ code: 0, stderr: "" })
      const shown = await tool.run(["client", "show", "spa", "--json"])
      expect(JSON.parse(shown.stdout)).toMatchObject({
        client_id: "spa",
        client_name: "Spa",
        token_endpoint_auth_method: "none",
        scopes: ["openid", "profile", "email"],
        id_token_signed_response_alg: "ES256"
      })
    },
    2 * minute
  )

  it(
    "RFC 8628: a client for devices needs no address, and its devices can ask at once",
    async () => {
      const grant = "urn:ietf:params:oauth:grant-type:device_code"
      const made = await tool.run(["client", "create", "--id", "tv", "--public", "--grant-type", grant])
      expect(made).toMatchObject({ code: 0, stderr: "" })
      const form = new URLSearchParams({ client_id: "tv", scope: "openid" })
      const answer = await fetch(`${running.origin}/device_authorization`, { method: "POST", body: form })
      expect([answer.status, await answer.json()]).toMatchObject([200, { user_code: expect.any(String) }])
    },
    minute
  )

  it(
    "what cannot be done is one line and exit code 1",
    async () => {
      const again = await tool.run(["client", "create", "--id", "spa", "--redirect-uri", "http://localhost:3000/"])
      expect(again).toEqual({ code: 1, stdout: "", stderr: "hapax: There is a client spa already.\n" })
      const nobody = await tool.run(["user", "show", "nobody"])
      expect(nobody).toMatchObject({ code: 1, stdout: "" })
      const mistyped = await tool.run(["user", "creat"])
      expect(mistyped.code).toBe(1)
      expect(mistyped.stderr.split("\n")[0]).toBe('hapax: Unknown subcommand "creat" for "hapax user"')
    },
    minute
  )

  it(
    "sessions and refresh tokens survive a stop and a crash",
    async () => {
      const { port } = new URL(running.origin)
      const ports = { PORT: port, DEMO_PORT: new URL(running.demo).port }
      const browser = new Browser()
      const first = await authorize(browser, await configured(running.origin))
      expect(await running.stop("SIGTERM")).toMatchObject({ code: 0, stderr: "" })

      running = await tool.start(ports)
      const config = await configured(running.origin)
      const refreshed = await client.refreshTokenGrant(config, first.refresh_token!)
      expect((await authorize(browser, config, "none")).claims()?.sub).toBe(first.claims()?.sub)

      // Killed before the home's outbox is emptied, and with workerd left behind for a moment.
      expect(await tool.run(["user", "create", "--username", "dave", "--password", "dave's own"])).toMatchObject({
        code: 0
      })
      await running.stop("SIGKILL")
      running = await tool.start(ports)
      const again = await configured(running.origin)
      expect((await client.refreshTokenGrant(again, refreshed.refresh_token!)).access_token).toBeTypeOf("string")
      expect((await authorize(browser, again, "none")).claims()?.sub).toBe(first.claims()?.sub)
      expect((await tool.run(["user", "list"])).stdout).toContain("dave")
    },
    3 * minute
  )
})

describe("npm start behind a TLS proxy", () => {
  it(
    "prints and publishes the https issuer alone, whatever Host says, and makes no demo user",
    async () => {
      const own = makeTool()
      const behind = await own.start({ ISSUER: "https://id.example.org" })
      const told = { host: "evil.example", "x-forwarded-host": "evil.example", "x-forwarded-proto": "http" }
      const text = await asked(`${behind.origin}/.well-known/openid-configuration`, told)
      expect(text).toContain('"issuer":"https://id.example.org"')
      expect(text).not.toMatch(/http:|evil|localhost/)
      expect(await asked(`${behind.origin}/authorize`, told)).not.toMatch(/evil|http:\/\/localhost/)
      const printed = behind.printed()
      expect(printed).toContain("Discovery   https://id.example.org/.well-known/openid-configuration")
      expect(printed).toContain("Demo        none")
      await behind.stop()
      const { stdout } = await own.run(["user", "list"], { ISSUER: "https://id.example.org" })
      expect(stdout).toBe("There is no user.\n")
      await own.forget()
    },
    2 * minute
  )
})

describe("a start that cannot be", () => {
  it(
    "a malformed ISSUER or PORT is one line and exit code 1",
    async () => {
      const own = makeTool()
      const [issuer, port] = await Promise.all([
        own.run(["start"], { ISSUER: "id.example.com" }),
        own.run(["start"], { PORT: "http" })
      ])
      expect(issuer).toMatchObject({ code: 1, stdout: "" })
      expect(issuer.stderr).toMatch(/^hapax: ISSUER must be .* it is "id\.example\.com"\n$/)
      expect(port).toEqual({
        code: 1,
        stdout: "",
        stderr: 'hapax: PORT must be a number from 1 to 65535; it is "http"\n'
      })
      await own.forget()
    },
    minute
  )

  it(
    "so is a port that another program has",
    async () => {
      const own = makeTool()
      const other = createServer()
      await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve))
      const { port } = other.address() as AddressInfo
      const { code, stderr } = await own.run(["start"], { PORT: String(port), DEMO_PORT: String(port - 1) })
      other.close()
      expect(code).toBe(1)
      expect(stderr).toBe(
        `hapax: PORT ${port} is taken by another program: stop it, or choose another port (PORT=${port + 10})\n`
      )
      await own.forget()
    },
    minute
  )
})
