/** The login step: name and password, once a form. OIDC Core §3.1.2.3. */
import { Clock, Effect, type Redacted } from "effect"
import { byPassword } from "../../../domain/Authentication.ts"
import { ofLogin } from "../../../domain/Identifier.ts"
import { ceremony } from "../../../domain/PasskeyResponse.ts"
import { ProviderConfig } from "../../ports/ProviderConfig.ts"
import { Identifiers } from "../../storage/Identifiers.ts"
import { retried } from "../../storage/Retry.ts"
import { Users } from "../../storage/Users.ts"
import { answerWithError } from "../authorize/AnswerClient.ts"
import { openLoginStep } from "../authorize/ClientStep.ts"
import { throttleLogin, throttleOutdated } from "./LoginLimits.ts"
import { type Browser, enterCode, frontPage } from "../authorize/Outcome.ts"
import { drawUserId } from "../Secrets.ts"
import { anotherStep, signIn, tryAnew } from "./SignIn.ts"
import { verifyPassword } from "./VerifyPassword.ts"
import { tellLoginFailed } from "../audit/Failures.ts"
import { giveBack } from "../limits/Throttle.ts"

/** What the login page shows, or where to go instead: a new step if this one is too old. Looking consumes nothing. */
export const viewLogin = Effect.fn("Login.view")(function* (sealed: string, browser: Browser) {
  const { expired, purpose, step } = yield* openLoginStep(sealed, browser)
  if (expired) return yield* anotherStep({ step }, browser)
  const { issuer } = yield* ProviderConfig
  // The same for everybody: which passkeys somebody has is not told before they show one.
  return { _tag: "Ask" as const, purpose, passkey: ceremony(issuer, step.ticket) }
})

export interface LoginAttempt {
  readonly sealed: string
  readonly login: string
  readonly password: Redacted.Redacted
}

/**
 * Signs in, and goes on with the request. A wrong password, an unknown name: one answer, one cost, one trace. Who tries
 * too often hears that, and nothing of the password (`TooMany`).
 */
export const submitLogin = Effect.fn("Login.submit")(function* (attempt: LoginAttempt, browser: Browser) {
  const { expired, ...login } = yield* openLoginStep(attempt.sealed, browser)
  if (expired) return yield* tryAnew(login, browser)
  const proved = yield* authenticate(attempt, browser)
  if (proved === null) return { _tag: "TryAgain" as const, problem: "credentials" as const, next: undefined }
  const authentication = byPassword(yield* Clock.currentTimeMillis)
  return yield* signIn({ ...proved, authentication }, login, browser)
})

/** The person does not want to: access_denied (RFC 6749 §4.1.2.1). For a device, only signed-in people decide. */
export const cancelLogin = Effect.fn("Login.cancel")(function* (sealed: string, browser: Browser) {
  const { purpose } = yield* openLoginStep(sealed, browser)
  if (purpose._tag === "device") return enterCode
  if (purpose._tag === "account") return frontPage
  return yield* answerWithError(purpose.request, "access_denied", "the user did not sign in")
})

/** The user if the password is right. An unknown name is looked for in a home all the same, and hashed against. */
const authenticate = Effect.fnUntraced(function* (attempt: LoginAttempt, browser: Browser) {
  const { accountGenerations } = yield* ProviderConfig
  const identifier = ofLogin(attempt.login)
  const known = identifier === undefined ? null : yield* retried(Identifiers.resolve)(identifier)
  // Before the hash: a try that is not admitted costs nothing, and a right password over the limit looks like a wrong.
  const typed = identifier ?? attempt.login
  const login = yield* throttleLogin(typed, known, browser)
  const decoy = yield* drawUserId(accountGenerations)
  const user = yield* retried(Users.find)(known ?? decoy)
  const admitted = yield* throttleOutdated(login, { typed, user, browser })
  const verified = yield* verifyPassword(attempt.password, user?.passwordHash ?? null)
  if (verified._tag !== "Right" || user?.status !== "active") {
    yield* tellLoginFailed("password", browser, typed)
    return null
  }
  yield* giveBack(admitted)
  return { user, rehashed: verified.rehashed }
})
