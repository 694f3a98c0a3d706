/**
 * The cookies of a browser: its session, the state of it that a script may read, the secret that binds a step to the
 * browser, who signed in with it before, and the language that was chosen in it. RFC 6265bis §4.1.3, RFC 9700 §4.7,
 * OIDC Session Management 1.0 §3.3.
 *
 * With an https issuer they have the `__Host-` prefix, so that no other host and no plain http can set them.
 */
import { Effect } from "effect"
import { HttpServerRequest, HttpServerResponse } from "effect/http"
import { type Language, languages } from "../domain/Language.ts"
import type { SessionOrigin } from "../domain/Session.ts"
import type { Browser } from "../services/flows/authorize/Outcome.ts"
import { ProviderConfig } from "../services/ports/ProviderConfig.ts"
import { readAddress } from "./NetworkAddress.ts"

type CookieName = "session" | "state" | "browser" | "device" | "language"

const nameOf = (name: CookieName, isSecure: boolean): string => `${isSecure ? "__Host-" : ""}hapax_${name}`

/** A secret that we may have drawn. An empty one, or one that somebody chose, would bind a step to nobody. */
const drawn = (secret: string | undefined): string | undefined =>
  secret !== undefined && /^[A-Za-z0-9_-]{43}$/.test(secret) ? secret : undefined

/** What the browser sent; its state is for a script, and nobody here asks for it. */
export const readBrowser = Effect.fnUntraced(function* () {
  const { isSecure } = yield* ProviderConfig
  const { cookies, headers } = yield* HttpServerRequest.HttpServerRequest
  const browser: Browser = {
    secret: drawn(cookies[nameOf("browser", isSecure)]),
    session: cookies[nameOf("session", isSecure)],
    origin: originOf(headers),
    address: yield* readAddress,
    device: cookies[nameOf("device", isSecure)]
  }
  return browser
})

/** What the browser says of itself, and the country that Cloudflare takes its address for. */
const originOf = (headers: Readonly<Record<string, string | undefined>>): SessionOrigin => {
  const userAgent = headers["user-agent"]?.slice(0, 300)
  const place = headers["cf-ipcountry"]?.slice(0, 100)
  return { ...(userAgent === undefined ? {} : { userAgent }), ...(place === undefined ? {} : { place }) }
}

/**
 * Lax: the cookie comes along when a client's page leads here by link or redirect, and not with a form that another
 * site posts. The state is read in a frame on the client's page, so it has to be there too, and opens nothing.
 */
const setCookie = (response: HttpServerResponse.HttpServerResponse, name: CookieName, value: string, maxAge: number) =>
  ProviderConfig.use(({ isSecure }) =>
    Effect.succeed(
      HttpServerResponse.setCookieUnsafe(response, nameOf(name, isSecure), value, {
        httpOnly: name !== "state",
        path: "/",
        sameSite: name === "state" && isSecure ? "none" : "lax",
        secure: isSecure,
        maxAge
      })
    )
  )

/** Gives the browser its secret, for as long as a step may take. */
export const bindBrowser = (response: HttpServerResponse.HttpServerResponse, secret: string) =>
  ProviderConfig.use(({ lifetimes }) => setCookie(response, "browser", secret, lifetimes.interaction * 2))

/** Says in which state the browser is. */
export const setState = (response: HttpServerResponse.HttpServerResponse, state: string) =>
  ProviderConfig.use(({ lifetimes }) => setCookie(response, "state", state, lifetimes.session))

/** Signs the browser in, for as long as its session can live; that somebody did is remembered for longer. */
export const setSession = Effect.fnUntraced(function* (
  response: HttpServerResponse.HttpServerResponse,
  signedIn: { readonly cookie: string; readonly browserState: string; readonly device: string }
) {
  const { lifetimes } = yield* ProviderConfig
  const withSession = yield* setCookie(response, "session", signedIn.cookie, lifetimes.session)
  const withDevice = yield* setCookie(withSession, "device", signedIn.device, lifetimes.knownDevice)
  return yield* setState(withDevice, signedIn.browserState)
})

/** The language that somebody chose here, whatever else their browser asks for. */
export const readLanguage = Effect.fnUntraced(function* () {
  const { isSecure } = yield* ProviderConfig
  const { cookies } = yield* HttpServerRequest.HttpServerRequest
  return languages.find((language) => language === cookies[nameOf("language", isSecure)])
})

/** Milliseconds. About as long as browsers keep a cookie at all (RFC 6265bis §5.5: 400 days). */
const oneYear = 365 * 24 * 60 * 60 * 1000

/** Remembers the language that was chosen. */
export const setLanguage = (response: HttpServerResponse.HttpServerResponse, language: Language) =>
  setCookie(response, "language", language, oneYear)

export const clearSession = (response: HttpServerResponse.HttpServerResponse) =>
  Effect.flatMap(setCookie(response, "session", "", 0), (signedOut) => setCookie(signedOut, "state", "", 0))
