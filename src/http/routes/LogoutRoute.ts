/** Signing out, at a client's request or one's own. OpenID Connect RP-Initiated Logout 1.0 §2. */
import { Effect } from "effect"
import { paths } from "../../domain/Discovery.ts"
import { fromSearchParams, type Parameters } from "../../domain/Parameters.ts"
import { beginLogout, confirmLogout, viewLogout } from "../../services/flows/Logout.ts"
import { StepRefused } from "../../services/flows/SealedStep.ts"
import { drawSecret } from "../../services/flows/Secrets.ts"
import { ProviderConfig } from "../../services/ports/ProviderConfig.ts"
import { bindBrowser, clearSession, readBrowser } from "../BrowserCookies.ts"
import { readForm, readFormText, readQuery } from "../FormBody.ts"
import { answerPageErrors, pageResponse, seeOther } from "../PageResponse.ts"
import { loggedOutPage, logoutConfirmPage } from "../pages/LogoutPage.ts"

const formOfStep = () => Effect.mapError(readForm(), () => new StepRefused({ problem: "malformed" }))

const begin = Effect.fnUntraced(function* (parameters: Parameters) {
  const browser = yield* readBrowser()
  const secret = browser.secret ?? (yield* drawSecret)
  const outcome = yield* beginLogout(parameters, { ...browser, secret })
  if (outcome._tag === "Confirm") {
    return yield* bindBrowser(yield* seeOther(`/logout/confirm?step=${outcome.sealed}`), secret)
  }
  return yield* clearSession(outcome.uri === undefined ? yield* loggedOut() : yield* seeOther(outcome.uri))
})

const loggedOut = () => ProviderConfig.use(({ name }) => pageResponse(loggedOutPage({ providerName: name })))

export const logoutRoute = answerPageErrors(Effect.flatMap(readQuery, begin))

/**
 * GET and POST mean the same here (§2). A form posted by another site does not bring the session along (SameSite), and
 * what cannot be seen cannot be ended: so it goes on as the same request by GET, which does.
 */
export const logoutPostRoute = answerPageErrors(
  Effect.gen(function* () {
    const text = yield* Effect.mapError(readFormText(), () => new StepRefused({ problem: "malformed" }))
    const search = new URLSearchParams(text)
    const { session } = yield* readBrowser()
    return session === undefined
      ? yield* seeOther(`${paths.endSession}?${search.toString()}`)
      : yield* begin(fromSearchParams(search))
  })
)

export const viewLogoutRoute = answerPageErrors(
  Effect.gen(function* () {
    const { name } = yield* ProviderConfig
    const sealed = (yield* readQuery).get("step") ?? ""
    const shown = yield* viewLogout(sealed, yield* readBrowser())
    const page = logoutConfirmPage({ ...shown, providerName: name, action: "/logout/confirm", csrf: sealed })
    return yield* pageResponse(page)
  })
)

export const confirmLogoutRoute = answerPageErrors(
  Effect.gen(function* () {
    const form = yield* formOfStep()
    const { uri } = yield* confirmLogout(form.get("csrf") ?? "", yield* readBrowser())
    return yield* clearSession(uri === undefined ? yield* loggedOut() : yield* seeOther(uri))
  })
)
