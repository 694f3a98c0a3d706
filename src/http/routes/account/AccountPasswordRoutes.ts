/** The page on which people change their password, and what its form does. OWASP ASVS 5.0 §6.2.3. */
import { Effect, Redacted } from "effect"
import { accountPaths } from "../../../domain/PagePath.ts"
import { changePassword, viewPassword } from "../../../services/flows/account/OwnPassword.ts"
import type { PasswordProblem } from "../../../texts/PasswordTexts.ts"
import { readBrowser, setSession } from "../../BrowserCookies.ts"
import { readQuery, readStepForm, typedTwice } from "../../FormBody.ts"
import { pageLanguage } from "../../PageFrame.ts"
import { answerPageErrors, seeOther } from "../../PageResponse.ts"
import { passwordPage } from "../../pages/account/PasswordPage.ts"
import { textsOf } from "../../pages/Layout.ts"
import { retryLater } from "../../TooManyRequests.ts"
import { doneNotice } from "../../pages/account/Notice.ts"
import { accountPage, answerSignIn } from "./AccountAnswer.ts"

export const viewPasswordRoute = answerPageErrors(
  Effect.flatMap(readQuery, (query) => show({ isChanged: query.get("notice") === "changed" }))
)

export const changePasswordRoute = answerPageErrors(
  Effect.gen(function* () {
    const form = yield* readStepForm
    const change = {
      sealed: form.get("interaction") ?? "",
      present: Redacted.make(form.get("present") ?? ""),
      ...typedTwice(form),
      language: yield* pageLanguage()
    }
    return yield* changePassword(change, yield* readBrowser()).pipe(
      Effect.flatMap(answered),
      Effect.catchTag("TooMany", (refusal) => retryLater(show({ problem: "throttled" }), refusal))
    )
  })
)

const answered = Effect.fnUntraced(function* (result: Effect.Success<ReturnType<typeof changePassword>>) {
  switch (result._tag) {
    case "SignIn":
      return yield* answerSignIn(result)
    case "Refused":
      return yield* show({ problem: result.problem })
    case "Over":
      return yield* seeOther(accountPaths.password)
    case "Changed":
      return yield* setSession(yield* seeOther(`${accountPaths.password}?notice=changed`), result)
  }
})

const show = Effect.fnUntraced(function* (said: { readonly problem?: PasswordProblem; readonly isChanged?: boolean }) {
  const view = yield* viewPassword(yield* readBrowser())
  if (view._tag === "SignIn") return yield* answerSignIn(view)
  return yield* accountPage(
    view,
    (data) =>
      passwordPage({
        ...data,
        name: view.name,
        present: view.hasPassword,
        problem: said.problem,
        notice: said.isChanged === true ? doneNotice(textsOf(data).passwords.changed) : undefined
      }),
    said.problem === undefined ? 200 : 422,
    { address: accountPaths.password }
  )
})
