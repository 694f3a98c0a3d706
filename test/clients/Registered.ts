/** A provider with one user and a client of each kind, and a browser that signs in: where client libraries begin. */
import { makeClient, makeUser, password } from "../workerd/Fixtures.ts"
import { type RunningProvider, startProvider } from "../workerd/Provider.ts"
import { Browser, type Page } from "./Browser.ts"

export const callback = "https://rp.example/cb"
export const signedOut = "https://rp.example/signed-out"

/** With every character that Basic authentication has to encode (RFC 6749 §2.3.1) or that a form gives a meaning. */
export const secret = "s3cret: 100% + more & =/ü of it, so that it is long"

/** One client of each kind; those with a secret are held to the method they registered. */
export const registered = {
  basic: { token_endpoint_auth_method: "client_secret_basic", auth_method_strict: true },
  post: { token_endpoint_auth_method: "client_secret_post", auth_method_strict: true },
  public: { token_endpoint_auth_method: "none" },
  es256: { token_endpoint_auth_method: "client_secret_basic", id_token_signed_response_alg: "ES256" }
} as const

export type ClientName = keyof typeof registered

export const clientNames = Object.keys(registered) as ReadonlyArray<ClientName>

/** It has no secret, so it must use PKCE and cannot introspect. RFC 6749 §2.1. */
const isPublic = (name: ClientName): boolean => registered[name].token_endpoint_auth_method === "none"

export const confidential = clientNames.filter((name) => !isPublic(name))

export const algOf = (name: ClientName): "RS256" | "ES256" => (name === "es256" ? "ES256" : "RS256")

/** Alice, and all the clients. */
export const startRegistered = async (vars: Readonly<Record<string, string>> = {}): Promise<RunningProvider> => {
  const provider = await startProvider(vars)
  const addresses = { redirect_uris: [callback], post_logout_redirect_uris: [signedOut] }
  for (const name of clientNames) {
    const own = isPublic(name) ? undefined : secret
    await provider.run(makeClient(name, own, { ...addresses, ...registered[name] }))
  }
  await provider.run(makeUser("alice"))
  return provider
}

/** A browser that ends where the provider sends it back to the client. */
export const newBrowser = (): Browser => {
  const browser = new Browser()
  browser.stopAt = "https://rp.example/"
  return browser
}

/** Where the provider sends the browser; a page of the provider instead is shown as it is. */
export const sentTo = (page: Page): URL => {
  const location = page.headers.get("location")
  if (location === null) throw new Error(`${page.url} sends nowhere:\n${page.body}`)
  return new URL(location)
}

/** Goes through the pages as Alice and consents; `between` happens before every step that she takes. */
export const signIn = async (
  browser: Browser,
  url: URL,
  between: () => Promise<void> = () => Promise.resolve()
): Promise<URL> => {
  let page = await browser.open(url)
  if (page.url.pathname === "/login") {
    await between()
    page = await browser.submit(page, { login: "alice", password })
  }
  if (page.url.pathname === "/consent") {
    await between()
    page = await browser.submit(page, { decision: "approve" })
  }
  return sentTo(page)
}

/** What `promise` fails with; it must fail. */
export const failureOf = async (promise: Promise<unknown>): Promise<unknown> => {
  const given = await promise.then(
    (value) => ({ value }),
    (failure: unknown) => ({ failure })
  )
  if ("failure" in given) return given.failure
  throw new Error(`it was expected to fail, and gave ${JSON.stringify(given.value)}`)
}
