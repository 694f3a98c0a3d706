/**
 * Answers to the client by redirect. `iss` is in every one, errors too. RFC 6749 §4.1.2, RFC 9207 §2.
 *
 * An answer, whatever it says, uses up the pushed request that it answers (RFC 9126 §4). It is used up last, after the
 * code is issued, so that nothing that fails before burns it; and only whoever used it up has an answer to give, so
 * that of two tabs one does.
 */
import { Effect } from "effect"
import type { AuthorizationRequest, ReplyTo } from "../../domain/AuthorizationRequest.ts"
import { type AuthorizationErrorCode, describe } from "../../domain/OAuthError.ts"
import { withParameters } from "../../domain/RedirectUri.ts"
import { ProviderConfig } from "../ports/ProviderConfig.ts"
import { PushedRequests } from "../storage/PushedRequests.ts"
import { retried } from "../storage/Retry.ts"
import type { Outcome, Unanswerable } from "./Outcome.ts"
import { drawAttempt } from "./Secrets.ts"

/** A request, or what is known of one that was refused before it was judged; such a one was never pushed. */
type To = AuthorizationRequest | ReplyTo

const redirect = Effect.fnUntraced(function* (to: To, parameters: Readonly<Record<string, string>>) {
  if (!(yield* useUp(to))) return noLonger
  const { issuer } = yield* ProviderConfig
  const uri = withParameters(to.redirectUri, { ...parameters, state: to.state ?? undefined, iss: issuer })
  const outcome: Outcome = { _tag: "Redirect", uri }
  return outcome
})

export const answerWithCode = (to: To, code: string) => redirect(to, { code })

export const answerWithError = (to: To, error: AuthorizationErrorCode, description: string) =>
  redirect(to, { error, error_description: describe(description) })

/** Whether this answer is the one that the client gets. */
const useUp = Effect.fnUntraced(function* (to: To) {
  if (!("pushed" in to) || to.pushed === null) return true
  const completion = { attempt: yield* drawAttempt, id: to.pushed, clientId: to.clientId }
  return yield* retried(PushedRequests.complete)(completion).pipe(
    Effect.as(true),
    Effect.catchTag("PushedRefused", () => Effect.succeed(false))
  )
})

const noLonger: Unanswerable = {
  _tag: "Unanswerable",
  error: "invalid_request_uri",
  parameter: "request_uri",
  description: "request_uri was answered already, or is too old. Go back to the application and begin again."
}
