/** Changing the e-mail address of one's account. Where no letter can be sent, there are no such pages. */
import { Effect } from "effect"
import { accountPaths } from "../../../domain/PagePath.ts"
import { html } from "../../../html/Html.ts"
import { askEmailChange, viewEmail } from "../../../services/flows/account/ChangeEmail.ts"
import { confirmEmail, type DeadLink, viewEmailLink } from "../../../services/flows/account/ConfirmEmail.ts"
import { readBrowser } from "../../BrowserCookies.ts"
import { readQuery, readStepForm } from "../../FormBody.ts"
import { pageLanguage } from "../../PageFrame.ts"
import { answerPageErrors, seeOther } from "../../PageResponse.ts"
import { emailConfirmPage, emailDeadPage, emailPage, type EmailPageData } from "../../pages/account/EmailPage.ts"
import { type Frame, named, textsOf } from "../../pages/Layout.ts"
import { doneNotice } from "../../pages/account/Notice.ts"
import { whereMail } from "../../WhereMail.ts"
import { accountPage, answerSignIn, type OwnPage } from "./AccountAnswer.ts"

const showEmail = (own: OwnPage, status: number, of: (frame: Frame) => Partial<EmailPageData>) => {
  const { email, email_verified } = own.user.profile
  const present = { email, isVerified: email_verified === true }
  return accountPage(own, (data) => emailPage({ ...data, ...present, ...of(data) }), status, {
    address: accountPaths.email
  })
}

const showDead = (own: OwnPage & { readonly problem: DeadLink }) =>
  accountPage(own, (data) => emailDeadPage({ ...data, problem: own.problem }), 422)

export const viewEmailRoute = whereMail(
  answerPageErrors(
    Effect.gen(function* () {
      const view = yield* viewEmail(yield* readBrowser())
      if (view._tag === "SignIn") return yield* answerSignIn(view)
      return yield* showEmail(view, 200, () => ({}))
    })
  )
)

export const askEmailRoute = whereMail(
  answerPageErrors(
    Effect.gen(function* () {
      const form = yield* readStepForm
      const typed = form.get("email") ?? ""
      const asked = { sealed: form.get("interaction") ?? "", email: typed, language: yield* pageLanguage() }
      const done = yield* askEmailChange(asked, yield* readBrowser())
      switch (done._tag) {
        case "SignIn":
          return yield* answerSignIn(done)
        case "Refused":
          return yield* showEmail(done, 422, () => ({ typed, problem: done.problem }))
        case "Asked":
          return yield* showEmail(done, 200, (frame) => ({
            notice: doneNotice(textsOf(frame).email.asked(html`<strong>${named(done.to)}</strong>`))
          }))
      }
    })
  )
)

export const viewEmailLinkRoute = whereMail(
  answerPageErrors(
    Effect.gen(function* () {
      const token = (yield* readQuery).get("token") ?? ""
      const view = yield* viewEmailLink(token, yield* readBrowser())
      switch (view._tag) {
        case "SignIn":
          return yield* answerSignIn(view)
        case "Dead":
          return yield* showDead(view)
        case "Ask":
          return yield* accountPage(view, (data) => emailConfirmPage({ ...data, token, to: view.to }))
      }
    })
  )
)

export const confirmEmailRoute = whereMail(
  answerPageErrors(
    Effect.gen(function* () {
      const form = yield* readStepForm
      const asked = {
        sealed: form.get("interaction") ?? "",
        token: form.get("token") ?? "",
        language: yield* pageLanguage()
      }
      const done = yield* confirmEmail(asked, yield* readBrowser())
      switch (done._tag) {
        case "SignIn":
          return yield* answerSignIn(done)
        case "Dead":
          return yield* showDead(done)
        case "Changed":
          // The page of the address wants a recent login, which this needs not be.
          return yield* seeOther(`${accountPaths.profile}?notice=email`)
      }
    })
  )
)
