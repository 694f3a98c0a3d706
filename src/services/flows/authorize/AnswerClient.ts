/**
 * Answers to the client, the way it asked for. `iss` is in every one, errors too. RFC 6749 §4.1.2, RFC 9207 §2,
 * OAuth 2.0 Multiple Response Types §2.1, Form Post Response Mode §2.
 *
 * An answer, whatever it says, uses up the pushed request that it answers (RFC 9126 §4). It is used up last, after the
 * code is issued, so that nothing that fails before burns it; and only whoever used it up has an answer to give, so
 * that of two tabs one does.
 */
import { Effect } from "effect"
import type { AuthorizationRequest, ReplyTo } from "../../../domain/AuthorizationRequest.ts"
import { type AuthorizationErrorCode, describe } from "../../../domain/OAuthError.ts"
import { withFragment, withParameters } from "../../../domain/RedirectUri.ts"
import { ProviderConfig } from "../../ports/ProviderConfig.ts"
import { PushedRequests } from "../../storage/PushedRequests.ts"
import { retried } from "../../storage/Retry.ts"
import type { FormPost, Redirect, Unanswerable } from "./Outcome.ts"
import { drawAttempt } from "../Secrets.ts"

/** A request, or what is known of one that was refused before it was judged; such a one was never pushed. */
type To = AuthorizationRequest | ReplyTo

export type AnswerParameters = Readonly<Record<string, string>>

/** What the user gave the client: a code, tokens, or both; and the state of the browser in which it was given. */
export const answerWithGrant = (to: To, parameters: AnswerParameters, browserState: string) =>
  Effect.map(answer(to, parameters), (outcome) =>
    outcome._tag === "Unanswerable" ? outcome : { ...outcome, browserState }
  )

export const answerWithError = (to: To, error: AuthorizationErrorCode, description: string) =>
  answer(to, { error, error_description: describe(description) })

const answer = Effect.fnUntraced(function* (to: To, parameters: AnswerParameters) {
  if (!(yield* useUp(to))) return noLonger
  const { issuer } = yield* ProviderConfig
  return sent(to, { ...parameters, ...(to.state === null ? {} : { state: to.state }), iss: issuer })
})

const sent = ({ redirectUri: uri, responseMode }: To, parameters: AnswerParameters): Redirect | FormPost => {
  switch (responseMode) {
    case "query":
      return { _tag: "Redirect", uri: withParameters(uri, parameters) }
    case "fragment":
      return { _tag: "Redirect", uri: withFragment(uri, parameters) }
    case "form_post":
      return { _tag: "FormPost", uri, fields: parameters }
  }
}

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
