/** npm `oauth4webapi`, each of its checks called by name, against the provider on workerd. RFC 6749, OIDC Core. */
import * as oauth from "oauth4webapi"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import type { RunningProvider } from "../workerd/Provider.ts"
import type { Browser } from "./Browser.ts"
import {
  algOf,
  callback,
  type ClientName,
  clientNames,
  confidential,
  failureOf,
  newBrowser,
  registered,
  secret,
  sentTo,
  signedOut,
  signIn,
  startRegistered
} from "./Registered.ts"

let provider: RunningProvider
let as: oauth.AuthorizationServer

/** http, because this is a test on loopback. */
const insecure = { [oauth.allowInsecureRequests]: true } as const

beforeAll(async () => {
  provider = await startRegistered()
  as = await discover("oidc")
}, 60_000)
afterAll(() => provider?.close())

const discover = async (algorithm: "oidc" | "oauth2") => {
  const issuer = new URL(provider.issuer)
  return oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer, { algorithm, ...insecure }))
}

const clientOf = (name: ClientName): oauth.Client => ({
  client_id: name,
  id_token_signed_response_alg: algOf(name)
})

const authOf = (name: ClientName, clientSecret = secret): oauth.ClientAuth => {
  switch (registered[name].token_endpoint_auth_method) {
    case "client_secret_basic":
      return oauth.ClientSecretBasic(clientSecret)
    case "client_secret_post":
      return oauth.ClientSecretPost(clientSecret)
    case "none":
      return oauth.None()
  }
}

const attempt = async (name: ClientName, parameters: Record<string, string> = {}) => {
  const [verifier, state, nonce] = [
    oauth.generateRandomCodeVerifier(),
    oauth.generateRandomState(),
    oauth.generateRandomNonce()
  ]
  const url = new URL(as.authorization_endpoint!)
  url.search = new URLSearchParams({
    client_id: name,
    redirect_uri: callback,
    response_type: "code",
    scope: "openid profile offline_access",
    state,
    nonce,
    code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
    code_challenge_method: "S256",
    ...parameters
  }).toString()
  return { name, url, verifier, state, nonce }
}

type Attempt = Awaited<ReturnType<typeof attempt>>

const redeem = async (
  { name, nonce, state, verifier }: Attempt,
  answer: URL,
  { clientSecret = secret, maxAge }: { clientSecret?: string; maxAge?: number } = {}
) => {
  const client = clientOf(name)
  const parameters = oauth.validateAuthResponse(as, client, answer, state)
  const auth = authOf(name, clientSecret)
  const response = await oauth.authorizationCodeGrantRequest(as, client, auth, parameters, callback, verifier, insecure)
  const tokens = await oauth.processAuthorizationCodeResponse(as, client, response, {
    expectedNonce: nonce,
    requireIdToken: true,
    ...(maxAge === undefined ? {} : { maxAge })
  })
  await oauth.validateApplicationLevelSignature(as, response, insecure)
  return { tokens, claims: oauth.getValidatedIdTokenClaims(tokens)! }
}

const signedIn = async (name: ClientName, browser: Browser = newBrowser(), parameters: Record<string, string> = {}) => {
  const begun = await attempt(name, parameters)
  const answer = await signIn(browser, begun.url)
  return { begun, answer, ...(await redeem(begun, answer)) }
}

const userinfo = async (name: ClientName, token: string, subject: string) => {
  const client = clientOf(name)
  const response = await oauth.userInfoRequest(as, client, token, insecure)
  return oauth.processUserInfoResponse(as, client, subject, response)
}

const refresh = async (name: ClientName, token: string) => {
  const client = clientOf(name)
  const response = await oauth.refreshTokenGrantRequest(as, client, authOf(name), token, insecure)
  const tokens = await oauth.processRefreshTokenResponse(as, client, response)
  await oauth.validateApplicationLevelSignature(as, response, insecure)
  return { tokens, claims: oauth.getValidatedIdTokenClaims(tokens)! }
}

const introspect = async (name: ClientName, token: string) => {
  const client = clientOf(name)
  const response = await oauth.introspectionRequest(as, client, authOf(name), token, insecure)
  return oauth.processIntrospectionResponse(as, client, response)
}

const revoke = async (name: ClientName, token: string) =>
  oauth.processRevocationResponse(await oauth.revocationRequest(as, clientOf(name), authOf(name), token, insecure))

describe("discovery and keys", () => {
  test("RFC 8414 §3: both documents are the same", async () => {
    expect(await discover("oauth2")).toEqual(as)
  })

  test("RFC 7517 §5: one key an algorithm, public members only", async () => {
    const { keys } = (await (await fetch(as.jwks_uri!)).json()) as { keys: ReadonlyArray<Record<string, string>> }
    expect(keys.map(({ alg }) => alg).toSorted()).toEqual(["ES256", "RS256"])
    expect(new Set(keys.map(({ kid }) => kid)).size).toBe(2)
    for (const key of keys) expect(Object.keys(key)).not.toContain("d")
  })
})

describe("the complete flow, each object thrown out of memory before each step", () => {
  test.each(clientNames)("OIDC Core §3.1, §5.3, §12; RFC 9068 §4; RFC 7009: client %s", async (name) => {
    const evict = provider.evictObjects
    const begun = await attempt(name, { max_age: "600" })
    const answer = await signIn(newBrowser(), begun.url, evict)
    await evict()
    const { claims, tokens } = await redeem(begun, answer, { maxAge: 600 })
    expect(claims).toMatchObject({ iss: provider.issuer, aud: name, nonce: begun.nonce })
    expect(tokens).toMatchObject({ token_type: "bearer", scope: "openid profile offline_access" })

    const request = new Request(provider.issuer, { headers: { authorization: `Bearer ${tokens.access_token}` } })
    const accessClaims = await oauth.validateJwtAccessToken(as, request, provider.issuer, insecure)
    expect(accessClaims).toMatchObject({ sub: claims.sub, client_id: name, auth_time: claims.auth_time })

    await evict()
    const told = await userinfo(name, tokens.access_token, claims.sub)
    expect(told).toMatchObject({ preferred_username: "alice", name: "Alice Example", updated_at: expect.any(Number) })
    expect(told).not.toHaveProperty("email")

    await evict()
    const fresh = await refresh(name, tokens.refresh_token!)
    expect(fresh.claims).toMatchObject({ sub: claims.sub, aud: name, auth_time: claims.auth_time })
    expect(fresh.claims.nonce, "OIDC Core §12.2").toBe(undefined)
    expect(fresh.tokens.refresh_token).not.toBe(tokens.refresh_token)

    await evict()
    await revoke(name, fresh.tokens.refresh_token!)
    await evict()
    const refused = await failureOf(refresh(name, fresh.tokens.refresh_token!))
    expect(refused).toBeInstanceOf(oauth.ResponseBodyError)
    expect(refused).toMatchObject({ status: 400, error: "invalid_grant" })
    const dead = await failureOf(userinfo(name, fresh.tokens.access_token, claims.sub))
    expect(dead).toBeInstanceOf(oauth.WWWAuthenticateChallengeError)
    expect(dead).toMatchObject({ status: 401, cause: [{ parameters: { error: "invalid_token" } }] })
  })

  test.each(confidential)("RFC 7662 §2.2: introspection before and after revocation, client %s", async (name) => {
    const { claims, tokens } = await signedIn(name)
    await provider.evictObjects()
    const asked = await introspect(name, tokens.access_token)
    expect(asked).toMatchObject({ active: true, sub: claims.sub, client_id: name, iss: provider.issuer })
    expect(asked.exp! - asked.iat!).toBe(tokens.expires_in)
    expect(await introspect(name, tokens.refresh_token!)).toMatchObject({ active: true, sub: claims.sub })
    await revoke(name, tokens.access_token)
    await provider.evictObjects()
    expect(await introspect(name, tokens.access_token)).toEqual({ active: false })
    expect(await introspect(name, tokens.refresh_token!)).toMatchObject({ active: true })
  })

  test("RP-Initiated Logout 1.0 §2: the session ends; what was given offline stays", async () => {
    const browser = newBrowser()
    const { claims, tokens } = await signedIn("es256", browser)
    const url = new URL(as.end_session_endpoint!)
    url.search = new URLSearchParams({
      id_token_hint: tokens.id_token!,
      client_id: "es256",
      post_logout_redirect_uri: signedOut,
      state: "a state & more"
    }).toString()
    await provider.evictObjects()
    const back = sentTo(await browser.open(url))
    expect(back.origin + back.pathname).toBe(signedOut)
    expect([...back.searchParams]).toEqual([["state", "a state & more"]])
    const { state, url: silent } = await attempt("es256", { prompt: "none" })
    const answer = sentTo(await browser.open(silent))
    expect(() => oauth.validateAuthResponse(as, clientOf("es256"), answer, state)).toThrow(
      expect.objectContaining({ error: "login_required" })
    )
    expect((await refresh("es256", tokens.refresh_token!)).claims.sub, "OIDC Core §11").toBe(claims.sub)
  })
})

describe("a session at the provider", () => {
  test("OIDC Core §3.1.2.1: prompt=none answers at once, for every client that the user has allowed", async () => {
    const browser = newBrowser()
    const first = await signedIn("basic", browser)
    await signedIn("post", browser)
    for (const name of ["basic", "post"] as const) {
      await provider.evictObjects()
      const silent = await attempt(name, { prompt: "none" })
      const answer = sentTo(await browser.open(silent.url))
      const { claims } = await redeem(silent, answer, { maxAge: 600 })
      expect(claims).toMatchObject({ sub: first.claims.sub, auth_time: first.claims.auth_time, aud: name })
    }
  })

  test("OIDC Core §11: no offline_access, no refresh token", async () => {
    const { tokens } = await signedIn("public", newBrowser(), { scope: "openid" })
    expect(tokens).not.toHaveProperty("refresh_token")
  })

  test("RFC 6749 §3.3: without openid there is an access token and no ID token", async () => {
    const { state, url, verifier } = await attempt("post", { scope: "profile" })
    const client = clientOf("post")
    const parameters = oauth.validateAuthResponse(as, client, await signIn(newBrowser(), url), state)
    const response = await oauth.authorizationCodeGrantRequest(
      as,
      client,
      authOf("post"),
      parameters,
      callback,
      verifier,
      insecure
    )
    const tokens = await oauth.processAuthorizationCodeResponse(as, client, response)
    expect(tokens.id_token).toBe(undefined)
    const refused = await oauth.userInfoRequest(as, client, tokens.access_token, insecure)
    expect(refused.status, "RFC 6750 §3.1: insufficient_scope").toBe(403)
  })
})

describe("errors, each as the library's own class", () => {
  test.each([
    [{ prompt: "none" }, "login_required"],
    [{ prompt: "none login" }, "invalid_request"],
    [{ response_type: "none" }, "unsupported_response_type"],
    [{ request_uri: "https://rp.example/r" }, "request_uri_not_supported"],
    [{ code_challenge: "short" }, "invalid_request"]
  ])("OIDC Core §3.1.2.6, RFC 9207 §2: %o is answered with iss and state", async (parameters, error) => {
    const { state, url } = await attempt("basic", parameters as unknown as Record<string, string>)
    const answer = sentTo(await newBrowser().open(url))
    expect(answer.searchParams.get("iss")).toBe(provider.issuer)
    const check = () => oauth.validateAuthResponse(as, clientOf("basic"), answer, state)
    expect(check).toThrow(oauth.AuthorizationResponseError)
    expect(check).toThrow(expect.objectContaining({ error }))
  })

  test("RFC 6749 §4.1.2.1: cancelled at login, denied at consent", async () => {
    const browser = newBrowser()
    const { state, url } = await attempt("public", { prompt: "consent" })
    const cancelled = sentTo(await browser.submit(await browser.open(url), { decision: "deny" }))
    await signedIn("public", browser)
    const denied = sentTo(await browser.submit(await browser.open(url), { decision: "deny" }))
    for (const answer of [cancelled, denied]) {
      expect(() => oauth.validateAuthResponse(as, clientOf("public"), answer, state)).toThrow(
        expect.objectContaining({ error: "access_denied" })
      )
    }
  })

  test("RFC 9207 §2.4, RFC 6749 §10.12: an answer without iss or with another state is refused", async () => {
    const { answer, begun } = await signedIn("basic")
    const without = new URL(answer)
    without.searchParams.delete("iss")
    expect(() => oauth.validateAuthResponse(as, clientOf("basic"), without, begun.state)).toThrow(
      oauth.OperationProcessingError
    )
    expect(() => oauth.validateAuthResponse(as, clientOf("basic"), answer, "another")).toThrow(
      oauth.OperationProcessingError
    )
  })

  test("OIDC Core §5.3.2: userinfo about another subject is refused by the client", async () => {
    const { claims, tokens } = await signedIn("post")
    const failure = await failureOf(userinfo("post", tokens.access_token, `${claims.sub}x`))
    expect(failure).toBeInstanceOf(oauth.OperationProcessingError)
    expect(failure).toMatchObject({ code: oauth.JSON_ATTRIBUTE_COMPARISON })
  })

  test("RFC 6749 §4.1.2: a code used twice, also at once, gives tokens once and then takes them back", async () => {
    const begun = await attempt("basic")
    const answer = await signIn(newBrowser(), begun.url)
    const results = await Promise.allSettled([redeem(begun, answer), redeem(begun, answer)])
    const [given] = results.flatMap((result) => (result.status === "fulfilled" ? [result.value] : []))
    const [refused] = results.flatMap((result) => (result.status === "rejected" ? [result.reason as unknown] : []))
    expect(results.map(({ status }) => status).toSorted()).toEqual(["fulfilled", "rejected"])
    expect(refused).toBeInstanceOf(oauth.ResponseBodyError)
    expect(refused).toMatchObject({ status: 400, error: "invalid_grant" })
    await provider.evictObjects()
    const dead = await failureOf(userinfo("basic", given!.tokens.access_token, given!.claims.sub))
    expect(dead).toBeInstanceOf(oauth.WWWAuthenticateChallengeError)
  })

  test("RFC 9700 §4.14.2: two refreshes at once get the same token; one from before ends the family", async () => {
    const { tokens } = await signedIn("post")
    const [one, two] = await Promise.all([
      refresh("post", tokens.refresh_token!),
      refresh("post", tokens.refresh_token!)
    ])
    expect(one.tokens.refresh_token).toBe(two.tokens.refresh_token)
    const third = await refresh("post", one.tokens.refresh_token!)
    for (const token of [tokens.refresh_token!, third.tokens.refresh_token!]) {
      expect(await failureOf(refresh("post", token))).toMatchObject({ status: 400, error: "invalid_grant" })
    }
  })

  test.each(confidential)(
    "RFC 6749 §5.2: a wrong secret of client %s is 401, and the code survives it",
    async (name) => {
      const begun = await attempt(name)
      const answer = await signIn(newBrowser(), begun.url)
      const failure = await failureOf(redeem(begun, answer, { clientSecret: `${secret} ` }))
      expect(failure).toBeInstanceOf(oauth.WWWAuthenticateChallengeError)
      expect(failure).toMatchObject({ status: 401, cause: [{ scheme: "basic", parameters: { realm: "hapax" } }] })
      expect((await redeem(begun, answer)).tokens.access_token).toBeTypeOf("string")
    }
  )

  test("RFC 6749 §2.3.1: a client that is held to its method cannot use another", async () => {
    const begun = await attempt("basic")
    const answer = await signIn(newBrowser(), begun.url)
    const client = clientOf("basic")
    const parameters = oauth.validateAuthResponse(as, client, answer, begun.state)
    for (const auth of [oauth.ClientSecretPost(secret), oauth.None()]) {
      const response = await oauth.authorizationCodeGrantRequest(
        as,
        client,
        auth,
        parameters,
        callback,
        begun.verifier,
        insecure
      )
      const failure = await failureOf(oauth.processAuthorizationCodeResponse(as, client, response))
      expect(failure).toMatchObject({ status: 401 })
    }
  })
})
