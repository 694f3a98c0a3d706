/** The page on which people see and change their profile. Looking at it changes nothing. OIDC Core §5.1. */
import { Effect } from "effect"
import { accountPaths } from "../../../domain/PagePath.ts"
import { fromSearchParams } from "../../../domain/Parameters.ts"
import { addressFields, type Filled, textFields } from "../../../domain/ProfileFields.ts"
import type { Html } from "../../../html/Html.ts"
import { saveProfile, viewProfile } from "../../../services/flows/account/OwnProfile.ts"
import { StepRefused } from "../../../services/flows/SealedStep.ts"
import { readBrowser } from "../../BrowserCookies.ts"
import { readQuery, readStepText } from "../../FormBody.ts"
import { answerPageErrors, seeOther } from "../../PageResponse.ts"
import { profilePage, type ProfilePageData } from "../../pages/account/ProfilePage.ts"
import { type Frame, textsOf } from "../../pages/Layout.ts"
import { alertNotice, doneNotice } from "../../pages/account/Notice.ts"
import { accountPage, answerSignIn, type OwnPage } from "./AccountAnswer.ts"

/** Why the page is shown: nothing in particular, after it was saved, or because it was not. */
type Said = "saved" | "email" | "faulty" | "changed" | undefined

const showProfile = (
  own: OwnPage,
  said: Said,
  status: number,
  typed: Pick<ProfilePageData, "filled" | "faults"> = {}
) =>
  accountPage(own, (data) => profilePage({ ...data, ...typed, user: own.user, notice: noticeOf(data, said) }), status)

const noticeOf = (frame: Frame, said: Said): Html | undefined => {
  const { email, profile } = textsOf(frame)
  if (said === undefined) return undefined
  if (said === "email") return doneNotice(email.changed)
  return said === "saved" ? doneNotice(profile.saved) : alertNotice(profile[said])
}

export const viewProfileRoute = answerPageErrors(
  Effect.gen(function* () {
    const notice = (yield* readQuery).get("notice")
    const said = notice === "saved" || notice === "email" ? notice : undefined
    const view = yield* viewProfile(yield* readBrowser())
    if (view._tag === "SignIn") return yield* answerSignIn(view)
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
        return yield* answerSignIn(done)
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
