/** Finding the provider's endpoints and keys. OpenID Connect Discovery 1.0 §4. */
import * as client from "openid-client"

export type Credentials = { readonly issuer: URL; readonly clientId: string; readonly clientSecret: string }

/**
 * The configured provider, discovered when it is first needed and kept from then on.
 *
 * A failure is not kept: the provider may start after this app, and the next request simply asks again.
 */
export const discoverLazily = (credentials: Credentials): (() => Promise<client.Configuration>) => {
  let found: Promise<client.Configuration> | undefined
  return () => {
    found ??= discover(credentials).catch((failure: unknown) => {
      found = undefined
      throw failure
    })
    return found
  }
}

/** The issuer as a URL; plain http only on this computer, where nobody listens in between. */
export const parseIssuer = (issuer: string): URL => {
  const url = URL.parse(issuer)
  if (url === null) throw new Error(`The issuer must be a URL: ${issuer}`)
  const local = /^(.+\.)?localhost$|^127\.0\.0\.1$|^\[::1\]$/.test(url.hostname)
  if (url.protocol === "https:" || (url.protocol === "http:" && local)) return url
  throw new Error(`The issuer must begin with https:// (http:// only on localhost): ${issuer}`)
}

const discover = ({ issuer, clientId, clientSecret }: Credentials): Promise<client.Configuration> =>
  client.discovery(issuer, clientId, undefined, client.ClientSecretBasic(clientSecret), {
    timeout: 10,
    execute: [
      // OpenID Connect Core §3.1.3.7 lets TLS stand in for the signature of an ID token that comes straight from the
      // token endpoint. Checking it costs one cached request, and on localhost there is no TLS.
      client.enableNonRepudiationChecks,
      ...(issuer.protocol === "http:" ? [client.allowInsecureRequests] : [])
    ]
  })
