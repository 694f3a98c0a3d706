/**
 * npm `openid-client` and `oauth4webapi` as clients that sign: private_key_jwt with each kind of key, from `jwks` and
 * from `jwks_uri`, and client_secret_jwt, through code, refresh, introspection and revocation. OIDC Core §9.
 */
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { Redacted } from "effect"
import * as oauth from "oauth4webapi"
import * as client from "openid-client"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { registerClient } from "../../src/services/flows/operator/RegisterClient.ts"
import { makeUser } from "../workerd/Fixtures.ts"
import { type RunningProvider, startProvider } from "../workerd/Provider.ts"
import { callback, failureOf, newBrowser, signIn } from "./Registered.ts"
import { makeKey, type SigningKey } from "./Signing.ts"

let provider: RunningProvider
const keys: Record<string, SigningKey> = {}
const algs = ["RS256", "PS256", "ES256", "EdDSA"] as const
const secret = "a secret of sixty-four characters or more, which every HMAC is content with"

const published = createServer((_request, response) => {
  response.setHeader("content-type", "application/jwk-set+json")
  response.end(JSON.stringify({ keys: Object.values(keys).map(({ jwk }) => jwk) }))
})

beforeAll(async () => {
  provider = await startProvider({ ALLOW_LOOPBACK: "true" })
  await new Promise<void>((resolve) => published.listen(0, "127.0.0.1", resolve))
  const jwks_uri = `http://127.0.0.1:${(published.address() as AddressInfo).port}/jwks`
  for (const alg of algs) {
    keys[alg] = await makeKey(alg)
    const metadata = { redirect_uris: [callback], token_endpoint_auth_method: "private_key_jwt" }
    const jwks = { keys: [keys[alg].jwk] }
    await provider.run(registerClient({ id: `jwks-${alg}`, metadata: { ...metadata, jwks } }))
    await provider.run(registerClient({ id: `uri-${alg}`, metadata: { ...metadata, jwks_uri } }))
  }
  const metadata = { redirect_uris: [callback], token_endpoint_auth_method: "client_secret_jwt" }
  await provider.run(registerClient({ id: "secret", secret: Redacted.make(secret), metadata }))
  await provider.run(makeUser("alice"))
}, 60_000)
afterAll(async () => {
  published.close()
  await provider?.close()
})

/** Each client with how it authenticates. The libraries call EdDSA by its newer name, Ed25519 (RFC 9864 §2.2). */
const clients = [...algs.flatMap((alg) => [`jwks-${alg}`, `uri-${alg}`]), "secret"]

const keyOf = (id: string) => {
  const { kid, privateKey } = keys[id.split("-")[1] ?? ""]!
  return { key: privateKey as never, kid }
}

describe("openid-client", () => {
  const discover = (id: string, auth: client.ClientAuth) =>
    client.discovery(new URL(provider.issuer), id, undefined, auth, {
      execute: [client.allowInsecureRequests, client.enableNonRepudiationChecks]
    })

  test.each(clients)("%s: code, refresh, introspection, revocation", async (id) => {
    const auth = id === "secret" ? client.ClientSecretJwt(secret) : client.PrivateKeyJwt(keyOf(id))
    const config = await discover(id, auth)
    const pkceCodeVerifier = client.randomPKCECodeVerifier()
    const url = client.buildAuthorizationUrl(config, {
      redirect_uri: callback,
      scope: "openid offline_access",
      code_challenge: await client.calculatePKCECodeChallenge(pkceCodeVerifier),
      code_challenge_method: "S256"
    })
    const answer = await signIn(newBrowser(), url)
    const tokens = await client.authorizationCodeGrant(config, answer, { pkceCodeVerifier, idTokenExpected: true })
    const refreshed = await client.refreshTokenGrant(config, tokens.refresh_token!)
    expect((await client.tokenIntrospection(config, refreshed.access_token)).active).toBe(true)
    await client.tokenRevocation(config, refreshed.refresh_token!)
    expect((await client.tokenIntrospection(config, refreshed.access_token)).active).toBe(false)
  })

  test("a stranger's key or secret: invalid_client", async () => {
    const { kid, privateKey } = await makeKey("ES256", keys["ES256"]!.kid)
    for (const [id, auth] of [
      ["jwks-ES256", client.PrivateKeyJwt({ key: privateKey as never, kid })],
      ["uri-ES256", client.PrivateKeyJwt({ key: privateKey as never, kid })],
      ["secret", client.ClientSecretJwt(`${secret}x`)],
      ["secret", client.ClientSecretPost(secret)],
      ["jwks-ES256", client.None()]
    ] as const) {
      const failure = await failureOf(client.tokenIntrospection(await discover(id, auth), "x"))
      expect(failure).toMatchObject({ status: 401, cause: expect.anything() })
    }
  })
})

describe("oauth4webapi", () => {
  const insecure = { [oauth.allowInsecureRequests]: true } as const

  test.each(clients)("%s: introspection and revocation, and a refresh that is none", async (id) => {
    const issuer = new URL(provider.issuer)
    const as = await oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer, insecure))
    const auth = id === "secret" ? oauth.ClientSecretJwt(secret) : oauth.PrivateKeyJwt(keyOf(id))
    const self = { client_id: id }
    const introspection = await oauth.introspectionRequest(as, self, auth, "x", insecure)
    expect(await oauth.processIntrospectionResponse(as, self, introspection)).toEqual({ active: false })
    await oauth.processRevocationResponse(await oauth.revocationRequest(as, self, auth, "x", insecure))
    const refresh = await oauth.refreshTokenGrantRequest(as, self, auth, "x", insecure)
    const failure = await failureOf(oauth.processRefreshTokenResponse(as, self, refresh))
    expect(failure).toMatchObject({ error: "invalid_grant" })
  })
})
