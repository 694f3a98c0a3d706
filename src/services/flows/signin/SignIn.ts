/**
 * What every way of proving who one is comes to: the step is used up, a session opened, and the request goes on.
 * OIDC Core §3.1.2.3.
 */
import { Effect } from "effect"
import type { LoginRequired } from "../../../domain/AuthorizationCode.ts"
import type { AuthorizationRequest } from "../../../domain/AuthorizationRequest.ts"
import type { LoginInteraction } from "../../../domain/Interaction.ts"
import type { SessionAndUser } from "../../storage/Sessions.ts"
import { tell } from "../audit/Tell.ts"
import { answerWithError } from "../authorize/AnswerClient.ts"
import { answerUnmet, issueOrAsk } from "../Authorize.ts"
import type { Purpose } from "../authorize/ClientStep.ts"
import { rememberDevice } from "./DeviceCookie.ts"
import { loginStep } from "./LoginStep.ts"
import { openSession, type Proof } from "./OpenSession.ts"
import type { Browser, Outcome } from "../authorize/Outcome.ts"
import { spendTicket } from "../SpendTicket.ts"
import { askForDevice } from "../device/VerifyDevice.ts"

/** A request that somebody signs in for. */
export interface OpenedRequest {
  readonly step: Pick<LoginInteraction, "request" | "subject">
  readonly purpose: Purpose
}

/** The step that somebody signs in at. */
export interface OpenedLogin extends OpenedRequest {
  readonly step: LoginInteraction
}

/** A new step for the same request. */
export const anotherStep = ({ step }: Pick<OpenedRequest, "step">, browser: Browser) =>
  loginStep(step.request, browser.secret ?? "", step.subject)

/** The form is too old, or was used: the request goes on from a new one. */
export const tryAnew = Effect.fnUntraced(function* (login: Pick<OpenedRequest, "step">, browser: Browser) {
  return { _tag: "TryAgain" as const, problem: "expired" as const, next: yield* anotherStep(login, browser) }
})

/** Once a step: a form that signed somebody in does not sign in again, and the person gets a new one. */
export const signIn = Effect.fn("SignIn")(function* (proof: Proof, login: OpenedLogin, browser: Browser) {
  if (!(yield* spendTicket("login", login.step))) return yield* tryAnew(login, browser)
  return yield* openAndGoOn(proof, login, browser)
})

/** The rest of it, for a login whose own single-use thing was used up. */
export const openAndGoOn = Effect.fnUntraced(function* (proof: Proof, login: OpenedRequest, browser: Browser) {
  const opened = yield* openSession(proof, browser).pipe(Effect.catchTag("PasskeyRefused", Effect.succeed))
  if (opened === null || "reason" in opened) {
    const problem = proof.passkey === undefined ? ("credentials" as const) : ("passkey" as const)
    const isClone = opened?.reason === "clone"
    // A clone is an event of its own.
    if (!isClone) yield* tell(changedMeanwhile(proof))
    return { _tag: "TryAgain" as const, problem, isClone, next: yield* anotherStep(login, browser) }
  }
  const outcome = yield* goOn(login, { session: opened.session, user: proof.user }, browser.secret ?? "")
  const { browserState, cookie } = opened
  const device = yield* rememberDevice(browser, proof.user.id)
  return { _tag: "SignedIn" as const, outcome, cookie, browserState, device }
})

/** The proof was right when it was judged, and the account or the passkey is another by now. */
const changedMeanwhile = ({ authentication, user }: Proof) => ({
  type: "login.failed" as const,
  userId: user.id,
  detail: { method: authentication.amr.join(" "), reason: "changed meanwhile" }
})

/** What the login was for. */
const goOn = Effect.fnUntraced(function* (
  { purpose, step: { subject } }: OpenedRequest,
  signedIn: SessionAndUser,
  browserSecret: string
) {
  if (purpose._tag === "device") return yield* askForDevice(purpose.request.userCode, signedIn, browserSecret)
  if (purpose._tag === "account") {
    const outcome: Outcome = { _tag: "Account", path: purpose.request.path }
    return outcome
  }
  const { session, user } = signedIn
  const basis = {
    userId: user.id,
    sessionHash: session.hash,
    // This very login is what the request asked for, whatever the clocks of two machines say of its moment.
    authenticatedSince: session.authentication.authTime,
    subject
  }
  return yield* issueOrAsk(purpose.request, purpose.client, basis, browserSecret).pipe(
    Effect.catchTag("LoginRequired", ({ reason }) => missing(reason, purpose.request, subject, browserSecret))
  )
})

/** Somebody signed in, and it was not what the client asked for. */
const missing = Effect.fnUntraced(function* (
  reason: LoginRequired["reason"],
  request: AuthorizationRequest,
  subject: string | null,
  browserSecret: string
) {
  // They have what the client cannot do without, and did not use it: they are asked once more.
  if (reason === "acr") return yield* loginStep(request, browserSecret, subject)
  if (reason === "unmet") return yield* answerUnmet(request)
  return yield* answerWithError(request, "login_required", "another user signed in than the client expects")
})
