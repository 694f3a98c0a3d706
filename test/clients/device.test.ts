/** npm `openid-client` and `oauth4webapi` as devices, against the provider on workerd. RFC 8628. */
import * as oauth from "oauth4webapi"
import * as client from "openid-client"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { connect, polled, registerDevice } from "../clauses/Device.ts"
import type { RelyingParty } from "../clauses/RelyingParty.ts"
import { makeUser } from "../workerd/Fixtures.ts"
import { type RunningProvider, startProvider } from "../workerd/Provider.ts"
import { failureOf, newBrowser, secret } from "./Registered.ts"

let provider: RunningProvider
let tv: RelyingParty

const registered = { tv: "none", box: "client_secret_basic", set: "client_secret_post" } as const
type Name = keyof typeof registered
const names = Object.keys(registered) as ReadonlyArray<Name>

beforeAll(async () => {
  provider = await startProvider()
  for (const name of names) {
    const device = await registerDevice(provider, name, { token_endpoint_auth_method: registered[name] })
    if (name === "tv") tv = device
  }
  await provider.run(makeUser("alice"))
}, 60_000)
afterAll(() => provider?.close())

/** As `register` makes it. */
const secretOf = (name: Name) => `secret-of-${name}-secret-of-${name}`

describe("openid-client", () => {
  const authOf = (name: Name): client.ClientAuth => {
    const method = registered[name]
    if (method === "none") return client.None()
    return method === "client_secret_basic"
      ? client.ClientSecretBasic(secretOf(name))
      : client.ClientSecretPost(secretOf(name))
  }

  const discover = (name: Name) =>
    client.discovery(new URL(provider.issuer), name, {}, authOf(name), {
      execute: [client.allowInsecureRequests, client.enableNonRepudiationChecks]
    })

  test.each(names)("a device gets its tokens, and refreshes them: %s", async (name) => {
    const config = await discover(name)
    const asked = await client.initiateDeviceAuthorization(config, { scope: "openid email offline_access" })
    expect(asked).toMatchObject({ expires_in: 600, interval: 5, verification_uri: `${provider.issuer}/device` })
    await connect(newBrowser(), provider.issuer, asked.user_code)
    // Nobody has to wait before the first poll: the interval is between two.
    const tokens = await client.pollDeviceAuthorizationGrant(config, { ...asked, interval: 0 })
    expect(tokens.claims()).toMatchObject({ iss: provider.issuer, aud: name })
    const info = await client.fetchUserInfo(config, tokens.access_token, tokens.claims()?.sub ?? "")
    expect(info.email).toBe("alice@example.com")
    expect((await client.refreshTokenGrant(config, tokens.refresh_token ?? "")).access_token).toBeTypeOf("string")
  })

  test("a device that polls too fast is told to slow down, does so, and gets its tokens", async () => {
    const config = await discover("tv")
    const asked = await client.initiateDeviceAuthorization(config, { scope: "openid" })
    expect(await polled(tv, asked.device_code)).toBe("400 authorization_pending")
    const polling = client.pollDeviceAuthorizationGrant(config, { ...asked, interval: 0 })
    await connect(newBrowser(), provider.issuer, asked.user_code)
    expect((await polling).claims()?.aud).toBe("tv")
  }, 30_000)

  test("a device that is denied hears access_denied", async () => {
    const config = await discover("box")
    const asked = await client.initiateDeviceAuthorization(config, { scope: "openid" })
    await connect(newBrowser(), provider.issuer, asked.user_code, "deny")
    const failure = await failureOf(client.pollDeviceAuthorizationGrant(config, { ...asked, interval: 0 }))
    expect(failure).toBeInstanceOf(client.ResponseBodyError)
    expect(failure).toMatchObject({ status: 400, error: "access_denied" })
  })
})

describe("oauth4webapi", () => {
  const insecure = { [oauth.allowInsecureRequests]: true } as const

  const authOf = (name: Name): oauth.ClientAuth => {
    const method = registered[name]
    if (method === "none") return oauth.None()
    return method === "client_secret_basic"
      ? oauth.ClientSecretBasic(secretOf(name))
      : oauth.ClientSecretPost(secretOf(name))
  }

  const discovered = async (algorithm: "oidc" | "oauth2") => {
    const issuer = new URL(provider.issuer)
    const response = await oauth.discoveryRequest(issuer, { algorithm, ...insecure })
    return oauth.processDiscoveryResponse(issuer, response)
  }

  const start = async (as: oauth.AuthorizationServer, name: Name, scope = "openid") => {
    const of: oauth.Client = { client_id: name }
    const response = await oauth.deviceAuthorizationRequest(as, of, authOf(name), { scope }, insecure)
    return oauth.processDeviceAuthorizationResponse(as, of, response)
  }

  const taken = async (as: oauth.AuthorizationServer, name: Name, deviceCode: string) => {
    const of: oauth.Client = { client_id: name }
    const response = await oauth.deviceCodeGrantRequest(as, of, authOf(name), deviceCode, insecure)
    return oauth.processDeviceCodeResponse(as, of, response)
  }

  test.each(names)("RFC 8628 §3: asked, pending, approved, taken: %s", async (name) => {
    const as = await discovered(name === "tv" ? "oauth2" : "oidc")
    const asked = await start(as, name)
    expect(await failureOf(taken(as, name, asked.device_code))).toMatchObject({ error: "authorization_pending" })
    await connect(newBrowser(), provider.issuer, asked.user_code)
    const tokens = await taken(as, name, asked.device_code)
    expect(oauth.getValidatedIdTokenClaims(tokens)).toMatchObject({ aud: name, iss: provider.issuer })
    expect(await failureOf(taken(as, name, asked.device_code))).toMatchObject({ error: "invalid_grant" })
  })

  test("RFC 6749 §5.2: a wrong secret is 401 with a challenge, at the device's endpoint too", async () => {
    const as = await discovered("oidc")
    const of: oauth.Client = { client_id: "box" }
    const auth = oauth.ClientSecretBasic(secret)
    const response = await oauth.deviceAuthorizationRequest(as, of, auth, { scope: "openid" }, insecure)
    expect(await failureOf(oauth.processDeviceAuthorizationResponse(as, of, response))).toMatchObject({
      status: 401,
      cause: [{ scheme: "basic" }]
    })
  })
})
