/** What a client asks for, judged: alike at the authorization endpoint and where it is pushed. RFC 9126 §2.1. */
import { Effect, Result } from "effect"
import * as Request from "../../domain/AuthorizationRequest.ts"
import type { Client } from "../../domain/Client.ts"
import { rulesOf } from "../../domain/ClientRules.ts"
import type { Parameters } from "../../domain/Parameters.ts"
import type { Refusal } from "../../domain/Refusal.ts"
import { ProviderConfig } from "../ports/ProviderConfig.ts"
import type { Unanswerable } from "./Outcome.ts"

/** What is wrong with a request, and may be told to the client. */
export interface Refused extends Refusal {
  readonly _tag: "Refused"
  readonly reply: Request.ReplyTo
}

export type Judged = Result.Result<Request.AuthorizationRequest, Refused | Unanswerable>

/** How a request came: with a browser, or from the client itself. */
export type Way = "browser" | "pushed"

export const judgeRequest = Effect.fn("JudgeRequest")(function* (parameters: Parameters, client: Client, way: Way) {
  const rules = rulesOf(client, yield* ProviderConfig)
  const replyTo = Request.replyTo(parameters, client)
  if (Result.isFailure(replyTo)) return Result.fail(unanswerable(replyTo.failure)) as Judged
  const reply = replyTo.success
  const judged =
    rules.pushed && way === "browser" ? unpushed : Request.judge(parameters, client, replyTo.success, rules)
  return Result.mapError(judged, (refusal): Refused => ({ _tag: "Refused", reply, ...refusal })) as Judged
})

/** What a person is told on a page. */
export const unanswerable = (reason: Request.Unanswerable): Unanswerable => ({
  _tag: "Unanswerable",
  error: "invalid_request",
  ...reason
})

/** RFC 9126 §5, §6; FAPI 2.0 Security Profile §5.3.2.2. */
const unpushed = Result.fail<Refusal>({
  error: "invalid_request",
  description: "this client has to push its authorization requests"
})
