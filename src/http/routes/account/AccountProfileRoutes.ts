/** The page on which people see and change their profile. Looking at it changes nothing. OIDC Core §5.1. */
import { Effect } from "effect"
import { accountPaths } from "../../../domain/PagePath.ts"
import { fromSearchParams } from "../../../domain/Parameters.ts"
import { addressFields, type Filled, textFields } from "../../../domain/ProfileFields.ts"
import { displayName, type User } from "../../../domain/User.ts"
import { html } from "../../../html/Html.ts"
import { saveProfile, viewProfile } from "../../../services/flows/account/OwnProfile.ts"
import { StepRefused } from "../../../services/flows/SealedStep.ts"
import { bindBrowser, readBrowser } from "../../BrowserCookies.ts"
import { readQuery, readStepText } from "../../FormBody.ts"
import { answerPageErrors, pageResponse, seeOther } from "../../PageResponse.ts"
import { profilePage, type ProfilePageData } from "../../pages/account/ProfilePage.ts"
import { textsOf } from "../../pages/Layout.ts"
import { follow } from "../AuthorizeRoute.ts"

interface Shown {
  readonly user: User
  readonly form: string
  readonly secret: string
}

/** Why the page is shown: nothing in particular, after it was saved, or because it was not. */
type Said = "saved" | "email" | "faulty" | "changed" | undefined

const showProfile = Effect.fnUntraced(function* (
  { form, secret, user }: Shown,
  said: Said,
  status: number,
  typed: Pick<ProfilePageData, "filled" | "faults"> = {}
) {
  const page = yield* pageResponse((frame) => {
    const { email, profile } = textsOf(frame)
    const text = said === "email" ? email.changed : said && profile[said]
    return profilePage({
      ...frame,
      ...typed,
      userName: displayName(user),
      user,
      interaction: form,
      notice:
        said === "saved" || said === "email"
          ? html`<p role="status" class="notice">${text}</p>`
          : said && html`<p role="alert" class="alert">${text}</p>`
    })
  }, status)
  return yield* bindBrowser(page, secret)
})

export const viewProfileRoute = answerPageErrors(
  Effect.gen(function* () {
    const notice = (yield* readQuery).get("notice")
    const said = notice === "saved" || notice === "email" ? notice : undefined
    const view = yield* viewProfile(yield* readBrowser())
    if (view._tag === "SignIn") return yield* bindBrowser(yield* follow(view.outcome), view.secret)
    return yield* showProfile(view, said, 200)
  })
)

export const saveProfileRoute = answerPageErrors(
  Effect.gen(function* () {
    const search = new URLSearchParams(yield* readStepText)
    const form = fromSearchParams(search)
    const version = Number(form.get("version"))
    const filled = filledOf(search)
    // Of two values of one field nobody can say which is meant.
    if (form.repeated.length > 0 || !Number.isSafeInteger(version)) {
      return yield* new StepRefused({ problem: "malformed" })
    }
    const done = yield* saveProfile({ sealed: form.get("interaction") ?? "", version, filled }, yield* readBrowser())
    switch (done._tag) {
      case "SignIn":
        return yield* bindBrowser(yield* follow(done.outcome), done.secret)
      case "Saved":
        return yield* seeOther(`${accountPaths.profile}?notice=saved`)
      case "Refused":
        return yield* showProfile(done, "faulty", 422, { filled, faults: done.faults })
      case "Changed":
        return yield* showProfile(done, "changed", 409)
    }
  })
)

/** The fields that the form has, empty ones too; one that it does not have stays as it is. */
const filledOf = (search: URLSearchParams): Filled =>
  Object.fromEntries(
    [...textFields, ...addressFields].flatMap((field) => {
      const value = search.get(field)
      return value === null ? [] : [[field, value]]
    })
  )
