/** The page on which people see where they are signed in, and what its buttons do. OWASP ASVS 5.0 §7.5.2. */
import { Effect, Option, Schema } from "effect"
import { accountPaths } from "../../../domain/PagePath.ts"
import type { Parameters } from "../../../domain/Parameters.ts"
import { ChosenSessions } from "../../../domain/Session.ts"
import { endSessions, type Leaving, viewSessions } from "../../../services/flows/account/OwnSessions.ts"
import { StepRefused } from "../../../services/flows/SealedStep.ts"
import { readBrowser } from "../../BrowserCookies.ts"
import { readQuery, readStepForm } from "../../FormBody.ts"
import { answerPageErrors, seeOther } from "../../PageResponse.ts"
import { sessionsPage } from "../../pages/account/SessionsPage.ts"
import { textsOf } from "../../pages/Layout.ts"
import { loggedOut } from "../LogoutRoute.ts"
import { doneNotice } from "../../pages/account/Notice.ts"
import { accountPage, answerSignIn } from "./AccountAnswer.ts"

/** What was just done, or why nothing was. */
const notices = ["ended", "noneChosen"] as const

export const viewSessionsRoute = answerPageErrors(
  Effect.gen(function* () {
    const said = (yield* readQuery).get("notice")
    const notice = notices.find((name) => name === said)
    const view = yield* viewSessions(yield* readBrowser())
    if (view._tag === "SignIn") return yield* answerSignIn(view)
    return yield* accountPage(view, (data) =>
      sessionsPage({
        ...data,
        sessions: view.sessions,
        notice: notice && doneNotice(textsOf(data).sessions[notice])
      })
    )
  })
)

const decodeChosen = Schema.decodeUnknownOption(ChosenSessions)

/** Which sessions the form means; undefined for a form that is none of ours. */
const leavingOf = (form: Parameters): Leaving | undefined => {
  const which = form.get("which")
  if (which === "all" || which === "others") return which
  return which === "chosen" ? Option.getOrUndefined(decodeChosen({ sids: form.all("sid") })) : undefined
}

export const endSessionsRoute = answerPageErrors(
  Effect.gen(function* () {
    const form = yield* readStepForm
    const leaving = leavingOf(form)
    if (leaving === undefined) return yield* new StepRefused({ problem: "malformed" })
    const isNone = typeof leaving === "object" && leaving.sids.length === 0
    if (isNone) return yield* seeOther(`${accountPaths.sessions}?notice=noneChosen`)
    const done = yield* endSessions(form.get("interaction") ?? "", leaving, yield* readBrowser())
    if (done._tag === "LoggedOut") return yield* loggedOut(done)
    if (done._tag === "SignIn") return yield* answerSignIn(done)
    return yield* seeOther(`${accountPaths.sessions}?notice=ended`)
  })
)
