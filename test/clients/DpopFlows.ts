/**
 * Demonstrating proof of possession as npm `openid-client` and `oauth4webapi` do it, against the provider on workerd:
 * the same with nonces and without, for both of them know what to do when they are told to use one. RFC 9449 §8.
 */
import * as oauth from "oauth4webapi"
import * as client from "openid-client"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import type { RunningProvider } from "../workerd/Provider.ts"
import { callback, failureOf, newBrowser, secret, signIn, startRegistered } from "./Registered.ts"

const scope = "openid email offline_access"

/** http, because this is a test on loopback. */
const insecure = { [oauth.allowInsecureRequests]: true } as const

const claimsOf = (jwt: string) => JSON.parse(Buffer.from(jwt.split(".")[1]!, "base64url").toString())

const algs = ["ES256", "PS256", "RS256", "Ed25519"] as const

export const dpopFlows = (vars: Readonly<Record<string, string>>): void => {
  let provider: RunningProvider

  beforeAll(async () => {
    provider = await startRegistered(vars)
  }, 60_000)
  afterAll(() => provider?.close())

  describe("openid-client", () => {
    const discover = (name: "basic" | "public") =>
      client.discovery(
        new URL(provider.issuer),
        name,
        {},
        name === "basic" ? client.ClientSecretBasic(secret) : client.None(),
        { execute: [client.allowInsecureRequests] }
      )

    /** A whole sign-in with a code that is bound to the key (§10). */
    const signedIn = async (config: client.Configuration, DPoP: client.DPoPHandle, pushed = false) => {
      const pkceCodeVerifier = client.randomPKCECodeVerifier()
      const parameters = {
        redirect_uri: callback,
        scope,
        code_challenge: await client.calculatePKCECodeChallenge(pkceCodeVerifier),
        code_challenge_method: "S256",
        prompt: "consent",
        ...(pushed ? {} : { dpop_jkt: await DPoP.calculateThumbprint() })
      }
      const url = pushed
        ? await client.buildAuthorizationUrlWithPAR(config, parameters, { DPoP })
        : client.buildAuthorizationUrl(config, parameters)
      const answer = await signIn(newBrowser(), url)
      return { answer, pkceCodeVerifier, checks: { pkceCodeVerifier, idTokenExpected: true } }
    }

    test.each(algs)("RFC 9449 §5, §6, §7: code, tokens and userinfo by a key for %s", async (alg) => {
      const config = await discover("basic")
      const DPoP = client.getDPoPHandle(config, await client.randomDPoPKeyPair(alg))
      const { answer, checks } = await signedIn(config, DPoP)
      const tokens = await client.authorizationCodeGrant(config, answer, checks, undefined, { DPoP })
      expect(tokens.token_type).toBe("dpop")
      expect(claimsOf(tokens.access_token).cnf).toEqual({ jkt: await DPoP.calculateThumbprint() })
      const info = await client.fetchUserInfo(config, tokens.access_token, tokens.claims()!.sub, { DPoP })
      expect(info.email).toBe("alice@example.com")
      const told = await client.tokenIntrospection(config, tokens.access_token)
      expect(told).toMatchObject({ active: true, token_type: "DPoP", cnf: { jkt: await DPoP.calculateThumbprint() } })
    })

    test("§5: a public client's refresh token goes with its key, and with no other", async () => {
      const config = await discover("public")
      const DPoP = client.getDPoPHandle(config, await client.randomDPoPKeyPair())
      const thief = client.getDPoPHandle(config, await client.randomDPoPKeyPair())
      const { answer, checks } = await signedIn(config, DPoP)
      const tokens = await client.authorizationCodeGrant(config, answer, checks, undefined, { DPoP })
      const stolen = client.refreshTokenGrant(config, tokens.refresh_token!, undefined, { DPoP: thief })
      expect(await failureOf(stolen)).toMatchObject({ status: 400, error: "invalid_grant" })
      const next = await client.refreshTokenGrant(config, tokens.refresh_token!, undefined, { DPoP })
      expect(next.token_type).toBe("dpop")
      expect((await client.fetchUserInfo(config, next.access_token, client.skipSubjectCheck, { DPoP })).email).toBe(
        "alice@example.com"
      )
    })

    test("§10.1: a pushed request with a proof binds the code to its key", async () => {
      const config = await discover("basic")
      const DPoP = client.getDPoPHandle(config, await client.randomDPoPKeyPair())
      const thief = client.getDPoPHandle(config, await client.randomDPoPKeyPair())
      const { answer, checks } = await signedIn(config, DPoP, true)
      const stolen = client.authorizationCodeGrant(config, answer, checks, undefined, { DPoP: thief })
      expect(await failureOf(stolen)).toMatchObject({ status: 400, error: "invalid_grant" })
      const tokens = await client.authorizationCodeGrant(config, answer, checks, undefined, { DPoP })
      expect(tokens.token_type).toBe("dpop")
    })

    test("§7.2: a bound token that is presented without its key is answered 401", async () => {
      const config = await discover("basic")
      const DPoP = client.getDPoPHandle(config, await client.randomDPoPKeyPair())
      const { answer, checks } = await signedIn(config, DPoP)
      const tokens = await client.authorizationCodeGrant(config, answer, checks, undefined, { DPoP })
      const failure = await failureOf(client.fetchUserInfo(config, tokens.access_token, client.skipSubjectCheck))
      expect(failure).toBeInstanceOf(client.WWWAuthenticateChallengeError)
      expect(failure).toMatchObject({ status: 401 })
    })
  })

  describe("oauth4webapi", () => {
    /** As the library says it is used: the same request once more if it was told to use a nonce. */
    const again = async <A>(request: () => Promise<A>): Promise<A> => {
      const first = await request().then(
        (value) => ({ value }),
        (failure: unknown) => ({ failure })
      )
      if ("value" in first) return first.value
      if (!oauth.isDPoPNonceError(first.failure)) throw first.failure
      return request()
    }

    test("RFC 9449 §5, §7, §8: code, refresh and userinfo, each again with the nonce that it was told", async () => {
      const issuer = new URL(provider.issuer)
      const discovery = await oauth.discoveryRequest(issuer, insecure)
      const as = await oauth.processDiscoveryResponse(issuer, discovery)
      const rp: oauth.Client = { client_id: "basic" }
      const auth = oauth.ClientSecretBasic(secret)
      const DPoP = oauth.DPoP(rp, await oauth.generateKeyPair("ES256"))
      const verifier = oauth.generateRandomCodeVerifier()
      const url = new URL(as.authorization_endpoint!)
      url.search = new URLSearchParams({
        client_id: "basic",
        redirect_uri: callback,
        response_type: "code",
        scope,
        dpop_jkt: await DPoP.calculateThumbprint(),
        code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
        code_challenge_method: "S256"
      }).toString()
      const parameters = oauth.validateAuthResponse(as, rp, await signIn(newBrowser(), url), oauth.expectNoState)
      const options = { DPoP, ...insecure }
      const tokens = await again(async () =>
        oauth.processAuthorizationCodeResponse(
          as,
          rp,
          await oauth.authorizationCodeGrantRequest(as, rp, auth, parameters, callback, verifier, options)
        )
      )
      expect(tokens.token_type).toBe("dpop")
      const next = await again(async () =>
        oauth.processRefreshTokenResponse(
          as,
          rp,
          await oauth.refreshTokenGrantRequest(as, rp, auth, tokens.refresh_token!, options)
        )
      )
      const { sub } = oauth.getValidatedIdTokenClaims(tokens)!
      const info = await again(async () =>
        oauth.processUserInfoResponse(as, rp, sub, await oauth.userInfoRequest(as, rp, next.access_token, options))
      )
      expect(info.email).toBe("alice@example.com")
    })
  })
}
