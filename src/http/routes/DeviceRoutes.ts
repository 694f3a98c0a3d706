/** Devices: where they ask, and the pages on which a person answers. RFC 8628 §3.1, §3.3. */
import { Effect } from "effect"
import { paths } from "../../domain/Discovery.ts"
import { format } from "../../domain/UserCode.ts"
import { approveDevice, denyDevice, viewDeviceConsent } from "../../services/flows/device/DeviceConsent.ts"
import type { UserCodeProblem } from "../../services/flows/authorize/Outcome.ts"
import { drawSecret } from "../../services/flows/Secrets.ts"
import { startDevice } from "../../services/flows/device/StartDevice.ts"
import { beginEntry, enterUserCode } from "../../services/flows/device/VerifyDevice.ts"
import { bindBrowser, readBrowser } from "../BrowserCookies.ts"
import { readCredentials } from "../ClientCredentials.ts"
import { readForm, readQuery, readStepForm } from "../FormBody.ts"
import { answerErrors, jsonResponse } from "../OAuthErrorResponse.ts"
import { answerPageErrors, pageResponse } from "../PageResponse.ts"
import { retryLater } from "../TooManyRequests.ts"
import type { Frame } from "../pages/Layout.ts"
import { deviceConsentPage } from "../pages/DeviceConsentPage.ts"
import { deviceDecidedPage, devicePage } from "../pages/DevicePage.ts"
import { askedTexts } from "../pages/AskedWords.ts"
import { follow } from "./AuthorizeRoute.ts"
import { displayOf } from "../../domain/ClientDisplay.ts"
import { shownClient } from "./ClientView.ts"
import { decided } from "./Decision.ts"

export const deviceAuthorizationRoute = answerErrors(
  Effect.gen(function* () {
    const form = yield* readForm()
    return jsonResponse(yield* startDevice(yield* readCredentials(form), form))
  })
)

/** A link may bring the code along: it is filled in, and the person goes on themselves (§3.3.1). */
export const viewDeviceRoute = answerPageErrors(
  Effect.gen(function* () {
    const query = yield* readQuery
    const error = query.get("error")
    const problem = error === undefined || error === "throttled" ? error : "unknown"
    return yield* showEntry(query.get("user_code"), problem)
  })
)

const showEntry = Effect.fnUntraced(function* (userCode: string | undefined, problem: UserCodeProblem | undefined) {
  const browser = yield* readBrowser()
  const secret = browser.secret ?? (yield* drawSecret)
  const interaction = yield* beginEntry(secret)
  const page = (frame: Frame) => devicePage({ ...frame, action: paths.device, interaction, userCode, problem })
  const status = problem === undefined ? 200 : problem === "throttled" ? 429 : 422
  return yield* bindBrowser(yield* pageResponse(page, status, { address: paths.device }), secret)
})

export const enterUserCodeRoute = answerPageErrors(
  Effect.gen(function* () {
    const form = yield* readStepForm
    const browser = yield* readBrowser()
    const userCode = form.get("user_code") ?? ""
    return yield* enterUserCode(form.get("interaction") ?? "", userCode, browser).pipe(
      Effect.flatMap(follow),
      Effect.catchTag("TooMany", (refusal) => retryLater(showEntry(userCode, "throttled"), refusal))
    )
  })
)

export const viewDeviceConsentRoute = answerPageErrors(
  Effect.gen(function* () {
    const sealed = (yield* readQuery).get("interaction") ?? ""
    const view = yield* viewDeviceConsent(sealed, yield* readBrowser())
    if (view._tag !== "Ask") return yield* follow(view)
    const { client, mappings, resources, step } = view
    const { scopes } = step.device
    const page = (frame: Frame) =>
      deviceConsentPage({
        ...frame,
        ...shownClient(displayOf(client)),
        action: `${paths.device}/confirm`,
        interaction: sealed,
        userName: step.userName,
        userCode: format(step.userCode),
        scopes: askedTexts(frame, scopes, resources, mappings),
        claims: [],
        offlineAccess: scopes.includes("offline_access")
      })
    return yield* pageResponse(page)
  })
)

export const submitDeviceConsentRoute = answerPageErrors(Effect.flatMap(decided(approveDevice, denyDevice), follow))

/** They say what the person has just decided, and prove it to nobody. */
const decidedRoute = (decision: "approved" | "denied") =>
  pageResponse((frame) => deviceDecidedPage({ ...frame, decision }))

export const deviceApprovedRoute = decidedRoute("approved")
export const deviceDeniedRoute = decidedRoute("denied")
