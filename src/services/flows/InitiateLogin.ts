/** A login that somebody else suggests: a browser is sent to the address that the client registered. OIDC Core §4. */
import { Effect, Schema } from "effect"
import { ClientId } from "../../domain/Ids.ts"
import type { Parameters } from "../../domain/Parameters.ts"
import { withParameters } from "../../domain/RedirectUri.ts"
import { ProviderConfig } from "../ports/ProviderConfig.ts"
import { Clients } from "../storage/Clients.ts"
import { retried } from "../storage/Retry.ts"
import type { Outcome } from "./Outcome.ts"

const idOf = Schema.decodeUnknownOption(ClientId)

const unanswerable = (parameter: string, description: string): Outcome => ({
  _tag: "Unanswerable",
  error: "invalid_request",
  parameter,
  description
})

/**
 * Only to the registered address, whatever else is asked: where the client sends its user afterwards
 * (`target_link_uri`) is the client's to check, as OIDC Core §4 says.
 */
export const initiateLogin = Effect.fn("InitiateLogin")(function* (parameters: Parameters) {
  const [repeated] = parameters.repeated
  if (repeated !== undefined) return unanswerable(repeated, `${repeated} was sent more than once`)
  const id = idOf(parameters.get("client_id"))
  const client = id._tag === "None" ? null : yield* retried(Clients.find)(id.value)
  const uri = client?.metadata.initiate_login_uri
  if (uri === undefined) return unanswerable("client_id", "client_id names no client that begins logins by itself")
  const { issuer } = yield* ProviderConfig
  const told = { target_link_uri: parameters.get("target_link_uri"), login_hint: parameters.get("login_hint") }
  const outcome: Outcome = { _tag: "Redirect", uri: withParameters(uri, { iss: issuer, ...told }) }
  return outcome
})
