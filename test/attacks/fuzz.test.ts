/**
 * Requests of every kind that is none, drawn from a seed: always a 4xx (or the right 2xx or 3xx), never a 5xx; what is
 * answered is not sniffed and not stored; and nothing is consumed.
 */
import { type IncomingHttpHeaders, request } from "node:http"
import { afterAll, beforeAll, expect, test } from "vitest"
import { ClientMetadata, ResponseType } from "../../src/domain/ClientMetadata.ts"
import type { Browser } from "../clients/Browser.ts"
import { answered, goThrough, newBrowser, register, type RelyingParty } from "../clauses/RelyingParty.ts"
import { encode } from "../clients/Signing.ts"
import { makeUser } from "../workerd/Fixtures.ts"
import { linkIn, type RunningMailbox, startMailbox } from "../workerd/Mailbox.ts"
import { type RunningProvider, startProvider } from "../workerd/Provider.ts"
import { type Draw, makeDraw } from "./Draw.ts"

const seed = Number(process.env["FUZZ_SEED"] ?? 20_261_120)
const requests = Number(process.env["FUZZ_REQUESTS"] ?? 900)

let provider: RunningProvider
let rp: RelyingParty
let mailbox: RunningMailbox
let browser: Browser
/** Has asked for a letter, of which nothing is used. */
let reader: Browser
/** What would be consumed if something were: one of each. */
let valuables: Readonly<Record<"code" | "access" | "refresh" | "step" | "session" | "letter", string>>

beforeAll(async () => {
  mailbox = await startMailbox()
  provider = await startProvider({ REGISTRATION: "open", ...mailbox.variables })
  rp = await register(provider, "rp", {
    grant_types: ["authorization_code", "refresh_token", "implicit", "urn:ietf:params:oauth:grant-type:device_code"],
    response_types: ResponseType.literals
  })
  await provider.run(makeUser("alice"))
  browser = newBrowser()
  const tokens = await rp.tokens(browser, { scope: "openid offline_access" })
  const page = await rp.ask(newBrowser())
  reader = newBrowser()
  const interaction = (await rp.ask(reader)).url.searchParams.get("interaction") ?? ""
  await reader.open(`${provider.issuer}/login/letter`, new URLSearchParams({ interaction, login: "alice" }))
  const letter = linkIn(await mailbox.nth("alice@example.com", 1))
  const authorization = `Bearer ${tokens["access_token"]}`
  const handOver = await fetch(`${provider.issuer}/session/token`, { method: "POST", headers: { authorization } })
  valuables = {
    letter: new URL(letter).searchParams.get("token") ?? "",
    session: ((await handOver.json()) as { session_token: string }).session_token,
    code: await rp.code(browser),
    access: tokens["access_token"],
    refresh: tokens["refresh_token"],
    step: page.url.searchParams.get("interaction") ?? ""
  }
}, 60_000)
afterAll(async () => {
  await provider?.close()
  await mailbox?.close()
})

interface Sent {
  readonly method: string
  readonly path: string
  readonly headers: Record<string, string | ReadonlyArray<string>>
  readonly body: string | undefined
}

interface Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
}

const send = ({ body, headers, method, path }: Sent): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const { hostname, port } = new URL(provider.issuer)
    const sent = request({ hostname, port, method, path, headers: headers as never }, (answer) => {
      answer.resume()
      answer.on("end", () => resolve({ status: answer.statusCode ?? 0, headers: answer.headers }))
    })
    const mayBeCutOff = (body?.length ?? 0) > 100_000
    sent.on("error", (problem) => (mayBeCutOff ? resolve({ status: 499, headers: {} }) : reject(problem)))
    sent.end(body)
  })

const wordsOf = (text: string): ReadonlyArray<string> => text.trim().split(/\s+/)

const paths = wordsOf(`
  /.well-known/openid-configuration /.well-known/oauth-authorization-server /.well-known/jwks.json /authorize /par
  /health
  /token /userinfo /introspect /revoke /logout /login /consent /logout/confirm /check_session /device_authorization
  /device /device/confirm /device/approved /device/denied / /style.css /brand.css /icon.svg /nothing
  /session/token /session/verify /session/status /session/refresh /account/sessions /account/passkeys
  /account/passkeys/add /password/forgot /password/sent /password/reset /account/password
  /register /register/rp /register/%00 /register/%E0%A4 /initiate
  /account /account/email /account/email/confirm /account/applications
  /admin/openapi.json /admin/docs /admin/clients /admin/clients/rp
  /admin/clients/%00 /admin/resources /admin/audit /admin/settings
  /account/picture /avatar/x /avatar/%00 /admin/users/alice/avatar /avatar/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA
  /login/letter /login/code /login/link /login/link/confirm
`)

const methods = wordsOf("GET POST POST POST PUT PATCH DELETE TRACE PROPFIND HEAD OPTIONS")

const types = [
  ...Array.from({ length: 8 }, () => "application/x-www-form-urlencoded"),
  ...wordsOf(
    "application/json multipart/form-data text/plain text/html text/xml application/octet-stream */* ; x a/b/c"
  ),
  ...wordsOf("APPLICATION/X-WWW-FORM-URLENCODED application/x-www-form-urlencoded;charset=utf-16"),
  "multipart/form-data; boundary=x",
  "application/x-www-form-urlencoded, text/html",
  ""
]

const names = [
  ...wordsOf(`
    client_id client_secret redirect_uri response_type response_mode scope state nonce prompt max_age claims display
    present again
    acr_values id_token_hint login_hint request request_uri code_challenge code_challenge_method grant_type code
    confirmation code_verifier refresh_token token token_type_hint access_token interaction decision login password csrf
    step
    client_assertion client_assertion_type post_logout_redirect_uri registration
    logout_hint logout_token
    version email client birthdate zoneinfo formatted
    session_token which sid notice passkey name credential action
    device_code user_code resource error ui_locales __proto__ constructor a[b] état %
  `),
  ""
]

const urn = "urn:ietf:params:oauth:request_uri:"

const values = (): ReadonlyArray<string> =>
  [
    wordsOf(`
      rp nobody https://rp.example/cb code openid none login approve authorization_code refresh_token password S256
      WDJB-MJHT urn:ietf:params:oauth:grant-type:device_code client_credentials https://api.example urn:x#y
      0 -1 1e309 NaN 0x10 1-0 % %zz %00 %0d%0a %ff%fe %c0%af %ed%a0%80 %F4%90%80%80 + && = ; \\ ' " < {} [] null {
      {"userinfo":{"name":[]}} {"id_token":{"sub":{"value":{}}}} a.b.c a.b.c.d.e .. e30.e30.e30 alice true undefined -
    `),
    ["9".repeat(400), "a".repeat(3000), "é".repeat(500), `{"userinfo":${"[".repeat(500)}`, "openid profile", " ", ""],
    ["", "x", "1-0.x", `1-0.${"a".repeat(22)}`, `9-9.${"a".repeat(22)}`].map((id) => `${urn}${id}`),
    [`1-0.${"a".repeat(22)}`, `1-0.${"a".repeat(22)}.${"b".repeat(43)}`, `999-99999.${"a".repeat(22)}.x`],
    // What a passkey answers, more or less.
    ["rename", "remove", "x".repeat(64), `{"id":"${"a".repeat(43)}","rawId":"${"a".repeat(43)}","type":"public-key"}`],
    // RFC 7523 §2.2; and a JWT with alg none that says it is of rp.
    ["urn:ietf:params:oauth:client-assertion-type:jwt-bearer", "eyJhbGciOiJub25lIn0.eyJzdWIiOiJycCIsImlzcyI6InJwIn0."],
    Object.values(valuables)
  ].flat()

/** A form or a query, encoded, or not, or badly. */
const form = (draw: Draw): string =>
  Array.from({ length: draw.below(9) }, () => {
    const [name, value] = [draw.of(names), draw.of(values())]
    return draw.maybe(60) ? `${encodeURIComponent(name)}=${encodeURIComponent(value)}` : `${name}=${value}`
  }).join(draw.maybe(90) ? "&" : "&&;")

const members = [...Object.keys(ClientMetadata.fields), ...wordsOf("client_id scope software_statement __proto__ a#b")]

/** Client metadata, more or less. */
const json = (draw: Draw): string => {
  const value = (): unknown =>
    draw.of<() => unknown>([
      () => draw.of(values()),
      () => draw.of(["https://rp.example/cb", "private_key_jwt", "pairwise", "fapi2", "code id_token", "openid email"]),
      () => Array.from({ length: draw.below(3) }, value),
      () => ({ [draw.of(members)]: value(), keys: [{ kty: draw.of(["RSA", "EC", "oct", 1]), n: draw.of(values()) }] }),
      () => draw.of([null, true, false, 0, -1, 1e308])
    ])()
  const named = Array.from({ length: draw.below(6) }, () => [draw.of(members), value()])
  const text = JSON.stringify({ redirect_uris: ["https://rp.example/cb"], ...Object.fromEntries(named) })
  return draw.maybe(5) ? text.slice(0, draw.below(text.length)) : text
}

/** An authorization request that would be answered, but for what may be wrong with one of its parameters. */
const nearlyRight = (draw: Draw): string => {
  const right = {
    client_id: "rp",
    redirect_uri: "https://rp.example/cb",
    response_type: draw.of(ResponseType.literals),
    response_mode: draw.of(["", "query", "fragment", "form_post", "jwt", "web_message"]),
    scope: "openid",
    nonce: "n",
    state: draw.of(values()).slice(0, 500),
    prompt: "none"
  }
  return new URLSearchParams({
    ...right,
    ...(draw.maybe(50) ? { [draw.of(names)]: draw.of(values()) } : {})
  }).toString()
}

const authorizations = (): ReadonlyArray<string> =>
  [
    ["Basic", "Basic ", "Basic !", "Basic ====", "Basic cnA", "Basic Og==", "Basic cnA6", "basic cnA6eA==", ",", "é"],
    [`Basic ${btoa("rp:wrong")}`, `Basic ${btoa("\u0000:\u0000")}`, "Basic //79/A==", `Basic ${"A".repeat(9_000)}`],
    [
      "Bearer",
      "Bearer ",
      "Bearer x",
      "Bearer a.b.c",
      `Bearer ${"a".repeat(5_000)}`,
      "DPoP",
      "DPoP x",
      "Digest x",
      "Negotiate"
    ],
    [
      `Bearer ${valuables.access}x`,
      `DPoP ${valuables.access}`,
      `Bearer ${valuables.refresh}`,
      `Basic ${btoa(`rp:${valuables.access}`)}`
    ]
  ].flat()

/** What stands in a `DPoP` header, and proves nothing. */
const proofs = (): ReadonlyArray<string> =>
  [
    ["", ",", "a.b.c", "e30.e30.e30", "e30.e30.", "..", "é", "null", `${"a".repeat(4_000)}.e30.e30`],
    [
      { typ: "dpop+jwt", alg: "ES256" },
      { typ: "dpop+jwt", alg: "ES256", jwk: [] },
      { alg: {}, jwk: null }
    ].map((header) => [header, { htm: {}, htu: "http://[", iat: "now" }].map(encode).join(".").concat(".AA"))
  ].flat()

const cookies = (): ReadonlyArray<string> =>
  [
    ["hapax_session", "hapax_session=", "hapax_session=x; hapax_session=y", "hapax_browser=%", "=;=;=", "a=b;c"],
    [`hapax_browser=${"A".repeat(43)}`, "hapax_browser=é", `hapax_browser=${"x".repeat(4_000)}`, "__proto__=x"],
    ["1-0", "999-0", "0-0"].map((shard) => `hapax_session=${shard}.${"a".repeat(22)}.${"b".repeat(43)}`)
  ].flat()

const oddHeaders: ReadonlyArray<[string, string]> = [
  ["host", "evil.example"],
  ["origin", "null"],
  ["origin", "https://evil.example"],
  ["content-encoding", "gzip"],
  ["range", "bytes=0-99999"],
  ["if-none-match", "*"],
  ["if-modified-since", "never"],
  ["accept", "image/avif"],
  ["accept-language", "\t,,;q=9"],
  ["x-http-method-override", "DELETE"],
  ["x-forwarded-for", "'; --"],
  ["x-padding", "p".repeat(7_000)],
  ["sec-fetch-site", "cross-site"],
  ["transfer-coding", "x"]
]

const drawRequest = (draw: Draw): Sent => {
  const method = draw.of(methods)
  const at = draw.of(paths)
  const query = at === "/authorize" && draw.maybe(70) ? nearlyRight(draw) : encodeURI(form(draw))
  const path = at === "/authorize" || draw.maybe(50) ? `${at}?${query.slice(0, 6_000)}` : at
  const headers: Record<string, string> = {}
  if (draw.maybe(30)) headers["authorization"] = draw.of(authorizations())
  if (draw.maybe(20)) headers["dpop"] = draw.of(proofs())
  if (draw.maybe(30)) headers["cookie"] = draw.of(cookies())
  for (let i = draw.below(3); i > 0; i--) {
    const [name, value] = draw.of(oddHeaders)
    headers[name] = value
  }
  if (method === "GET" || method === "HEAD" || method === "TRACE") return { method, path, headers, body: undefined }
  if (draw.maybe(90)) headers["content-type"] = draw.of(types)
  const isJson = draw.maybe(at.startsWith("/register") ? 80 : 8)
  if (isJson && draw.maybe(70)) headers["content-type"] = "application/json"
  const body = draw.maybe(3) ? `state=${"x".repeat(1_000_000)}` : isJson ? json(draw) : form(draw)
  headers["content-length"] = `${Buffer.byteLength(body)}`
  return { method, path, headers, body }
}

/** Caches keep what is the same for everybody; nothing else. */
const cacheable = /^\/(\.well-known\/|style\.css|icon\.svg|check_session)/

/** What is wrong with an answer; empty if nothing is. */
const problemsOf = ({ body = "", method, path }: Sent, { headers, status }: Answer): ReadonlyArray<string> => {
  const isOurs = headers["referrer-policy"] !== undefined || (status >= 200 && status < 400)
  // Whoever sends a megabyte that nobody reads is cut off by the front of this test, sometimes with a 500 of its own;
  // what the Worker itself answered is in its log, which is looked at below.
  if (!isOurs) return status >= 400 && (status < 500 || body.length > 100_000) ? [] : [`status ${status}`]
  if (method === "OPTIONS" && status === 204) return []
  const isStored = !cacheable.test(path) && headers["cache-control"] !== "no-store"
  const isTaken = /^(PUT|PATCH|DELETE|TRACE|PROPFIND)$/.test(method) && ![400, 401, 404, 405].includes(status)
  return [
    ...(status >= 500 ? [`status ${status}`] : []),
    ...(isTaken ? [`${method} was taken`] : []),
    ...(isStored ? ["stored"] : []),
    ...(headers["x-content-type-options"] === "nosniff" ? [] : ["sniffed"])
  ]
}

test(`${requests} requests drawn from seed ${seed}: never a 5xx, never sniffed or stored`, async () => {
  const draw = makeDraw(seed)
  const drawn = Array.from({ length: requests }, () => drawRequest(draw))
  const found: Array<unknown> = []
  for (let i = 0; i < drawn.length; i += 8) {
    await Promise.all(
      drawn.slice(i, i + 8).map(async (sent) => {
        const problems = problemsOf(sent, await send(sent))
        if (problems.length > 0) found.push({ problems, ...sent, body: sent.body?.slice(0, 400) })
      })
    )
  }
  expect(found).toEqual([])
  const logged = provider.logs().filter(({ event }) => event === "request")
  expect(logged.length).toBeGreaterThan(requests / 2)
  expect(logged.filter(({ status = 0 }) => status >= 500)).toEqual([])
}, 60_000)

test("nothing was consumed: the code redeems, tokens and session live, people sign in", async () => {
  expect((await rp.redeem(valuables.code)).status).toBe(200)
  expect((await rp.userinfo(valuables.access)).status).toBe(200)
  expect((await rp.post("/session/verify", { session_token: valuables.session })).status).toBe(200)
  expect((await rp.introspect(valuables.refresh)).body).toMatchObject({ active: true })
  expect((await rp.refresh(valuables.refresh)).status).toBe(200)
  expect(answered(await rp.ask(browser, { prompt: "none" }))).toHaveProperty("code")
  const fresh = newBrowser()
  expect(answered(await goThrough(fresh, await rp.ask(fresh)))).toHaveProperty("code")
  const page = await reader.open(`${provider.issuer}/login/link?token=${valuables.letter}`)
  expect(answered(await goThrough(reader, await reader.submit(page)))).toHaveProperty("code")
})

test("nothing was said of it that is not for the log: no stack, no defect", () => {
  expect(provider.output()).not.toMatch(/at \w+ \(|TypeError|RangeError|SyntaxError|Unhandled|die/)
})
