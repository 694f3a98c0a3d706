/** Sending pages, and sending browsers on. RFC 9700 §4.12 (303), §4.16 (framing). */
import { Effect } from "effect"
import { HttpServerResponse } from "effect/http"
import type { Unavailable } from "../services/flows/Outcome.ts"
import type { StepRefused } from "../services/flows/SealedStep.ts"
import { logUnavailable } from "./OAuthErrorResponse.ts"
import { pageFrame } from "./PageFrame.ts"
import { errorPage, type ErrorPageData } from "./pages/ErrorPage.ts"
import type { Frame, Page } from "./pages/Layout.ts"
import { pageHeaders } from "./SecurityHeaders.ts"

/** A page, in the frame of this provider, with the policy it must be sent with. */
export const pageResponse = (make: (frame: Frame) => Page, status = 200) =>
  Effect.map(pageFrame, (frame) => {
    const page = make(frame)
    return HttpServerResponse.text(page.html, {
      status,
      contentType: "text/html; charset=utf-8",
      headers: { ...pageHeaders, "content-security-policy": page.contentSecurityPolicy }
    })
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

export const notFoundResponse = errorPageResponse(
  { title: "There is nothing here", error: "not_found", description: "This page does not exist." },
  404
)

/** The answer to a request that cannot be carried on in an address. */
export const tooLongResponse = errorPageResponse(
  {
    title: "The request is not valid",
    error: "invalid_request",
    description: "The request is too long to be carried in an address."
  },
  400
)

const stepProblems = {
  malformed: { status: 400, description: "The link or form that led here is not one of this provider's." },
  foreign: { status: 403, description: "This was begun in another browser, or its cookies are gone. Begin again." },
  expired: { status: 400, description: "This page was open for too long. Go back to the application and begin again." },
  withdrawn: { status: 400, description: "The application is no longer registered here, or not with this address." }
} as const

/** Turns every error of a page into a page. */
export const answerPageErrors = <R>(
  effect: Effect.Effect<HttpServerResponse.HttpServerResponse, StepRefused | Unavailable, R>
) =>
  effect.pipe(
    Effect.catch((error) => {
      if (error._tag === "StepRefused") {
        const { description, status } = stepProblems[error.problem]
        return errorPageResponse({ title: "This cannot go on", error: "invalid_request", description }, status)
      }
      return Effect.andThen(
        logUnavailable(error),
        errorPageResponse(
          {
            title: "Not available right now",
            error: "temporarily_unavailable",
            description: "It is not certain that what you asked for was done. Try again in a moment."
          },
          503
        )
      )
    })
  )
