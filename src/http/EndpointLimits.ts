/**
 * The door that every request goes through: counted by its network address before anything is looked at, answered 429
 * over the limit, and told how it stands. RFC 6585 §4, draft-ietf-httpapi-ratelimit-headers-10 §3 and §4;
 * docs/decisions/0034-limits-everywhere.md.
 */
import { Clock, Effect } from "effect"
import { HttpRouter, HttpServerRequest, HttpServerRespondable, HttpServerResponse } from "effect/http"
import { paths } from "../domain/Discovery.ts"
import type { RequestLimitName } from "../domain/RequestLimit.ts"
import type { TooMany } from "../domain/RateLimit.ts"
import type { Standing } from "../services/flows/limits/Admit.ts"
import { admitRequest } from "../services/flows/limits/AdmitRequest.ts"
import type { Unavailable } from "../services/flows/authorize/Outcome.ts"
import { TooManyRequests, Unavailable as UnavailableProblem } from "./admin/Problems.ts"
import { readAddress } from "./NetworkAddress.ts"
import { answerErrors, logUnavailable } from "./OAuthErrorResponse.ts"
import { answerPageErrors } from "./PageResponse.ts"
import { pathText } from "./RequestTarget.ts"
import { securityHeaders } from "./SecurityHeaders.ts"
import { retryLater } from "./TooManyRequests.ts"

/** Which limit by address an endpoint has. What is not named here is a page, or no endpoint at all, which costs one. */
const limitsByPath: Readonly<Record<string, RequestLimitName>> = {
  [paths.openidConfiguration]: "documents",
  [paths.oauthAuthorizationServer]: "documents",
  [paths.jwks]: "documents",
  [paths.checkSession]: "documents",
  [paths.health]: "documents",
  "/style.css": "documents",
  "/brand.css": "documents",
  "/icon.svg": "documents",
  [paths.token]: "clients",
  [paths.pushedAuthorizationRequest]: "clients",
  [paths.introspection]: "clients",
  [paths.revocation]: "clients",
  [paths.deviceAuthorization]: "clients",
  [paths.sessionVerification]: "clients",
  [paths.userinfo]: "resources",
  [paths.sessionToken]: "resources",
  [paths.sessionStatus]: "resources",
  [paths.sessionRefresh]: "resources",
  [paths.registration]: "registration_requests"
}

const under = (path: string, root: string): boolean => path === root || path.startsWith(`${root}/`)

/**
 * A path as the router takes it: it reads what is encoded, and sees no difference in case, slashes too many, or what
 * comes after a semicolon. Whoever writes it otherwise is not counted otherwise.
 */
const asRouted = (path: string): string =>
  path
    .replace(/[;#].*$/s, "")
    .replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
    .replace(/\/+/g, "/")
    .replace(/(.)\/$/, "$1")
    .toLowerCase()

/** The limit by address of a request for what it writes as a path. */
export const limitOf = (written: string): RequestLimitName => {
  const path = asRouted(written)
  if (under(path, paths.registration)) return "registration_requests"
  if (under(path, "/admin")) return "administration"
  return limitsByPath[path] ?? "pages"
}

/**
 * Counts a request and answers it, or refuses it. Pages are not told how they stand: nothing that differs between two
 * requests for them may come from what others did with the same name or in the same network.
 */
export const limited = HttpRouter.middleware(
  (answer) =>
    Effect.gen(function* () {
      const { url } = yield* HttpServerRequest.HttpServerRequest
      const path = pathText(url)
      const limit = limitOf(path)
      const door = { limit, address: yield* readAddress, isMonitor: path === paths.health }
      const { answer: response, standings } = yield* admitRequest(door, answer, refusing(limit))
      // What caches may keep says nothing of who asks next.
      const isTold = limit !== "pages" && (limit !== "documents" || response.status === 429)
      return isTold
        ? HttpServerResponse.setHeaders(response, headersOf(standings, yield* Clock.currentTimeMillis))
        : response
    }),
  { global: true }
)

/** What a request is told that is not admitted, in the form of the endpoint that it is for. */
const refusing = (limit: RequestLimitName) => (refusal: TooMany | Unavailable) => {
  if (limit === "pages") return answerPageErrors(Effect.fail(refusal))
  if (limit !== "administration") return answerErrors(Effect.fail(refusal))
  return refusal._tag === "TooMany"
    ? retryLater(problem(new TooManyRequests({})), refusal)
    : Effect.andThen(logUnavailable(refusal), problem(new UnavailableProblem({})))
}

const problem = (said: TooManyRequests | UnavailableProblem) =>
  Effect.map(HttpServerRespondable.toResponse(said), HttpServerResponse.setHeaders(securityHeaders))

/** Seconds, rounded up. */
const seconds = (millis: number): number => Math.max(1, Math.ceil(millis / 1000))

/** Lists of structured fields (RFC 9651): a policy for each limit that counted this request, and how that stands. */
export const headersOf = (standings: ReadonlyArray<Standing>, now: number): Record<string, string> => {
  if (standings.length === 0) return {}
  const policy = ({ limit, most, window }: Standing) => `"${limit}";q=${most};w=${seconds(window)}`
  const stands = ({ limit, remaining, retryAt, window }: Standing) =>
    `"${limit}";r=${remaining};t=${seconds(retryAt === undefined ? window : retryAt - now)}`
  return {
    "ratelimit-policy": standings.map(policy).join(", "),
    ratelimit: standings.map(stands).join(", ")
  }
}
