/** The pages of one's passkeys, and what their forms do. */
import { Effect } from "effect"
import { accountPaths } from "../../../domain/PagePath.ts"
import {
  addPasskey,
  removePasskey,
  renamePasskey,
  viewAddPasskey,
  viewPasskeys
} from "../../../services/flows/account/OwnPasskeys.ts"
import { StepRefused } from "../../../services/flows/SealedStep.ts"
import { html, type Html } from "../../../html/Html.ts"
import type { PasskeyNotice } from "../../../texts/PasskeyTexts.ts"
import { readBrowser } from "../../BrowserCookies.ts"
import { readQuery, readStepForm } from "../../FormBody.ts"
import { pageLanguage } from "../../PageFrame.ts"
import { answerPageErrors, seeOther } from "../../PageResponse.ts"
import { addPasskeyPage } from "../../pages/account/AddPasskeyPage.ts"
import { passkeysPage } from "../../pages/account/PasskeysPage.ts"
import { type Frame, textsOf } from "../../pages/Layout.ts"
import { alertNotice, doneNotice } from "../../pages/account/Notice.ts"
import { accountPage, answerSignIn } from "./AccountAnswer.ts"

/** What was done is told on the page that it leads to. */
const done = ["added", "renamed", "removed"] as const

export const viewPasskeysRoute = answerPageErrors(
  Effect.gen(function* () {
    const said = (yield* readQuery).get("notice")
    return yield* showPasskeys(done.find((name) => name === said))
  })
)

export const changePasskeyRoute = answerPageErrors(
  Effect.gen(function* () {
    const form = yield* readStepForm
    const browser = yield* readBrowser()
    const request = { sealed: form.get("interaction") ?? "", credentialId: form.get("credential") ?? "" }
    const action = form.get("action")
    if (action !== "rename" && action !== "remove") return yield* new StepRefused({ problem: "malformed" })
    const result = yield* action === "rename"
      ? renamePasskey({ ...request, name: form.get("name") ?? "" }, browser)
      : removePasskey({ ...request, language: yield* pageLanguage() }, browser)
    if (result._tag === "SignIn") return yield* answerSignIn(result)
    if (result._tag === "Done") return yield* seeOther(`${accountPaths.passkeys}?notice=${result.done}`)
    return result.problem === "session" ? yield* seeOther(accountPaths.passkeys) : yield* showPasskeys(result.problem)
  })
)

export const viewAddPasskeyRoute = answerPageErrors(Effect.suspend(() => showAdd()))

export const addPasskeyRoute = answerPageErrors(
  Effect.gen(function* () {
    const form = yield* readStepForm
    const request = {
      sealed: form.get("interaction") ?? "",
      attestation: form.get("passkey") ?? "",
      name: form.get("name") ?? "",
      language: yield* pageLanguage()
    }
    const result = yield* addPasskey(request, yield* readBrowser())
    if (result._tag === "SignIn") return yield* answerSignIn(result)
    if (result._tag === "Done") return yield* seeOther(`${accountPaths.passkeys}?notice=${result.done}`)
    return result.problem === "session" ? yield* seeOther(accountPaths.passkeys) : yield* showAdd(result.problem)
  })
)

type Shown = Exclude<PasskeyNotice, (typeof done)[number]> | "taken"

const showPasskeys = Effect.fnUntraced(function* (said?: PasskeyNotice | "taken") {
  const view = yield* viewPasskeys(yield* readBrowser())
  if (view._tag === "SignIn") return yield* answerSignIn(view)
  return yield* accountPage(
    view,
    (data) => passkeysPage({ ...data, passkeys: view.passkeys, notice: noticeOf(data, said) }),
    said === undefined || isDone(said) ? 200 : 422
  )
})

const showAdd = Effect.fnUntraced(function* (said?: Shown) {
  const view = yield* viewAddPasskey(yield* readBrowser())
  if (view._tag === "SignIn") return yield* answerSignIn(view)
  return yield* accountPage(
    view,
    (data) => addPasskeyPage({ ...data, asked: view.asked, notice: noticeOf(data, said) }),
    said === undefined ? 200 : 422
  )
})

const isDone = (said: string): boolean => (done as ReadonlyArray<string>).includes(said)

const noticeOf = (frame: Frame, said: PasskeyNotice | "taken" | undefined): Html | undefined => {
  if (said === undefined) return undefined
  const { notices, sessions } = textsOf(frame).passkeys
  // A credential that another key has already is made by nobody who is honest; the person needs no other words for it.
  const text = notices[said === "taken" ? "unverified" : said]
  if (!isDone(said)) return alertNotice(text)
  const link = said === "removed" && html` <a href="${accountPaths.sessions}">${sessions}</a>`
  return doneNotice(html`${text}${link}`)
}
