/** npm `openid-client`, every check of it switched on, against the provider on workerd. OIDC Core §3.1, §5.3, §12. */
import { createHash } from "node:crypto"
import * as client from "openid-client"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import type { RunningProvider } from "../workerd/Provider.ts"
import type { Browser } from "./Browser.ts"
import {
  algOf,
  callback,
  type ClientName,
  clientNames,
  failureOf,
  confidential,
  newBrowser,
  registered,
  secret,
  sentTo,
  signedOut,
  signIn,
  startRegistered
} from "./Registered.ts"
import { drawAttempt } from "./Attempt.ts"

let provider: RunningProvider

beforeAll(async () => {
  provider = await startRegistered()
}, 60_000)
afterAll(() => provider?.close())

const authentication = (name: ClientName, clientSecret: string): client.ClientAuth => {
  switch (registered[name].token_endpoint_auth_method) {
    case "client_secret_basic":
      return client.ClientSecretBasic(clientSecret)
    case "client_secret_post":
      return client.ClientSecretPost(clientSecret)
    case "none":
      return client.None()
  }
}

/** The provider as the library finds it; it then checks signatures of ID tokens too, which TLS could excuse. */
const discover = (name: ClientName, options: client.DiscoveryRequestOptions & { clientSecret?: string } = {}) =>
  client.discovery(
    new URL(provider.issuer),
    name,
    { id_token_signed_response_alg: algOf(name) },
    authentication(name, options.clientSecret ?? secret),
    { ...options, execute: [client.allowInsecureRequests, client.enableNonRepudiationChecks] }
  )

const attempt = async (config: client.Configuration, parameters: Record<string, string> = {}) => {
  const drawn = await drawAttempt({ redirect_uri: callback, scope: "openid email offline_access" })
  return { url: client.buildAuthorizationUrl(config, { ...drawn.parameters, ...parameters }), checks: drawn.checks }
}

const signedIn = async (config: client.Configuration, browser: Browser, parameters?: Record<string, string>) => {
  const { checks, url } = await attempt(config, parameters)
  const answer = await signIn(browser, url)
  const tokens = await client.authorizationCodeGrant(config, answer, checks)
  return { answer, checks, tokens, claims: tokens.claims()! }
}

/** OIDC Core §3.1.3.6. */
const leftHalfHash = (token: string) =>
  createHash("sha256").update(token).digest().subarray(0, 16).toString("base64url")

const headerOf = (jwt: string) => JSON.parse(Buffer.from(jwt.split(".")[0]!, "base64url").toString())

describe("OpenID Connect Discovery 1.0 §4, RFC 8414 §3", () => {
  test.each(["oidc", "oauth2"] as const)("finds the provider (%s)", async (algorithm) => {
    const metadata = (await discover("basic", { algorithm })).serverMetadata()
    expect(metadata.issuer).toBe(provider.issuer)
    expect(metadata.supportsPKCE("S256")).toBe(true)
    expect(metadata.authorization_response_iss_parameter_supported).toBe(true)
  })
})

describe("the complete flow, each object thrown out of memory before each step", () => {
  test.each(clientNames)("OIDC Core §3.1, RFC 7636, RFC 9207: client %s", async (name) => {
    const evict = provider.evictObjects
    const config = await discover(name)
    const browser = newBrowser()
    const { checks, url } = await attempt(config, { max_age: "600" })
    const answer = await signIn(browser, url, evict)
    expect(answer.searchParams.get("iss")).toBe(provider.issuer)
    await evict()
    const tokens = await client.authorizationCodeGrant(config, answer, { ...checks, maxAge: 600 })
    const claims = tokens.claims()!
    expect(headerOf(tokens.id_token!).alg).toBe(algOf(name))
    expect(claims).toMatchObject({ iss: provider.issuer, aud: name, nonce: checks.expectedNonce })
    expect(claims.auth_time).toBeTypeOf("number")
    expect(claims["at_hash"]).toBe(leftHalfHash(tokens.access_token))
    expect(tokens.scope).toBe("openid email offline_access")
    expect(tokens.expiresIn()).toBeGreaterThan(0)

    await evict()
    const userinfo = await client.fetchUserInfo(config, tokens.access_token, claims.sub)
    expect(userinfo).toEqual({ sub: claims.sub, email: "alice@example.com", email_verified: true })

    await evict()
    const fresh = await client.refreshTokenGrant(config, tokens.refresh_token!)
    expect(fresh.refresh_token).not.toBe(tokens.refresh_token)
    expect(fresh.access_token).not.toBe(tokens.access_token)
    expect(fresh.claims()).toMatchObject({ sub: claims.sub, aud: name, auth_time: claims.auth_time })
    expect(fresh.claims()!["at_hash"]).toBe(leftHalfHash(fresh.access_token))

    await evict()
    await client.tokenRevocation(config, fresh.access_token)
    await evict()
    const userinfoRefused = await failureOf(client.fetchUserInfo(config, fresh.access_token, claims.sub))
    expect(userinfoRefused).toBeInstanceOf(client.WWWAuthenticateChallengeError)
    expect(userinfoRefused).toMatchObject({
      status: 401,
      cause: [{ scheme: "bearer", parameters: { error: "invalid_token" } }]
    })

    await client.tokenRevocation(config, fresh.refresh_token!)
    await evict()
    const refreshRefused = await failureOf(client.refreshTokenGrant(config, fresh.refresh_token!))
    expect(refreshRefused).toBeInstanceOf(client.ResponseBodyError)
    expect(refreshRefused).toMatchObject({ status: 400, error: "invalid_grant" })
    const familyEnded = await failureOf(client.fetchUserInfo(config, tokens.access_token, claims.sub))
    expect(familyEnded, "its access tokens end with it").toBeInstanceOf(client.WWWAuthenticateChallengeError)
  })

  test.each(confidential)("RFC 7662 §2.2: introspection before and after revocation, client %s", async (name) => {
    const config = await discover(name)
    const { claims, tokens } = await signedIn(config, newBrowser())
    const fresh = await client.refreshTokenGrant(config, tokens.refresh_token!)
    await provider.evictObjects()
    expect(await client.tokenIntrospection(config, fresh.access_token)).toMatchObject({
      active: true,
      client_id: name,
      iss: provider.issuer,
      sub: claims.sub,
      username: "alice",
      scope: "openid email offline_access",
      token_type: "Bearer"
    })
    expect(await client.tokenIntrospection(config, fresh.refresh_token!)).toMatchObject({
      active: true,
      client_id: name
    })
    expect(await client.tokenIntrospection(config, tokens.refresh_token!), "rotated").toEqual({ active: false })
    await client.tokenRevocation(config, fresh.access_token)
    await provider.evictObjects()
    expect(await client.tokenIntrospection(config, fresh.access_token)).toEqual({ active: false })
    expect(await client.tokenIntrospection(config, tokens.access_token), "ends alone").toMatchObject({ active: true })
    await client.tokenRevocation(config, fresh.refresh_token!)
    await provider.evictObjects()
    for (const token of [tokens.access_token, fresh.refresh_token!, "unheard-of"]) {
      expect(await client.tokenIntrospection(config, token)).toEqual({ active: false })
    }
  })

  test("RFC 7662 §2.1, §4: not for public clients, and of one's own tokens only", async () => {
    const [open, basic, post] = [await discover("public"), await discover("basic"), await discover("post")]
    const { tokens } = await signedIn(open, newBrowser())
    const refused = await failureOf(client.tokenIntrospection(open, tokens.access_token))
    expect(refused).toBeInstanceOf(client.WWWAuthenticateChallengeError)
    const other = await signedIn(basic, newBrowser())
    for (const token of [other.tokens.access_token, other.tokens.refresh_token!]) {
      expect(await client.tokenIntrospection(post, token)).toEqual({ active: false })
      await client.tokenRevocation(post, token)
      expect(await client.tokenIntrospection(basic, token), "not another's to revoke").toMatchObject({ active: true })
    }
  })

  test("RP-Initiated Logout 1.0 §2, §3: back to the client with its state, and the session is gone", async () => {
    const config = await discover("basic")
    const browser = newBrowser()
    const { tokens } = await signedIn(config, browser, { scope: "openid" })
    await provider.evictObjects()
    const url = client.buildEndSessionUrl(config, {
      id_token_hint: tokens.id_token!,
      post_logout_redirect_uri: signedOut,
      state: "bye"
    })
    const { href } = sentTo(await browser.open(url))
    expect(href).toBe(`${signedOut}?state=bye`)
    const { checks, url: silent } = await attempt(config, { prompt: "none" })
    const answer = sentTo(await browser.open(silent))
    const failure = await failureOf(client.authorizationCodeGrant(config, answer, checks))
    expect(failure).toMatchObject({ error: "login_required" })
    const online = await failureOf(client.fetchUserInfo(config, tokens.access_token, tokens.claims()!.sub))
    expect(online, "without offline access a grant falls with its session").toMatchObject({ status: 401 })
  })

  test("RP-Initiated Logout 1.0 §2: without a hint the person is asked, and nobody is redirected", async () => {
    const config = await discover("basic")
    const browser = newBrowser()
    await signedIn(config, browser)
    const url = client.buildEndSessionUrl(config, { post_logout_redirect_uri: signedOut, state: "bye" })
    const question = await browser.open(url)
    expect(question.url.pathname).toBe("/logout/confirm")
    expect((await browser.submit(question)).url.origin).toBe(provider.issuer)
    const { url: again } = await attempt(config)
    expect((await browser.open(again)).url.pathname).toBe("/login")
  })
})

describe("a session at the provider", () => {
  test("OIDC Core §3.1.2.1: prompt=none is silent, with the same sub and auth_time", async () => {
    const config = await discover("basic")
    const browser = newBrowser()
    const first = await signedIn(config, browser)
    await provider.evictObjects()
    const { checks, url } = await attempt(config, { prompt: "none", id_token_hint: first.tokens.id_token! })
    const answer = sentTo(await browser.open(url))
    const second = await client.authorizationCodeGrant(config, answer, { ...checks, maxAge: 600 })
    expect(second.claims()).toMatchObject({ sub: first.claims.sub, auth_time: first.claims.auth_time })
  })

  test.each([{ prompt: "login" }, { max_age: "0" }])("OIDC Core §3.1.2.1: %o asks for a new login", async (again) => {
    const config = await discover("basic")
    const browser = newBrowser()
    await signedIn(config, browser)
    const { checks, url } = await attempt(config, again as unknown as Record<string, string>)
    const login = await browser.open(url)
    expect(login.url.pathname).toBe("/login")
    const tokens = await client.authorizationCodeGrant(config, await signIn(browser, url), { ...checks, maxAge: 0 })
    expect(tokens.claims()!.auth_time).toBeTypeOf("number")
  })

  test("OIDC Core §11: without offline_access there is no refresh token", async () => {
    const { tokens } = await signedIn(await discover("basic"), newBrowser(), { scope: "openid profile" })
    expect(tokens.refresh_token).toBe(undefined)
    expect(tokens.scope).toBe("openid profile")
  })
})

describe("errors, each as the library's own class", () => {
  const refusals: ReadonlyArray<[title: string, parameters: Record<string, string>, error: string]> = [
    ["nobody is signed in", { prompt: "none" }, "login_required"],
    ["an unknown response_type", { response_type: "token" }, "unsupported_response_type"],
    ["a scope the client may not have", { scope: "root" }, "invalid_scope"],
    ["a request object", { request: "e30.e30." }, "request_not_supported"],
    ["plain PKCE", { code_challenge_method: "plain" }, "invalid_request"]
  ]
  test.each(refusals)("OIDC Core §3.1.2.6: %s", async (_title, parameters, error) => {
    const config = await discover("basic")
    const { checks, url } = await attempt(config, parameters)
    const answer = sentTo(await newBrowser().open(url))
    const failure = await failureOf(client.authorizationCodeGrant(config, answer, checks))
    expect(failure).toBeInstanceOf(client.AuthorizationResponseError)
    expect(failure).toMatchObject({ error, error_description: expect.any(String) })
  })

  test("RFC 6749 §4.1.2.1: the person cancels at login, or denies consent", async () => {
    const config = await discover("post")
    const { checks, url } = await attempt(config, { prompt: "consent" })
    const browser = newBrowser()
    const cancelled = sentTo(await browser.submit(await browser.open(url), { decision: "deny" }))
    await signedIn(config, browser)
    const denied = sentTo(await browser.submit(await browser.open(url), { decision: "deny" }))
    for (const answer of [cancelled, denied]) {
      const failure = await failureOf(client.authorizationCodeGrant(config, answer, checks))
      expect(failure).toBeInstanceOf(client.AuthorizationResponseError)
      expect(failure).toMatchObject({ error: "access_denied" })
    }
  })

  test("OIDC Core §3.1.2.6: a session without consent and prompt=none is consent_required", async () => {
    const browser = newBrowser()
    await signedIn(await discover("basic"), browser, { scope: "openid" })
    const config = await discover("es256")
    const { checks, url } = await attempt(config, { prompt: "none", scope: "openid phone address" })
    const failure = await failureOf(client.authorizationCodeGrant(config, sentTo(await browser.open(url)), checks))
    expect(failure).toMatchObject({ error: "consent_required" })
  })

  test("RFC 9700 §2.1.1: a public client cannot leave out PKCE", async () => {
    const config = await discover("public")
    const { checks, url } = await attempt(config)
    url.searchParams.delete("code_challenge")
    url.searchParams.delete("code_challenge_method")
    const answer = sentTo(await newBrowser().open(url))
    expect(await failureOf(client.authorizationCodeGrant(config, answer, checks))).toMatchObject({
      error: "invalid_request"
    })
  })

  test("the client's own checks refuse what is not its answer: state, iss, nonce, subject", async () => {
    const config = await discover("basic")
    const { answer, checks, claims, tokens } = await signedIn(config, newBrowser())
    const foreign = new URL(answer)
    foreign.searchParams.set("iss", "https://attacker.example")
    const wrong = [
      client.authorizationCodeGrant(config, answer, { ...checks, expectedState: "another" }),
      client.authorizationCodeGrant(config, foreign, checks),
      client.fetchUserInfo(config, tokens.access_token, `${claims.sub}x`)
    ]
    for (const promise of wrong) expect(await failureOf(promise)).toBeInstanceOf(client.ClientError)
    const next = await attempt(config)
    const redeemed = client.authorizationCodeGrant(config, await signIn(newBrowser(), next.url), {
      ...next.checks,
      expectedNonce: "another"
    })
    expect(await failureOf(redeemed)).toMatchObject({ code: "OAUTH_JWT_CLAIM_COMPARISON_FAILED" })
  })

  test("RFC 6749 §4.1.2: a code used twice is invalid_grant, and takes what it gave with it", async () => {
    const config = await discover("basic")
    const { answer, checks, claims, tokens } = await signedIn(config, newBrowser())
    await provider.evictObjects()
    const failure = await failureOf(client.authorizationCodeGrant(config, answer, checks))
    expect(failure).toBeInstanceOf(client.ResponseBodyError)
    expect(failure).toMatchObject({ status: 400, error: "invalid_grant" })
    const userinfo = await failureOf(client.fetchUserInfo(config, tokens.access_token, claims.sub))
    expect(userinfo).toBeInstanceOf(client.WWWAuthenticateChallengeError)
    expect(await failureOf(client.refreshTokenGrant(config, tokens.refresh_token!))).toMatchObject({
      error: "invalid_grant"
    })
  })

  test("RFC 9700 §4.14.2: a refresh token two generations old ends the family", async () => {
    const config = await discover("public")
    const { tokens } = await signedIn(config, newBrowser())
    const second = await client.refreshTokenGrant(config, tokens.refresh_token!)
    const third = await client.refreshTokenGrant(config, second.refresh_token!)
    await provider.evictObjects()
    for (const token of [tokens, third]) {
      const failure = await failureOf(client.refreshTokenGrant(config, token.refresh_token!))
      expect(failure).toMatchObject({ status: 400, error: "invalid_grant" })
    }
  })

  test("RFC 7636 §4.6, RFC 6749 §6, §5.2: verifier, scope and grant type", async () => {
    const config = await discover("post")
    const { checks, url } = await attempt(config)
    const answer = await signIn(newBrowser(), url)
    const other = { ...checks, pkceCodeVerifier: client.randomPKCECodeVerifier() }
    expect(await failureOf(client.authorizationCodeGrant(config, answer, other))).toMatchObject({
      error: "invalid_grant"
    })
    const tokens = await client.authorizationCodeGrant(config, answer, checks)
    const greedy = client.refreshTokenGrant(config, tokens.refresh_token!, { scope: "openid phone" })
    expect(await failureOf(greedy)).toMatchObject({ status: 400, error: "invalid_scope" })
    const narrowed = await client.refreshTokenGrant(config, tokens.refresh_token!, { scope: "openid" })
    expect(narrowed.scope).toBe("openid")
    const unregistered = await failureOf(client.clientCredentialsGrant(config))
    expect(unregistered).toBeInstanceOf(client.ResponseBodyError)
    expect(unregistered).toMatchObject({ error: "unauthorized_client" })
    const unknown = await failureOf(
      client.genericGrantRequest(config, "password", { username: "alice", password: "x" })
    )
    expect(unknown).toBeInstanceOf(client.ResponseBodyError)
    expect(unknown).toMatchObject({ error: "unsupported_grant_type" })
  })

  test.each(["basic", "post"] as const)("RFC 6749 §5.2: a wrong secret is 401 with a challenge (%s)", async (name) => {
    const config = await discover(name, { clientSecret: `${secret}x` })
    const { checks, url } = await attempt(config)
    const answer = await signIn(newBrowser(), url)
    const failure = await failureOf(client.authorizationCodeGrant(config, answer, checks))
    expect(failure).toBeInstanceOf(client.WWWAuthenticateChallengeError)
    expect(failure).toMatchObject({ status: 401, cause: [{ scheme: "basic" }] })
    const right = await discover(name)
    expect((await client.authorizationCodeGrant(right, answer, checks)).access_token).toBeTypeOf("string")
  })
})
