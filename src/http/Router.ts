/** Every route on one screen. */
import { HttpRouter, HttpServerResponse } from "effect/http"
import { paths } from "../domain/Discovery.ts"
import { errorPageResponse } from "./PageResponse.ts"
import { authorizePostRoute, authorizeRoute } from "./routes/AuthorizeRoute.ts"
import { submitConsentRoute, viewConsentRoute } from "./routes/ConsentRoute.ts"
import { submitLoginRoute, viewLoginRoute } from "./routes/LoginRoute.ts"
import { confirmLogoutRoute, logoutPostRoute, logoutRoute, viewLogoutRoute } from "./routes/LogoutRoute.ts"
import { discoveryRoute, homeRoute, iconRoute, jwksRoute, styleRoute } from "./routes/ProviderRoutes.ts"
import { introspectRoute, revokeRoute, tokenRoute, userInfoRoute } from "./routes/TokenRoutes.ts"
import { corsHeaders, securityHeaders } from "./SecurityHeaders.ts"

const { route } = HttpRouter

const endpoints = [
  route("GET", paths.openidConfiguration, discoveryRoute),
  route("GET", paths.oauthAuthorizationServer, discoveryRoute),
  route("GET", paths.jwks, jwksRoute),

  route("GET", paths.authorization, authorizeRoute),
  route("POST", paths.authorization, authorizePostRoute),
  route("POST", paths.token, tokenRoute),
  route("GET", paths.userinfo, userInfoRoute),
  route("POST", paths.userinfo, userInfoRoute),
  route("POST", paths.introspection, introspectRoute),
  route("POST", paths.revocation, revokeRoute),
  route("GET", paths.endSession, logoutRoute),
  route("POST", paths.endSession, logoutPostRoute),

  route("GET", "/login", viewLoginRoute),
  route("POST", "/login", submitLoginRoute),
  route("GET", "/consent", viewConsentRoute),
  route("POST", "/consent", submitConsentRoute),
  route("GET", "/logout/confirm", viewLogoutRoute),
  route("POST", "/logout/confirm", confirmLogoutRoute),

  route("GET", "/", homeRoute),
  route("GET", "/style.css", styleRoute),
  route("GET", "/icon.svg", iconRoute)
] as const

/** What scripts of other origins may call; the authorization endpoint and the pages are not among them. */
const shared: ReadonlyArray<string> = [
  paths.openidConfiguration,
  paths.oauthAuthorizationServer,
  paths.jwks,
  paths.token,
  paths.userinfo,
  paths.revocation
]

const methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"] as const

/** HEAD is GET without the body (RFC 9110 §9.3.2). */
const heads = endpoints.filter(({ method }) => method === "GET").map((get) => ({ ...get, method: "HEAD" as const }))

/** A known path asked for by another method: 405, and what it does know (RFC 9110 §15.5.6). */
const otherMethods = [...new Set(endpoints.map(({ path }) => path))].flatMap((path) => {
  const known: ReadonlyArray<string> = [...endpoints, ...heads]
    .filter((one) => one.path === path)
    .map((one) => one.method)
  const refused = HttpServerResponse.empty({ status: 405, headers: { ...securityHeaders, allow: known.join(", ") } })
  const preflight = HttpServerResponse.empty({ status: 204, headers: corsHeaders })
  return methods
    .filter((method) => !known.includes(method))
    .map((method) => route(method, path, method === "OPTIONS" && shared.includes(path) ? preflight : refused))
})

const notFound = route(
  "*",
  "*",
  errorPageResponse(
    { title: "There is nothing here", error: "not_found", description: "This page does not exist." },
    404
  )
)

export const routes = HttpRouter.addAll([...endpoints, ...heads, ...otherMethods, notFound])
