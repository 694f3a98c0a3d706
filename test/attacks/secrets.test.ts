/**
 * What a running provider says of itself: health, spans, logs and alerts; and that no secret is in any of it. A whole
 * run of every flow over HTTP, at the most talkative log level, with everything overheard that anybody could use.
 * OWASP ASVS 5.0 §16.2.5, §16.3.
 */
import { createHash, createHmac } from "node:crypto"
import { Redacted } from "effect"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { stores } from "../../src/domain/Health.ts"
import { runCommand } from "../../src/operator/RunCommand.ts"
import { setSettings } from "../../src/services/flows/operator/SetSettings.ts"
import { Webhook } from "../../src/services/ports/Webhook.ts"
import { connect, poll, registerDevice, waiting } from "../clauses/Device.ts"
import { registerBy } from "../clauses/Registrant.ts"
import { goThrough, newBrowser, register, type RelyingParty } from "../clauses/RelyingParty.ts"
import { makeUser } from "../workerd/Fixtures.ts"
import { codeIn, linkIn, type RunningMailbox, startMailbox } from "../workerd/Mailbox.ts"
import { type RunningProvider, startProvider } from "../workerd/Provider.ts"
import { type Collector, startCollector } from "./Collector.ts"
import { givenAway, type Overheard, overhear } from "./Overhear.ts"
import { Visitor } from "./Visitor.ts"

const header = "Bearer the-secret-of-the-collector"
const verifier = "a-verifier-of-43-characters-that-nobody-knows"
const challenge = createHash("sha256").update(verifier).digest("base64url")

let provider: RunningProvider
let mailbox: RunningMailbox
let collector: Collector
let hook: Collector
let overheard: Overheard
let rp: RelyingParty
/** Of a letter: too short to be looked for without what is around it. */
let mailedCode = ""
/** What the operator's commands answered. */
let answers = ""

beforeAll(async () => {
  mailbox = await startMailbox()
  collector = await startCollector()
  hook = await startCollector()
  provider = await startProvider({
    ...mailbox.variables,
    REGISTRATION: "open",
    ALLOW_LOOPBACK: "true",
    OTLP_URL: collector.url,
    OTLP_HEADERS: `authorization=${encodeURIComponent(header)}`,
    OTLP_PERCENT: "100"
  })
  overheard = overhear()
  rp = await register(provider, "rp", { grant_types: ["authorization_code", "refresh_token"] })
  for (const name of ["alice", "bob"]) await provider.run(makeUser(name))
  await clientsRun()
  await peoplesRun()
  await operatorsRun()
}, 60_000)
afterAll(async () => {
  overheard?.stop()
  for (const running of [provider, mailbox, collector, hook]) await running?.close()
})

/** Everything that clients do, right and wrong. */
const clientsRun = async () => {
  const browser = newBrowser()
  const pkce = { code_challenge: challenge, code_challenge_method: "S256", scope: "openid offline_access" }
  const code = await rp.code(browser, pkce)
  const { body } = await rp.redeem(code, { code_verifier: verifier })
  const { body: next } = await rp.refresh(body["refresh_token"])
  await rp.refresh("a-refresh-token-that-nobody-was-given")
  await rp.redeem(code, { code_verifier: verifier })
  await rp.userinfo(next["access_token"])
  await rp.post("/introspect", { token: next["access_token"] })
  await rp.post("/revoke", { token: next["refresh_token"] })
  await rp.post("/token", { grant_type: "refresh_token", refresh_token: "x".repeat(40) }, { authorization: "Basic eA" })
  const pushed = await rp.push({ state: "a-state-of-the-client" })
  await rp.ask(browser, { id_token_hint: body["id_token"], prompt: "none" })
  await browser.open(rp.pushedUrl(pushed.body["request_uri"]))
  const fresh = await rp.tokens(newBrowser(), {}, "bob")
  const authorization = `Bearer ${fresh["access_token"]}`
  const handOver = await fetch(`${provider.issuer}/session/token`, { method: "POST", headers: { authorization } })
  await rp.post("/session/verify", { session_token: ((await handOver.json()) as any)["session_token"] })
  await registerBy(provider, { client_name: "Its own" })
  const device = await registerDevice(provider, "device")
  const { deviceCode, userCode } = await waiting(device)
  await connect(newBrowser(), provider.issuer, userCode)
  await poll(device, deviceCode)
  await rp.logout(browser, { id_token_hint: body["id_token"] })
}

/** Letters that sign in and reset, and passwords right and wrong. */
const peoplesRun = async () => {
  const visitor = new Visitor(provider.issuer, "203.0.113.9")
  const interaction = await visitor.begin(rp)
  await visitor.login(interaction, "bob", "a-wrong-password-of-bob")
  const asked = await visitor.visit("/login/letter", { interaction, login: "bob", password: "" })
  await visitor.visit(asked.location)
  const letter = await mailbox.nth("bob@example.com", 1)
  mailedCode = codeIn(letter)
  const page = await visitor.visit((await visitor.visit(linkIn(letter))).location)
  const step = /name="interaction" value="([^"]+)"/.exec(page.text)?.[1] ?? ""
  await visitor.visit("/login/link/confirm", { interaction: step, confirmation: "" })
  const forgetful = new Visitor(provider.issuer, "203.0.113.10")
  const login = await forgetful.begin(rp)
  await forgetful.visit("/password/forgot", { interaction: login, login: "alice" })
  const browser = newBrowser()
  await goThrough(browser, await browser.open(`${provider.issuer}/account/password`))
  // A logout that nobody's client asks for is confirmed by a form.
  await browser.open(`${provider.issuer}/logout`)
}

const operatorsRun = async () => {
  await provider.run(setSettings({ change: { alerts: { webhook: `${hook.url}/secret-path-of-the-hook` } } }))
  const commands = [
    "user.list",
    "client.list",
    "resource.list",
    "key.list",
    "alert.list",
    "branding.show",
    "registration-token.list"
  ]
  const asked = [
    ...commands.map((command) => ({ command, input: {} })),
    { command: "user.show", input: { user: "alice" } },
    { command: "client.show", input: { id: "rp" } }
  ]
  for (const one of asked) answers += await provider.run(runCommand(JSON.stringify(one)))
}

const spans = () =>
  collector.posted
    .filter(({ path }) => path === "/v1/traces")
    .flatMap(({ body }) => JSON.parse(body).resourceSpans[0].scopeSpans[0].spans as ReadonlyArray<any>)

const attributesOf = (span: any): Record<string, string> =>
  Object.fromEntries(span.attributes.map(({ key, value }: any) => [key, Object.values(value)[0]]))

describe("issue 6, observability", () => {
  test("every span of a flow and of an operation: level, kind, backend and shard, under the request's", async () => {
    await expect.poll(() => spans().some(({ name }) => name === "AuthorizationCode.redeem")).toBe(true)
    const all = spans()
    const redeem = all.find(({ name, status }) => name === "AuthorizationCode.redeem" && status.code === 1)
    expect(attributesOf(redeem)).toMatchObject({
      "hapax.level": "Strong",
      "hapax.kind": "consume",
      "hapax.repeat": "attempt",
      "hapax.backend": "DurableObject"
    })
    expect(attributesOf(redeem)["hapax.shard"]).toMatch(/^1-\d+$/)
    const ofTrace = all.filter(({ traceId }) => traceId === redeem.traceId)
    const root = ofTrace.find(({ parentSpanId }) => parentSpanId === undefined)
    expect(attributesOf(root)).toMatchObject({ "http.route": "/token", "http.response.status_code": "200" })
    expect(ofTrace.every(({ parentSpanId, spanId }) => parentSpanId !== undefined || spanId === root.spanId)).toBe(true)
    // What went wrong is said by its name.
    const reused = all.find(({ name, status }) => name === "AuthorizationCode.redeem" && status.code === 2)
    expect(attributesOf(reused)["error.type"]).toBe("CodeRefused")
    expect(collector.posted[0]?.headers["authorization"]).toBe(header)
  })

  test("each line of the log is JSON with its level, and names the trace of its request", async () => {
    const lines = provider
      .output()
      .split("\n")
      .filter((line) => line.startsWith('{"message"') || line.startsWith('{"level"'))
      .map((line) => JSON.parse(line))
    const refused = lines.filter(({ message }) => message === "refused")
    expect(refused.length).toBeGreaterThan(0)
    for (const line of refused)
      expect(line).toMatchObject({ level: "INFO", traceId: expect.stringMatching(/^\w{32}$/) })
  })

  test("whoever asks has no part in the trace: a traceparent of theirs is not taken", async () => {
    const theirs = "0af7651916cd43dd8448eb211c80319c"
    await fetch(`${provider.issuer}/.well-known/jwks.json`, {
      headers: { traceparent: `00-${theirs}-b7ad6b7169203331-01` }
    })
    await rp.refresh("nothing")
    await expect.poll(() => spans().filter(({ name }) => name === "GET").length).toBeGreaterThan(0)
    expect(JSON.stringify(spans())).not.toContain(theirs)
  })

  test("a dead collector neither delays nor fails an answer", async () => {
    collector.answers = null
    const statuses = await Promise.all(
      Array.from({ length: 20 }, async () => (await fetch(`${provider.issuer}/.well-known/jwks.json`)).status)
    )
    collector.answers = 200
    expect(new Set(statuses)).toEqual(new Set([200]))
  })

  test("/health: a check of each store, 200, not stored, and nothing of the inside", async () => {
    const health = await fetch(`${provider.issuer}/health`)
    expect([health.status, health.headers.get("cache-control")]).toEqual([200, "no-store"])
    const body = (await health.json()) as {
      status: string
      checks: Record<string, { status: string; latency: string }>
    }
    expect(Object.keys(body)).toEqual(["status", "checks"])
    expect([body.status, Object.keys(body.checks)]).toEqual(["pass", [...stores]])
    for (const check of Object.values(body.checks)) {
      expect(Object.keys(check)).toEqual(["status", "latency"])
      expect(["fast", "slow", "very slow"]).toContain(check.latency)
    }
    expect((await fetch(`${provider.issuer}/health`, { method: "HEAD" })).status).toBe(200)
    expect((await fetch(`${provider.issuer}/health`, { method: "POST" })).status).toBe(405)
  })

  test("system.md, alerts: code reuse reaches the operator's webhook by the cron, signed, and once", async () => {
    await provider.cron()
    await provider.cron()
    const alerts = hook.posted.filter(({ body }) => JSON.parse(body).alert === "token.reused")
    expect(alerts).toHaveLength(1)
    const [{ body, headers }] = alerts as [Collector["posted"][number]]
    expect(JSON.parse(body)).toMatchObject({ type: "alert.raised", issuer: provider.issuer, detail: { clients: "1" } })
    // Standard Webhooks 1.0.0.
    const key = Redacted.value(await provider.run(Webhook.use((webhook) => webhook.key)))
    const signed = `${headers["webhook-id"]}.${headers["webhook-timestamp"]}.${body}`
    const signature = createHmac("sha256", Buffer.from(key.slice("whsec_".length), "base64")).update(signed)
    expect(headers["webhook-signature"]).toBe(`v1,${signature.digest("base64")}`)
  })
})

describe("no secret in any output", () => {
  /** All that came out of the provider for whoever operates it. */
  const everything = () =>
    [provider.output(), answers, ...[collector, hook].flatMap(({ posted }) => posted.map(({ body }) => body))].join(
      "\n"
    )

  test("the run used every kind of secret", () => {
    const kinds = new Set(overheard.secrets.values())
    for (const kind of [
      "code",
      "code_verifier",
      "access_token",
      "refresh_token",
      "id_token",
      "client_secret",
      "password",
      "registration_access_token",
      "device_code",
      "user_code",
      "session_token",
      "request_uri",
      "interaction",
      "csrf",
      "cookie",
      "token"
    ]) {
      expect(kinds, kind).toContain(kind)
    }
  })

  test("OWASP ASVS 5.0 §16.2.5: none of them is in the log, a span, an alert or an operator's answer", async () => {
    const { keys } = (await (await fetch(`${provider.issuer}/.well-known/jwks.json`)).json()) as any
    expect(keys.length).toBeGreaterThan(0)
    overheard.add("HAPAX_SECRET", "a secret for tests only, forty characters")
    overheard.add("OTLP_HEADERS", header)
    overheard.add("webhook address", "secret-path-of-the-hook")
    const output = everything()
    expect(output.length).toBeGreaterThan(10_000)
    expect(givenAway(output, overheard.secrets)).toEqual([])
    expect(mailedCode).not.toBe("")
    expect(output).not.toContain(`"${mailedCode}"`)
    // Members of private keys (RFC 7517 §4), and rows of them.
    expect(output).not.toMatch(/"(d|p|q|dp|dq|qi|k)":"[A-Za-z0-9_-]{20,}"/)
    expect(output).not.toContain("sealedPrivateJwk")
  })

  test("the search finds what is there: as it is, percent-encoded, in base64 at any place, and a half of it", () => {
    const output = everything()
    const secrets = [...overheard.secrets.keys()]
    const token = secrets.find((one) => one.length > 100) ?? ""
    const secret = secrets.find((one) => one.includes(" ")) ?? ""
    for (const planted of [
      secret,
      encodeURIComponent(secret),
      Buffer.from(`rp:${secret}`).toString("base64"),
      Buffer.from(`x${secret}y`).toString("base64url"),
      token.slice(60)
    ]) {
      expect(givenAway(`${output}${planted}`, overheard.secrets), planted).not.toEqual([])
    }
  })
})
