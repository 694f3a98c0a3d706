/** Signing out, at a client's request or one's own. RP-Initiated Logout 1.0 §2, Front-Channel Logout 1.0 §3. */
import { Effect } from "effect"
import { HttpServerResponse } from "effect/http"
import { paths } from "../../domain/Discovery.ts"
import { fromSearchParams, type Parameters } from "../../domain/Parameters.ts"
import { beginLogout, confirmLogout, type LoggedOut, viewLogout } from "../../services/flows/Logout.ts"
import { drawSecret } from "../../services/flows/Secrets.ts"
import { bindBrowser, clearSession, readBrowser } from "../BrowserCookies.ts"
import { readStepText, readQuery, readStepForm } from "../FormBody.ts"
import { answerPageErrors, pageResponse, seeOther } from "../PageResponse.ts"
import { checkSessionPage } from "../pages/CheckSessionPage.ts"
import type { Frame } from "../pages/Layout.ts"
import { loggedOutPage, logoutConfirmPage } from "../pages/LogoutPage.ts"
import { securityHeaders } from "../SecurityHeaders.ts"

const begin = Effect.fnUntraced(function* (parameters: Parameters) {
  const browser = yield* readBrowser()
  const secret = browser.secret ?? (yield* drawSecret)
  const outcome = yield* beginLogout(parameters, { ...browser, secret })
  if (outcome._tag === "Confirm") {
    return yield* bindBrowser(yield* seeOther(`/logout/confirm?step=${outcome.sealed}`), secret)
  }
  return yield* loggedOut(outcome)
})

/**
 * How long the frames have, in seconds, before the browser goes on to the client. It goes by itself and without a
 * script; whoever does not want to wait finds a link.
 */
const timeForFrames = 3

/** On to the client, at once or after a page with the frames of those that have to hear of it; or just that page. */
export const loggedOut = Effect.fnUntraced(function* ({ frames, uiLocales, uri }: LoggedOut) {
  if (uri !== undefined && frames.length === 0) return yield* clearSession(yield* seeOther(uri))
  const page = yield* pageResponse((frame) => loggedOutPage({ ...frame, continueUri: uri, frames }), 200, { uiLocales })
  const goesOn = uri === undefined ? page : HttpServerResponse.setHeader(page, "refresh", `${timeForFrames};url=${uri}`)
  return yield* clearSession(goesOn)
})

export const logoutRoute = answerPageErrors(Effect.flatMap(readQuery, begin))

/**
 * GET and POST mean the same here (§2). A form posted by another site does not bring the session along (SameSite), and
 * what cannot be seen cannot be ended: so it goes on as the same request by GET, which does.
 */
export const logoutPostRoute = answerPageErrors(
  Effect.gen(function* () {
    const search = new URLSearchParams(yield* readStepText)
    const { session } = yield* readBrowser()
    return session === undefined
      ? yield* seeOther(`${paths.endSession}?${search.toString()}`)
      : yield* begin(fromSearchParams(search))
  })
)

/** Any page may frame it, and it is the same for everybody. Session Management 1.0 §3.2. */
export const checkSessionRoute = HttpServerResponse.text(checkSessionPage.html, {
  contentType: "text/html; charset=utf-8",
  headers: {
    ...securityHeaders,
    "cache-control": "public, max-age=300",
    "cross-origin-resource-policy": "cross-origin",
    "content-security-policy": checkSessionPage.contentSecurityPolicy
  }
})

export const viewLogoutRoute = answerPageErrors(
  Effect.gen(function* () {
    const sealed = (yield* readQuery).get("step") ?? ""
    const shown = yield* viewLogout(sealed, yield* readBrowser())
    const page = (frame: Frame) => logoutConfirmPage({ ...frame, ...shown, action: "/logout/confirm", csrf: sealed })
    return yield* pageResponse(page, 200, shown)
  })
)

export const confirmLogoutRoute = answerPageErrors(
  Effect.gen(function* () {
    const form = yield* readStepForm
    return yield* loggedOut(yield* confirmLogout(form.get("csrf") ?? "", yield* readBrowser()))
  })
)
