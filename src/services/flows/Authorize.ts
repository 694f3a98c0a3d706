/** The authorization endpoint. RFC 6749 §4.1.1, OIDC Core §3.1.2. */
import { Clock, Effect, Result } from "effect"
import * as Request from "../../domain/AuthorizationRequest.ts"
import type { Client } from "../../domain/Client.ts"
import { ConsentInteraction } from "../../domain/Interaction.ts"
import type { Parameters } from "../../domain/Parameters.ts"
import { isPushedUri } from "../../domain/PushedRequest.ts"
import type { SessionToken } from "../../domain/Session.ts"
import { ProviderConfig } from "../ports/ProviderConfig.ts"
import { AuthorizationCodes } from "../storage/AuthorizationCodes.ts"
import { Clients } from "../storage/Clients.ts"
import { retried } from "../storage/Retry.ts"
import { admit } from "./limits/Admit.ts"
import { answerWithError } from "./authorize/AnswerClient.ts"
import { type Basis, drawIssuance, giveGrant } from "./authorize/IssueCode.ts"
import { judgeRequest, unanswerable } from "./authorize/JudgeRequest.ts"
import { loginStep } from "./signin/LoginStep.ts"
import type { Browser, Outcome } from "./authorize/Outcome.ts"
import { keyOf, sessionOf } from "./Placed.ts"
import { readIdTokenHint } from "./ReadIdTokenHint.ts"
import { sealStep } from "./SealedStep.ts"
import { hashSecret } from "./Secrets.ts"
import { showPushed } from "./authorize/ShowPushed.ts"
import { targetsOf } from "./Targets.ts"

type AuthorizationRequest = Request.AuthorizationRequest

/** `browser.secret` is the one the browser has, or is about to get with the answer. */
export const authorize = Effect.fn("Authorize")(function* (
  parameters: Parameters,
  browser: Browser & { readonly secret: string }
) {
  const id = Request.clientId(parameters)
  if (Result.isFailure(id)) return unanswerable(id.failure)
  const client = yield* retried(Clients.find)(id.success)
  if (client === null) return unanswerable({ parameter: "client_id", description: "client_id is not a client here" })
  const read = yield* readRequest(parameters, client)
  if (Result.isSuccess(read)) return yield* decide(read.success, client, browser)
  const { failure } = read
  return failure._tag === "Unanswerable"
    ? failure
    : yield* answerWithError(failure.reply, failure.error, failure.description)
})

/** What the client asks for: pushed before, or said here. */
const readRequest = (parameters: Parameters, client: Client) => {
  const requestUri = parameters.get("request_uri") ?? ""
  return isPushedUri(requestUri) ? showPushed(requestUri, client) : judgeRequest(parameters, client, "browser")
}

/**
 * Silent if the session allows it, else the step that is missing; with prompt=none, what is missing is the answer.
 * Also the way on from a step that no longer stands: its request is judged by what the browser is now.
 */
export const decide = Effect.fn("Authorize.decide")(function* (
  request: AuthorizationRequest,
  client: Client,
  browser: Browser & { readonly secret: string }
) {
  const subject = yield* expectedSubject(request)
  if (subject === undefined) {
    return yield* answerWithError(request, "invalid_request", "id_token_hint is not an ID token of this provider")
  }
  const session = yield* sessionOf(browser.session)
  const fresh = request.prompt.includes("login") || request.prompt.includes("select_account")
  if (session === undefined || fresh) return yield* askForLogin(request, browser.secret, subject)
  const basis = yield* basisOf(request, session, subject)
  // By what only this browser has: whose account it is anybody may write into a cookie.
  yield* admit("session", basis.sessionHash)
  return yield* issueOrAsk(request, client, basis, browser.secret).pipe(
    Effect.catchTag("LoginRequired", ({ reason }) =>
      reason === "unmet" ? answerUnmet(request) : askForLogin(request, browser.secret, subject)
    )
  )
})

/** The user the client expects: null for anybody, undefined if the hint is not ours. OIDC Core §3.1.2.1, §5.5.1. */
const expectedSubject = Effect.fnUntraced(function* (request: AuthorizationRequest) {
  if (request.idTokenHint === null) return request.claims.subject
  return (yield* readIdTokenHint(request.idTokenHint))?.sub
})

const basisOf = Effect.fnUntraced(function* (
  request: AuthorizationRequest,
  session: SessionToken,
  subject: string | null
) {
  const now = yield* Clock.currentTimeMillis
  const basis: Basis = {
    userId: session.userId,
    sessionHash: (yield* keyOf(session)).hash,
    authenticatedSince: request.maxAge === null ? 0 : now - request.maxAge * 1000,
    subject,
    mayAsk: !request.prompt.includes("none")
  }
  return basis
})

/** A code, or the consent page. Fails with LoginRequired where the session does not carry the request. */
export const issueOrAsk = Effect.fn("Authorize.issueOrAsk")(
  function* (request: AuthorizationRequest, client: Client, basis: Basis, browserSecret: string) {
    const drawn = yield* drawIssuance(request, client, basis)
    return yield* retried(AuthorizationCodes.issue)(drawn.issuance).pipe(
      Effect.flatMap((granted) => giveGrant(drawn, granted)),
      Effect.catchTag("ConsentRequired", ({ authTime, userName }) =>
        askForConsent(drawn.request, { ...basis, authenticatedSince: authTime }, userName, browserSecret)
      )
    )
  },
  (outcome, request) =>
    Effect.catchTag(outcome, "TargetRefused", ({ description, error }) => answerWithError(request, error, description))
)

const askForLogin = Effect.fnUntraced(
  function* (request: AuthorizationRequest, browserSecret: string, subject: string | null) {
    // First, for nobody has to sign in for what is not there.
    yield* targetsOf(request)
    if (request.prompt.includes("none")) {
      return yield* answerWithError(request, "login_required", "the user has to sign in")
    }
    return yield* loginStep(request, browserSecret, subject)
  },
  (answer, request) =>
    Effect.catchTag(answer, "TargetRefused", ({ description, error }) => answerWithError(request, error, description))
)

/** The person has nothing to sign in with that would do. Unmet Authentication Requirements 1.0 §2. */
export const answerUnmet = (request: AuthorizationRequest) =>
  answerWithError(
    request,
    "unmet_authentication_requirements",
    "the user cannot sign in with any of the acr values that are essential"
  )

const askForConsent = Effect.fnUntraced(function* (
  request: AuthorizationRequest,
  basis: Basis,
  userName: string,
  browserSecret: string
) {
  if (request.prompt.includes("none")) {
    return yield* answerWithError(request, "consent_required", "the user has to consent")
  }
  const { lifetimes } = yield* ProviderConfig
  const { authenticatedSince, sessionHash, subject, userId } = basis
  const step = new ConsentInteraction({
    authenticatedSince,
    sessionHash,
    subject,
    userId,
    browser: yield* hashSecret(browserSecret),
    request,
    userName,
    expiresAt: (yield* Clock.currentTimeMillis) + lifetimes.interaction
  })
  const outcome: Outcome = { _tag: "Consent", sealed: yield* sealStep(step) }
  return outcome
})
