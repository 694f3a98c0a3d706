/** The login page. Looking at it changes nothing; posting it signs in, cancels, or says what was wrong. */
import { Effect, Redacted } from "effect"
import { letterPaths, loginPath, passwordPaths, stepPage } from "../../domain/PagePath.ts"
import { cancelLogin, submitLogin, viewLogin } from "../../services/flows/signin/Login.ts"
import { meets } from "../../domain/AuthenticationContext.ts"
import type { Purpose } from "../../services/flows/authorize/ClientStep.ts"
import type { Browser } from "../../services/flows/authorize/Outcome.ts"
import { submitPasskey } from "../../services/flows/signin/PasskeyLogin.ts"
import { readBrowser, setSession } from "../BrowserCookies.ts"
import { readQuery, readStepForm } from "../FormBody.ts"
import { pageLanguage } from "../PageFrame.ts"
import { answerPageErrors, pageResponse } from "../PageResponse.ts"
import { retryLater } from "../TooManyRequests.ts"
import type { Frame } from "../pages/Layout.ts"
import { loginPage } from "../pages/LoginPage.ts"
import type { LoginError } from "../../texts/SignInTexts.ts"
import { follow } from "./AuthorizeRoute.ts"
import { displayOf } from "../../domain/ClientDisplay.ts"
import { shownClient } from "./ClientView.ts"

export const viewLoginRoute = answerPageErrors(
  Effect.gen(function* () {
    const sealed = (yield* readQuery).get("interaction") ?? ""
    return yield* showLogin(sealed, {})
  })
)

export const submitLoginRoute = answerPageErrors(
  Effect.gen(function* () {
    const form = yield* readStepForm
    const browser = yield* readBrowser()
    const sealed = form.get("interaction") ?? ""
    if (form.get("decision") === "deny") return yield* follow(yield* cancelLogin(sealed, browser))
    const login = form.get("login") ?? ""
    const password = Redacted.make(form.get("password") ?? "")
    const assertion = form.get("passkey")
    const trying = Effect.gen(function* () {
      const result = yield* assertion === undefined
        ? submitLogin({ sealed, login, password }, browser)
        : submitPasskey({ sealed, assertion, language: yield* pageLanguage() }, browser)
      if (result._tag === "SignedIn") return yield* setSession(yield* follow(result.outcome), result)
      const next = result.next?._tag === "Login" ? result.next.sealed : sealed
      return yield* showLogin(next, { error: result.problem, login })
    })
    return yield* trying.pipe(
      Effect.catchTag("TooMany", (refusal) => retryLater(showLogin(sealed, { error: "throttled", login }), refusal))
    )
  })
)

/** The page of a step; `browser` if it gets its secret only with the answer. */
export const showLogin = Effect.fnUntraced(function* (
  sealed: string,
  shown: { error?: LoginError; login?: string },
  browser?: Browser
) {
  const view = yield* viewLogin(sealed, browser ?? (yield* readBrowser()))
  if (view._tag !== "Ask") return yield* follow(view)
  const { passkey, purpose } = view
  const asked = purpose._tag === "authorization" ? purpose.request : { loginHint: null, display: null, uiLocales: [] }
  const page = (frame: Frame) =>
    loginPage({
      ...frame,
      account: purpose._tag === "account",
      ...(purpose._tag === "authorization" ? shownClient(displayOf(purpose.client)) : {}),
      action: loginPath,
      interaction: sealed,
      passkey,
      loginHint: shown.login ?? asked.loginHint ?? undefined,
      error: shown.error,
      display: asked.display ?? undefined,
      stepUp: stepUpOf(purpose),
      forgotten: frame.mail === true ? stepPage(passwordPaths.forgotten, sealed) : undefined,
      mailAction: frame.mail === true ? letterPaths.ask : undefined,
      deny: true
    })
  // Not 401: that would need a challenge (RFC 9110 §15.5.2), and a browser would answer it with a box of its own.
  const address = stepPage(loginPath, sealed)
  return yield* pageResponse(page, shown.error === undefined ? 200 : 422, { uiLocales: asked.uiLocales ?? [], address })
})

/** Whether the client asks for more than a password is. */
const stepUpOf = (purpose: Purpose) => {
  const wish = purpose._tag === "authorization" ? purpose.request.acr : undefined
  if (wish === undefined || meets("1", wish)) return undefined
  return wish.essential ? "needed" : "wanted"
}
