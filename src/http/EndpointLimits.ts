/**
 * The door that every request goes through: counted by its network address before anything is looked at, answered 429
 * over the limit, and told how it stands. RFC 6585 §4, draft-ietf-httpapi-ratelimit-headers-10 §3 and §4;
 * docs/decisions/0034-limits-everywhere.md.
 */
import { Clock, Effect } from "effect"
import { HttpRouter, HttpServerRequest, HttpServerResponse } from "effect/http"
import { paths } from "../domain/Discovery.ts"
import type { RequestLimitName } from "../domain/RequestLimit.ts"
import type { Standing } from "../services/flows/Admit.ts"
import { admitRequest } from "../services/flows/AdmitRequest.ts"
import { readAddress } from "./NetworkAddress.ts"
import { answerErrors } from "./OAuthErrorResponse.ts"
import { answerPageErrors } from "./PageResponse.ts"
import { pathText } from "./RequestTarget.ts"

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

/** The limit by address of a request for this path. */
export const limitOf = (path: string): RequestLimitName => {
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
      const { answer: response, standings } = yield* admitRequest(door, answer, (refusal) =>
        limit === "pages" ? answerPageErrors(Effect.fail(refusal)) : answerErrors(Effect.fail(refusal))
      )
      // What caches may keep says nothing of who asks next.
      const isTold = limit !== "pages" && (limit !== "documents" || response.status === 429)
      return isTold
        ? HttpServerResponse.setHeaders(response, headersOf(standings, yield* Clock.currentTimeMillis))
        : response
    }),
  { global: true }
)

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
