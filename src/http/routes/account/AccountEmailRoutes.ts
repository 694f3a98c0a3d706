/** Changing the e-mail address of one's account. Where no letter can be sent, there are no such pages. */
import { Effect } from "effect"
import { accountPaths } from "../../../domain/PagePath.ts"
import { displayName, type User } from "../../../domain/User.ts"
import { html } from "../../../html/Html.ts"
import { askEmailChange, viewEmail } from "../../../services/flows/account/ChangeEmail.ts"
import { confirmEmail, type DeadLink, viewEmailLink } from "../../../services/flows/account/ConfirmEmail.ts"
import { bindBrowser, readBrowser } from "../../BrowserCookies.ts"
import { readQuery, readStepForm } from "../../FormBody.ts"
import { pageLanguage, type Wish } from "../../PageFrame.ts"
import { answerPageErrors, pageResponse, seeOther } from "../../PageResponse.ts"
import { type AccountPageData } from "../../pages/account/AccountLayout.ts"
import { emailConfirmPage, emailDeadPage, emailPage, type EmailPageData } from "../../pages/account/EmailPage.ts"
import { type Frame, named, type Page, textsOf } from "../../pages/Layout.ts"
import { whereMail } from "../../WhereMail.ts"
import { follow } from "../AuthorizeRoute.ts"

interface Shown {
  readonly user: User
  readonly form: string
  readonly secret: string
}

const show = Effect.fnUntraced(function* (
  { form, secret, user }: Shown,
  status: number,
  make: (data: AccountPageData) => Page,
  wish: Wish = {}
) {
  const own = (frame: Frame) => ({ ...frame, userName: displayName(user), interaction: form })
  return yield* bindBrowser(yield* pageResponse((frame) => make(own(frame)), status, wish), secret)
})

const showEmail = (shown: Shown, status: number, of: (frame: Frame) => Partial<EmailPageData>) => {
  const { email, email_verified } = shown.user.profile
  const make = (data: AccountPageData) =>
    emailPage({ ...data, email, isVerified: email_verified === true, ...of(data) })
  return show(shown, status, make, { address: accountPaths.email })
}

const showDead = (shown: Shown & { readonly problem: DeadLink }) =>
  show(shown, 422, (data) => emailDeadPage({ ...data, problem: shown.problem }))

export const viewEmailRoute = whereMail(
  answerPageErrors(
    Effect.gen(function* () {
      const view = yield* viewEmail(yield* readBrowser())
      if (view._tag === "SignIn") return yield* bindBrowser(yield* follow(view.outcome), view.secret)
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
          return yield* bindBrowser(yield* follow(done.outcome), done.secret)
        case "Refused":
          return yield* showEmail(done, 422, () => ({ typed, problem: done.problem }))
        case "Asked":
          return yield* showEmail(done, 200, (frame) => ({
            notice: html`<p role="status" class="notice">
              ${textsOf(frame).email.asked(html`<strong>${named(done.to)}</strong>`)}
            </p>`
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
          return yield* bindBrowser(yield* follow(view.outcome), view.secret)
        case "Dead":
          return yield* showDead(view)
        case "Ask":
          return yield* show(view, 200, (data) => emailConfirmPage({ ...data, token, to: view.to }))
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
          return yield* bindBrowser(yield* follow(done.outcome), done.secret)
        case "Dead":
          return yield* showDead(done)
        case "Changed":
          // The page of the address wants a recent login, which this needs not be.
          return yield* seeOther(`${accountPaths.profile}?notice=email`)
      }
    })
  )
)
