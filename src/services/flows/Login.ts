/** The login step: name and password, once a form. OIDC Core §3.1.2.3. */
import { Effect, type Redacted } from "effect"
import { ofLogin } from "../../domain/Identifier.ts"
import type { LoginInteraction } from "../../domain/Interaction.ts"
import { PasswordHasher } from "../ports/PasswordHasher.ts"
import { ProviderConfig } from "../ports/ProviderConfig.ts"
import { Identifiers } from "../storage/Identifiers.ts"
import { retried } from "../storage/Retry.ts"
import type { SessionAndUser } from "../storage/Sessions.ts"
import { Tickets } from "../storage/Tickets.ts"
import { Users } from "../storage/Users.ts"
import { answerWithError } from "./AnswerClient.ts"
import { issueOrAsk } from "./Authorize.ts"
import { openLoginStep, type Purpose } from "./ClientStep.ts"
import { loginStep } from "./LoginStep.ts"
import { openSession } from "./OpenSession.ts"
import { type Browser, enterCode } from "./Outcome.ts"
import { drawAttempt, drawUserId } from "./Secrets.ts"
import { askForDevice } from "./VerifyDevice.ts"

/** What the login page shows, or where to go instead: a new step if this one is too old. Looking consumes nothing. */
export const viewLogin = Effect.fn("Login.view")(function* (sealed: string, browser: Browser) {
  const { expired, purpose, step } = yield* openLoginStep(sealed, browser)
  if (expired) return yield* loginStep(step.request, browser.secret ?? "", step.subject)
  return { _tag: "Ask" as const, purpose }
})

export interface LoginAttempt {
  readonly sealed: string
  readonly login: string
  readonly password: Redacted.Redacted
}

/** Signs in, and goes on with the request. A wrong password, an unknown name: one answer, one cost, one trace. */
export const submitLogin = Effect.fn("Login.submit")(function* (attempt: LoginAttempt, browser: Browser) {
  const { expired, purpose, step } = yield* openLoginStep(attempt.sealed, browser)
  const secret = browser.secret ?? ""
  const renewed = () => loginStep(step.request, secret, step.subject)
  if (expired) return { _tag: "TryAgain" as const, problem: "expired" as const, next: yield* renewed() }
  const user = yield* authenticate(attempt)
  if (user === null) return { _tag: "TryAgain" as const, problem: "credentials" as const, next: undefined }
  const spent = yield* spendTicket(step)
  // A form that signed somebody in once does not sign in again; the person gets a new one.
  if (!spent) return { _tag: "TryAgain" as const, problem: "expired" as const, next: yield* renewed() }
  const opened = yield* openSession(user, browser)
  if (opened === null) return { _tag: "TryAgain" as const, problem: "credentials" as const, next: yield* renewed() }
  const outcome = yield* goOn(purpose, step.subject, { session: opened.session, user }, secret)
  return { _tag: "SignedIn" as const, outcome, cookie: opened.cookie, browserState: opened.browserState }
})

/** What the login was for. */
const goOn = Effect.fnUntraced(function* (
  purpose: Purpose,
  subject: string | null,
  signedIn: SessionAndUser,
  browserSecret: string
) {
  if (purpose._tag === "device") return yield* askForDevice(purpose.request.userCode, signedIn, browserSecret)
  const { session, user } = signedIn
  const basis = {
    userId: user.id,
    sessionHash: session.hash,
    // This very login is what the request asked for, whatever the clocks of two machines say of its moment.
    authenticatedSince: session.authentication.authTime,
    subject
  }
  return yield* issueOrAsk(purpose.request, purpose.client, basis, browserSecret).pipe(
    Effect.catchTag("LoginRequired", () =>
      answerWithError(purpose.request, "login_required", "another user signed in than the client expects")
    )
  )
})

/** The person does not want to: access_denied (RFC 6749 §4.1.2.1). For a device, only signed-in people decide. */
export const cancelLogin = Effect.fn("Login.cancel")(function* (sealed: string, browser: Browser) {
  const { purpose } = yield* openLoginStep(sealed, browser)
  return purpose._tag === "device"
    ? enterCode
    : yield* answerWithError(purpose.request, "access_denied", "the user did not sign in")
})

/** The user if the password is right. An unknown name is looked for in a home all the same, and hashed against. */
const authenticate = Effect.fnUntraced(function* (attempt: LoginAttempt) {
  const { accountGenerations } = yield* ProviderConfig
  const identifier = ofLogin(attempt.login)
  const known = identifier === undefined ? null : yield* retried(Identifiers.resolve)(identifier)
  const decoy = yield* drawUserId(accountGenerations)
  const user = yield* retried(Users.find)(known ?? decoy)
  const right = yield* PasswordHasher.use((hasher) => hasher.verify(attempt.password, user?.passwordHash ?? null))
  return right && user?.status === "active" ? user : null
})

const spendTicket = Effect.fnUntraced(function* (step: LoginInteraction) {
  const spending = { attempt: yield* drawAttempt, kind: "login" as const, id: step.ticket, expiresAt: step.expiresAt }
  return yield* retried(Tickets.spend)(spending).pipe(
    Effect.as(true),
    Effect.catchTag("TicketRefused", () => Effect.succeed(false))
  )
})
