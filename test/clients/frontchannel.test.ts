/**
 * npm `openid-client` with tokens from the authorization endpoint, answers in forms, other algorithms and signed
 * userinfo, every check of it switched on. OIDC Core §3.2, §3.3, §5.3.2; Form Post Response Mode.
 */
import * as client from "openid-client"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { postedTo } from "../clauses/RelyingParty.ts"
import { makeClient, makeUser, password } from "../workerd/Fixtures.ts"
import { type RunningProvider, startProvider } from "../workerd/Provider.ts"
import type { Page } from "./Browser.ts"
import { callback, failureOf, newBrowser, secret, sentTo } from "./Registered.ts"
import { drawAttempt } from "./Attempt.ts"

let provider: RunningProvider

const algs = ["RS256", "ES256", "PS256", "EdDSA"] as const

beforeAll(async () => {
  provider = await startProvider()
  await provider.run(makeUser("alice"))
  const grant_types = ["authorization_code", "refresh_token", "implicit"]
  const own = (id: string, metadata: Record<string, unknown>) =>
    provider.run(makeClient(id, secret, { redirect_uris: [callback], grant_types, ...metadata }))
  await own("hybrid", { response_types: ["code id_token"] })
  await own("implicit", { response_types: ["id_token"] })
  for (const alg of algs) {
    const signed = { id_token_signed_response_alg: alg, userinfo_signed_response_alg: alg, subject_type: "pairwise" }
    await own(alg, { ...signed, response_types: ["code", "code id_token"] })
  }
}, 60_000)
afterAll(() => provider?.close())

const discover = (id: string, use: ReadonlyArray<(config: client.Configuration) => void>, metadata = {}) =>
  client.discovery(new URL(provider.issuer), id, metadata, client.ClientSecretBasic(secret), {
    execute: [client.allowInsecureRequests, client.enableNonRepudiationChecks, ...use]
  })

const attempt = async (config: client.Configuration, parameters: Record<string, string>) => {
  const drawn = await drawAttempt({ redirect_uri: callback, scope: "openid email" })
  return { url: client.buildAuthorizationUrl(config, { ...drawn.parameters, ...parameters }), checks: drawn.checks }
}

/** The request that reaches the client: by its address, or as the form that the browser posts to it. */
const arrival = (page: Page): URL | Request => {
  const form = postedTo(page)
  if (form === undefined) return sentTo(page)
  const body = new URLSearchParams([...form.hidden])
  return new Request(form.action, { method: "POST", body })
}

/** Alice signs in, consents, and is back at the client. */
const signIn = async (url: URL): Promise<URL | Request> => {
  const browser = newBrowser()
  const consent = await browser.submit(await browser.open(url), { login: "alice", password })
  return arrival(consent.url.pathname === "/consent" ? await browser.submit(consent, { decision: "approve" }) : consent)
}

const modes = [{}, { response_mode: "form_post" }] as ReadonlyArray<Record<string, string>>

describe("OIDC Core §3.3: code id_token", () => {
  test.each(modes)("the library checks c_hash and s_hash, and exchanges the code; %o", async (mode) => {
    const config = await discover("hybrid", [client.useCodeIdTokenResponseType])
    const { checks, url } = await attempt(config, mode)
    const tokens = await client.authorizationCodeGrant(config, await signIn(url), checks)
    expect(tokens.claims()).toMatchObject({ iss: provider.issuer, aud: "hybrid", nonce: checks.expectedNonce })
    const userinfo = await client.fetchUserInfo(config, tokens.access_token, tokens.claims()!.sub)
    expect(userinfo.email).toBe("alice@example.com")
  })

  test("FAPI 1.0 Part 2 §5.2.2: and takes no answer whose state is another's", async () => {
    const config = await discover("hybrid", [client.useCodeIdTokenResponseType])
    const { checks, url } = await attempt(config, {})
    const answer = (await signIn(url)) as URL
    const failure = await failureOf(
      client.authorizationCodeGrant(config, answer, { ...checks, expectedState: "other" })
    )
    expect(failure).toBeInstanceOf(client.ClientError)
  })
})

describe("OIDC Core §3.2: id_token", () => {
  test.each(modes)("the library takes the ID token, which tells what the scope asks for; %o", async (mode) => {
    const config = await discover("implicit", [client.useIdTokenResponseType])
    const { checks, url } = await attempt(config, mode)
    const claims = await client.implicitAuthentication(config, await signIn(url), checks.expectedNonce, {
      expectedState: checks.expectedState
    })
    expect(claims).toMatchObject({ aud: "implicit", email: "alice@example.com" })
  })

  test("OIDC Core §3.2.2.6: and hears of an error", async () => {
    const config = await discover("implicit", [client.useIdTokenResponseType])
    const { checks, url } = await attempt(config, { prompt: "none" })
    const answer = arrival(await newBrowser().open(url))
    const failure = await failureOf(
      client.implicitAuthentication(config, answer, checks.expectedNonce, { expectedState: checks.expectedState })
    )
    expect(failure).toMatchObject({ error: "login_required" })
  })
})

describe.each(algs)("a client for %s with pairwise subjects", (alg) => {
  test("the library verifies ID token and userinfo, by code and by code id_token", async () => {
    const metadata = { id_token_signed_response_alg: alg, userinfo_signed_response_alg: alg }
    for (const use of [[], [client.useCodeIdTokenResponseType]]) {
      const config = await discover(alg, use, metadata)
      const { checks, url } = await attempt(config, use.length === 0 ? { response_mode: "form_post" } : {})
      const tokens = await client.authorizationCodeGrant(config, await signIn(url), checks)
      const { sub } = tokens.claims()!
      expect(sub).toMatch(/^[\w-]{43}$/)
      const userinfo = await client.fetchUserInfo(config, tokens.access_token, sub)
      expect(userinfo).toMatchObject({ sub, email: "alice@example.com" })
    }
  })
})
