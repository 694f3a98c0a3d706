/** Every route on one screen. */
import { Effect, Layer } from "effect"
import { HttpRouter, HttpServerRequest, HttpServerResponse } from "effect/http"
import { avatarPath } from "../domain/Avatar.ts"
import { paths } from "../domain/Discovery.ts"
import {
  accountPaths,
  addPasskeyPath,
  emailConfirmPath,
  letterPaths,
  loginPath,
  passwordPaths
} from "../domain/PagePath.ts"
import { goodNonces } from "../services/flows/token/DpopNonce.ts"
import { ProviderConfig } from "../services/ports/ProviderConfig.ts"
import { limited } from "./EndpointLimits.ts"
import { notFoundResponse } from "./PageResponse.ts"
import { adminRoutes } from "./admin/AdminRoutes.ts"
import { pathText } from "./RequestTarget.ts"
import { endSessionsRoute, viewSessionsRoute } from "./routes/account/AccountSessionRoutes.ts"
import {
  askEmailRoute,
  confirmEmailRoute,
  viewEmailLinkRoute,
  viewEmailRoute
} from "./routes/account/AccountEmailRoutes.ts"
import { viewApplicationsRoute, withdrawApplicationRoute } from "./routes/account/AccountApplicationsRoutes.ts"
import { saveProfileRoute, viewProfileRoute } from "./routes/account/AccountProfileRoutes.ts"
import {
  addPasskeyRoute,
  changePasskeyRoute,
  viewAddPasskeyRoute,
  viewPasskeysRoute
} from "./routes/account/AccountPasskeyRoutes.ts"
import { changePictureRoute, viewPictureRoute } from "./routes/account/AccountPictureRoutes.ts"
import { avatarRoute } from "./routes/AvatarRoute.ts"
import { authorizePostRoute, authorizeRoute } from "./routes/AuthorizeRoute.ts"
import { submitConsentRoute, viewConsentRoute } from "./routes/ConsentRoute.ts"
import {
  deviceApprovedRoute,
  deviceAuthorizationRoute,
  deviceDeniedRoute,
  enterUserCodeRoute,
  submitDeviceConsentRoute,
  viewDeviceConsentRoute,
  viewDeviceRoute
} from "./routes/DeviceRoutes.ts"
import { healthRoute } from "./routes/HealthRoute.ts"
import { initiateLoginRoute } from "./routes/InitiateRoute.ts"
import {
  requestResetRoute,
  resetPasswordRoute,
  resetSentRoute,
  viewForgottenRoute,
  viewResetRoute
} from "./routes/PasswordRoutes.ts"
import { changePasswordRoute, viewPasswordRoute } from "./routes/account/AccountPasswordRoutes.ts"
import {
  askForLetterRoute,
  openLinkRoute,
  submitCodeRoute,
  submitLinkRoute,
  viewCodeRoute,
  viewLinkRoute
} from "./routes/LetterRoutes.ts"
import { submitLoginRoute, viewLoginRoute } from "./routes/LoginRoute.ts"
import {
  checkSessionRoute,
  confirmLogoutRoute,
  logoutPostRoute,
  logoutRoute,
  viewLogoutRoute
} from "./routes/LogoutRoute.ts"
import {
  brandStyleRoute,
  discoveryRoute,
  homeRoute,
  iconRoute,
  jwksRoute,
  styleRoute
} from "./routes/ProviderRoutes.ts"
import { pushRequestRoute } from "./routes/PushedRequestRoute.ts"
import { readClientRoute, registerRoute, removeClientRoute, replaceClientRoute } from "./routes/RegistrationRoutes.ts"
import {
  refreshSessionRoute,
  sessionStatusRoute,
  sessionTokenRoute,
  verifySessionRoute
} from "./routes/SessionRoutes.ts"
import { introspectRoute, revokeRoute, tokenRoute, userInfoRoute } from "./routes/TokenRoutes.ts"
import { corsHeaders, securityHeaders, transportHeaders } from "./SecurityHeaders.ts"

const { route } = HttpRouter

const endpoints = [
  route("GET", paths.openidConfiguration, discoveryRoute),
  route("GET", paths.oauthAuthorizationServer, discoveryRoute),
  route("GET", paths.jwks, jwksRoute),

  route("GET", paths.health, healthRoute),

  route("GET", paths.authorization, authorizeRoute),
  route("POST", paths.authorization, authorizePostRoute),
  route("POST", paths.pushedAuthorizationRequest, pushRequestRoute),
  route("POST", paths.token, tokenRoute),
  route("GET", paths.userinfo, userInfoRoute),
  route("POST", paths.userinfo, userInfoRoute),
  route("POST", paths.introspection, introspectRoute),
  route("POST", paths.revocation, revokeRoute),
  route("GET", paths.endSession, logoutRoute),
  route("POST", paths.endSession, logoutPostRoute),
  route("GET", paths.checkSession, checkSessionRoute),
  route("POST", paths.sessionToken, sessionTokenRoute),
  route("POST", paths.sessionVerification, verifySessionRoute),
  route("POST", paths.sessionStatus, sessionStatusRoute),
  route("POST", paths.sessionRefresh, refreshSessionRoute),

  route("POST", paths.deviceAuthorization, deviceAuthorizationRoute),
  route("GET", paths.device, viewDeviceRoute),
  route("POST", paths.device, enterUserCodeRoute),
  route("GET", `${paths.device}/confirm`, viewDeviceConsentRoute),
  route("POST", `${paths.device}/confirm`, submitDeviceConsentRoute),
  route("GET", `${paths.device}/approved`, deviceApprovedRoute),
  route("GET", `${paths.device}/denied`, deviceDeniedRoute),

  route("POST", paths.registration, registerRoute),
  route("GET", paths.clientConfiguration, readClientRoute),
  route("PUT", paths.clientConfiguration, replaceClientRoute),
  route("DELETE", paths.clientConfiguration, removeClientRoute),
  route("GET", paths.initiateLogin, initiateLoginRoute),

  route("GET", loginPath, viewLoginRoute),
  route("POST", loginPath, submitLoginRoute),
  route("GET", passwordPaths.forgotten, viewForgottenRoute),
  route("POST", passwordPaths.forgotten, requestResetRoute),
  route("GET", passwordPaths.sent, resetSentRoute),
  route("GET", passwordPaths.reset, viewResetRoute),
  route("POST", passwordPaths.reset, resetPasswordRoute),
  route("POST", letterPaths.ask, askForLetterRoute),
  route("GET", letterPaths.code, viewCodeRoute),
  route("POST", letterPaths.code, submitCodeRoute),
  route("GET", letterPaths.link, openLinkRoute),
  route("GET", letterPaths.confirm, viewLinkRoute),
  route("POST", letterPaths.confirm, submitLinkRoute),
  route("GET", "/consent", viewConsentRoute),
  route("POST", "/consent", submitConsentRoute),
  route("GET", "/logout/confirm", viewLogoutRoute),
  route("POST", "/logout/confirm", confirmLogoutRoute),

  route("GET", accountPaths.password, viewPasswordRoute),
  route("POST", accountPaths.password, changePasswordRoute),
  route("GET", accountPaths.sessions, viewSessionsRoute),
  route("POST", accountPaths.sessions, endSessionsRoute),
  route("GET", accountPaths.profile, viewProfileRoute),
  route("POST", accountPaths.profile, saveProfileRoute),
  route("GET", accountPaths.picture, viewPictureRoute),
  route("POST", accountPaths.picture, changePictureRoute),
  route("GET", accountPaths.passkeys, viewPasskeysRoute),
  route("POST", accountPaths.passkeys, changePasskeyRoute),
  route("GET", addPasskeyPath, viewAddPasskeyRoute),
  route("POST", addPasskeyPath, addPasskeyRoute),
  route("GET", accountPaths.email, viewEmailRoute),
  route("POST", accountPaths.email, askEmailRoute),
  route("GET", emailConfirmPath, viewEmailLinkRoute),
  route("POST", emailConfirmPath, confirmEmailRoute),
  route("GET", accountPaths.applications, viewApplicationsRoute),
  route("POST", accountPaths.applications, withdrawApplicationRoute),

  route("GET", `${avatarPath}/:id`, avatarRoute),

  route("GET", "/", homeRoute),
  route("GET", "/style.css", styleRoute),
  route("GET", "/brand.css", brandStyleRoute),
  route("GET", "/icon.svg", iconRoute)
] as const

/** What scripts of other origins may call; the authorization endpoint and the pages are not among them. */
const shared: ReadonlyArray<string> = [
  paths.openidConfiguration,
  paths.oauthAuthorizationServer,
  paths.jwks,
  paths.pushedAuthorizationRequest,
  paths.token,
  paths.userinfo,
  paths.sessionToken,
  paths.sessionStatus,
  paths.sessionRefresh,
  paths.revocation,
  paths.deviceAuthorization,
  paths.registration
]

/** HEAD is GET without the body (RFC 9110 §9.3.2). */
const heads = endpoints.filter(({ method }) => method === "GET").map((get) => ({ ...get, method: "HEAD" as const }))

/** The methods of every known path. */
const known = new Map<string, ReadonlyArray<string>>()
for (const { method, path } of [...endpoints, ...heads]) known.set(path, [...(known.get(path) ?? []), method])

/** The path as a route has it: what one takes as a parameter is one name for all. */
const routeOf = (path: string): string => {
  const [, root = "", name = ""] = /^(\/[^/]+)\/([^/]{1,100})$/.exec(path) ?? []
  if (name !== "" && root === paths.registration) return paths.clientConfiguration
  return name !== "" && root === avatarPath ? `${avatarPath}/:id` : path
}

/** A known path asked for by any other method: 405, and what it does know (RFC 9110 §15.5.6). */
const otherwise = HttpServerRequest.HttpServerRequest.use(({ method, url }) => {
  const path = routeOf(pathText(url))
  const allow = known.get(path)?.join(", ")
  if (allow === undefined) return notFoundResponse
  return Effect.succeed(
    method === "OPTIONS" && shared.includes(path)
      ? HttpServerResponse.empty({ status: 204, headers: corsHeaders })
      : HttpServerResponse.empty({ status: 405, headers: { ...securityHeaders, allow } })
  )
})

/** Where a proof may be shown: every answer tells the nonce of the next one, if proofs need one (RFC 9449 §8.2). */
const proved: ReadonlyArray<string> = [
  paths.token,
  paths.userinfo,
  paths.sessionToken,
  paths.sessionStatus,
  paths.sessionRefresh,
  paths.pushedAuthorizationRequest
]

const isProved = (path: string): boolean => proved.includes(path) || path.startsWith("/admin/")

const nonces = HttpRouter.middleware(
  (answer) =>
    Effect.gen(function* () {
      const { url } = yield* HttpServerRequest.HttpServerRequest
      const [newest] = (isProved(pathText(url)) ? yield* goodNonces() : undefined) ?? []
      const response = yield* answer
      return newest === undefined ? response : HttpServerResponse.setHeader(response, "dpop-nonce", newest)
    }),
  { global: true }
)

/** On every answer, so that a client which never sees a page is told too. */
const transport = HttpRouter.middleware(
  (answer) =>
    Effect.flatMap(answer, (response) =>
      ProviderConfig.use(({ isSecure }) =>
        Effect.succeed(HttpServerResponse.setHeaders(response, transportHeaders(isSecure)))
      )
    ),
  { global: true }
)

export const routes = Layer.mergeAll(
  HttpRouter.addAll([...endpoints, ...heads, route("*", "*", otherwise)]),
  adminRoutes,
  // The first is the outermost: a request that is refused is answered like any other.
  transport,
  nonces,
  limited
)
