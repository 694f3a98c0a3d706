/** A relying party as the clauses need it: it asks, redeems, refreshes and reads; a person goes through the pages. */
import type { Effect } from "effect"
import { Browser, forms, type Page } from "../clients/Browser.ts"
import { makeClient, password } from "../workerd/Fixtures.ts"

export const callback = "https://rp.example/cb"

/** A provider that can be reached, and in which a client can be made. */
export interface Reachable {
  readonly issuer: string
  readonly run: <A, E>(effect: Effect.Effect<A, E, Effect.Services<ReturnType<typeof makeClient>>>) => Promise<A>
}

/** An answer to a client; `body` is its JSON, and empty if it has none. */
export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  readonly body: Record<string, any>
}

export const answerOf = async (response: Response): Promise<Answer> => {
  const text = await response.text()
  const isJson = response.headers.get("content-type")?.startsWith("application/json") === true
  return { status: response.status, headers: response.headers, text, body: isJson ? JSON.parse(text) : {} }
}

/** A browser that ends where the provider sends it back to a client: all of those are https, the provider is not. */
export const newBrowser = (): Browser => {
  const browser = new Browser()
  browser.stopAt = "https://"
  return browser
}

/** Where the provider sends the browser back to. */
export const sentTo = (page: Page): URL => {
  const location = page.headers.get("location")
  if (location === null) throw new Error(`${page.url} sends nowhere:\n${page.body}`)
  return new URL(location)
}

/** The parameters with which the provider sends the browser back: in the query, in the fragment, or in a form. */
export const answered = (page: Page): Record<string, string> => {
  const form = postedTo(page)
  if (form !== undefined) return Object.fromEntries(form.hidden)
  const { hash, searchParams } = sentTo(page)
  return Object.fromEntries(hash === "" ? searchParams : new URLSearchParams(hash.slice(1)))
}

/** The form that the browser is to post to a client, if the page is one: its address is https, the provider is not. */
export const postedTo = (page: Page) => forms(page).find(({ action }) => action.protocol === "https:")

export type Form = Readonly<Record<string, string>>

/** A person at the pages: signs in and allows whatever is asked; ends at the client, or at a page that is neither. */
export const goThrough = async (browser: Browser, first: Page, login = "alice"): Promise<Page> => {
  let page = first
  if (page.url.pathname === "/login") page = await browser.submit(page, { login, password })
  if (page.url.pathname === "/consent") page = await browser.submit(page, { decision: "approve" })
  return page
}

export class RelyingParty {
  readonly provider: Reachable
  readonly id: string
  readonly secret: string | undefined
  readonly redirectUri: string

  constructor(provider: Reachable, id: string, secret: string | undefined, redirectUri = callback) {
    this.provider = provider
    this.id = id
    this.secret = secret
    this.redirectUri = redirectUri
  }

  authorizeUrl(parameters: Form = {}): string {
    const query = { client_id: this.id, response_type: "code", redirect_uri: this.redirectUri, scope: "openid" }
    return `${this.provider.issuer}/authorize?${new URLSearchParams({ ...query, ...parameters })}`
  }

  /** The authorization request, without a person who does anything. */
  ask(browser: Browser, parameters: Form = {}): Promise<Page> {
    return browser.open(this.authorizeUrl(parameters))
  }

  /** The browser is sent to be signed out. RP-Initiated Logout §2. */
  logout(browser: Browser, parameters: Form = {}): Promise<Page> {
    return browser.open(`${this.provider.issuer}/logout?${new URLSearchParams(parameters)}`)
  }

  /** The authorization request and a person who signs in and consents; what comes back. */
  async authorize(browser: Browser, parameters: Form = {}, login = "alice"): Promise<Record<string, string>> {
    return answered(await goThrough(browser, await this.ask(browser, parameters), login))
  }

  /** A code of a person in this browser. */
  async code(browser: Browser, parameters: Form = {}, login = "alice"): Promise<string> {
    return (await this.authorize(browser, parameters, login))["code"] ?? ""
  }

  /** A whole sign-in: the answer of the token endpoint. */
  async tokens(browser: Browser, parameters: Form = {}, login = "alice"): Promise<Record<string, any>> {
    return (await this.redeem(await this.code(browser, parameters, login))).body
  }

  /** The Authorization header of this client; a public one has none. RFC 6749 §2.3.1. */
  get credentials(): Record<string, string> {
    const encoded = (text: string) => new URLSearchParams({ v: text }).toString().slice(2)
    return this.secret === undefined
      ? {}
      : { authorization: `Basic ${btoa(`${encoded(this.id)}:${encoded(this.secret)}`)}` }
  }

  /** A POST as this client; `headers` take the place of its credentials. */
  async post(path: string, form: Form, headers: Record<string, string> = this.credentials): Promise<Answer> {
    const own: Form = this.secret === undefined ? { client_id: this.id } : {}
    const body = new URLSearchParams({ ...own, ...form })
    return answerOf(await fetch(this.provider.issuer + path, { method: "POST", headers, body }))
  }

  /** The same request, pushed. RFC 9126 §2.1. */
  push(parameters: Form = {}, headers?: Record<string, string>): Promise<Answer> {
    const query = { client_id: this.id, response_type: "code", redirect_uri: this.redirectUri, scope: "openid" }
    return this.post("/par", { ...query, ...parameters }, headers)
  }

  /** The address that a pushed request is begun at; `parameters` are added to it. RFC 9126 §4. */
  pushedUrl(requestUri: string, parameters: Form = {}): string {
    const query = { client_id: this.id, request_uri: requestUri }
    return `${this.provider.issuer}/authorize?${new URLSearchParams({ ...query, ...parameters })}`
  }

  redeem(code: string, form: Form = {}): Promise<Answer> {
    return this.post("/token", { grant_type: "authorization_code", code, redirect_uri: this.redirectUri, ...form })
  }

  refresh(refreshToken: string, form: Form = {}): Promise<Answer> {
    return this.post("/token", { grant_type: "refresh_token", refresh_token: refreshToken, ...form })
  }

  introspect(token: string): Promise<Answer> {
    return this.post("/introspect", { token })
  }

  revoke(token: string): Promise<Answer> {
    return this.post("/revoke", { token })
  }

  async userinfo(accessToken: string): Promise<Answer> {
    const headers = { authorization: `Bearer ${accessToken}` }
    return answerOf(await fetch(`${this.provider.issuer}/userinfo`, { headers }))
  }
}

/** Registers a client with a secret, unless its metadata say that it is public. */
export const register = async (
  provider: Reachable,
  id: string,
  metadata: Parameters<typeof makeClient>[2] = {}
): Promise<RelyingParty> => {
  const isPublic = metadata.token_endpoint_auth_method === "none"
  const secret = isPublic ? undefined : `secret-of-${id}-secret-of-${id}`
  await provider.run(makeClient(id, secret, { redirect_uris: [callback], ...metadata }))
  const [redirectUri] = (metadata.redirect_uris as ReadonlyArray<string> | undefined) ?? [callback]
  return new RelyingParty(provider, id, secret, redirectUri)
}

/** The provider's metadata. OIDC Discovery §4. */
export const metadataOf = async (provider: Reachable): Promise<Record<string, any>> =>
  (await answerOf(await fetch(`${provider.issuer}/.well-known/openid-configuration`))).body

/** At least `milliseconds` later. A lower bound only: nothing depends on being early. */
export const later = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds))
