/** What a client asks for, judged: alike at the authorization endpoint and where it is pushed. RFC 9126 §2.1. */
import { Effect, Result } from "effect"
import * as Request from "../../../domain/AuthorizationRequest.ts"
import type { Client } from "../../../domain/Client.ts"
import { rulesOf } from "../../../domain/ClientRules.ts"
import { RequestRefused } from "../../../domain/OAuthError.ts"
import type { Parameters } from "../../../domain/Parameters.ts"
import type { Refusal } from "../../../domain/Refusal.ts"
import { ProviderConfig } from "../../ports/ProviderConfig.ts"
import type { Unanswerable } from "./Outcome.ts"
import { resolveRequest, type Way } from "./ResolveRequest.ts"

/** What is wrong with a request, and may be told to the client. */
export interface Refused extends Refusal {
  readonly _tag: "Refused"
  readonly reply: Request.ReplyTo
}

export type Judged = Result.Result<Request.AuthorizationRequest, Refused | Unanswerable>

export const judgeRequest = Effect.fn("JudgeRequest")(function* (parameters: Parameters, client: Client, way: Way) {
  const rules = rulesOf(client, yield* ProviderConfig)
  const resolved =
    rules.pushed && way === "browser"
      ? Result.fail(unpushed)
      : yield* Effect.result(resolveRequest(parameters, client, way))
  if (Result.isFailure(resolved)) return unresolved(parameters, client, resolved.failure)
  const replyTo = Request.replyTo(resolved.success, client)
  if (Result.isFailure(replyTo)) return refused(unanswerable(replyTo.failure))
  const reply = replyTo.success
  const judged = Request.judge(resolved.success, client, reply, rules)
  return Result.isFailure(judged) ? refused({ _tag: "Refused", reply, ...judged.failure }) : judged
})

const refused = (problem: Refused | Unanswerable): Judged => Result.fail(problem)

/** RFC 9126 §5, §6; FAPI 2.0 Security Profile §5.3.2.2. Nothing is read for such a request. */
const unpushed = new RequestRefused({
  code: "invalid_request",
  parameter: "request_uri",
  error_description: "this client has to push its authorization requests"
})

/** A request whose parameters nobody knows: told where its own query says, if that is an address of the client. */
const unresolved = (parameters: Parameters, client: Client, problem: RequestRefused): Judged => {
  const { code: error, error_description: description, parameter = "request" } = problem
  const replyTo = Request.replyTo(parameters, client)
  if (Result.isSuccess(replyTo)) return refused({ _tag: "Refused", reply: replyTo.success, error, description })
  return refused(
    parameters.get("redirect_uri") === undefined
      ? { _tag: "Unanswerable", error, parameter, description }
      : unanswerable(replyTo.failure)
  )
}

/** What a person is told on a page. */
export const unanswerable = (reason: Request.Unanswerable): Unanswerable => ({
  _tag: "Unanswerable",
  error: "invalid_request",
  ...reason
})
