/**
 * Sessions as relying parties look at them, and hand them over from one domain of theirs to another.
 * docs/decisions/0024-sessions.md.
 */
import { Effect } from "effect"
import { eachOnce, required } from "../../domain/Parameters.ts"
import { issueSessionToken } from "../../services/flows/session/IssueSessionToken.ts"
import { refreshSession, sessionStatus } from "../../services/flows/session/SessionStatus.ts"
import { verifySessionToken } from "../../services/flows/session/VerifySessionToken.ts"
import { answerToToken } from "../AnswerToToken.ts"
import { readCredentials } from "../ClientCredentials.ts"
import { readForm } from "../FormBody.ts"
import { answerErrors, jsonResponse } from "../OAuthErrorResponse.ts"

export const sessionTokenRoute = answerToToken(issueSessionToken)

export const sessionStatusRoute = answerToToken(sessionStatus)

export const refreshSessionRoute = answerToToken(refreshSession)

export const verifySessionRoute = answerErrors(
  Effect.gen(function* () {
    const form = yield* readForm()
    const credentials = yield* readCredentials(form)
    yield* Effect.fromResult(eachOnce(form))
    const token = yield* Effect.fromResult(required(form, "session_token"))
    return jsonResponse(yield* verifySessionToken(credentials, token))
  })
)
