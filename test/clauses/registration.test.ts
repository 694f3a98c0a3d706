/** Clients that register themselves where anybody may. RFC 7591, RFC 7592, OIDC Dynamic Registration, OIDC Core §4. */
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { textOf } from "../clients/Browser.ts"
import { assertionClaims, asserting, makeKey, sign } from "../clients/Signing.ts"
import { makeClient, makeUser } from "../workerd/Fixtures.ts"
import { type RunningProvider, startProvider } from "../workerd/Provider.ts"
import { manage, partyOf, registerBy } from "./Registrant.ts"
import { answered, callback, goThrough, metadataOf, newBrowser, sentTo } from "./RelyingParty.ts"

let provider: RunningProvider
/** Other people's server: sector documents by path. */
const documents = new Map<string, string>()
const server = createServer(({ url = "" }, response) => {
  const document = documents.get(url)
  response.writeHead(document === undefined ? 404 : 200, { "content-type": "application/json" }).end(document)
})
let elsewhere: string

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  elsewhere = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  provider = await startProvider({ REGISTRATION: "open", ALLOW_LOOPBACK: "true" })
  await provider.run(makeUser("alice"))
}, 60_000)
afterAll(async () => {
  server.close()
  await provider?.close()
})

const headerOf = (jwt: string) => JSON.parse(Buffer.from(jwt.split(".")[0]!, "base64url").toString())

describe("RFC 7591 §3: registering", () => {
  test("§3.2.1, OIDC Dynamic Registration §3.1, §3.2: 201 with all that is registered; no-store", async () => {
    const before = Math.floor(Date.now() / 1000)
    const answer = await registerBy(provider, { client_name: "App", contacts: ["dev@rp.example"], tos_uri: callback })
    expect([answer.status, answer.headers.get("cache-control"), answer.headers.get("pragma")]).toEqual([
      201,
      "no-store",
      "no-cache"
    ])
    const { body } = answer
    expect(body).toMatchObject({
      client_id: expect.stringMatching(/^[\w-]{22}$/),
      client_secret: expect.stringMatching(/^[\w-]{43}$/),
      client_secret_expires_at: 0,
      registration_access_token: expect.stringMatching(/^[\w-]{43}$/),
      registration_client_uri: `${provider.issuer}/register/${body["client_id"]}`,
      redirect_uris: [callback],
      client_name: "App",
      contacts: ["dev@rp.example"],
      tos_uri: callback,
      grant_types: ["authorization_code", "refresh_token"],
      response_types: ["code"],
      token_endpoint_auth_method: "client_secret_basic",
      scope: "openid profile email address phone offline_access"
    })
    expect(body["client_id_issued_at"]).toBeGreaterThanOrEqual(before)
  })

  test("the endpoint is in the metadata", async () => {
    expect(await metadataOf(provider)).toMatchObject({ registration_endpoint: `${provider.issuer}/register` })
  })

  test("the client signs people in at once; its ID tokens are RS256 by default (OIDC DR §2)", async () => {
    const rp = partyOf(provider, await registerBy(provider))
    const { id_token } = await rp.tokens(newBrowser())
    expect(headerOf(id_token)["alg"]).toBe("RS256")
  })

  test.each(["ES256", "PS256", "EdDSA"])("OIDC DR §2: id_token_signed_response_alg %s is honoured", async (alg) => {
    const rp = partyOf(provider, await registerBy(provider, { id_token_signed_response_alg: alg }))
    const { id_token } = await rp.tokens(newBrowser())
    const { keys } = (await (await fetch(`${provider.issuer}/.well-known/jwks.json`)).json()) as { keys: Array<any> }
    expect(headerOf(id_token)).toMatchObject({ alg, kid: keys.find((key) => key.alg === alg).kid })
  })

  test("§2: each authentication method is held to", async () => {
    const post = await registerBy(provider, { token_endpoint_auth_method: "client_secret_post" })
    const code = await partyOf(provider, post).code(newBrowser())
    const { client_id, client_secret } = post.body
    const form = { grant_type: "authorization_code", code, redirect_uri: callback, client_id, client_secret }
    expect((await partyOf(provider, post).post("/token", form, {})).status).toBe(200)
    const none = await registerBy(provider, { token_endpoint_auth_method: "none" })
    expect(none.body).not.toHaveProperty("client_secret")
    const refused = await registerBy(provider, { token_endpoint_auth_method: "tls_client_auth" })
    expect(refused).toMatchObject({ status: 400, body: { error: "invalid_client_metadata" } })
  })

  test("OIDC Core §9: private_key_jwt RS256, with keys given or behind a jwks_uri of its own", async () => {
    const key = await makeKey("RS256")
    documents.set("/jwks", JSON.stringify({ keys: [key.jwk] }))
    for (const keys of [{ jwks: { keys: [key.jwk] } }, { jwks_uri: `${elsewhere}/jwks` }]) {
      const method = { token_endpoint_auth_method: "private_key_jwt", token_endpoint_auth_signing_alg: "RS256" }
      const registered = await registerBy(provider, { ...method, ...keys })
      expect(registered).toMatchObject({ status: 201, body: { ...method, ...keys } })
      const rp = partyOf(provider, registered)
      const code = await rp.code(newBrowser())
      const assertion = asserting(await sign(key, assertionClaims(rp.id, provider.issuer)))
      const form = { grant_type: "authorization_code", code, redirect_uri: callback, ...assertion }
      expect(await rp.post("/token", form, {})).toMatchObject({ status: 200, body: { token_type: "Bearer" } })
    }
  })

  test("Fetch: a script of another origin may register, and is told so beforehand", async () => {
    const preflight = await fetch(`${provider.issuer}/register`, { method: "OPTIONS" })
    expect([preflight.status, preflight.headers.get("access-control-allow-origin")]).toEqual([204, "*"])
    expect(preflight.headers.get("access-control-allow-headers")).toContain("content-type")
    expect((await registerBy(provider)).headers.get("access-control-allow-origin")).toBe("*")
  })

  test("OIDC Core §3.1.2.1: two redirect URIs registered and none sent: an error page", async () => {
    const rp = partyOf(provider, await registerBy(provider, { redirect_uris: [callback, `${callback}/2`] }))
    const page = await newBrowser().open(
      `${provider.issuer}/authorize?client_id=${rp.id}&response_type=code&scope=openid`
    )
    expect([page.status, textOf(page, "error-parameter")]).toEqual([400, "redirect_uri"])
  })

  test("RFC 6749 §3.1.2: a registered query is kept; a query that is added or changed is an error page", async () => {
    const redirect = `${callback}?tenant=1`
    const rp = partyOf(provider, await registerBy(provider, { redirect_uris: [redirect] }))
    const browser = newBrowser()
    const { searchParams } = sentTo(await goThrough(browser, await rp.ask(browser)))
    expect([searchParams.get("tenant"), searchParams.has("code")]).toEqual(["1", true])
    for (const redirect_uri of [callback, `${callback}?tenant=2`, `${redirect}&x=1`]) {
      const page = await rp.ask(newBrowser(), { redirect_uri })
      expect([page.status, textOf(page, "error-parameter")]).toEqual([400, "redirect_uri"])
    }
  })

  test("§3.2.2, OIDC Dynamic Registration §3.3: a redirect_uri with a fragment: 400 invalid_redirect_uri", async () => {
    const answer = await registerBy(provider, { redirect_uris: [`${callback}#x`] })
    expect(answer).toMatchObject({ status: 400, body: { error: "invalid_redirect_uri" } })
    expect(answer.headers.get("cache-control")).toBe("no-store")
    expect(answer.headers.get("www-authenticate")).toBe(null)
  })

  test("OIDC DR §2: the login page shows the client's logo, its policy and its terms", async () => {
    const shown = {
      client_name: "Marginalia",
      logo_uri: "https://rp.example/logo.png",
      policy_uri: "https://rp.example/policy",
      tos_uri: "https://rp.example/terms"
    }
    const page = await partyOf(provider, await registerBy(provider, shown)).ask(newBrowser())
    expect(page.url.pathname).toBe("/login")
    for (const text of Object.values(shown)) expect(page.body).toContain(text)
    expect(page.headers.get("content-security-policy")).toContain("img-src 'self' https://rp.example")
  })
})

describe("OIDC Core §8.1: pairwise subjects", () => {
  const uris = ["https://a.example/cb", "https://b.example/cb"]
  const asked = (path: string) => ({
    subject_type: "pairwise",
    redirect_uris: uris,
    sector_identifier_uri: `${elsewhere}${path}`
  })

  test("OIDC Dynamic Registration §5: a sector document that lists the URIs: 201", async () => {
    documents.set("/good", JSON.stringify(["https://c.example/cb", ...uris]))
    expect((await registerBy(provider, asked("/good"))).status).toBe(201)
  })

  test.each([
    ["/some", JSON.stringify(uris.slice(0, 1))],
    ["/none", "[]"],
    ["/object", "{}"],
    ["/page", "<html>"],
    ["/missing", undefined]
  ])("one that does not (%s): 400 invalid_client_metadata", async (path, document) => {
    if (document !== undefined) documents.set(path, document)
    const answer = await registerBy(provider, asked(path))
    expect(answer).toMatchObject({ status: 400, body: { error: "invalid_client_metadata" } })
    expect(answer.body["error_description"]).toContain("sector_identifier_uri")
  })
})

describe("RFC 7592: looking after a client", () => {
  test("§2.1, OIDC Dynamic Registration §4: GET 200 shows what is registered, and no secret", async () => {
    const registered = await registerBy(provider, { client_name: "App" })
    const { client_secret: _, ...expected } = registered.body
    const read = await manage(registered, "GET")
    expect(read).toMatchObject({ status: 200, body: expected })
    expect(read.body).not.toHaveProperty("client_secret")
    expect(read.headers.get("cache-control")).toBe("no-store")
  })

  test("RFC 7592 §2.2: PUT replaces everything; what is left out is reset", async () => {
    const registered = await registerBy(provider, { client_name: "App", policy_uri: callback })
    const { client_id, client_secret } = registered.body
    const moved = "https://rp.example/moved"
    const put = await manage(registered, "PUT", { client_id, client_secret, redirect_uris: [moved] })
    expect(put).toMatchObject({ status: 200, body: { client_id, redirect_uris: [moved] } })
    for (const name of ["client_name", "policy_uri"]) expect(put.body).not.toHaveProperty(name)
    expect((await manage(registered, "GET")).body).toEqual(put.body)
    const rp = partyOf(provider, registered)
    expect((await rp.ask(newBrowser())).status).toBe(400)
    expect(answered(await rp.ask(newBrowser(), { redirect_uri: moved, prompt: "none" }))["error"]).toBe(
      "login_required"
    )
  })

  test.each([
    ["another client_id", { client_id: "another" }, "invalid_client_metadata"],
    ["another secret", { client_secret: "x" }, "invalid_client_metadata"],
    ["attack 2: a script", { redirect_uris: ["javascript:alert(1)"] }, "invalid_redirect_uri"],
    ["private keys", { jwks: { keys: [{ kty: "oct", k: "AA" }] } }, "invalid_client_metadata"]
  ])("§2.2: %s: 400, and nothing is changed", async (_title, members, error) => {
    const registered = await registerBy(provider, { client_name: "App" })
    const { client_id } = registered.body
    const put = await manage(registered, "PUT", { client_id, redirect_uris: [callback], ...members })
    expect(put).toMatchObject({ status: 400, body: { error } })
    expect((await manage(registered, "GET")).body["client_name"]).toBe("App")
  })

  test("§2.3: DELETE 204; then the token, the codes and the refresh tokens of the client are refused", async () => {
    const registered = await registerBy(provider)
    const rp = partyOf(provider, registered)
    const browser = newBrowser()
    const { refresh_token } = await rp.tokens(browser, { scope: "openid offline_access", prompt: "consent" })
    const code = await rp.code(browser)
    expect(await manage(registered, "DELETE")).toMatchObject({ status: 204, text: "" })
    for (const method of ["GET", "DELETE"] as const) {
      expect(await manage(registered, method)).toMatchObject({ status: 401, body: { error: "invalid_token" } })
    }
    expect(await rp.redeem(code)).toMatchObject({ status: 401, body: { error: "invalid_client" } })
    expect(await rp.refresh(refresh_token)).toMatchObject({ status: 401, body: { error: "invalid_client" } })
    expect((await rp.ask(browser)).status).toBe(400)
  })

  test("§2: of two changes at once one is made, and the other hears 409 or was made before or after", async () => {
    const registered = await registerBy(provider)
    const { client_id } = registered.body
    const names = ["a", "b", "c", "d"]
    const puts = await Promise.all(
      names.map((client_name) => manage(registered, "PUT", { client_id, redirect_uris: [callback], client_name }))
    )
    const made = puts.filter(({ status }) => status === 200).map(({ body }) => body["client_name"])
    expect(made.length).toBeGreaterThan(0)
    expect(puts.every(({ body, status }) => status === 200 || (status === 409 && body["error"] === "conflict"))).toBe(
      true
    )
    expect(made).toContain((await manage(registered, "GET")).body["client_name"])
  })

  test("RFC 7592 §3: no token, a wrong one, another client's and an unknown client have one answer: 401", async () => {
    const [mine, theirs] = [await registerBy(provider), await registerBy(provider)]
    const by = await provider.run(makeClient("by-hand", undefined, { redirect_uris: [callback] }))
    const at = (id: string) => ({ body: { registration_client_uri: `${provider.issuer}/register/${id}` } })
    const token = theirs.body["registration_access_token"]
    const answers = [
      await manage(mine, "GET", undefined, ""),
      await manage(mine, "GET", undefined, "x"),
      await manage(mine, "GET", undefined, token),
      await manage(mine, "DELETE", undefined, token),
      await manage(mine, "PUT", { client_id: mine.body["client_id"], redirect_uris: [callback] }, token),
      await manage(at(by.id), "GET", undefined, token),
      await manage(at("nobody"), "GET", undefined, token),
      await manage(at("%00"), "GET", undefined, token),
      await manage(at("a%2fb"), "GET", undefined, token)
    ]
    for (const { headers, status, text } of answers) {
      expect([status, text, headers.get("www-authenticate")]).toEqual([
        answers[0]?.status,
        answers[0]?.text,
        expect.stringMatching(/^Bearer .*error="invalid_token"/)
      ])
    }
    expect(answers[0]?.status).toBe(401)
    expect((await manage(mine, "GET")).status).toBe(200)
  })

  test("RFC 9110 §15.5.6: what cannot be done there is 405, and says what can", async () => {
    const registered = await registerBy(provider)
    for (const method of ["PATCH", "POST"] as const) {
      const answer = await manage(registered, method, {})
      expect([answer.status, answer.headers.get("allow")]).toEqual([405, "GET, PUT, DELETE, HEAD"])
    }
    expect((await fetch(`${provider.issuer}/register`)).status).toBe(405)
    for (const path of ["a/b", "%E0%A4", "a".repeat(300)]) {
      expect((await fetch(`${provider.issuer}/register/${path}`)).status).toBe(404)
    }
  })
})

describe("OIDC Core §4: a login that somebody else suggests", () => {
  const visit = (parameters: Record<string, string>) =>
    fetch(`${provider.issuer}/initiate?${new URLSearchParams(parameters)}`, { redirect: "manual" })

  test("goes to the registered address, with iss and what came along", async () => {
    const initiate_login_uri = "https://rp.example/login?from=op"
    const { body } = await registerBy(provider, { initiate_login_uri })
    expect(body["initiate_login_uri"]).toBe(initiate_login_uri)
    const parameters = { target_link_uri: "https://rp.example/deep?x=1#y", login_hint: "alice & bob" }
    const answer = await visit({ client_id: body["client_id"], ...parameters, other: "x" })
    const location = new URL(answer.headers.get("location") ?? "")
    expect([answer.status, location.origin + location.pathname]).toEqual([303, "https://rp.example/login"])
    expect(Object.fromEntries(location.searchParams)).toEqual({ from: "op", iss: provider.issuer, ...parameters })
  })

  test("no open redirector: nowhere else, whatever is asked; without an address an error page", async () => {
    const { body } = await registerBy(provider)
    for (const parameters of [
      { client_id: body["client_id"], target_link_uri: "https://evil.example/" },
      { client_id: "nobody", target_link_uri: "https://evil.example/" },
      { initiate_login_uri: "https://evil.example/" },
      { client_id: "é\u0000" }
    ] as ReadonlyArray<Record<string, string>>) {
      const answer = await visit(parameters)
      expect([answer.status, answer.headers.get("location")]).toEqual([400, null])
    }
  })
})
