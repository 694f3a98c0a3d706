/**
 * Setting a password without the one before: asking for the link, and the page it leads to. Where no mail can be sent,
 * none of it is there. docs/decisions/0023-passwords.md.
 */
import { Effect } from "effect"
import { linkedPage, loginPath, passwordPaths, stepPage } from "../../domain/PagePath.ts"
import { displayName, signInName } from "../../domain/User.ts"
import { requestReset, viewForgotten } from "../../services/flows/password/RequestReset.ts"
import { resetPassword, viewReset } from "../../services/flows/password/ResetPassword.ts"
import { ProviderConfig } from "../../services/ports/ProviderConfig.ts"
import type { PasswordProblem } from "../../texts/PasswordTexts.ts"
import { bindBrowser, readBrowser } from "../BrowserCookies.ts"
import { readQuery, readStepForm, typedTwice } from "../FormBody.ts"
import { pageLanguage } from "../PageFrame.ts"
import { answerPageErrors, pageResponse, seeOther } from "../PageResponse.ts"
import { forgottenPasswordPage, resetSentPage } from "../pages/ForgottenPasswordPage.ts"
import { resetDonePage, resetPasswordPage, resetVoidPage } from "../pages/ResetPasswordPage.ts"
import { retryLater } from "../TooManyRequests.ts"
import { whereMail } from "../WhereMail.ts"
import { follow } from "./AuthorizeRoute.ts"

export const viewForgottenRoute = whereMail(
  answerPageErrors(Effect.flatMap(readQuery, (query) => showForgotten(query.get("interaction") ?? "")))
)

const showForgotten = Effect.fnUntraced(function* (sealed: string, isThrottled = false) {
  const view = yield* viewForgotten(sealed, yield* readBrowser())
  if (view._tag !== "Ask") return yield* follow(view)
  const page = { action: passwordPaths.forgotten, interaction: sealed, back: stepPage(loginPath, sealed), isThrottled }
  return yield* pageResponse((frame) => forgottenPasswordPage({ ...frame, ...page }), 200, {
    address: stepPage(passwordPaths.forgotten, sealed)
  })
})

export const requestResetRoute = whereMail(
  answerPageErrors(
    Effect.gen(function* () {
      const form = yield* readStepForm
      const sealed = form.get("interaction") ?? ""
      const asked = { sealed, login: form.get("login") ?? "", language: yield* pageLanguage() }
      return yield* requestReset(asked, yield* readBrowser()).pipe(
        Effect.flatMap((answer) =>
          answer._tag === "Asked" ? seeOther(stepPage(passwordPaths.sent, sealed)) : follow(answer)
        ),
        Effect.catchTag("TooMany", (refusal) => retryLater(showForgotten(sealed, true), refusal))
      )
    })
  )
)

/** The same for everybody, whoever was asked for. */
export const resetSentRoute = whereMail(
  answerPageErrors(
    Effect.gen(function* () {
      const back = stepPage(loginPath, (yield* readQuery).get("interaction") ?? "")
      const { lifetimes } = yield* ProviderConfig
      const minutes = Math.floor(lifetimes.passwordReset / 60_000)
      return yield* pageResponse((frame) => resetSentPage({ ...frame, minutes, back }))
    })
  )
)

export const viewResetRoute = whereMail(
  answerPageErrors(Effect.flatMap(readQuery, (query) => showReset(query.get("token") ?? "")))
)

const showReset = Effect.fnUntraced(function* (token: string, problem?: PasswordProblem) {
  const view = yield* viewReset(token, yield* readBrowser())
  if (view._tag === "Void") return yield* showVoid(view)
  const page = {
    action: passwordPaths.reset,
    token,
    userName: displayName(view.user),
    name: signInName(view.user),
    problem
  }
  const address = linkedPage(passwordPaths.reset, token)
  const status = problem === undefined ? 200 : 422
  const answer = yield* pageResponse((frame) => resetPasswordPage({ ...frame, ...page }), status, { address })
  return yield* bindBrowser(answer, view.secret)
})

/** The browser is given a secret if it has none, because the login that it goes on to is bound to one. */
const showVoid = Effect.fnUntraced(function* ({
  sealed,
  secret
}: {
  readonly sealed: string
  readonly secret: string
}) {
  const another = stepPage(passwordPaths.forgotten, sealed)
  const page = yield* pageResponse(
    (frame) => resetVoidPage({ ...frame, signIn: stepPage(loginPath, sealed), another }),
    410
  )
  return yield* bindBrowser(page, secret)
})

export const resetPasswordRoute = whereMail(
  answerPageErrors(
    Effect.gen(function* () {
      const form = yield* readStepForm
      const token = form.get("token") ?? ""
      const reset = { token, ...typedTwice(form), language: yield* pageLanguage() }
      const done = yield* resetPassword(reset, yield* readBrowser())
      if (done._tag === "Weak") return yield* showReset(token, done.fault)
      if (done._tag === "Void") return yield* showVoid(done)
      const page = yield* pageResponse((frame) => resetDonePage({ ...frame, signIn: stepPage(loginPath, done.sealed) }))
      return yield* bindBrowser(page, done.secret)
    })
  )
)
