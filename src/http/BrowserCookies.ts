/**
 * The two cookies of a browser: its session, and the secret that binds a step to it. RFC 6265bis §4.1.3, RFC 9700 §4.7.
 *
 * With an https issuer they have the `__Host-` prefix, so that no other host and no plain http can set them.
 */
import { Effect } from "effect"
import { HttpServerRequest, HttpServerResponse } from "effect/http"
import type { Browser } from "../services/flows/Outcome.ts"
import { ProviderConfig } from "../services/ports/ProviderConfig.ts"

type CookieName = "session" | "browser"

const nameOf = (name: CookieName, isSecure: boolean): string => `${isSecure ? "__Host-" : ""}hapax_${name}`

/** A secret that we may have drawn. An empty one, or one that somebody chose, would bind a step to nobody. */
const drawn = (secret: string | undefined): string | undefined =>
  secret !== undefined && /^[A-Za-z0-9_-]{43}$/.test(secret) ? secret : undefined

/** Both cookies as the browser sent them. */
export const readBrowser = Effect.fnUntraced(function* () {
  const { isSecure } = yield* ProviderConfig
  const { cookies } = yield* HttpServerRequest.HttpServerRequest
  const browser: Browser = {
    secret: drawn(cookies[nameOf("browser", isSecure)]),
    session: cookies[nameOf("session", isSecure)]
  }
  return browser
})

/**
 * Lax: the cookie comes along when a client's page leads here by link or redirect, and not with a form that another
 * site posts.
 */
const setCookie = (response: HttpServerResponse.HttpServerResponse, name: CookieName, value: string, maxAge: number) =>
  ProviderConfig.use(({ isSecure }) =>
    Effect.succeed(
      HttpServerResponse.setCookieUnsafe(response, nameOf(name, isSecure), value, {
        httpOnly: true,
        path: "/",
        sameSite: "lax",
        secure: isSecure,
        maxAge
      })
    )
  )

/** Gives the browser its secret, for as long as a step may take. */
export const bindBrowser = (response: HttpServerResponse.HttpServerResponse, secret: string) =>
  ProviderConfig.use(({ lifetimes }) => setCookie(response, "browser", secret, lifetimes.interaction * 2))

/** Signs the browser in, for as long as its session can live. */
export const setSession = (response: HttpServerResponse.HttpServerResponse, cookie: string) =>
  ProviderConfig.use(({ lifetimes }) => setCookie(response, "session", cookie, lifetimes.session))

export const clearSession = (response: HttpServerResponse.HttpServerResponse) => setCookie(response, "session", "", 0)
