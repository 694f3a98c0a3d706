/** A login that somebody else suggests: a browser is sent to the address that the client registered. OIDC Core §4. */
import { Effect, Result } from "effect"
import { eachOnce, type Parameters } from "../../domain/Parameters.ts"
import { withParameters } from "../../domain/RedirectUri.ts"
import { ProviderConfig } from "../ports/ProviderConfig.ts"
import { unanswerable } from "./authorize/JudgeRequest.ts"
import { namedClient } from "./client/NamedClient.ts"
import type { Outcome } from "./authorize/Outcome.ts"

/**
 * Only to the registered address, whatever else is asked: where the client sends its user afterwards
 * (`target_link_uri`) is the client's to check, as OIDC Core §4 says.
 */
export const initiateLogin = Effect.fn("InitiateLogin")(function* (parameters: Parameters) {
  const once = eachOnce(parameters)
  if (Result.isFailure(once)) {
    const { error_description: description, parameter } = once.failure
    return unanswerable({ parameter, description })
  }
  const client = yield* namedClient(parameters.get("client_id"))
  const uri = client?.metadata.initiate_login_uri
  if (uri === undefined) {
    return unanswerable({
      parameter: "client_id",
      description: "client_id names no client that begins logins by itself"
    })
  }
  const { issuer } = yield* ProviderConfig
  const told = { target_link_uri: parameters.get("target_link_uri"), login_hint: parameters.get("login_hint") }
  const outcome: Outcome = { _tag: "Redirect", uri: withParameters(uri, { iss: issuer, ...told }) }
  return outcome
})
