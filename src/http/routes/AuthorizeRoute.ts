/** The authorization endpoint, GET and POST. RFC 6749 §3.1, OIDC Core §3.1.2.1. No CORS here, ever. */
import { Effect } from "effect"
import { HttpServerRequest } from "effect/http"
import { letterPaths, loginPath, stepPage } from "../../domain/PagePath.ts"
import { fromSearchParams } from "../../domain/Parameters.ts"
import { paths } from "../../domain/Discovery.ts"
import { destination } from "../../domain/RedirectUri.ts"
import { authorize } from "../../services/flows/Authorize.ts"
import type { EnterCode, Outcome } from "../../services/flows/authorize/Outcome.ts"
import { drawSecret } from "../../services/flows/Secrets.ts"
import { bindBrowser, readBrowser, setState } from "../BrowserCookies.ts"
import { readFormText } from "../FormBody.ts"
import { answerPageErrors, errorPageResponse, pageResponse, seeOther, tooLongResponse } from "../PageResponse.ts"
import { queryText } from "../RequestTarget.ts"
import { formPostPage } from "../pages/FormPostPage.ts"

/** Characters. What a browser and the platform still take as a URL, with room for what we add. */
const longestQuery = 8_000

export const authorizeRoute = answerPageErrors(
  Effect.gen(function* () {
    const request = yield* HttpServerRequest.HttpServerRequest
    return yield* authorizeWith(queryText(request.url))
  })
)

/**
 * A form posted by another site does not bring the session along (SameSite), and a redirect does: so the request goes
 * on as the same request by GET.
 */
export const authorizePostRoute = answerPageErrors(
  readFormText().pipe(
    Effect.flatMap((text) => {
      // A form may hold characters as they are; an address holds them encoded, three to nine times as long.
      const query = new URLSearchParams(text).toString()
      return query.length > longestQuery ? tooLongResponse : seeOther(`${paths.authorization}?${query}`)
    }),
    Effect.catchTag("InvalidRequest", ({ error_description, parameter }) =>
      errorPageResponse({ problem: "request", error: "invalid_request", detail: error_description, parameter }, 400)
    )
  )
)

const authorizeWith = Effect.fnUntraced(function* (query: string) {
  if (query.length > longestQuery) return yield* tooLongResponse
  const browser = yield* readBrowser()
  const secret = browser.secret ?? (yield* drawSecret)
  const outcome = yield* authorize(fromSearchParams(new URLSearchParams(query)), { ...browser, secret })
  return yield* bindBrowser(yield* follow(outcome), secret)
})

/** Sends the browser where the outcome says; it keeps the state of the session in which something was given. */
export const follow = Effect.fnUntraced(function* (outcome: Outcome) {
  const response = yield* answerTo(outcome)
  const state = "browserState" in outcome ? outcome.browserState : undefined
  return state === undefined ? response : yield* setState(response, state)
})

const answerTo = (outcome: Outcome) => {
  switch (outcome._tag) {
    case "Redirect":
      return seeOther(outcome.uri)
    case "FormPost":
      return pageResponse((frame) => formPostPage({ ...frame, ...outcome, host: destination(outcome.uri) }))
    case "Login":
      return seeOther(stepPage(loginPath, outcome.sealed))
    case "MailedCode":
      return seeOther(stepPage(letterPaths.code, outcome.sealed))
    case "Consent":
      return seeOther(stepPage("/consent", outcome.sealed))
    case "DeviceConsent":
      return seeOther(stepPage(`${paths.device}/confirm`, outcome.sealed))
    case "DeviceDecided":
      return seeOther(`${paths.device}/${outcome.decision}`)
    case "Account":
      return seeOther(outcome.path)
    case "EnterCode":
      return seeOther(entryOf(outcome))
    case "Unanswerable":
      return errorPageResponse(
        {
          problem: "request",
          error: outcome.error,
          detail: outcome.description,
          parameter: outcome.parameter
        },
        400
      )
  }
}

/** The page for a user code, with what was typed: eight letters, or something else that may be of any length. */
const entryOf = ({ problem, userCode }: EnterCode): string => {
  const query = new URLSearchParams()
  if (userCode !== undefined) query.set("user_code", userCode.slice(0, 100))
  if (problem !== undefined) query.set("error", problem)
  return query.size === 0 ? paths.device : `${paths.device}?${query}`
}
