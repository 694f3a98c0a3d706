/** The consent step: what a client asks for, and the user's answer. OIDC Core §3.1.2.4. */
import { Clock, Effect } from "effect"
import { consentTo } from "../../../domain/AuthorizationCode.ts"
import { AuthorizationRequest } from "../../../domain/AuthorizationRequest.ts"
import type { Client } from "../../../domain/Client.ts"
import type { ConsentInteraction } from "../../../domain/Interaction.ts"
import { AuthorizationCodes } from "../../storage/AuthorizationCodes.ts"
import { retried } from "../../storage/Retry.ts"
import { answerWithError } from "./AnswerClient.ts"
import { decide } from "../Authorize.ts"
import { openConsentStep } from "./ClientStep.ts"
import { drawIssuance, giveGrant } from "./IssueCode.ts"
import { loginStep } from "../signin/LoginStep.ts"
import type { Browser } from "./Outcome.ts"
import { ownSession } from "../OwnSession.ts"
import { describeTargets } from "../Targets.ts"

/**
 * The step, and whether it stands: it is in time, and the browser is still in the session that it was made in. One
 * that does not (the page was left open, or a second tab signed in) is answered by asking anew, never by a code.
 */
const openOwn = Effect.fnUntraced(function* (sealed: string, browser: Browser) {
  const { client, expired, step } = yield* openConsentStep(sealed, browser)
  const { sameSession, sameUser } = yield* ownSession(step, browser)
  return { client, step, sameUser, stands: sameSession && !expired }
})

/** The request of a step that does not stand, judged again; and whoever sits there now has to say yes themselves. */
const askAnew = ({ request }: ConsentInteraction, client: Client, sameUser: boolean, browser: Browser) => {
  const prompt = sameUser ? request.prompt : [...new Set([...request.prompt, "consent" as const])]
  return decide(new AuthorizationRequest({ ...request, prompt }), client, { ...browser, secret: browser.secret ?? "" })
}

/** What the consent page shows, or where to go instead. */
export const viewConsent = Effect.fn("ConsentStep.view")(function* (sealed: string, browser: Browser) {
  const { client, sameUser, stands, step } = yield* openOwn(sealed, browser)
  if (!stands) return yield* askAnew(step, client, sameUser, browser)
  return { _tag: "Ask" as const, step, client, ...(yield* describeTargets(step.request)) }
})

/** The user says no, however late. RFC 6749 §4.1.2.1. */
export const denyConsent = Effect.fn("ConsentStep.deny")(function* (sealed: string, browser: Browser) {
  const { step } = yield* openOwn(sealed, browser)
  return yield* answerWithError(step.request, "access_denied", "the user did not consent")
})

/** The user says yes: consent and code are one transaction. */
export const approveConsent = Effect.fn("ConsentStep.approve")(function* (sealed: string, browser: Browser) {
  const { client, sameUser, stands, step } = yield* openOwn(sealed, browser)
  if (!stands) return yield* askAnew(step, client, sameUser, browser)
  return yield* allow(step, client).pipe(
    // The session ended while the page was open: sign in again, and nothing was written.
    Effect.catchTag("LoginRequired", () => loginStep(step.request, browser.secret ?? "", step.subject)),
    // Or a resource server went, whatever was allowed there.
    Effect.catchTag("TargetRefused", ({ description, error }) => answerWithError(step.request, error, description)),
    Effect.catchTag("ConsentRequired", () => answerWithError(step.request, "consent_required", "consent is incomplete"))
  )
})

const allow = Effect.fnUntraced(function* (step: ConsentInteraction, client: Client) {
  const drawn = yield* drawIssuance(step.request, client, step)
  const consent = consentTo(drawn.issuance, yield* Clock.currentTimeMillis)
  return yield* giveGrant(drawn, yield* retried(AuthorizationCodes.approve)({ issuance: drawn.issuance, consent }))
})
