/** The code flow of one relying party, over HTTP against workerd. OIDC Core §3.1. */
import { createRemoteJWKSet, jwtVerify } from "jose"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { Browser } from "../clients/Browser.ts"
import { makeClient, makeUser, password } from "../workerd/Fixtures.ts"
import { type RunningProvider, startProvider } from "../workerd/Provider.ts"

let provider: RunningProvider
const callback = "https://rp.example/cb"
const basic = `Basic ${btoa("rp:rp-secret-rp-secret-rp-secret-rp")}`

beforeAll(async () => {
  provider = await startProvider()
  await provider.run(makeClient("rp", "rp-secret-rp-secret-rp-secret-rp", { redirect_uris: [callback] }))
  await provider.run(makeUser("alice"))
}, 60_000)
afterAll(() => provider?.close())

const authorizeUrl = (parameters: Record<string, string>) => {
  const query = { client_id: "rp", response_type: "code", redirect_uri: callback, ...parameters }
  return `${provider.issuer}/authorize?${new URLSearchParams(query)}`
}

const postToken = async (form: Record<string, string>) => {
  const response = await fetch(`${provider.issuer}/token`, {
    method: "POST",
    headers: { authorization: basic },
    body: new URLSearchParams(form)
  })
  return { status: response.status, body: (await response.json()) as Record<string, string> }
}

describe("OIDC Core §3.1: the authorization code flow", () => {
  test("a first login, consent, code, tokens, userinfo, refresh, and the second time silently", async () => {
    const browser = new Browser()
    browser.stopAt = callback
    const scope = "openid profile email offline_access"
    const login = await browser.open(authorizeUrl({ scope, state: "s", nonce: "n" }))
    expect(login.url.pathname).toBe("/login")
    const consent = await browser.submit(login, { login: "alice", password })
    expect(consent.url.pathname).toBe("/consent")
    const done = await browser.submit(consent, { decision: "approve" })
    const answer = new URL(done.headers.get("location") ?? "")
    expect(answer.searchParams.get("state")).toBe("s")
    expect(answer.searchParams.get("iss")).toBe(provider.issuer)

    const code = answer.searchParams.get("code") ?? ""
    const tokens = await postToken({ grant_type: "authorization_code", code, redirect_uri: callback })
    expect(tokens.status).toBe(200)
    const jwks = createRemoteJWKSet(new URL(`${provider.issuer}/.well-known/jwks.json`))
    const verify = { issuer: provider.issuer, algorithms: ["RS256"] }
    const idToken = await jwtVerify(tokens.body["id_token"] ?? "", jwks, { ...verify, audience: "rp" })
    const accessToken = await jwtVerify(tokens.body["access_token"] ?? "", jwks, { ...verify, typ: "at+jwt" })
    expect(idToken.payload["nonce"]).toBe("n")
    expect(idToken.payload["email"]).toBe(undefined)
    expect(accessToken.payload["client_id"]).toBe("rp")

    const authorization = `Bearer ${tokens.body["access_token"]}`
    const userinfo = await fetch(`${provider.issuer}/userinfo`, { headers: { authorization } })
    expect(await userinfo.json()).toMatchObject({ sub: idToken.payload.sub, email: "alice@example.com" })
    const refreshed = await postToken({
      grant_type: "refresh_token",
      refresh_token: tokens.body["refresh_token"] ?? ""
    })
    expect(refreshed.status).toBe(200)

    const silent = await browser.open(authorizeUrl({ scope: "openid", prompt: "none" }))
    expect(new URL(silent.headers.get("location") ?? "").searchParams.get("code")).not.toBe(null)
  })
})
