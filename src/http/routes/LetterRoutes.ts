/**
 * Signing in by a letter: asking for one, the page for its code, and its link. Opening a link changes nothing; where no
 * mail can be sent, none of it is there. docs/decisions/0022-mailed-login.md.
 */
import { Effect } from "effect"
import type { HttpServerResponse } from "effect/http"
import { letterPaths, stepPage } from "../../domain/PagePath.ts"
import type { TooMany } from "../../domain/RateLimit.ts"
import { formatConfirmation } from "../../domain/MailedLogin.ts"
import type { Purpose } from "../../services/flows/authorize/ClientStep.ts"
import type { Browser, Outcome, Unavailable } from "../../services/flows/authorize/Outcome.ts"
import { requestLetter } from "../../services/flows/signin/RequestLetter.ts"
import type { StepRefused } from "../../services/flows/SealedStep.ts"
import { anotherLogin, openLink, useCode, useLink, viewCode, viewLink } from "../../services/flows/signin/UseLetter.ts"
import { bindBrowser, readBrowser, setSession } from "../BrowserCookies.ts"
import { readQuery, readStepForm } from "../FormBody.ts"
import { pageLanguage } from "../PageFrame.ts"
import { answerPageErrors, pageResponse, seeOther } from "../PageResponse.ts"
import { mailedCodePage } from "../pages/MailedCodePage.ts"
import { mailedLinkPage } from "../pages/MailedLinkPage.ts"
import { retryLater } from "../TooManyRequests.ts"
import { whereMail } from "../WhereMail.ts"
import { follow } from "./AuthorizeRoute.ts"
import { displayOf } from "../../domain/ClientDisplay.ts"
import { shownClient } from "./ClientView.ts"
import { showLogin } from "./LoginRoute.ts"

type PageError = "wrong" | "throttled"

export const askForLetterRoute = whereMail(
  answerPageErrors(
    Effect.gen(function* () {
      const form = yield* readStepForm
      const [sealed, login] = [form.get("interaction") ?? "", form.get("login") ?? ""]
      const language = yield* pageLanguage()
      return yield* requestLetter({ sealed, login, language }, yield* readBrowser()).pipe(
        Effect.flatMap((answer) =>
          answer._tag === "Asked"
            ? follow(answer.outcome)
            : showLogin(stepOf(answer.next) ?? sealed, { error: answer.problem, login })
        ),
        Effect.catchTag("TooMany", (refusal) => retryLater(showLogin(sealed, { error: "throttled", login }), refusal))
      )
    })
  )
)

const stepOf = (next: Outcome | undefined): string | undefined => (next?._tag === "Login" ? next.sealed : undefined)

export const viewCodeRoute = whereMail(
  answerPageErrors(Effect.flatMap(readQuery, (query) => showCode(query.get("interaction") ?? "")))
)

const showCode = Effect.fnUntraced(function* (sealed: string, error?: PageError) {
  const view = yield* viewCode(sealed, yield* readBrowser())
  if (view._tag !== "Ask") return yield* follow(view)
  const { purpose, step } = view
  return yield* pageResponse(
    (frame) =>
      mailedCodePage({
        ...frame,
        action: letterPaths.code,
        interaction: sealed,
        confirmation: formatConfirmation(step.confirmation),
        error
      }),
    error === undefined ? 200 : 422,
    { ...wishOf(purpose), address: stepPage(letterPaths.code, sealed) }
  )
})

export const submitCodeRoute = whereMail(
  answerPageErrors(
    Effect.gen(function* () {
      const form = yield* readStepForm
      const browser = yield* readBrowser()
      const sealed = form.get("interaction") ?? ""
      if (form.get("decision") === "again") return yield* follow(yield* anotherLogin(sealed, browser))
      return yield* answered(useCode(sealed, form.get("code") ?? "", browser), (error) => showCode(sealed, error))
    })
  )
)

export const openLinkRoute = whereMail(
  answerPageErrors(
    Effect.gen(function* () {
      const browser = yield* readBrowser()
      const opened = yield* openLink((yield* readQuery).get("token") ?? "", browser)
      const answer =
        opened._tag === "Ask"
          ? seeOther(stepPage(letterPaths.confirm, opened.sealed))
          : showVoid(opened.next, { ...browser, secret: opened.secret })
      return yield* bindBrowser(yield* answer, opened.secret)
    })
  )
)

export const viewLinkRoute = whereMail(
  answerPageErrors(Effect.flatMap(readQuery, (query) => showLink(query.get("interaction") ?? "")))
)

const showLink = Effect.fnUntraced(function* (sealed: string, error?: PageError) {
  const view = yield* viewLink(sealed, yield* readBrowser())
  if (view._tag !== "Ask") return yield* follow(view)
  const { isElsewhere, purpose, step } = view
  return yield* pageResponse(
    (frame) =>
      mailedLinkPage({
        ...frame,
        ...(purpose._tag === "authorization" ? shownClient(displayOf(purpose.client)) : {}),
        account: purpose._tag === "account",
        action: letterPaths.confirm,
        interaction: sealed,
        to: step.to,
        elsewhere: isElsewhere,
        error
      }),
    error === undefined ? 200 : 422,
    { ...wishOf(purpose), address: stepPage(letterPaths.confirm, sealed) }
  )
})

export const submitLinkRoute = whereMail(
  answerPageErrors(
    Effect.gen(function* () {
      const form = yield* readStepForm
      const browser = yield* readBrowser()
      const sealed = form.get("interaction") ?? ""
      const used = useLink(sealed, form.get("confirmation") ?? "", browser)
      return yield* answered(used, (error) => showLink(sealed, error))
    })
  )
)

type Used = Effect.Success<ReturnType<typeof useCode>>

/** What came of a use: on with the request, the same page again, or the login page, which knows the request too. */
const answered = <R, R2>(
  used: Effect.Effect<Used, TooMany | StepRefused | Unavailable, R>,
  again: (error: PageError) => Effect.Effect<HttpServerResponse.HttpServerResponse, StepRefused | Unavailable, R2>
) =>
  Effect.gen(function* () {
    const answer = yield* used
    switch (answer._tag) {
      case "SignedIn":
        return yield* setSession(yield* follow(answer.outcome), answer)
      case "Wrong":
        return yield* again("wrong")
      case "Void":
        return yield* showVoid(answer.next, yield* readBrowser())
    }
  }).pipe(Effect.catchTag("TooMany", (refusal) => retryLater(again("throttled"), refusal)))

const showVoid = (next: Outcome, browser: Browser) => showLogin(stepOf(next) ?? "", { error: "letter" }, browser)

/** The languages that the application asked for. */
const wishOf = (purpose: Purpose) =>
  purpose._tag === "authorization" && purpose.request.uiLocales !== undefined
    ? { uiLocales: purpose.request.uiLocales }
    : {}
