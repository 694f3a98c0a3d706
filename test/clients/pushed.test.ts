/** npm `openid-client` and `oauth4webapi` push requests and sign request objects. RFC 9126, RFC 9101. */
import * as oauth from "oauth4webapi"
import * as client from "openid-client"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { makeClient, makeUser } from "../workerd/Fixtures.ts"
import { type RunningProvider, startProvider } from "../workerd/Provider.ts"
import { callback, failureOf, newBrowser, signIn } from "./Registered.ts"
import { makeKey, type SigningKey } from "./Signing.ts"
import { drawAttempt } from "./Attempt.ts"

let provider: RunningProvider
let key: SigningKey

const scope = "openid email"
const insecure = { [oauth.allowInsecureRequests]: true } as const

beforeAll(async () => {
  provider = await startProvider()
  key = await makeKey("ES256")
  const metadata = {
    redirect_uris: [callback],
    token_endpoint_auth_method: "private_key_jwt",
    jwks: { keys: [key.jwk] },
    request_object_signing_alg: "ES256"
  }
  await provider.run(makeClient("rp", undefined, { ...metadata, require_signed_request_object: true }))
  await provider.run(makeClient("pushing", undefined, { ...metadata, require_pushed_authorization_requests: true }))
  await provider.run(
    makeClient("fapi", undefined, { ...metadata, profile: "fapi2", id_token_signed_response_alg: "ES256" })
  )
  await provider.run(makeUser("alice"))
}, 60_000)
afterAll(() => provider?.close())

describe("openid-client", () => {
  const discover = (id: string) =>
    client.discovery(
      new URL(provider.issuer),
      id,
      id === "fapi" ? { id_token_signed_response_alg: "ES256" } : {},
      client.PrivateKeyJwt(
        { key: key.privateKey, kid: key.kid },
        {
          // FAPI 2.0 §5.3.2.1: the issuer, as one string.
          [client.modifyAssertion]: (_header, payload) => {
            payload["aud"] = provider.issuer
          }
        }
      ),
      { execute: [client.allowInsecureRequests, client.enableNonRepudiationChecks] }
    )

  const attempt = () => drawAttempt({ redirect_uri: callback, scope })

  const signing = () => ({ key: key.privateKey, kid: key.kid })

  test("RFC 9126: buildAuthorizationUrlWithPAR, and the whole flow", async () => {
    const config = await discover("pushing")
    const { checks, parameters } = await attempt()
    const url = await client.buildAuthorizationUrlWithPAR(config, parameters)
    expect([...url.searchParams.keys()].sort()).toEqual(["client_id", "request_uri"])
    const answer = await signIn(newBrowser(), url)
    const tokens = await client.authorizationCodeGrant(config, answer, checks)
    expect(tokens.claims()).toMatchObject({ aud: "pushing", nonce: checks.expectedNonce })
  })

  test("RFC 9101: buildAuthorizationUrlWithJAR, and the whole flow", async () => {
    const config = await discover("rp")
    const { checks, parameters } = await attempt()
    const url = await client.buildAuthorizationUrlWithJAR(config, parameters, signing())
    expect([...url.searchParams.keys()].sort()).toEqual(["client_id", "request"])
    const answer = await signIn(newBrowser(), url)
    const tokens = await client.authorizationCodeGrant(config, answer, checks)
    expect(tokens.claims()).toMatchObject({ aud: "rp", nonce: checks.expectedNonce })
  })

  test("RFC 9126 §3: both together, with DPoP and the rules of FAPI 2.0", async () => {
    const config = await discover("fapi")
    const { checks, parameters } = await attempt()
    const DPoP = client.getDPoPHandle(config, await client.randomDPoPKeyPair("ES256"))
    const { searchParams } = await client.buildAuthorizationUrlWithJAR(config, parameters, signing())
    const url = await client.buildAuthorizationUrlWithPAR(config, searchParams, { DPoP })
    const answer = await signIn(newBrowser(), url)
    const tokens = await client.authorizationCodeGrant(config, answer, checks, {}, { DPoP })
    expect(tokens.token_type).toBe("dpop")
    const claims = tokens.claims()
    const userinfo = await client.fetchUserInfo(config, tokens.access_token, claims?.sub ?? "", { DPoP })
    expect(userinfo).toMatchObject({ email: "alice@example.com" })
  })

  test("RFC 9126 §2.3: what is wrong is told as the library reads it", async () => {
    const config = await discover("pushing")
    const wrong = { redirect_uri: "https://evil.example/", scope }
    const failure = await failureOf(client.buildAuthorizationUrlWithPAR(config, wrong))
    expect(failure).toBeInstanceOf(client.ResponseBodyError)
    expect(failure).toMatchObject({ status: 400, error: "invalid_request" })
  })
})

describe("oauth4webapi", () => {
  const discover = async () => {
    const issuer = new URL(provider.issuer)
    return oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer, insecure))
  }

  const authentication = () =>
    oauth.PrivateKeyJwt(
      { key: key.privateKey, kid: key.kid },
      {
        [oauth.modifyAssertion]: (_header, payload) => {
          payload["aud"] = provider.issuer
        }
      }
    )

  test("RFC 9126, RFC 9101: a request object is issued, pushed and answered", async () => {
    const as = await discover()
    const own: oauth.Client = { client_id: "pushing" }
    const verifier = oauth.generateRandomCodeVerifier()
    const state = oauth.generateRandomState()
    const parameters = {
      redirect_uri: callback,
      response_type: "code",
      scope,
      state,
      code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
      code_challenge_method: "S256"
    }
    const request = await oauth.issueRequestObject(as, own, parameters, { key: key.privateKey, kid: key.kid })
    const response = await oauth.pushedAuthorizationRequest(as, own, authentication(), { request }, insecure)
    const pushed = await oauth.processPushedAuthorizationResponse(as, own, response)
    expect(pushed.expires_in).toBeGreaterThan(0)
    const url = new URL(as.authorization_endpoint ?? "")
    url.search = new URLSearchParams({ client_id: "pushing", request_uri: pushed.request_uri }).toString()
    const answer = oauth.validateAuthResponse(as, own, await signIn(newBrowser(), url), state)
    const grant = await oauth.authorizationCodeGrantRequest(
      as,
      own,
      authentication(),
      answer,
      callback,
      verifier,
      insecure
    )
    const tokens = await oauth.processAuthorizationCodeResponse(as, own, grant, { requireIdToken: true })
    expect(oauth.getValidatedIdTokenClaims(tokens)).toMatchObject({ aud: "pushing" })
  })

  test("RFC 9126 §2.3: what is wrong is told as the library reads it", async () => {
    const as = await discover()
    const own: oauth.Client = { client_id: "pushing" }
    const wrong = { redirect_uri: callback, response_type: "code", scope: "nothing" }
    const response = await oauth.pushedAuthorizationRequest(as, own, authentication(), wrong, insecure)
    const failure = await failureOf(oauth.processPushedAuthorizationResponse(as, own, response))
    expect(failure).toBeInstanceOf(oauth.ResponseBodyError)
    expect(failure).toMatchObject({ status: 400, error: "invalid_scope" })
  })
})
