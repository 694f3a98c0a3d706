/** The consent page, and the answer to it. OIDC Core §3.1.2.4. Approval is a POST, never a GET. */
import { Effect } from "effect"
import { claimNames } from "../../domain/AuthorizationCode.ts"
import { destination } from "../../domain/RedirectUri.ts"
import { approveConsent, denyConsent, viewConsent } from "../../services/flows/authorize/ConsentStep.ts"
import { readBrowser } from "../BrowserCookies.ts"
import { readQuery } from "../FormBody.ts"
import { answerPageErrors, pageResponse } from "../PageResponse.ts"
import type { Frame } from "../pages/Layout.ts"
import { consentPage } from "../pages/ConsentPage.ts"
import { askedTexts } from "../pages/AskedWords.ts"
import { follow } from "./AuthorizeRoute.ts"
import { displayOf } from "../../domain/ClientDisplay.ts"
import { shownClient } from "./ClientView.ts"
import { decided } from "./Decision.ts"

export const viewConsentRoute = answerPageErrors(
  Effect.gen(function* () {
    const sealed = (yield* readQuery).get("interaction") ?? ""
    const view = yield* viewConsent(sealed, yield* readBrowser())
    if (view._tag !== "Ask") return yield* follow(view)
    const { client, mappings, resources, step } = view
    const page = (frame: Frame) =>
      consentPage({
        ...frame,
        ...shownClient(displayOf(client)),
        action: "/consent",
        interaction: sealed,
        userName: step.userName,
        scopes: askedTexts(frame, step.request.scopes, resources, mappings),
        claims: claimNames(step.request.claims),
        offlineAccess: step.request.scopes.includes("offline_access"),
        redirectHost: destination(step.request.redirectUri)
      })
    return yield* pageResponse(page, 200, step.request)
  })
)

export const submitConsentRoute = answerPageErrors(Effect.flatMap(decided(approveConsent, denyConsent), follow))
