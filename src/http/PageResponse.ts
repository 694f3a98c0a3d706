/** Sending pages, and sending browsers on. RFC 9700 §4.12 (303), §4.16 (framing). */
import { Effect } from "effect"
import { HttpServerResponse } from "effect/http"
import type { TooMany } from "../domain/RateLimit.ts"
import type { Unavailable } from "../services/flows/authorize/Outcome.ts"
import type { StepRefused } from "../services/flows/SealedStep.ts"
import { setLanguage } from "./BrowserCookies.ts"
import { logUnavailable } from "./OAuthErrorResponse.ts"
import { chosenLanguage, pageFrame, type Wish } from "./PageFrame.ts"
import { errorPage, type ErrorPageData } from "./pages/ErrorPage.ts"
import type { Frame, Page } from "./pages/Layout.ts"
import { pageHeaders } from "./SecurityHeaders.ts"
import { retryLater } from "./TooManyRequests.ts"

/** A page, in the frame of this provider, with the policy it must be sent with. A language once chosen is kept. */
export const pageResponse = Effect.fnUntraced(function* (make: (frame: Frame) => Page, status = 200, wish: Wish = {}) {
  const page = make(yield* pageFrame(wish))
  const response = HttpServerResponse.text(page.html, {
    status,
    contentType: "text/html; charset=utf-8",
    headers: { ...pageHeaders, "content-security-policy": page.contentSecurityPolicy }
  })
  const chosen = yield* chosenLanguage
  return chosen === undefined ? response : yield* setLanguage(response, chosen)
})

/** Characters. What browsers, proxies and the platform still take as an address. */
const longestLocation = 14_000

/** See other: whatever was posted here is not posted there (RFC 9700 §4.12). */
export const seeOther = (location: string) =>
  location.length > longestLocation
    ? tooLongResponse
    : Effect.succeed(HttpServerResponse.empty({ status: 303, headers: { ...pageHeaders, location } }))

/** An error that a person reads, because there is nobody to send it to. */
export const errorPageResponse = (data: ErrorPageData, status: number) =>
  pageResponse((frame) => errorPage({ ...frame, ...data }), status)

export const notFoundResponse = errorPageResponse({ problem: "notFound", error: "not_found" }, 404)

/** The answer to a request that cannot be carried on in an address. */
export const tooLongResponse = errorPageResponse({ problem: "tooLong", error: "invalid_request" }, 400)

/** Turns every error of a page into a page. */
export const answerPageErrors = <R>(
  effect: Effect.Effect<HttpServerResponse.HttpServerResponse, StepRefused | TooMany | Unavailable, R>
) =>
  effect.pipe(
    Effect.catchTag("TooMany", (refusal) =>
      retryLater(errorPageResponse({ problem: "throttled", error: "temporarily_unavailable" }, 429), refusal)
    ),
    Effect.catch((error) =>
      error._tag === "StepRefused"
        ? errorPageResponse(
            { problem: error.problem, error: "invalid_request" },
            error.problem === "foreign" ? 403 : 400
          )
        : Effect.andThen(
            logUnavailable(error),
            errorPageResponse({ problem: "unavailable", error: "temporarily_unavailable" }, 503)
          )
    )
  )
