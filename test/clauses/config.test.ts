/** What is published, and what an https issuer means. OIDC Discovery, RFC 8414, RFC 7517, RFC 6265bis. */
import { request } from "node:http"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { textOf } from "../clients/Browser.ts"
import { makeUser, password } from "../workerd/Fixtures.ts"
import { type RunningProvider, startProvider } from "../workerd/Provider.ts"
import { goThrough, newBrowser, register, type RelyingParty, sentTo } from "./RelyingParty.ts"

/** The provider is reached over http, as behind a proxy that ends TLS; it says of itself what it is told to be. */
const issuer = "https://id.example.test"
let provider: RunningProvider
let rp: RelyingParty

beforeAll(async () => {
  provider = await startProvider({ ISSUER: issuer })
  rp = await register(provider, "rp")
  await provider.run(makeUser("alice"))
}, 60_000)
afterAll(() => provider?.close())

const get = (path: string, headers: Record<string, string> = {}) =>
  fetch(provider.issuer + path, { headers, redirect: "manual" })

const documents = ["/.well-known/openid-configuration", "/.well-known/oauth-authorization-server"]

const metadata = async (): Promise<Record<string, any>> => JSON.parse(await (await get(documents[0]!)).text())

/** IANA's registry of authorization server metadata, as far as an OpenID Provider has a use for it. */
const registered = `
  issuer authorization_endpoint token_endpoint userinfo_endpoint jwks_uri registration_endpoint
  scopes_supported response_types_supported response_modes_supported grant_types_supported
  acr_values_supported subject_types_supported userinfo_signing_alg_values_supported
  id_token_signing_alg_values_supported device_authorization_endpoint
  token_endpoint_auth_methods_supported token_endpoint_auth_signing_alg_values_supported
  introspection_endpoint introspection_endpoint_auth_methods_supported revocation_endpoint
  introspection_endpoint_auth_signing_alg_values_supported revocation_endpoint_auth_methods_supported
  revocation_endpoint_auth_signing_alg_values_supported end_session_endpoint display_values_supported
  claim_types_supported claims_supported claims_locales_supported ui_locales_supported
  claims_parameter_supported request_parameter_supported service_documentation
  request_uri_parameter_supported require_request_uri_registration op_policy_uri op_tos_uri
  dpop_signing_alg_values_supported request_object_signing_alg_values_supported
  pushed_authorization_request_endpoint require_pushed_authorization_requests
  check_session_iframe frontchannel_logout_supported frontchannel_logout_session_supported
  backchannel_logout_supported backchannel_logout_session_supported
  code_challenge_methods_supported authorization_response_iss_parameter_supported prompt_values_supported
`.split(/\s+/)

describe("OIDC Discovery §3, RFC 8414 §2: the metadata", () => {
  test("issuer is the configured one to the character: https, without query or fragment", async () => {
    expect((await metadata())["issuer"]).toBe(issuer)
  })

  test("every endpoint is https, begins with the issuer, and is there", async () => {
    const document = await metadata()
    const endpoints = Object.entries(document).filter(([name]) => /_endpoint$|_uri$|_iframe$/.test(name))
    expect(endpoints.length).toBeGreaterThanOrEqual(7)
    for (const [name, url] of endpoints) {
      expect([name, url]).toEqual([name, expect.stringMatching(/^https:\/\/id\.example\.test\/[^?#]+$/)])
      expect([name, (await get(url.slice(issuer.length))).status]).not.toEqual([name, 404])
    }
  })

  test("what the profile asks for is there", async () => {
    expect(await metadata()).toMatchObject({
      id_token_signing_alg_values_supported: expect.arrayContaining(["RS256"]),
      subject_types_supported: ["public", "pairwise"],
      userinfo_signing_alg_values_supported: ["RS256", "ES256", "PS256", "EdDSA"],
      response_types_supported: [
        "code",
        "id_token",
        "id_token token",
        "code id_token",
        "code token",
        "code id_token token"
      ],
      response_modes_supported: ["query", "fragment", "form_post"],
      scopes_supported: expect.arrayContaining(["openid", "offline_access"]),
      claims_supported: expect.arrayContaining(["sub", "iss", "auth_time", "acr", "name", "email"]),
      token_endpoint_auth_methods_supported: expect.arrayContaining(["client_secret_basic", "client_secret_post"]),
      code_challenge_methods_supported: ["S256"],
      authorization_response_iss_parameter_supported: true,
      dpop_signing_alg_values_supported: expect.arrayContaining(["PS256", "ES256", "EdDSA"]),
      claims_parameter_supported: true,
      request_parameter_supported: true,
      request_uri_parameter_supported: true,
      require_request_uri_registration: true,
      request_object_signing_alg_values_supported: expect.arrayContaining(["none", "RS256", "PS256", "ES256", "EdDSA"]),
      pushed_authorization_request_endpoint: `${issuer}/par`,
      require_pushed_authorization_requests: false
    })
  })

  test("introspection_endpoint_auth_methods_supported does not list none: a public client may not ask", async () => {
    expect((await metadata())["introspection_endpoint_auth_methods_supported"]).not.toContain("none")
  })

  test("RFC 8414 §2: the algorithms of assertions, without none, at every endpoint that takes them", async () => {
    const document = await metadata()
    for (const endpoint of ["token", "introspection", "revocation"]) {
      const algs = document[`${endpoint}_endpoint_auth_signing_alg_values_supported`]
      expect(algs).toEqual(expect.arrayContaining(["RS256", "PS256", "ES256", "EdDSA", "HS256"]))
      expect(algs).not.toContain("none")
      expect(document[`${endpoint}_endpoint_auth_methods_supported`]).toEqual(
        expect.arrayContaining(["private_key_jwt", "client_secret_jwt"])
      )
    }
  })

  test("no unknown metadata keys but those of this provider, and none without a value", async () => {
    const document = await metadata()
    const unknown = Object.keys(document).filter((name) => !registered.includes(name))
    expect(unknown.filter((name) => !name.startsWith("hapax_"))).toEqual([])
    for (const value of Object.values(document)) expect(value).not.toEqual([])
  })

  test("RFC 7591 §3: unless the operator opens it nobody is registered, and no endpoint is named", async () => {
    expect(await metadata()).not.toHaveProperty("registration_endpoint")
    const answer = await fetch(`${provider.issuer}/register`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ redirect_uris: ["https://rp.example/cb"] })
    })
    expect([answer.status, ((await answer.json()) as { error: string }).error]).toEqual([403, "access_denied"])
  })

  test("both well-known paths give the same document", async () => {
    const [a, b] = await Promise.all(documents.map(async (path) => (await get(path)).json()))
    expect(a).toEqual(b)
  })

  test.each(documents)("%s is JSON, read by any origin, and kept for a bounded time", async (path) => {
    const answer = await get(path)
    expect([answer.status, answer.headers.get("content-type")]).toEqual([200, "application/json"])
    expect(answer.headers.get("cache-control")).toMatch(/^public, max-age=\d+$/)
    expect(answer.headers.get("access-control-allow-origin")).toBe("*")
    expect(answer.headers.get("x-content-type-options")).toBe("nosniff")
  })
})

describe("RFC 7517 §5: the JWKS", () => {
  test("unique kids, public members only, RSA and EC, each with alg and use", async () => {
    const { keys } = JSON.parse(await (await get("/.well-known/jwks.json")).text())
    expect(new Set(keys.map(({ kid }: { kid: string }) => kid)).size).toBe(keys.length)
    const members = { RSA: ["alg", "e", "kid", "kty", "n", "use"], EC: ["alg", "crv", "kid", "kty", "use", "x", "y"] }
    for (const key of keys as ReadonlyArray<{ kty: "RSA" | "EC"; use: string }>) {
      expect(Object.keys(key).toSorted()).toEqual(members[key.kty])
      expect(key.use).toBe("sig")
    }
    expect(keys.map(({ alg }: { alg: string }) => alg).toSorted()).toEqual(["ES256", "RS256"])
  })
})

describe("an https issuer", () => {
  test("RFC 6265bis §4.1.3.2: cookies are __Host-, Secure, HttpOnly, SameSite=Lax, without Domain", async () => {
    const begun = await fetch(rp.authorizeUrl(), { redirect: "manual" })
    const attributes = String.raw`; Max-Age=\d+; Path=/; HttpOnly; Secure; SameSite=Lax$`
    const set = begun.headers.getSetCookie()
    expect(set).toEqual([expect.stringMatching(`^__Host-hapax_browser=[\\w-]{43}${attributes}`)])
    const [cookie = ""] = (set[0] ?? "").split(";")
    const interaction = begun.headers.get("location")?.split("interaction=")[1] ?? ""
    const body = new URLSearchParams({ interaction, login: "alice", password })
    const signedIn = await fetch(`${provider.issuer}/login`, {
      method: "POST",
      redirect: "manual",
      headers: { cookie },
      body
    })
    expect(signedIn.status).toBe(303)
    const session = `^__Host-hapax_session=\\d-\\d+\\.[\\w-]{22}\\.[\\w-]{43}${attributes}`
    // For a script, in a frame on a client's page: so it may read it, whatever site the page is of.
    const state = String.raw`^__Host-hapax_state=[\w-]{43}; Max-Age=\d+; Path=/; Secure; SameSite=None$`
    const device = String.raw`^__Host-hapax_device=[\w.-]{100,1000}${attributes}`
    expect(signedIn.headers.getSetCookie()).toEqual(
      [session, device, state].map((cookie) => expect.stringMatching(cookie))
    )
  })

  test("RFC 6797 §7.1: every answer has Strict-Transport-Security, JSON and errors too", async () => {
    const paths = [
      "/",
      "/authorize",
      "/login",
      "/logout",
      "/userinfo",
      "/token",
      "/nothing",
      "/style.css",
      ...documents
    ]
    for (const path of paths) {
      const value = (await get(path)).headers.get("strict-transport-security")
      expect([path, value]).toEqual([path, expect.stringMatching(/^max-age=\d{8}/)])
    }
  })

  test("RFC 9207 §2: iss in redirects, and iss of every token, is the issuer to the character", async () => {
    const browser = newBrowser()
    const answer = sentTo(await goThrough(browser, await rp.ask(browser))).searchParams
    expect(answer.get("iss")).toBe(issuer)
    const error = sentTo(await rp.ask(newBrowser(), { prompt: "none" })).searchParams
    expect([error.get("error"), error.get("iss")]).toEqual(["login_required", issuer])
    const { body } = await rp.redeem(answer.get("code") ?? "")
    for (const token of [body["access_token"], body["id_token"]]) {
      expect(JSON.parse(Buffer.from(token.split(".")[1], "base64url").toString())).toMatchObject({ iss: issuer })
    }
    expect((await rp.introspect(body["access_token"])).body).toMatchObject({ active: true, iss: issuer })
  })

  test("nothing that is published, redirected to or shown names http://", async () => {
    const texts = await Promise.all([...documents, "/", "/logout"].map(async (path) => (await get(path)).text()))
    const login = await rp.ask(newBrowser())
    for (const text of [...texts, login.body])
      expect(text.replaceAll("http://www.w3.org/", "")).not.toContain("http://")
    const redirected = await fetch(rp.authorizeUrl(), { redirect: "manual" })
    expect(redirected.headers.get("location")).toMatch(/^\/login\?interaction=/)
  })
})

describe("the Host header is never used", () => {
  const getAs = (path: string, headers: Record<string, string>) =>
    new Promise<{ location: string | undefined; body: string }>((resolve, reject) => {
      const { hostname, port } = new URL(provider.issuer)
      const sent = request({ hostname, port, path, headers }, (answer) => {
        let body = ""
        answer.setEncoding("utf8").on("data", (piece) => (body += piece))
        answer.on("end", () => resolve({ location: answer.headers.location, body }))
      })
      sent.on("error", reject).end()
    })
  const forged = {
    host: "evil.example",
    "x-forwarded-host": "evil.example",
    "x-forwarded-proto": "http",
    forwarded: "host=evil.example;proto=http",
    "x-original-url": "https://evil.example/"
  }

  test.each([...documents, "/", "/authorize?client_id=nobody", "/logout"])("%s", async (path) => {
    const [honest, other] = await Promise.all([getAs(path, {}), getAs(path, forged)])
    expect(other).toEqual(honest)
  })

  test("redirects", async () => {
    const { pathname, search } = new URL(rp.authorizeUrl({ prompt: "none", state: "s" }))
    const answer = await getAs(pathname + search, forged)
    const location = new URL(answer.location ?? "")
    expect([location.host, location.searchParams.get("iss")]).toEqual(["rp.example", issuer])
    const login = await getAs(new URL(rp.authorizeUrl()).pathname + new URL(rp.authorizeUrl()).search, forged)
    expect(login.location).toMatch(/^\/login\?interaction=[\w.-]+$/)
  })
})

describe("an error page", () => {
  test("names the provider and the parameter, is no-store, framed by nobody, and indexed by nobody", async () => {
    const page = await newBrowser().open(`${provider.issuer}/authorize?client_id=nobody`)
    expect(textOf(page, "error-parameter")).toBe("client_id")
    expect(page.headers.get("cache-control")).toBe("no-store")
    expect(page.headers.get("content-security-policy")).toContain("frame-ancestors 'none'")
    expect(page.headers.get("x-frame-options")).toBe("DENY")
    expect(page.headers.get("referrer-policy")).toBe("no-referrer")
    expect(page.body).toContain('<meta name="robots" content="noindex">')
  })
})
