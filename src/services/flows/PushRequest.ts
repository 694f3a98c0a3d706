/** The pushed authorization request endpoint: a client asks, before any browser does. RFC 9126 §2. */
import { Clock, Effect, Result } from "effect"
import { AuthorizationRequest } from "../../domain/AuthorizationRequest.ts"
import { rulesOf } from "../../domain/ClientRules.ts"
import { type ShownProof, unproven } from "../../domain/Dpop.ts"
import { type Jkt, PushedId } from "../../domain/Ids.ts"
import { toSeconds } from "../../domain/Lifetime.ts"
import { InvalidDpopProof, InvalidRequest, RequestRefused } from "../../domain/OAuthError.ts"
import type { Parameters } from "../../domain/Parameters.ts"
import { PushedRequest, requestUri } from "../../domain/PushedRequest.ts"
import { ProviderConfig } from "../ports/ProviderConfig.ts"
import { PushedRequests } from "../storage/PushedRequests.ts"
import { retried } from "../storage/Retry.ts"
import { admitRow } from "./limits/AdmitRow.ts"
import { authenticateClient, type Credentials } from "./client/AuthenticateClient.ts"
import { judgeRequest } from "./authorize/JudgeRequest.ts"
import { proveKey } from "./token/ProveKey.ts"
import { drawTicketId } from "./Secrets.ts"
import { targetsOf } from "./Targets.ts"

export const pushRequest = Effect.fn("PushRequest")(function* (
  credentials: Credentials,
  parameters: Parameters,
  shown: ShownProof = unproven
) {
  const client = yield* authenticateClient(credentials)
  yield* admitRow(client, credentials)
  // §2.1: what is pushed is the request itself, never the name of another one.
  if (parameters.get("request_uri") !== undefined) return yield* refused("request_uri", "request_uri is not pushed")
  const judged = yield* judgeRequest(parameters, client, "pushed")
  if (Result.isFailure(judged)) {
    const { description, error } = judged.failure
    return yield* new RequestRefused({ code: error, error_description: description })
  }
  yield* targetsOf(judged.success).pipe(
    Effect.catchTag("TargetRefused", ({ description, error }) =>
      Effect.fail(new RequestRefused({ code: error, error_description: description }))
    )
  )
  // FAPI 2.0 Security Profile §5.3.2.2. What a client leaves out here nobody can complete later.
  if (!judged.success.redirectUriNamed) return yield* refused("redirect_uri", "redirect_uri is missing")
  const { clientAlgs } = rulesOf(client, yield* ProviderConfig)
  const proven = yield* proveKey(shown, { required: false, algs: clientAlgs })
  const request = yield* boundTo(proven?.jkt, judged.success)
  return yield* kept(request)
})

const refused = (parameter: string, error_description: string) => new InvalidRequest({ parameter, error_description })

/** A proof at this endpoint says the same as `dpop_jkt`, and both may be there if they agree. RFC 9449 §10.1. */
const boundTo = (jkt: Jkt | undefined, request: AuthorizationRequest) => {
  if (jkt === undefined) return Effect.succeed(request)
  return request.dpopJkt === null || request.dpopJkt === jkt
    ? Effect.succeed(new AuthorizationRequest({ ...request, dpopJkt: jkt }))
    : Effect.fail(new InvalidDpopProof({ error_description: "dpop_jkt is not the proven key", reason: "dpop_jkt" }))
}

const kept = Effect.fnUntraced(function* (request: AuthorizationRequest) {
  const { lifetimes, ticketGenerations } = yield* ProviderConfig
  const id = PushedId.make(yield* drawTicketId(ticketGenerations))
  const expiresAt = (yield* Clock.currentTimeMillis) + lifetimes.pushedRequest
  yield* retried(PushedRequests.push)(
    new PushedRequest({
      id,
      request: new AuthorizationRequest({ ...request, pushed: id }),
      expiresAt,
      keptUntil: expiresAt + lifetimes.interaction
    })
  )
  return { request_uri: requestUri(id), expires_in: toSeconds(lifetimes.pushedRequest) }
})
