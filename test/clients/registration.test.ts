/** Libraries that register their client: `openid-client`, `oauth4webapi`. RFC 7591, OIDC Dynamic Registration. */
import { Redacted } from "effect"
import * as oauth from "oauth4webapi"
import * as client from "openid-client"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { createRegistrationToken } from "../../src/services/flows/operator/RegistrationTokens.ts"
import { makeUser } from "../workerd/Fixtures.ts"
import { type RunningProvider, startProvider } from "../workerd/Provider.ts"
import { callback, failureOf, newBrowser, signIn } from "./Registered.ts"

let provider: RunningProvider
let initialAccessToken: string

beforeAll(async () => {
  provider = await startProvider({ REGISTRATION: "token" })
  await provider.run(makeUser("alice"))
  const { secret } = await provider.run(createRegistrationToken({ uses: 2, lifetime: 3_600_000 }))
  initialAccessToken = Redacted.value(secret)
}, 60_000)
afterAll(() => provider?.close())

const insecure = { [oauth.allowInsecureRequests]: true }

describe("openid-client", () => {
  test("dynamicClientRegistration: registers, and signs in with what it was given", async () => {
    const config = await client.dynamicClientRegistration(
      new URL(provider.issuer),
      { redirect_uris: [callback], client_name: "openid-client", token_endpoint_auth_method: "client_secret_post" },
      undefined,
      { execute: [client.allowInsecureRequests, client.enableNonRepudiationChecks], initialAccessToken }
    )
    expect(config.clientMetadata()).toMatchObject({ client_name: "openid-client", redirect_uris: [callback] })
    const pkceCodeVerifier = client.randomPKCECodeVerifier()
    const expectedNonce = client.randomNonce()
    const url = client.buildAuthorizationUrl(config, {
      redirect_uri: callback,
      scope: "openid",
      nonce: expectedNonce,
      code_challenge: await client.calculatePKCECodeChallenge(pkceCodeVerifier),
      code_challenge_method: "S256"
    })
    const answer = await signIn(newBrowser(), url)
    const tokens = await client.authorizationCodeGrant(config, answer, {
      pkceCodeVerifier,
      expectedNonce,
      idTokenExpected: true
    })
    expect(tokens.claims()?.aud).toBe(config.clientMetadata().client_id)
  })

  test("without the token it hears that it may not", async () => {
    const refused = client.dynamicClientRegistration(
      new URL(provider.issuer),
      { redirect_uris: [callback] },
      undefined,
      {
        execute: [client.allowInsecureRequests]
      }
    )
    expect(await failureOf(refused)).toBeInstanceOf(Error)
  })
})

describe("oauth4webapi", () => {
  const discovered = async () => {
    const issuer = new URL(provider.issuer)
    return oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer, insecure))
  }

  test("dynamicClientRegistrationRequest: what is refused is told by its code, what is taken is read", async () => {
    const as = await discovered()
    const options = { ...insecure, initialAccessToken }
    const ask = async (metadata: Partial<oauth.Client>) =>
      oauth.processDynamicClientRegistrationResponse(
        await oauth.dynamicClientRegistrationRequest(as, metadata as oauth.OmitSymbolProperties<oauth.Client>, options)
      )
    expect(await failureOf(ask({ redirect_uris: ["javascript:alert(1)"] }))).toMatchObject({
      error: "invalid_redirect_uri",
      status: 400
    })
    const made = await ask({ redirect_uris: [callback], client_name: "oauth4webapi" })
    expect(made).toMatchObject({
      client_name: "oauth4webapi",
      client_secret_expires_at: 0,
      registration_client_uri: expect.stringContaining(`${provider.issuer}/register/`)
    })
  })

  test("a token that is used up is answered with a challenge", async () => {
    const as = await discovered()
    const options = { ...insecure, initialAccessToken }
    const response = await oauth.dynamicClientRegistrationRequest(as, { redirect_uris: [callback] }, options)
    const refused = oauth.processDynamicClientRegistrationResponse(response)
    expect(await failureOf(refused)).toMatchObject({
      cause: [{ scheme: "bearer", parameters: { error: "invalid_token" } }]
    })
  })
})
