/** Resource servers and clients for themselves, as strangers' libraries see them. RFC 8707, RFC 6749 §4.4, RFC 9068. */
import { createRemoteJWKSet, jwtVerify } from "jose"
import * as oauth from "oauth4webapi"
import * as client from "openid-client"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { api, makeResources, vault } from "../clauses/Api.ts"
import { makeClient, makeUser } from "../workerd/Fixtures.ts"
import { type RunningProvider, startProvider } from "../workerd/Provider.ts"
import { callback, failureOf, newBrowser, secret, signIn } from "./Registered.ts"

const scopes = ["openid", "offline_access", "read", "write", "open"]
const grant_types = ["authorization_code", "refresh_token", "client_credentials"]

let provider: RunningProvider

beforeAll(async () => {
  provider = await startProvider()
  await provider.run(makeClient("rp", secret, { redirect_uris: [callback], scopes, grant_types }))
  await provider.run(makeClient("vault", secret, { redirect_uris: [callback] }))
  await provider.run(makeUser("alice"))
  await makeResources(provider)
}, 60_000)
afterAll(() => provider?.close())

/** What an API does with a signed token: `jose`, the JWKS, and the rules of RFC 9068 §4. */
const readBy = (audience: string, token: string) => {
  const jwks = createRemoteJWKSet(new URL(`${provider.issuer}/.well-known/jwks.json`))
  return jwtVerify(token, jwks, { issuer: provider.issuer, audience, typ: "at+jwt", algorithms: ["RS256"] })
}

describe("openid-client", () => {
  const discovered = (id: string) =>
    client.discovery(new URL(provider.issuer), id, secret, undefined, { execute: [client.allowInsecureRequests] })

  test("RFC 6749 §4.4, RFC 8707 §2.2: clientCredentialsGrant with a resource, which the API verifies", async () => {
    const tokens = await client.clientCredentialsGrant(await discovered("rp"), { resource: api, scope: "read" })
    expect(tokens).toMatchObject({ scope: "read", expires_in: 1200 })
    expect(tokens.refresh_token).toBe(undefined)
    const { payload } = await readBy(api, tokens.access_token)
    expect(payload).toMatchObject({ sub: "rp", client_id: "rp", scope: "read" })
    await expect(readBy(vault, tokens.access_token)).rejects.toThrow(/aud/)
  })

  test("RFC 8707 §2: the code flow for two resources; one token each, by refreshing", async () => {
    const config = await discovered("rp")
    const [verifier, state] = [client.randomPKCECodeVerifier(), client.randomState()]
    const parameters = new URLSearchParams({
      redirect_uri: callback,
      scope: "openid offline_access read open",
      code_challenge: await client.calculatePKCECodeChallenge(verifier),
      code_challenge_method: "S256",
      state
    })
    for (const resource of [api, vault]) parameters.append("resource", resource)
    const answer = await signIn(newBrowser(), client.buildAuthorizationUrl(config, parameters))
    const checks = { pkceCodeVerifier: verifier, expectedState: state, idTokenExpected: true }
    const tokens = await client.authorizationCodeGrant(config, answer, checks, { resource: api })
    const { payload } = await readBy(api, tokens.access_token)
    expect(payload).toMatchObject({ sub: tokens.claims()!.sub, scope: "read" })
    const second = await client.refreshTokenGrant(config, tokens.refresh_token!, { resource: vault })
    const told = await client.tokenIntrospection(await discovered("vault"), second.access_token)
    expect(told).toMatchObject({ active: true, aud: vault, sub: tokens.claims()!.sub, scope: "read open" })
    await client.tokenRevocation(config, second.access_token)
    expect(await client.tokenIntrospection(await discovered("vault"), second.access_token)).toEqual({ active: false })
  })

  test("RFC 8707 §2: an unknown resource is invalid_target, as the library's own error", async () => {
    const config = await discovered("rp")
    const refused = client.clientCredentialsGrant(config, { resource: "https://unknown.example" })
    expect(await failureOf(refused)).toMatchObject({ error: "invalid_target", status: 400 })
  })
})

describe("oauth4webapi", () => {
  const insecure = { [oauth.allowInsecureRequests]: true } as const
  const rp: oauth.Client = { client_id: "rp" }
  const auth = oauth.ClientSecretBasic(secret)

  const discover = async () => {
    const issuer = new URL(provider.issuer)
    return oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer, insecure))
  }

  test("RFC 6749 §4.4.3, RFC 7662 §2.2, RFC 7009: client credentials, introspected before and after", async () => {
    const as = await discover()
    const asked = await oauth.clientCredentialsGrantRequest(as, rp, auth, { resource: vault }, insecure)
    const { access_token } = await oauth.processClientCredentialsResponse(as, rp, asked)
    const introspect = async (client_id: string) => {
      const by = { client_id }
      return oauth.processIntrospectionResponse(
        as,
        by,
        await oauth.introspectionRequest(as, by, auth, access_token, insecure)
      )
    }
    for (const id of ["rp", "vault"]) {
      expect(await introspect(id)).toMatchObject({ active: true, client_id: "rp", aud: vault, token_type: "Bearer" })
    }
    await oauth.processRevocationResponse(await oauth.revocationRequest(as, rp, auth, access_token, insecure))
    for (const id of ["rp", "vault"]) expect(await introspect(id)).toEqual({ active: false })
  })

  test("RFC 9068 §4: validateJwtAccessToken, as an API calls it; another audience is refused", async () => {
    const as = await discover()
    const asked = await oauth.clientCredentialsGrantRequest(as, rp, auth, { resource: api }, insecure)
    const { access_token } = await oauth.processClientCredentialsResponse(as, rp, asked)
    const request = new Request(api, { headers: { authorization: `Bearer ${access_token}` } })
    expect(await oauth.validateJwtAccessToken(as, request, api, insecure)).toMatchObject({
      sub: "rp",
      scope: "read write"
    })
    await expect(oauth.validateJwtAccessToken(as, request.clone(), vault, insecure)).rejects.toThrow(/aud/)
  })
})
